// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test of the valves: its steps to the nanosecond, what it takes for a leak; and the interlock
 * around it, which grants no flow until it is over.
 */
#include "kernel/interlock/outputs.h"
#include "selftests/unit/test.h"

#define MS CRYO_NS_PER_MS
#define T_MS 20
#define WARM_MDEGC 34000
/* More than the test of a needle at rest takes. */
#define TEST_PERIODS 200
#define FREEZE CRYOPROBE_OUT_FREEZE
#define SUPPLY (CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT)

static const struct cryo_valve_times times = {
	.rest_ms = 2000, .cool_ms = 10000, .open_ms = 1000, .shut_ms = 200,
};

/* When each step begins, and what it has open. */
static const struct { s64 begin_ms; enum cryo_valve_step step; u32 open; } steps[] = {
	{ 0, CRYO_VALVES_FREEZE, FREEZE },
	{ 1000, CRYO_VALVES_FREEZE_SHUT, 0 },
	{ 1200, CRYO_VALVES_SUPPLY, SUPPLY },
	{ 2200, CRYO_VALVES_SUPPLY_SHUT, 0 },
	{ 2400, CRYO_VALVES_IDLE, 0 },
};

TEST(steps_have_their_order_and_times)
{
	struct cryo_valves v = { .times = times };

	cryo_valves_begin(&v, 0);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		s64 begin_ns = steps[i].begin_ms * MS;

		if (i) {
			cryo_valves_pass(&v, begin_ns - 1);
			EXPECT_EQ(v.step, steps[i - 1].step);
			EXPECT_EQ(cryo_valves_open(&v, begin_ns - 1), steps[i - 1].open);
			/* Closed in time, whoever looks. */
			EXPECT_EQ(cryo_valves_open(&v, begin_ns), 0);
		}
		cryo_valves_pass(&v, begin_ns);
		EXPECT_EQ(v.step, steps[i].step);
		EXPECT_EQ(cryo_valves_open(&v, begin_ns), steps[i].open);
		EXPECT_EQ(cryo_valves_testing(&v), steps[i].step != CRYO_VALVES_IDLE);
	}
}

TEST(late_look_makes_no_step_shorter)
{
	struct cryo_valves v = { .times = times };

	cryo_valves_begin(&v, 0);
	cryo_valves_pass(&v, 0);
	cryo_valves_pass(&v, 1500 * MS);
	EXPECT_EQ(v.step, CRYO_VALVES_FREEZE_SHUT);
	EXPECT_EQ(v.end_ns, 1700 * MS);
}

