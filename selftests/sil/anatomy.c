// SPDX-License-Identifier: GPL-2.0-or-later
/* From a patient's traits to the plant's tissue, needle, supply and sensors. */
#include "selftests/sil/anatomy.h"

#include <math.h>

#include "selftests/sil/patient-tissue.h"

/*
 * The grid for many patients: fine at the wall, where pulses act, and coarse soon behind it. Ice
 * is within 1 % of the finest grid's. With twice the cell at the wall, a light tip in fat would
 * overshoot by half as much again.
 */
#define CELL_M		0.1e-3
#define GROWTH		1.2

struct handpiece_config anatomy_config(const struct traits *t)
{
	struct handpiece_config config = handpiece_defaults();

	config.tip.cryogen = t->value[TRAIT_NITROGEN] > 0 ? CRYOGEN_LN2 : CRYOGEN_N2O;
	config.tip.gauge = (int)t->value[TRAIT_GAUGE];
	config.tip.active_m = t->value[TRAIT_ACTIVE_MM] * 1e-3;
	config.tip.nozzle_share = t->value[TRAIT_NOZZLE_SHARE];
	config.tip.exhaust_kpa = t->value[TRAIT_EXHAUST_KPA];
	config.tip.tail_s = t->value[TRAIT_TAIL_S];
	config.tip.open_delay_s = t->value[TRAIT_OPEN_MS] * 1e-3;
	config.tip.close_delay_s = t->value[TRAIT_CLOSE_MS] * 1e-3;
	config.tip.jitter_s = t->value[TRAIT_VALVE_JITTER_MS] * 1e-3;
	config.tissue = patient_tissue(t);
	config.vessel = (struct vessel){
		.from_m = t->value[TRAIT_VESSEL_MM] * 1e-3,
		.to_m = (t->value[TRAIT_VESSEL_MM] + t->value[TRAIT_VESSEL_THICK_MM]) * 1e-3,
		.times = t->value[TRAIT_VESSEL_TIMES],
	};
	config.cylinder_degc = t->value[TRAIT_ROOM_DEGC];
	config.liquid_g = t->value[TRAIT_LIQUID_G];
	config.contact_m2k_w = t->value[TRAIT_CONTACT_M2K_W];
	config.tissue_needle_m = (t->value[TRAIT_TISSUE_NEEDLE_MM] +
				  t->value[TRAIT_TISSUE_NEEDLE_OFF_MM]) * 1e-3;
	config.sensors.tissue_offset_degc = t->value[TRAIT_TISSUE_OFFSET_DEGC];
	config.cell_m = CELL_M;
	config.growth = GROWTH;
	config.step_s = ANATOMY_STEP_S;
	config.sensors.tip_lag_s = t->value[TRAIT_TIP_LAG_MS] * 1e-3;
	config.sensors.tip_offset_degc = t->value[TRAIT_OFFSET_DEGC];
	config.sensors.noise_degc = t->value[TRAIT_NOISE_DEGC];
	config.sensors.cold_junction_degc = t->value[TRAIT_PLUG_DEGC];
	config.seed = t->seed;
	return config;
}

int anatomy_min_on_ms(const struct traits *t)
{
	double opening_ms = t->value[TRAIT_OPEN_MS] + t->value[TRAIT_VALVE_JITTER_MS];

	return (int)fmax(15, ceil(opening_ms) + 1);
}
