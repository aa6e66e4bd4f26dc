/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How well the ice is known in one treatment, by the plant's truth. */
#ifndef CRYO_SELFTESTS_SIL_ICE_FIGURES_H
#define CRYO_SELFTESTS_SIL_ICE_FIGURES_H

#include "selftests/sil/trace.h"

#define ICE_AFTER_S	10.0	/* of freeze, before which nothing is judged */
#define ICE_EVERY_S	2.0
#define ICE_SAMPLES	96

/**
 * struct ice_figures - samples of one reader in the freezes of one treatment
 * @edge_mm, @isotherm_mm: said less true radius of the -1 degC edge and of -20 degC; the latter
 *	only where there is one or said to be one, INFINITY else
 * @error_mm: the reader's own uncertainty
 */
struct ice_figures {
	size_t samples;
	float edge_mm[ICE_SAMPLES], isotherm_mm[ICE_SAMPLES], error_mm[ICE_SAMPLES];
};

/* Of all cycles in the trace; each begins with its first entry in cool. */
struct ice_figures ice_figures(const struct trace *t, enum reader reader);

/* The largest true radius of the edge in the trace, mm. */
double ice_largest_mm(const struct trace *t, unsigned int cycle);

#endif