TEST(rests_after_flow_and_heating)
{
	static const struct { bool flow, heat; s64 rest_ms; } cases[] = {
		{ false, false, 0 }, { true, false, 2000 }, { false, true, 10000 },
		{ true, true, 10000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cryo_valves v = { .times = times };

		cryo_valves_disturb(&v, cases[i].flow, cases[i].heat, 100 * MS);
		cryo_valves_disturb(&v, false, false, 200 * MS);
		cryo_valves_begin(&v, 100 * MS);
		EXPECT_EQ(v.step, cases[i].rest_ms ? CRYO_VALVES_REST : CRYO_VALVES_FREEZE);
		if (cases[i].rest_ms)
			EXPECT_EQ(v.end_ns, (100 + cases[i].rest_ms) * MS);
	}
}

TEST(flow_does_not_shorten_the_rest_after_heating)
{
	struct cryo_valves v = { .times = times };

	cryo_valves_disturb(&v, false, true, 0);
	cryo_valves_disturb(&v, true, false, MS);
	EXPECT_EQ(v.rest_ns, 10000 * MS);
}

TEST(no_test_without_time)
{
	struct cryo_valves v = { .times = { .rest_ms = 2000, .shut_ms = 200 } };

	cryo_valves_begin(&v, 0);
	EXPECT(!cryo_valves_testing(&v));
}

/* Readings from the begin of one valve's turn, in periods; and the verdict. */
static const struct {
	const char *name;
	s32 falls[5];		/* below the first reading */
	bool failed;
} readings[] = {
	{ "still", { 0, 0, 0, 0, 0 }, false },
	{ "as far as it may", { 0, 2000, 2000, 2000, 2000 }, false },
	{ "further once", { 0, 2001, 0, 2001, 0 }, false },
	{ "further twice", { 0, 2001, 2001, 0, 0 }, true },
	{ "after a rise", { 0, -1500, 501, 501, 501 }, true },
	{ "in every other reading", { 0, 2001, 2000, 2001, 2000 }, false },
};

/* Of each valve, and while all is shut after it. */
static const struct { s64 begin_ms; u32 code; } turns[] = {
	{ 0, CRYOPROBE_FAULT_TEST_SUPPLY_VALVE }, { 1000, CRYOPROBE_FAULT_TEST_SUPPLY_VALVE },
	{ 1200, CRYOPROBE_FAULT_TEST_FREEZE_VALVE }, { 2200, CRYOPROBE_FAULT_TEST_FREEZE_VALVE },
};

static u32 failed_in(s64 begin_ms, const s32 falls[5])
{
	struct cryo_valves v = { .times = times };
	u32 failed = 0;

	cryo_valves_begin(&v, 0);
	for (size_t i = 0; steps[i].begin_ms <= begin_ms; i++) {
		cryo_valves_pass(&v, steps[i].begin_ms * MS);
		cryo_valves_look(&v, WARM_MDEGC);
	}
	for (size_t i = 0; i < 5; i++) {
		cryo_valves_look(&v, WARM_MDEGC - falls[i]);
		failed = failed ?: cryo_valves_failed(&v);
	}
	return failed;
}

TEST(a_falling_tip_names_the_valve_that_leaks)
{
	for (size_t i = 0; i < ARRAY_SIZE(readings); i++)
		for (size_t t = 0; t < ARRAY_SIZE(turns); t++) {
			u32 failed = failed_in(turns[t].begin_ms, readings[i].falls);

			EXPECT_EQ(failed, readings[i].failed ? turns[t].code : 0);
			if (failed != (readings[i].failed ? turns[t].code : 0))
				DIAG("%s, at %lld ms", readings[i].name, turns[t].begin_ms);
		}
}

TEST(what_falls_before_and_after_is_no_leak)
{
	struct cryo_valves v = { .times = times };

	cryo_valves_disturb(&v, true, false, 0);
	cryo_valves_begin(&v, 0);
	cryo_valves_look(&v, WARM_MDEGC);
	cryo_valves_look(&v, 0);
	cryo_valves_look(&v, 0);
	EXPECT_EQ(cryo_valves_failed(&v), 0);
	cryo_valves_pass(&v, 2000 * MS);
	cryo_valves_look(&v, -1000);
	cryo_valves_look(&v, -1000);
	EXPECT_EQ(cryo_valves_failed(&v), 0);
	cryo_valves_stop(&v);
	cryo_valves_look(&v, -20000);
	cryo_valves_look(&v, -20000);
	EXPECT_EQ(cryo_valves_failed(&v), 0);
}

TEST(each_valve_starts_from_the_tip_as_it_is)
{
	struct cryo_valves v = { .times = times };

	cryo_valves_begin(&v, 0);
	cryo_valves_pass(&v, 0);
	cryo_valves_look(&v, WARM_MDEGC);
	cryo_valves_look(&v, WARM_MDEGC - 1900);
	cryo_valves_pass(&v, 1000 * MS);
	cryo_valves_pass(&v, 1200 * MS);
	cryo_valves_look(&v, WARM_MDEGC - 3000);
	cryo_valves_look(&v, WARM_MDEGC - 3800);
	cryo_valves_look(&v, WARM_MDEGC - 3800);
	EXPECT_EQ(cryo_valves_failed(&v), 0);
}

TEST(cold_needle_is_compared_with_itself)
{
	struct cryo_valves v = { .times = times };

	cryo_valves_begin(&v, 0);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		cryo_valves_pass(&v, steps[i].begin_ms * MS);
		for (int k = 0; k < 3; k++)
			cryo_valves_look(&v, -40000);
		EXPECT_EQ(cryo_valves_failed(&v), 0);
	}
}

TEST(what_got_through_may_arrive_when_all_is_shut)
{
	for (size_t i = 1; i < ARRAY_SIZE(steps); i += 2) {
		struct cryo_valves v = { .times = times };

		cryo_valves_begin(&v, 0);
		for (size_t k = 0; k < i; k++)
			cryo_valves_pass(&v, steps[k].begin_ms * MS);
		cryo_valves_look(&v, WARM_MDEGC);
		cryo_valves_pass(&v, steps[i].begin_ms * MS);
		for (int k = 0; k < 3; k++)
			cryo_valves_look(&v, WARM_MDEGC - 2001);
		EXPECT_EQ(v.step, steps[i].step);
		EXPECT_NE(cryo_valves_failed(&v), 0);
		EXPECT_EQ(v.fallen, CRYO_VALVES_FALLEN);
		EXPECT_EQ(v.fall_mdegc, 2001);
	}
}

