/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How well the ice is known in one treatment, by the plant's truth. */
#ifndef CRYO_SELFTESTS_SIL_ICE_FIGURES_H
#define CRYO_SELFTESTS_SIL_ICE_FIGURES_H

#include "selftests/sil/trace.h"

#define ICE_AFTER_S	10.0	/* of freeze, before which nothing is judged */
#define ICE_EVERY_S	2.0
#define ICE_SAMPLES	96
#define FORECAST_SAMPLES	256
#define FORECAST_WITHIN	0.15	/* of the time left: a forecast that is right */

/**
 * struct ice_figures - samples of one reader in the freezes of one treatment
 * @off_mm: said less true; INFINITY where there is no such ice nor said to be any
 * @error_mm: the reader's own uncertainty
 */
struct ice_figures {
	size_t samples;
	float off_mm[AXES][ICE_SAMPLES], error_mm[AXES][ICE_SAMPLES];
};

/**
 * struct forecast_figures - when the ice is going to be at its boundary, as one reader says it
 * @samples: instants from half the boundary's radius on, until the freeze ends or the ice is there
 * @silent: of these, without a forecast
 * @off_s: of the others, said less true time
 * @left_s: true time
 * @whole_s: true time from the freeze's begin
 */
struct forecast_figures {
	size_t samples, silent;
	float off_s[FORECAST_SAMPLES], left_s[FORECAST_SAMPLES];
	double whole_s;
};

bool ice_is_freeze(const struct trace_ice *ice, unsigned int cycle);

/*
 * Of all cycles in the trace; each begins with its first entry in cool. Ice that is not there counts
 * as ice at the needle's surface, whose half axes are @needle_mm: it comes and goes there.
 */
struct ice_figures ice_figures(const struct trace *t, enum reader reader,
			       const double needle_mm[AXES]);

/* The largest true radius of the edge in the trace, mm. */
double ice_largest_mm(const struct trace *t, unsigned int cycle);

/* When the true edge is at @boundary_mm in the first freeze; infinite if it is not. */
double ice_passes_s(const struct trace *t, double boundary_mm);

/* Of the first freeze of a trace with this boundary, which it would pass at @passes_s. */
struct forecast_figures forecast_figures(const struct trace *t, enum reader reader,
					 double boundary_mm, double passes_s);

#endif
