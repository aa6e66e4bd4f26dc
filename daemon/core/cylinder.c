// SPDX-License-Identifier: GPL-2.0-or-later
/* How long the supply will last (SM-CYLINDER). */
#include <math.h>

#include "daemon/core/cylinder.h"

#define NS_PER_S		1e9

#define SMOOTH_S		2.0	/* of pressure and of its rate: valve pulses go under in it */
/* Below it the rate is noise: 5 kPa on each of 50 samples a second leave 0.13 kPa/s. */
#define RATE_MIN_KPA_S		0.5
/* A freeze and the way to it fit into it: a cylinder is changed before one is begun. */
#define SHORT_S			180.0
/* The step in pressure when a valve opens has gone out of the rate by then. */
#define SHORT_NS		10000000000LL

static void smooth(struct cylinder_watch *w, double kpa, double dt_s)
{
	double share = 1 - exp(-dt_s / SMOOTH_S), before = w->kpa;

	if (!w->primed) {
		w->kpa = kpa;
		w->primed = true;
		return;
	}
	w->kpa += share * (kpa - w->kpa);
	w->kpa_s += share * ((w->kpa - before) / dt_s - w->kpa_s);
}

/* Seconds until it is empty, at most @longest. */
static double left(const struct cylinder_watch *w, double empty_kpa, double longest)
{
	double seconds;

	if (w->kpa_s > -RATE_MIN_KPA_S)
		return longest;
	seconds = (w->kpa - empty_kpa) / -w->kpa_s;
	return fmin(fmax(seconds, 0), longest);
}

void cylinder_step(struct cylinder_watch *w, const struct probe_sample *sample, int32_t empty_kpa,
		   int64_t dt_ns)
{
	double left_s;

	if (!sample->pressure_valid || dt_ns <= 0)
		return;
	smooth(w, sample->pressure_kpa, dt_ns / NS_PER_S);
	left_s = left(w, empty_kpa, SHORT_S);
	w->short_ns = left_s < SHORT_S ? w->short_ns + dt_ns : 0;
	w->ending = w->short_ns >= SHORT_NS;
	w->left_s = (uint32_t)left_s;
}
