/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the tip's temperature to flow.
 *
 * A filter follows the tip and learns how this needle cools in this tissue (tip-model.h). With it
 * the flow is found at which the tip falls as fast as it should: the faster, the farther it is from
 * its target, and never so fast that it could not be stopped above the floor. The valve is set so
 * that the nozzle, behind what liquid is left from earlier pulses, gives that flow. In the hold it
 * is the middle between the tip's highest and lowest in each pulse that is held at the target.
 *
 * There is no integral part to wind up and nothing to hand over between phases: the model is told
 * what flow was asked for, in saturation and in a pause as in a hold, and what it cannot explain it
 * puts down to its source of warmth.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/tip-model.h"
#include "daemon/core/types.h"

struct controller {
	struct tip_model tip;
	bool primed;			/* the model is of the last samples */
	int64_t missed_ns;		/* without one, since the last */
	uint32_t flow_permille;
	double way_k;			/* to the target when flow began */
	double near_s;			/* time near the target, as far as it counts */
	int64_t saturated_ns;		/* time near full flow or far from the target, less other time */
};

/* Where the tip shall be. */
struct controller_goal {
	int32_t target_mdegc;
	int32_t floor_mdegc;		/* no flow while the tip is about to pass it */
};

void controller_init(struct controller *c, const struct probe_profile *profile);

/* Every valid sample, flow or not: keeps the model up to date. */
void controller_observe(struct controller *c, int32_t tip_mdegc, int64_t dt_ns);

/* A sample without a valid tip: the model goes on by itself, and begins anew after a second. */
void controller_miss(struct controller *c, int64_t dt_ns);

/* Flow in permille towards @goal, 0 before the first observation and while the tip is too cold. */
uint32_t controller_flow(struct controller *c, const struct controller_goal *goal, int64_t dt_ns);

/* No flow wanted now; what was learnt is kept for the next run. */
void controller_rest(struct controller *c);
