// SPDX-License-Identifier: GPL-2.0-or-later
/* The tip's temperature controller. */
#include <math.h>

#include "daemon/core/controller.h"

#define FULL_PERMILLE	1000.0
/* A gap in the samples after which the tip may be anywhere. */
#define GAP_NS		1000000000LL
/*
 * The tip comes to its target like exp(-2.5 t / s): from 37 to within 1 degC of -60 degC it takes
 * two of the three seconds that settling may take longer than full flow.
 */
#define APPROACH_HZ	2.5
/* Faster, a thin tip in fat is so cold before the sensor shows it that the kernel trips. */
#define FASTEST_K_S	40.0
/*
 * Nor faster than this share of the whole way in a second: the filter must have seen more of how
 * the tip falls than it lags behind. That matters where the way is short, in the second freeze.
 */
#define WAY_HZ		0.7
#define LEAST_K_S	8.0
/*
 * The longer a tip has stayed near its target, up to HOLD_S, the less its load changes: it follows
 * its own pulses less then, and their middle is put on the target.
 */
#define NEAR_K		1.5
#define AWAY_K		2.0
#define HOLD_S		20.0
#define HOLD_HZ		1.0
/*
 * A tip that is seen to be so far below its target gets no flow. A filter that has taken pulses for
 * something else may think that it warms at once without any.
 */
#define TOO_COLD_K	2.5
/* A command acts on the next sample: the middle of the valve's pulses is about this far ahead. */
#define LEAD_S		0.06
/* Longer than the kernel's prediction (tail, sensor's lag, two periods), whose floor is a fault. */
#define FLOOR_LEAD_S	1.2
#define FLOOR_MARGIN_K	2.0
/* Near the end of a tip's reach the flow may fall short of full for some samples. */
#define SATURATED_PERMILLE	900
#define ON_THE_WAY_K		2.0

void controller_init(struct controller *c, const struct probe_profile *profile)
{
	*c = (struct controller){ 0 };
	tip_model_init(&c->tip, profile);
}

void controller_miss(struct controller *c, int64_t dt_ns)
{
	c->missed_ns += dt_ns;
	if (c->missed_ns > GAP_NS)
		c->primed = false;
	if (c->primed && dt_ns > 0)
		tip_model_predict(&c->tip, c->flow_permille / FULL_PERMILLE, dt_ns * 1e-9);
}

void controller_observe(struct controller *c, int32_t tip_mdegc, int64_t dt_ns)
{
	double degc = tip_mdegc * 1e-3;

	controller_miss(c, dt_ns);
	c->missed_ns = 0;
	if (!c->primed)
		tip_model_restart(&c->tip, degc);
	else if (dt_ns > 0)
		tip_model_correct(&c->tip, degc, dt_ns * 1e-9, c->near_s);
	c->primed = true;
}

void controller_rest(struct controller *c)
{
	c->flow_permille = 0;
	c->saturated_ns = 0;
}

/* How fast the tip, @to_target above where it shall be, may fall, K/s; negative: is to rise. */
static double fall_k_s(const struct controller *c, double degc, double to_target,
		       const struct controller_goal *goal)
{
	double to_floor = degc - goal->floor_mdegc * 1e-3 - FLOOR_MARGIN_K;
	double fastest = fmin(FASTEST_K_S, fmax(WAY_HZ * c->way_k, LEAST_K_S));
	double gain_hz = APPROACH_HZ;

	if (fabs(to_target) < NEAR_K)
		gain_hz += (HOLD_HZ - APPROACH_HZ) * c->near_s / HOLD_S;
	return fmin(fmin(gain_hz * to_target, fastest), to_floor / FLOOR_LEAD_S);
}

/* Where the tip is on its way, @to_target from the target. */
static void note_way(struct controller *c, double to_target, double dt_s)
{
	if (!c->flow_permille)
		c->way_k = to_target;
	if (fabs(to_target) < NEAR_K)
		c->near_s = fmin(c->near_s + dt_s, HOLD_S);
	else if (fabs(to_target) > AWAY_K)
		c->near_s = 0;
}

/*
 * The valve keeps its pace at the least flow, and begins a new one, at once, after none: a hold that
 * went to and fro between none and a little would get an opening each time.
 */
static uint32_t keep_pace(const struct controller *c, double flow)
{
	uint32_t permille = (uint32_t)lround(flow * FULL_PERMILLE);

	return permille || !c->flow_permille ? permille : 1;
}

/* Nearly all the flow there is, or still on the way: what there is does not bring it there. */
static bool is_saturated(const struct controller *c, const struct controller_goal *goal)
{
	double to_target = c->tip.state[TIP_STEEL] - goal->target_mdegc * 1e-3;

	return c->flow_permille >= SATURATED_PERMILLE || to_target > ON_THE_WAY_K;
}

static bool is_too_cold(const struct controller *c, const struct controller_goal *goal)
{
	return c->tip.state[TIP_SENSED] < goal->target_mdegc * 1e-3 - TOO_COLD_K;
}

uint32_t controller_flow(struct controller *c, const struct controller_goal *goal, int64_t dt_ns)
{
	struct tip_model ahead;
	double flow, degc, to_target;

	if (!c->primed)
		return 0;
	ahead = tip_model_ahead(&c->tip, LEAD_S);
	degc = ahead.state[TIP_STEEL];
	to_target = degc - goal->target_mdegc * 1e-3;
	note_way(c, to_target, dt_ns * 1e-9);
	to_target += tip_model_skew_k(&c->tip) * c->near_s / HOLD_S;
	flow = tip_model_flow_for(&ahead, -fall_k_s(c, degc, to_target, goal));
	flow = tip_model_duty_for(&c->tip, fmin(fmax(flow, 0), 1));
	c->flow_permille = is_too_cold(c, goal) ? 0 : keep_pace(c, flow);
	if (is_saturated(c, goal))
		c->saturated_ns += dt_ns;
	else
		c->saturated_ns = c->saturated_ns > dt_ns ? c->saturated_ns - dt_ns : 0;
	return c->flow_permille;
}
