/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the tip's temperature to flow: PI with feed-forward and anti-windup. It acts on where the
 * tip will be when what is already flowing has boiled off, so that it closes before the target.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/types.h"

/* What depends on the probe. */
struct controller_gains {
	double proportional;		/* permille per degree of error */
	double integral_s;		/* time of the integral part */
	double lead_s;			/* sensor's lag and the tail after closing */
	double hold_permille;		/* usual flow that holds -60 degC, where the integral starts */
};

struct controller {
	struct controller_gains gains;
	double filtered_degc;
	double rate_degc_s;
	double integral_permille;
	bool primed;			/* filtered_degc and rate_degc_s are of the last samples */
	bool running;			/* the integral is of this run */
	uint32_t flow_permille;
	int64_t saturated_ns;		/* how long at full flow without a pause */
};

void controller_init(struct controller *c, const struct probe_profile *profile);

/* Every valid sample, flow or not: keeps the filter and the rate up to date. */
void controller_observe(struct controller *c, int32_t tip_mdegc, int64_t dt_ns);

/* A sample without a valid tip: what was filtered is not trusted any more. */
void controller_forget(struct controller *c);

/* Flow in permille towards @target_mdegc; never while the tip is about to pass @floor_mdegc. */
uint32_t controller_flow(struct controller *c, int32_t target_mdegc, int32_t floor_mdegc,
			 int64_t dt_ns);

/* No flow wanted now. The integral is kept for the next run. */
void controller_rest(struct controller *c);
