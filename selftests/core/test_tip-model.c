// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the controller learns of a needle, from a small needle whose lag is known: steel
 * between full flow and two layers of tissue, behind a sensor of first order.
 */
#include "selftests/unit/test.h"

#include <math.h>

#include "daemon/core/controller.h"
#include "selftests/core/bench.h"

#define STEP_S		0.001
#define SAMPLE_STEPS	20
#define SAMPLE_S	(SAMPLE_STEPS * STEP_S)
#define TAIL_S		0.5
#define POWER		0.7	/* against nominal */

struct needle {
	double lag_s;
	double liquid_s, steel, near, far, sensed;
};

static void begin(struct needle *n, struct tip_model *m, double lag_s)
{
	struct probe_profile profile = bench_profile();

	*n = (struct needle){ .lag_s = lag_s, .steel = 37, .near = 37, .far = 37, .sensed = 37 };
	tip_model_init(m, &profile);
	tip_model_restart(m, 37);
}

static void needle_step(struct needle *n, const struct tip_model *nominal, double duty)
{
	double flow = fmin(sqrt(n->liquid_s / TAIL_S), n->liquid_s / STEP_S + duty);
	double contact = nominal->contact_hz;

	n->liquid_s += (duty - flow) * STEP_S;
	n->sensed += (n->steel - n->sensed) * STEP_S / n->lag_s;
	n->steel += (contact * (n->near - n->steel) - POWER * nominal->power_k_s * flow) * STEP_S;
	n->near += ((n->steel - n->near) / 0.5 + (n->far - n->near) / 0.5) * STEP_S;
	n->far += (n->near - n->far) / 3 * STEP_S;
}

static void sample(struct needle *n, struct tip_model *m, double duty)
{
	for (int i = 0; i < SAMPLE_STEPS; i++)
		needle_step(n, m, duty);
	tip_model_predict(m, duty, SAMPLE_S);
	tip_model_correct(m, n->sensed, SAMPLE_S, 0);
}

static void go_on(struct needle *n, struct tip_model *m, double duty, double time_s)
{
	for (double t = 0; t < time_s; t += SAMPLE_S)
		sample(n, m, duty);
}

TEST(a_sensors_lag_is_learnt_on_the_way)
{
	static const double lags_s[] = { 0.04, 0.1, 0.2, 0.3 };

	for (size_t i = 0; i < sizeof(lags_s) / sizeof(lags_s[0]); i++) {
		struct tip_model m;
		struct needle n;

		begin(&n, &m, lags_s[i]);
		go_on(&n, &m, 0, 1);
		go_on(&n, &m, 1, 1.5);
		DIAG("a lag of %.2f s is taken for %.3f s, a tip of %.1f degC for %.1f",
		     n.lag_s, tip_model_lag_s(&m), n.steel, m.state[TIP_STEEL]);
		EXPECT_GT(tip_model_lag_s(&m), 0.6 * n.lag_s);
		EXPECT_LT(tip_model_lag_s(&m), 1.4 * n.lag_s);
		EXPECT_LT(fabs(m.state[TIP_STEEL] - n.steel), 3.0);
	}
}

TEST(what_is_learnt_of_the_lag_is_kept)
{
	struct tip_model m;
	struct needle n;
	double lag_s;

	begin(&n, &m, 0.25);
	go_on(&n, &m, 1, 1.5);
	lag_s = tip_model_lag_s(&m);
	tip_model_restart(&m, n.sensed);
	EXPECT_EQ(tip_model_lag_s(&m), lag_s);
}

TEST(pulses_of_a_hold_are_not_taken_for_lag_or_contact)
{
	struct tip_model m;
	struct needle n;
	double lag_s, contact;

	begin(&n, &m, 0.1);
	go_on(&n, &m, 1, 1);
	lag_s = tip_model_lag_s(&m);
	contact = m.state[TIP_CONTACT];
	for (int i = 0; i < 1000; i++) {
		tip_model_predict(&m, 0.2, SAMPLE_S);
		tip_model_correct(&m, -60 + (i % 10 < 2 ? -1 : 1), SAMPLE_S, 20);
	}
	EXPECT_EQ(tip_model_lag_s(&m), lag_s);
	EXPECT_EQ(m.state[TIP_CONTACT], contact);
}

/* What pulses made of the filter in one patient: it took the tip for one that warms at once. */
TEST(a_tip_that_is_too_cold_gets_no_flow)
{
	const struct controller_goal goal = { .target_mdegc = -11000, .floor_mdegc = -40000 };
	struct probe_profile profile = bench_profile();
	struct controller c;

	for (int32_t mdegc = -12000; mdegc >= -14000; mdegc -= 2000) {
		controller_init(&c, &profile);
		controller_observe(&c, mdegc, SAMPLE_S * 1e9);
		c.tip.state[TIP_SOURCE] = 40;
		c.tip.state[TIP_POWER] = 0.3;
		if (mdegc == -12000)
			EXPECT_GT(controller_flow(&c, &goal, SAMPLE_S * 1e9), 0U);
		else
			EXPECT_EQ(controller_flow(&c, &goal, SAMPLE_S * 1e9), 0U);
	}
}

/* All that is behind the valve leaves in one period. What is left must not be less than nothing. */
TEST(a_little_flow_leaves_no_less_than_no_liquid)
{
	struct probe_profile profile = bench_profile();
	struct tip_model m;

	tip_model_init(&m, &profile);
	tip_model_restart(&m, -11);
	for (int i = 0; i < 1000; i++) {
		tip_model_predict(&m, (i * 7 % 60) / 1000.0 * (i % 3 > 0), 0.0382);
		EXPECT_GE(m.liquid_s, 0.0);
	}
}

/* None would begin a new pace of the valve, with an opening at once. */
TEST(a_hold_keeps_the_least_flow)
{
	const struct controller_goal goal = { .target_mdegc = -11000, .floor_mdegc = -40000 };
	struct probe_profile profile = bench_profile();
	struct controller c;

	controller_init(&c, &profile);
	controller_observe(&c, 20000, SAMPLE_S * 1e9);
	EXPECT_GT(controller_flow(&c, &goal, SAMPLE_S * 1e9), 0U);
	for (int i = 0; i < 20; i++)
		controller_observe(&c, -12500, SAMPLE_S * 1e9);
	EXPECT_EQ(controller_flow(&c, &goal, SAMPLE_S * 1e9), 1U);
	controller_rest(&c);
	EXPECT_EQ(controller_flow(&c, &goal, SAMPLE_S * 1e9), 0U);
}

/* As long as it is short, no other flow follows than if the value had been there. */
TEST(a_short_gap_is_passed_by_the_model)
{
	struct probe_profile profile = bench_profile();
	struct controller c;
	double source;

	controller_init(&c, &profile);
	for (int i = 0; i < 100; i++)
		controller_observe(&c, -11000 + i % 3, SAMPLE_S * 1e9);
	c.tip.state[TIP_SOURCE] = source = 20;
	for (int i = 0; i < 40; i++)
		controller_miss(&c, SAMPLE_S * 1e9);
	EXPECT(c.primed);
	EXPECT_EQ(c.tip.state[TIP_SOURCE], source);
	EXPECT_GT(c.tip.state[TIP_STEEL], -10.0);
	for (int i = 0; i < 20; i++)
		controller_miss(&c, SAMPLE_S * 1e9);
	EXPECT(!c.primed);
}

TEST_MAIN()
