// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the PID's gains: from a coarse grid, then by ever smaller steps from the best of it, what
 * costs least on the nominal patient, there and with three times the loop's gain: without such a
 * margin the best gains serve no other patient. Cost: degrees of mean error since the target was
 * reached, degrees of overshoot, and a degree for every ten seconds to settle. Prints what law.c
 * holds.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "selftests/sil/course.h"

#define UNSETTLED_S	600
#define GAIN_MARGIN	3

static double cost_once(const struct pid_gains *gains, struct trace *trace)
{
	struct course_options options = { .law = LAW_PID, .gains = *gains };
	struct traits traits = traits_nominal();
	struct protocol protocol = course_protocol(&traits);
	const struct freeze_figures *f;
	struct course course;

	if (course_run(&traits, &protocol, &options, trace, &course) || !course.cycles ||
	    course.fault_code)
		return INFINITY;
	f = &course.cycle[0].freeze;
	return f->tracking_degc + f->overshoot_degc + fmin(f->settling_s, UNSETTLED_S) / 10;
}

static double cost(const struct pid_gains *gains, struct trace *trace)
{
	struct pid_gains higher = *gains;

	higher.proportional *= GAIN_MARGIN;
	return cost_once(gains, trace) + cost_once(&higher, trace);
}

static bool try(const struct pid_gains *gains, struct trace *trace, struct pid_gains *best,
		double *least)
{
	double now = cost(gains, trace);

	if (now >= *least)
		return false;
	*least = now;
	*best = *gains;
	return true;
}

static void search_grid(struct trace *trace, struct pid_gains *best, double *least)
{
	for (double p = 5; p <= 160; p *= 2)
		for (double i = 1; i <= 32; i *= 2)
			for (double d = 0.125; d <= 2; d *= 2)
				try(&(struct pid_gains){ p, i, d }, trace, best, least);
}

/* One factor at a time, up and down. */
static bool improve(struct trace *trace, double factor, struct pid_gains *best, double *least)
{
	bool better = false;

	for (int which = 0; which < 6; which++) {
		struct pid_gains gains = *best;
		double by = which % 2 ? factor : 1 / factor;

		gains.proportional *= which / 2 == 0 ? by : 1;
		gains.integral_s *= which / 2 == 1 ? by : 1;
		gains.derivative_s *= which / 2 == 2 ? by : 1;
		better |= try(&gains, trace, best, least);
	}
	return better;
}

int main(void)
{
	struct trace trace = trace_new();
	struct pid_gains best = law_pid_gains();
	double least = INFINITY;

	if (!trace.point || !trace.ice)
		return EXIT_FAILURE;
	search_grid(&trace, &best, &least);
	for (double factor = 1.4; factor > 1.02; factor = sqrt(factor))
		while (improve(&trace, factor, &best, &least))
			;
	printf("proportional %.3g permille/degC, integral %.3g s, derivative %.3g s: cost %.3f\n",
	       best.proportional, best.integral_s, best.derivative_s, least);
	trace_free(&trace);
	return EXIT_SUCCESS;
}