TEST(next_test_knows_nothing_of_the_last)
{
	struct cryo_valves v = { .times = times };

	cryo_valves_begin(&v, 0);
	cryo_valves_look(&v, WARM_MDEGC);
	cryo_valves_look(&v, 0);
	cryo_valves_look(&v, 0);
	EXPECT_NE(cryo_valves_failed(&v), 0);
	cryo_valves_stop(&v);
	EXPECT_EQ(cryo_valves_failed(&v), 0);
	/* Even before there was a reading. */
	cryo_valves_begin(&v, 5000 * MS);
	EXPECT_EQ(v.step, CRYO_VALVES_FREEZE);
	EXPECT_EQ(cryo_valves_failed(&v), 0);
}

/* The interlock around it */

struct bench {
	struct cryo_interlock il;
	struct cryo_outputs outputs;
	struct cryo_period period;
	s64 now_ns;
	u32 driven;
};

static const struct cryo_interlock_config config = {
	.caps = {
		.validity_min_ms = 20, .validity_max_ms = 1000, .tip_floor_mdegc = -90000,
		.freeze_max_ms = 60000, .total_max_ms = 120000, .total_window_ms = 640000,
		.idle_max_ms = 300000, .heat_max_ms = 10000, .heat_max_mdegc = 43000,
	},
	.channels = 1, .required = BIT(0), .tail_ms = 500, .lag_ms = 100, .has_thaw = true,
	.valve_times = { .rest_ms = 2000, .cool_ms = 10000, .open_ms = 1000, .shut_ms = 200 },
};

static const struct cryoprobe_limits limits = {
	.validity_ms = 200, .tip_floor_mdegc = -80000, .freeze_max_ms = 30000,
	.total_max_ms = 90000, .idle_max_ms = 1000, .heat_max_ms = 5000, .heat_max_mdegc = 42000,
};

static void tick(struct bench *b)
{
	static const struct cryo_lines lines = { .estop_released = true };

	cryo_interlock_tick(&b->il, &lines, b->now_ns);
	cryo_outputs_look(&b->outputs, b->now_ns);
}

static void follow(struct bench *b)
{
	b->driven = cryo_outputs_follow(&b->outputs, &b->il, b->now_ns);
}

TEST(tip_may_be_falling_when_bound)
{
	struct cryo_interlock il;

	cryo_interlock_init(&il, &config, 100 * MS);
	cryo_valves_begin(&il.valves, 2100 * MS - 1);
	EXPECT_EQ(il.valves.step, CRYO_VALVES_REST);
	cryo_valves_pass(&il.valves, 2100 * MS);
	EXPECT_EQ(il.valves.step, CRYO_VALVES_FREEZE);
}

/* One period of the sampler, and the guard behind it. */
static void next_period(struct bench *b)
{
	b->now_ns += T_MS * MS;
	b->period.seq++;
	b->period.time_ns = b->now_ns;
	b->period.due_ns = b->now_ns;
	b->period.next_due_ns = b->now_ns + T_MS * MS;
	b->period.tip_code++;
	cryo_interlock_period(&b->il, &b->period, b->now_ns);
	tick(b);
	cryo_outputs_open(&b->outputs, &b->il, b->now_ns);
	cryo_interlock_pulse(&b->il, b->now_ns);
	follow(b);
}

static u32 turn(struct bench *b, u32 flow, u32 thaw)
{
	next_period(b);
	return cryo_interlock_command(&b->il, b->period.seq, flow, thaw, b->now_ns);
}

static bool testing(const struct bench *b)
{
	struct cryoprobe_status status = {};

	cryo_interlock_status(&b->il, &status);
	return status.due & CRYOPROBE_DUE_VALVES;
}

