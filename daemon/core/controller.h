/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the tip's temperature to flow.
 *
 * Feed-forward: the ice model says how much heat the tissue would give to a tip at the target;
 * `permille_per_w` turns that into flow. The integral part is in that factor, because what differs
 * between needles and fillings is what a permille of flow cools, and because it then stays right
 * between cycles, after a pause and while the ice grows. There is no derivative part: the valve's
 * pulses would go round in it. Only a tip that falls much faster than pulses do is slowed down, so
 * that it neither shoots past the target nor comes near the floor by the kernel's prediction; it is
 * in tissue, such as fat, that gives less heat than expected, and the factor is lowered.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/types.h"

/* What depends on the probe. */
struct controller_gains {
	double proportional;		/* permille per degree of error */
	double integral_s;		/* time of the integral part */
	double permille_per_w;		/* flow per cooling power, where the integral starts */
};

struct controller {
	struct controller_gains gains;
	double filtered_degc;
	double rate_degc_s;
	double permille_per_w;
	bool primed;			/* filtered_degc and rate_degc_s are of the last samples */
	uint32_t flow_permille;
	int64_t saturated_ns;		/* how long at full flow without a pause */
};

/* Where the tip shall be, and what holds it there. */
struct controller_goal {
	int32_t target_mdegc;
	int32_t floor_mdegc;		/* no flow while the tip is about to pass it */
	double load_w;			/* heat of the tissue to a tip at the target */
};

void controller_init(struct controller *c, const struct probe_profile *profile);

/* Every valid sample, flow or not: keeps the filter and the rate up to date. */
void controller_observe(struct controller *c, int32_t tip_mdegc, int64_t dt_ns);

/* A sample without a valid tip: what was filtered is not trusted any more. */
void controller_forget(struct controller *c);

/* Flow in permille towards @goal, 0 before the first observation. */
uint32_t controller_flow(struct controller *c, const struct controller_goal *goal, int64_t dt_ns);

/* No flow wanted now; what was learnt is kept for the next run. */
void controller_rest(struct controller *c);
