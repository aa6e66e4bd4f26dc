/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fluid side of the needle: valves with delay, the line between supply and freeze valve, the
 * dead volume behind the freeze valve, the nozzle, and the boiling that cools the tip.
 */
#ifndef CRYO_PLANT_TIP_H
#define CRYO_PLANT_TIP_H

#include <stdbool.h>
#include <stdint.h>

#include "selftests/plant/bioheat.h"
#include "selftests/plant/cylinder.h"
#include "selftests/plant/faults.h"
#include "selftests/plant/rng.h"

#define TIP_GAUGE_MIN 16
#define TIP_GAUGE_MAX 22

/**
 * struct tip_config - one needle on its console
 * @cryogen: what flows
 * @gauge: TIP_GAUGE_MIN to TIP_GAUGE_MAX
 * @active_m: active length
 * @nozzle_share: flow of the nozzle against that of its kind
 * @exhaust_kpa: absolute pressure of the exhaust line; sets the boiling temperature
 * @tail_s: what the dead volume still gives after full flow, in seconds of full flow
 * @open_delay_s, @close_delay_s, @jitter_s: of each solenoid valve; jitter to both sides
 * @heater_w: the thaw line's
 */
struct tip_config {
	enum cryogen cryogen;
	int gauge;
	double active_m;
	double nozzle_share;
	double exhaust_kpa;
	double tail_s;
	double open_delay_s, close_delay_s, jitter_s;
	double heater_w;
};

/* A solenoid: follows its command after a delay. */
struct valve {
	bool commanded, open;
	double pending_s;	/* until it follows */
};

struct tip {
	struct tip_config config;
	struct rng rng;
	struct valve supply, freeze, vent;	/* vent.open: the vent lets the line out */
	double line_kpa;			/* between supply and freeze valve, gauge */
	double liquid_g;			/* in the dead volume */
	double flow_g_s;			/* out of the nozzle */
	double shaft_cold;			/* 0 warm to 1 as cold as it gets */
	double boiling_degc;
	double drawn_g;				/* from the cylinder */
};

/* 18G, 7 mm, N2O and the valve defaults. */
struct tip_config tip_defaults(void);

/* Outer radius of a gauge, m. */
double tip_radius_m(int gauge);

/* Heat capacity of the tip's tube, capillary and plug over the active length, J/K. */
double tip_capacity_j_k(const struct tip_config *c);

void tip_begin(struct tip *t, const struct tip_config *config, uint64_t seed);

/*
 * Advances by @step_s, at most some milliseconds: @effective are the CRYOSIM_OUT_* bits that are
 * really powered. Draws from the cylinder. The result is what acts on the tissue's wall.
 */
struct bioheat_drive tip_step(struct tip *t, double step_s, uint32_t effective, double tip_degc,
			      struct cylinder *cylinder, const struct disturbances *d);

/* Nozzle flow of a fully open valve at nominal supply, g/s. */
double tip_nominal_flow_g_s(const struct tip_config *c);

#endif
