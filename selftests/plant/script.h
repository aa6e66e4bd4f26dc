/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headless runs: a script of valve commands against simulated time, the truth as CSV. */
#ifndef CRYO_PLANT_SCRIPT_H
#define CRYO_PLANT_SCRIPT_H

#include <stdio.h>

#include "selftests/plant/plant.h"

/**
 * struct script - a run; zero what is not named here
 * @h: a handpiece after its reset
 * @in: the script's text; README.md has the language
 * @out: rows of the truth go there
 * @complaints: and messages there, naming the line
 * @period_s: between rows
 * @planned, @n_planned: faults to set at their times
 */
struct script {
	struct handpiece *h;
	FILE *in, *out, *complaints;
	double period_s;
	const struct planned_fault *planned;
	unsigned int n_planned;

	/* private */
	struct gate gate;
	double next_row_s;
	long ms;
	int duty_ms;
	bool ended;
};

/* Runs to the script's end. Returns 0, or -EINVAL after a message. */
int script_run(struct script *s);

#endif