static void arm(struct bench *b)
{
	EXPECT_EQ(cryo_interlock_arm(&b->il, 5000, b->now_ns), 0);
	for (int i = 0; i < 4; i++)
		next_period(b);
	EXPECT_EQ(cryo_interlock_state(&b->il), CRYOPROBE_STATE_DISARMED);
	EXPECT(!testing(b));
	next_period(b);
	EXPECT_EQ(cryo_interlock_state(&b->il), CRYOPROBE_STATE_ARMED);
	EXPECT(testing(b));
}

/* Armed, long after bind. */
static struct bench armed_bench(void)
{
	struct bench b = {
		.period.value[0] = { WARM_MDEGC, CRYOPROBE_VALUE_VALID | CRYOPROBE_VALUE_FRESH },
		.outputs.valve = {
			.min_on_ns = 15 * MS, .min_off_ns = 15 * MS, .period_ns = 100 * MS,
		},
		.outputs.heater = { .min_on_ns = MS, .min_off_ns = MS, .period_ns = 100 * MS },
	};

	cryo_interlock_init(&b.il, &config, 0);
	cryo_interlock_start_sampling(&b.il, T_MS * 1000, T_MS * MS);
	cryo_outputs_reset(&b.outputs, 0);
	cryo_interlock_tick(&b.il, &(struct cryo_lines){}, 0);
	for (int i = 0; i < 110; i++)
		next_period(&b);
	EXPECT_EQ(cryo_interlock_clear(&b.il, b.il.fault_seq), 0);
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &limits), 0);
	arm(&b);
	return b;
}

static struct bench tested_bench(void)
{
	struct bench b = armed_bench();

	for (int i = 0; i < TEST_PERIODS && testing(&b); i++)
		turn(&b, 0, 0);
	EXPECT(!testing(&b));
	return b;
}

TEST(each_valve_is_open_alone_for_its_time)
{
	struct bench b = armed_bench();
	unsigned int freeze = b.driven == FREEZE, supply = 0, periods = 0;

	for (; testing(&b) && periods < TEST_PERIODS; periods++) {
		EXPECT_EQ(turn(&b, 0, 0), CRYOPROBE_VERDICT_GRANTED);
		EXPECT(b.driven == 0 || b.driven == FREEZE || b.driven == SUPPLY);
		/* First the one, then the other. */
		EXPECT(b.driven != FREEZE || !supply);
		freeze += b.driven == FREEZE;
		supply += b.driven == SUPPLY;
	}
	EXPECT_EQ(periods, 2400 / T_MS);
	EXPECT_EQ(freeze, 1000 / T_MS);
	EXPECT_EQ(supply, 1000 / T_MS);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(flow_and_thaw_wait_for_the_test)
{
	static const struct { u32 flow, thaw; } asked[] = { { 500, 0 }, { 0, 500 } };

	for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
		struct bench b = armed_bench();
		unsigned int waited = 0;

		while (waited < TEST_PERIODS &&
		       turn(&b, asked[i].flow, asked[i].thaw) == CRYOPROBE_VERDICT_TESTING) {
			EXPECT_EQ(b.il.flow, 0);
			EXPECT_EQ(b.il.thaw, 0);
			EXPECT(!b.il.freeze.active);
			EXPECT_EQ(b.il.command_seq, b.period.seq);
			EXPECT(b.il.grant_ns == b.now_ns + 200 * MS);
			waited++;
		}
		EXPECT_EQ(waited, 2400 / T_MS - 1);
		EXPECT_EQ(b.il.flow, asked[i].flow);
		EXPECT_EQ(b.il.thaw, asked[i].thaw);
		next_period(&b);
		EXPECT_EQ(b.driven, asked[i].flow ? SUPPLY | FREEZE : CRYOPROBE_OUT_THAW);
	}
}

TEST(test_needs_a_controller_that_answers)
{
	struct bench b = armed_bench();

	for (int i = 0; i < 9; i++)
		next_period(&b);
	EXPECT_EQ(b.driven, FREEZE);
	EXPECT_EQ(cryo_interlock_permit(&b.il, b.il.grant_ns - 1), FREEZE);
	EXPECT_EQ(cryo_interlock_permit(&b.il, b.il.grant_ns), 0);
	EXPECT_EQ(cryo_outputs_deadline(&b.outputs, &b.il, b.now_ns), b.il.grant_ns);
	next_period(&b);
	EXPECT_EQ(b.il.latched, BIT_ULL(CRYOPROBE_FAULT_EXPIRED));
	EXPECT_EQ(b.driven, 0);
	EXPECT(!testing(&b));
}

