/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reduced model of the ice around the needle, driven by the tip's temperature.
 *
 * Three tissues, a slow, a usual and a fast one of the class that the protocol names, run side by
 * side; their spread is the estimate's own uncertainty. Where no class is named, three lean tissues
 * and three kinds of fat run. Fat takes a quarter of the heat that lean tissue takes: the flow that
 * the tip needs tells which of them it is in. A thermocouple in the tissue tells that, too, and how
 * fast this patient's tissue is within its kind.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/ice-field.h"
#include "daemon/core/ice-tissue.h"
#include "daemon/core/needle.h"
#include "daemon/core/types.h"

#define ICE_KINDS	2	/* at most, that are told apart */
#define ICE_TISSUES	(3 * ICE_KINDS)

/* What speaks for one kind of tissue. */
struct ice_evidence {
	double spread;			/* of the kind's fast and slow tissue: ice_tissue_varied() */
	double taken_w;			/* by tip and usual tissue, were it of that kind; of late */
	double share;			/* of the way from usual to fast (1) or slow (-1) */
	double doubt;			/* of that, 1 where nothing is known but the kind */
	double misfit;			/* minus twice the thermocouple's log-likelihood */
};

/* A thermocouple in the tissue. */
struct ice_sensor {
	bool fitted;
	struct ice_place place, inside, outside;	/* of it, and a little to both sides */
};

/* One tissue that is let go on faster than time, to see when its ice is at the boundary. */
struct ice_ahead {
	struct ice_tissue tissue;
	double enthalpy[ICE_SHELLS];
	double wall_degc, approach_s;	/* the tip, and the time in which it comes to its target */
	double step_s, ahead_s;		/* how far it is */
	double age_s;			/* since it began */
	uint32_t boundary_um;		/* 0 = nothing is looked at */
	struct ice_place boundary;
	double passes_s;		/* found by the last one: from now; infinite if not foreseen */
};

struct ice {
	struct ice_geometry geometry;
	int kinds;
	struct ice_tissue tissue[ICE_TISSUES];	/* slow, usual, fast of each kind */
	double enthalpy[ICE_TISSUES][ICE_SHELLS];	/* J/m3, 0 at the onset of freezing */
	double step_s;			/* the longest that is stable in all */
	struct ice_wall wall;
	double fall_k;			/* of the wall in the latest step */
	double fall_k_s;		/* of late */
	double capacity_j_k, full_flow_w;	/* of the needle */
	double flow;			/* share of full flow, of late */
	struct ice_evidence evidence[ICE_KINDS];
	struct ice_sensor sensor;
	struct ice_ahead ahead;
};

/* Half axes from the needle's axis and the middle of its active length; 0 = no such ice. */
struct ice_estimate {
	uint32_t radius_um;		/* of the -1 degC edge */
	uint32_t half_length_um;
	uint32_t isotherm_radius_um;	/* of -20 degC */
	uint32_t isotherm_half_length_um;
	/* Their uncertainty; 0 when no tissue has that ice. */
	uint32_t error_um, half_length_error_um;
	uint32_t isotherm_error_um, isotherm_half_length_error_um;
	uint32_t boundary_ms;		/* until the edge is at the boundary, 0 = not foreseen */
};

/* Tissue at body temperature around a probe of this gauge and active length. */
void ice_init(struct ice *ice, const struct probe_profile *profile, enum ice_class tissue);

/* A thermocouple lies @distance_um from the axis, beside the middle of the active length. */
void ice_place_sensor(struct ice *ice, uint32_t distance_um);

/*
 * Goes on by @dt_ns, of which at most 2 s are counted, with the tip at *@tip; a tip that is not
 * valid neither takes nor gives heat.
 */
void ice_step(struct ice *ice, const struct reading *tip, int64_t dt_ns);

/* After ice_step(), in a freeze: what flow there was in that time, in permille of full flow. */
void ice_weigh(struct ice *ice, uint32_t flow_permille, int64_t dt_ns);

/* After ice_step(): what the thermocouple in the tissue says, if one has been placed. */
void ice_compare(struct ice *ice, const struct reading *tissue);

/*
 * After ice_step(): works on the forecast for a boundary at @boundary_um, 0 = none, with a tip that
 * goes on to @target_mdegc and stays there. Some calls later it is there, and is made anew again and
 * again.
 */
void ice_look_ahead(struct ice *ice, uint32_t boundary_um, int32_t target_mdegc, int64_t dt_ns);

void ice_estimate(const struct ice *ice, struct ice_estimate *ret);

/* Radius in um of @tissue's ice after @freeze_ms, at most 10 min, at @target_mdegc. */
uint32_t ice_forecast_um(const struct probe_profile *profile, enum ice_class tissue,
			 int32_t target_mdegc, uint32_t freeze_ms);
