/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reduced model of the ice around the needle, driven by the tip's temperature.
 *
 * Tissue is divided into shells between confocal prolate spheroids around the active length, on
 * which the steady field of a heated line segment is constant: conduction between shells is exact
 * there and heat loss at the ends is included. Three tissues, a slow, a usual and a fast one of the
 * class that the protocol names, run side by side; their spread is the estimate's own uncertainty.
 *
 * Where no class is named, three lean tissues and three kinds of fat run. Fat takes a quarter of the
 * heat that lean tissue takes; the flow that the tip needs tells which of them it is in.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/needle.h"
#include "daemon/core/types.h"

#define ICE_SHELLS	32
#define ICE_KINDS	2	/* at most, that are told apart */
#define ICE_TISSUES	(3 * ICE_KINDS)

struct ice_geometry {
	double focus_m;				/* half distance of the foci */
	double xi[ICE_SHELLS + 1];		/* of the shells' centres; [0] is the wall */
	double phi[ICE_SHELLS + 1];		/* potential there */
	double conductance_m[ICE_SHELLS];	/* from centre i - 1 to i, per W/(m K) */
	double volume_m3[ICE_SHELLS];
	double step_s;				/* longest stable step */
};

/* W/(m K), J/(m3 K), J/m3, degC, W/(m3 K), W/m3. */
struct ice_tissue {
	double k_frozen, k_freezing, k_unfrozen;
	double c_frozen, c_unfrozen;
	double latent;
	double solid_degc, liquid_degc;		/* interval of freezing */
	double perfusion, metabolic;
};

struct ice {
	struct ice_geometry geometry;
	int kinds;
	struct ice_tissue tissue[ICE_TISSUES];	/* slow, usual, fast of each kind */
	double enthalpy[ICE_TISSUES][ICE_SHELLS];	/* J/m3, 0 at the onset of freezing */
	double wall_degc;
	bool wall_known;
	double fall_k;			/* of the wall in the latest step */
	double capacity_j_k, full_flow_w;	/* of the needle */
	double taken_w[ICE_KINDS];	/* by tip and usual tissue, were it of that kind; of late */
	double flow;			/* share of full flow, of late */
};

struct ice_estimate {
	uint32_t radius_um;		/* of the -1 degC edge, from the axis; 0 = none */
	uint32_t half_length_um;
	uint32_t isotherm_radius_um;	/* of -20 degC */
	uint32_t error_um;		/* the radius' uncertainty; 0 when no tissue has ice */
};

/* Tissue at body temperature around a probe of this gauge and active length. */
void ice_init(struct ice *ice, const struct probe_profile *profile, enum ice_class tissue);

/*
 * Goes on by @dt_ns, of which at most 2 s are counted, with the tip at *@tip; a tip that is not
 * valid neither takes nor gives heat.
 */
void ice_step(struct ice *ice, const struct reading *tip, int64_t dt_ns);

/* After ice_step(), in a freeze: what flow there was in that time, in permille of full flow. */
void ice_weigh(struct ice *ice, uint32_t flow_permille, int64_t dt_ns);

void ice_estimate(const struct ice *ice, struct ice_estimate *ret);

/* Radius in um of @tissue's ice after @freeze_ms, at most 10 min, at @target_mdegc. */
uint32_t ice_forecast_um(const struct probe_profile *profile, enum ice_class tissue,
			 int32_t target_mdegc, uint32_t freeze_ms);