TEST(guard_closes_at_the_end_of_a_step_and_opens_nothing)
{
	struct bench b = armed_bench();
	s64 end_ns = b.il.valves.end_ns;

	while (end_ns - b.now_ns > T_MS * MS)
		turn(&b, 0, 0);
	b.now_ns = end_ns - MS;
	tick(&b);
	follow(&b);
	EXPECT_EQ(b.driven, FREEZE);
	EXPECT_EQ(cryo_outputs_deadline(&b.outputs, &b.il, b.now_ns), end_ns);
	b.now_ns = end_ns;
	tick(&b);
	follow(&b);
	EXPECT_EQ(b.driven, 0);
	/* Nor in the supply valve's turn, until the sampler does. */
	cryo_valves_pass(&b.il.valves, b.il.valves.end_ns);
	follow(&b);
	EXPECT_EQ(cryo_interlock_permit(&b.il, b.now_ns), SUPPLY);
	EXPECT_EQ(b.driven, 0);
}

/* The tip falls by 2.1 degC while one of the valves is open. */
static const struct { u32 open; enum cryoprobe_fault code; } leaks[] = {
	{ FREEZE, CRYOPROBE_FAULT_TEST_SUPPLY_VALVE },
	{ SUPPLY, CRYOPROBE_FAULT_TEST_FREEZE_VALVE },
};

TEST(leak_latches_and_is_tested_again)
{
	for (size_t i = 0; i < ARRAY_SIZE(leaks); i++) {
		const struct cryoprobe_fault_record *record;
		struct bench b = armed_bench();

		for (int k = 0; k < TEST_PERIODS && b.driven != leaks[i].open; k++)
			turn(&b, 500, 0);
		turn(&b, 500, 0);
		b.period.value[0].value -= 2100;
		turn(&b, 500, 0);
		EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
		EXPECT_EQ(turn(&b, 500, 0), CRYOPROBE_VERDICT_FAULT);
		EXPECT_EQ(b.il.latched, BIT_ULL(leaks[i].code));
		EXPECT_EQ(b.driven, 0);
		record = &b.il.record[leaks[i].code];
		EXPECT_EQ(record->channel, 0);
		EXPECT_EQ(record->value, 2100);
		EXPECT_EQ(record->limit, 2000);
		EXPECT_EQ(cryo_interlock_clear(&b.il, b.il.fault_seq), 0);
		arm(&b);
	}
}

TEST(every_arming_tests_again_after_a_rest)
{
	struct bench b = tested_bench();

	EXPECT_EQ(turn(&b, 500, 0), CRYOPROBE_VERDICT_GRANTED);
	turn(&b, 500, 0);
	cryo_interlock_disarm(&b.il, b.now_ns);
	follow(&b);
	arm(&b);
	EXPECT_EQ(b.il.valves.step, CRYO_VALVES_REST);
	EXPECT_EQ(b.driven, 0);
	/* Five periods of it were the arm sequence. */
	EXPECT_EQ(b.il.valves.end_ns - b.now_ns, (2000 - 5 * T_MS) * MS);
	EXPECT_EQ(cryo_interlock_deadline(&b.il, b.now_ns), b.il.last.next_due_ns + 40 * MS + 1);
	for (int i = 0; i < 2000 / T_MS - 5; i++)
		turn(&b, 0, 0);
	EXPECT_EQ(b.il.valves.step, CRYO_VALVES_FREEZE);
}

TEST(every_stop_breaks_the_test_off)
{
	struct bench b = armed_bench();

	turn(&b, 0, 0);
	cryo_interlock_disarm(&b.il, b.now_ns);
	EXPECT(!testing(&b));
	EXPECT_EQ(cryo_interlock_permit(&b.il, b.now_ns), 0);
}

TEST(idle_time_begins_behind_the_test)
{
	struct bench b = armed_bench();

	/* Longer than the longest idle time of one second. */
	for (int i = 0; i < TEST_PERIODS && testing(&b); i++)
		turn(&b, 0, 0);
	EXPECT_EQ(b.il.idle_since_ns + T_MS * MS, b.now_ns);
	for (int i = 0; i < 1000 / T_MS; i++)
		turn(&b, 0, 0);
	EXPECT_EQ(b.il.latched, BIT_ULL(CRYOPROBE_FAULT_IDLE_TIME));
}

TEST_MAIN()
