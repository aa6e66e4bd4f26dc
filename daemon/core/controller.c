// SPDX-License-Identifier: GPL-2.0-or-later
/* The tip's temperature controller. */
#include <math.h>

#include "daemon/core/controller.h"

#define FULL_PERMILLE		1000.0
#define FILTER_S		0.05	/* takes off the converter's noise, and adds as much lag */
#define RATE_FILTER_S		0.1	/* the slope's: half a period of the modulator */
#define TAIL_S			0.7	/* for so long the tip goes on falling after closing */
#define CALM_DEGC_S		8.0	/* slopes below are the valve's pulses */
#define HASTE_S			0.5	/* so long a tip twice too fast lowers the factor to 1/e */
#define LEARN_DEGC		4.0	/* above the target by more than this ... */
#define ON_THE_WAY_S		5.0	/* ... and so near in time the factor is not learnt */
#define LEARN_LEAST		0.15	/* of where the factor starts */
#define LEARN_MOST		3.0
#define FLOOR_LEAD_S		1.2	/* longer than the kernel's, whose floor is a fault */
#define FLOOR_MARGIN_DEGC	1.0

/*
 * Highest heat load per cm of active length in W, tip at -60 degC within 5 s, by gauge: perfect
 * contact, one-dimensional solution. A needle's nozzle is taken to be made for a fifth more.
 */
static double full_flow_w(const struct probe_profile *profile)
{
	static const double load_w_cm[] = { 7.1, 6.5, 5.9, 5.4, 4.9, 4.6, 4.3 };
	uint32_t gauge = profile->gauge >= 16 && profile->gauge <= 22 ? profile->gauge : 18;
	/* Both ends cool like a millimetre each. */
	double length_cm = (profile->active_um + 2000) * 1e-4;

	return 1.2 * load_w_cm[gauge - 16] * length_cm;
}

void controller_init(struct controller *c, const struct probe_profile *profile)
{
	*c = (struct controller){
		.gains = {
			.proportional = 12,
			.integral_s = 1.2,
			.permille_per_w = FULL_PERMILLE / full_flow_w(profile),
		},
	};
	c->permille_per_w = c->gains.permille_per_w;
}

void controller_observe(struct controller *c, int32_t tip_mdegc, int64_t dt_ns)
{
	double degc = tip_mdegc * 1e-3, dt_s = dt_ns * 1e-9, before = c->filtered_degc;

	if (!c->primed || dt_s > 1) {
		c->filtered_degc = degc;
		c->rate_degc_s = 0;
		c->primed = true;
		return;
	}
	if (dt_s <= 0)
		return;
	c->filtered_degc += (degc - before) * dt_s / (FILTER_S + dt_s);
	c->rate_degc_s += ((c->filtered_degc - before) / dt_s - c->rate_degc_s) *
			  dt_s / (RATE_FILTER_S + dt_s);
}

void controller_forget(struct controller *c)
{
	c->primed = false;
}

void controller_rest(struct controller *c)
{
	c->flow_permille = 0;
	c->saturated_ns = 0;
}

static double clamp(double value, double low, double high)
{
	return fmin(fmax(value, low), high);
}

/*
 * The tip falls faster than lets it settle at the target when what already flows has boiled off:
 * how many times faster, 1 if it does not.
 */
static double haste(const struct controller *c, double error)
{
	double allowed_degc_s = CALM_DEGC_S + fmax(error, 0) / TAIL_S;

	return fmax(-c->rate_degc_s / allowed_degc_s, 1);
}

/* Tissue that needs less flow than expected answers more strongly to it. */
static double proportional(const struct controller *c)
{
	return c->gains.proportional * clamp(c->permille_per_w / c->gains.permille_per_w, 0.3, 1);
}

/* The tip is far above the target, and on its way there. */
static bool on_the_way(const struct controller *c, double error)
{
	return error > LEARN_DEGC && c->rate_degc_s < -error / ON_THE_WAY_S;
}

/* The integral part: not on the way down, and never further into saturation. */
static void learn(struct controller *c, double error, double wanted, double load_w, double dt_s)
{
	double start = c->gains.permille_per_w;

	if (on_the_way(c, error) || load_w <= 0)
		return;
	if ((wanted > FULL_PERMILLE && error > 0) || (wanted < 0 && error < 0))
		return;
	c->permille_per_w += proportional(c) * error / c->gains.integral_s * dt_s / load_w;
	c->permille_per_w = clamp(c->permille_per_w, start * LEARN_LEAST, start * LEARN_MOST);
}

/* Tissue in which the tip falls too fast takes less heat than expected. */
static void learn_haste(struct controller *c, double haste, double dt_s)
{
	double least = c->gains.permille_per_w * LEARN_LEAST;

	c->permille_per_w = fmax(c->permille_per_w * exp((1 - haste) * dt_s / HASTE_S), least);
}

static bool about_to_pass(const struct controller *c, double floor_degc)
{
	return c->filtered_degc + FLOOR_LEAD_S * fmin(c->rate_degc_s, 0) < floor_degc;
}

uint32_t controller_flow(struct controller *c, const struct controller_goal *goal, int64_t dt_ns)
{
	double error = c->filtered_degc - goal->target_mdegc * 1e-3;
	double wanted = c->permille_per_w * fmax(goal->load_w, 0) + proportional(c) * error;
	double flow, dt_s = dt_ns * 1e-9;

	if (!c->primed)
		return 0;
	flow = clamp(wanted, 0, FULL_PERMILLE) / haste(c, error);
	learn(c, error, wanted, goal->load_w, dt_s);
	learn_haste(c, haste(c, error), dt_s);
	if (about_to_pass(c, goal->floor_mdegc * 1e-3 + FLOOR_MARGIN_DEGC))
		flow = 0;
	c->flow_permille = (uint32_t)lround(flow);
	c->saturated_ns = c->flow_permille < FULL_PERMILLE ? 0 : c->saturated_ns + dt_ns;
	return c->flow_permille;
}
