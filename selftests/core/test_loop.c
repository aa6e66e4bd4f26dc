// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sequencer and controller in closed loop with a small tip of their own: first order, a tail after
 * closing, the valve's pulses, a lagging and noisy sensor. It shares nothing with the ice model, so
 * what the feed-forward expects is wrong here and has to be learnt.
 */
#include "selftests/unit/test.h"

#include <math.h>

#include "selftests/core/bench.h"

#define STEP_S		0.005
#define VALVE_PERIOD_S	0.2

struct tip {
	double full_flow_k;	/* how far full flow cools it, K */
	double lag_s;
	double tail_s;
	double noise_k;
	double degc, cooling, sensed_degc;
	double valve_s;		/* within the valve's period */
	uint32_t random;
};

struct figures {
	double lowest_degc;
	double hold_square, hold_s;
};

static double noise(struct tip *tip)
{
	tip->random = tip->random * 1664525 + 1013904223;
	return ((tip->random >> 8) / 8388608.0 - 1) * tip->noise_k;
}

static void tip_step(struct tip *tip, uint32_t flow_permille)
{
	bool open = tip->valve_s < VALVE_PERIOD_S * flow_permille / 1000.0;

	tip->cooling += (open - tip->cooling) * STEP_S / tip->tail_s;
	tip->degc += (37 - tip->full_flow_k * tip->cooling - tip->degc) * STEP_S / tip->lag_s;
	tip->sensed_degc += (tip->degc - tip->sensed_degc) * STEP_S / 0.06;
	tip->valve_s = fmod(tip->valve_s + STEP_S, VALVE_PERIOD_S);
}

static void turn(struct bench *b, struct tip *tip)
{
	for (int i = 0; i < BENCH_PERIOD_US / 1e6 / STEP_S; i++)
		tip_step(tip, b->sample.flow_permille);
	bench_set_tip(b, tip->sensed_degc + noise(tip));
	bench_step(b);
	if (*bench_status(b).prompt)
		bench_verb(b, VERB_ADVANCE);
}

static void note(const struct bench *b, const struct tip *tip, struct figures *f)
{
	struct treatment_status status = bench_status(b);

	f->lowest_degc = fmin(f->lowest_degc, tip->degc);
	if (status.phase != PHASE_FREEZE || status.phase_ms < 4000)
		return;
	f->hold_square += (tip->degc + 60) * (tip->degc + 60) * BENCH_PERIOD_US * 1e-6;
	f->hold_s += BENCH_PERIOD_US * 1e-6;
}

static struct tip a_tip(double full_flow_k, double lag_s, double tail_s)
{
	return (struct tip){
		.full_flow_k = full_flow_k, .lag_s = lag_s, .tail_s = tail_s, .noise_k = 0.1,
		.degc = 37, .sensed_degc = 37, .random = 1,
	};
}

static void treat(struct tip tip, double rms_k)
{
	struct probe_profile profile = bench_profile();
	struct figures figures = { 0 };
	struct bench b;

	bench_init(&b, &profile);
	bench_start(&b);
	for (int n = 0; n < 300 * 50 && bench_phase(&b) != PHASE_IDLE; n++) {
		turn(&b, &tip);
		note(&b, &tip, &figures);
	}
	DIAG("full flow %.0f K, lag %.1f s, tail %.2f s: hold RMS %.2f K over %.0f s, lowest %.1f degC",
	     tip.full_flow_k, tip.lag_s, tip.tail_s, sqrt(figures.hold_square / figures.hold_s),
	     figures.hold_s, figures.lowest_degc);
	EXPECT_EQ(bench_status(&b).outcome, OUTCOME_COMPLETED);
	EXPECT_GT(figures.hold_s, 8.0);
	EXPECT_LT(sqrt(figures.hold_square / figures.hold_s), rms_k);
	EXPECT_GT(figures.lowest_degc, -80.0);
	EXPECT_EQ(b.command.flow_permille, 0);
	bench_free(&b);
}

TEST(holds_the_target)
{
	treat(a_tip(150, 4, 0.25), 2);
}

TEST(holds_with_little_flow_to_spare)
{
	treat(a_tip(110, 4, 0.25), 2);
}

TEST(holds_with_twice_the_flow_needed)
{
	treat(a_tip(200, 5, 0.25), 2);
}

TEST(holds_with_a_slow_needle)
{
	treat(a_tip(150, 8, 0.4), 2);
}

/* SM-SATURATED */
TEST(weak_supply_saturates_and_is_told)
{
	struct probe_profile profile = bench_profile();
	struct tip tip = a_tip(80, 4, 0.25);	/* reaches -43 degC */
	bool told = false;
	struct bench b;

	bench_init(&b, &profile);
	bench_start(&b);
	for (int n = 0; n < 60 * 50 && bench_phase(&b) != PHASE_WARM; n++) {
		turn(&b, &tip);
		told |= bench_has_alarm(&b, ALARM_SATURATED);
	}
	EXPECT(told);
	EXPECT_EQ(bench_phase(&b), PHASE_WARM);
	EXPECT_EQ(bench_status(&b).outcome, OUTCOME_ABORTED);
	bench_free(&b);
}

/* After a pause the hold goes on with what was learnt: the tip does not fall past the target. */
TEST(pause_is_bumpless)
{
	struct probe_profile profile = bench_profile();
	struct tip tip = a_tip(150, 4, 0.25);
	struct figures figures = { 0 };
	struct bench b;

	bench_init(&b, &profile);
	bench_start(&b);
	for (int n = 0; n < 60 * 50 && bench_phase(&b) != PHASE_FREEZE; n++)
		turn(&b, &tip);
	for (int n = 0; n < 5 * 50; n++)
		turn(&b, &tip);
	ASSERT_EQ(bench_verb(&b, VERB_PAUSE), 0);
	for (int n = 0; n < 5 * 50; n++)
		turn(&b, &tip);
	EXPECT_GT(tip.degc, -40.0);
	ASSERT_EQ(bench_verb(&b, VERB_RESUME), 0);
	for (int n = 0; n < 60 * 50 && bench_phase(&b) == PHASE_FREEZE; n++) {
		turn(&b, &tip);
		figures.lowest_degc = fmin(figures.lowest_degc, tip.degc);
	}
	EXPECT_EQ(bench_phase(&b), PHASE_THAW);
	EXPECT_GT(figures.lowest_degc, -65.0);
	bench_free(&b);
}

TEST_MAIN()
