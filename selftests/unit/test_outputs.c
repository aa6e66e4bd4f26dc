// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The outputs: what is permitted is modulated, opened once in a period and otherwise only closed.
 * The interlock is put into the states that matter, not led there.
 */
#include "kernel/interlock/outputs.h"
#include "selftests/unit/test.h"

#define MS CRYO_NS_PER_MS
#define T_MS 20
#define NOW_NS (1000 * MS)
#define TAIL (CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT)
#define FLOWING (TAIL | CRYOPROBE_OUT_FREEZE)

struct bench {
	struct cryo_interlock il;
	struct cryo_outputs outputs;
};

static struct bench bench(u32 flow, u32 thaw)
{
	struct bench b = {
		.il = {
			.phase = CRYO_ARMED, .period_us = T_MS * 1000, .flow = flow, .thaw = thaw,
			.grant_ns = NOW_NS + 200 * MS,
		},
		.outputs = {
			.valve = { .min_on_ns = 15 * MS, .min_off_ns = 15 * MS, .period_ns = 100 * MS },
			.heater = { .min_on_ns = MS, .min_off_ns = MS, .period_ns = 100 * MS },
			.has_alarm = true,
		},
	};

	cryo_outputs_reset(&b.outputs, 0);
	return b;
}

static u32 follow(struct bench *b, s64 now_ns)
{
	return cryo_outputs_follow(&b->outputs, &b->il, now_ns) & ~CRYOPROBE_OUT_ALARM;
}

static struct bench open_bench(u32 flow, u32 thaw)
{
	struct bench b = bench(flow, thaw);

	cryo_outputs_open(&b.outputs, &b.il, NOW_NS);
	return b;
}

TEST(opens_what_is_permitted)
{
	struct bench flow = open_bench(1000, 0), thaw = open_bench(0, 1000), none = open_bench(0, 0);

	EXPECT_EQ(follow(&flow, NOW_NS), FLOWING);
	EXPECT_EQ(follow(&thaw, NOW_NS), CRYOPROBE_OUT_THAW);
	EXPECT_EQ(follow(&none, NOW_NS), 0);
}

TEST(starts_closed_whatever_was_before)
{
	struct bench flow = open_bench(1000, 0), thaw = open_bench(0, 1000);

	cryo_outputs_reset(&flow.outputs, NOW_NS);
	cryo_outputs_reset(&thaw.outputs, NOW_NS);
	EXPECT_EQ(follow(&flow, NOW_NS), 0);
	EXPECT_EQ(flow.outputs.opened, 0);
	EXPECT(!flow.outputs.valve.open);
	EXPECT(!thaw.outputs.heater.open);
}

TEST(a_stop_ends_the_cycle)
{
	struct bench b = open_bench(1000, 0);

	b.il.flow = 0;
	cryo_outputs_open(&b.outputs, &b.il, NOW_NS + T_MS * MS);
	EXPECT(!b.outputs.valve.running);
	EXPECT(!b.outputs.heater.running);
}

TEST(freeze_valve_has_no_cycle_while_the_other_is_tested)
{
	struct bench b = bench(0, 0);

	b.il.valves.step = CRYO_VALVES_SUPPLY;
	b.il.valves.end_ns = NOW_NS + 100 * MS;
	cryo_outputs_open(&b.outputs, &b.il, NOW_NS);
	EXPECT_EQ(follow(&b, NOW_NS), TAIL);
	EXPECT(!b.outputs.valve.running);
}

TEST(only_opening_opens)
{
	struct bench b = bench(1000, 0);

	EXPECT_EQ(follow(&b, NOW_NS), 0);
	cryo_outputs_look(&b.outputs, NOW_NS);
	EXPECT_EQ(follow(&b, NOW_NS), 0);
}

TEST(closes_with_the_permit)
{
	static const struct { u32 flow, thaw; } cases[] = { { 1000, 0 }, { 0, 1000 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = open_bench(cases[i].flow, cases[i].thaw);

		b.il.phase = CRYO_FAULT;
		EXPECT_EQ(follow(&b, NOW_NS + MS), 0);
		EXPECT(!b.outputs.valve.open);
		EXPECT(!b.outputs.heater.open);
		/* What is permitted again has to wait for the next period. */
		b.il.phase = CRYO_ARMED;
		EXPECT_EQ(follow(&b, NOW_NS + 2 * MS), 0);
	}
}

TEST(flow_that_ends_leaves_the_tail)
{
	struct bench b = open_bench(1000, 0);

	b.il.flow = 0;
	b.il.tail_ns = NOW_NS + 100 * MS;
	EXPECT_EQ(follow(&b, NOW_NS + MS), TAIL);
	cryo_outputs_open(&b.outputs, &b.il, NOW_NS + T_MS * MS);
	EXPECT_EQ(follow(&b, NOW_NS + T_MS * MS), TAIL);
	EXPECT_EQ(follow(&b, NOW_NS + 100 * MS), 0);
}

TEST(thaw_does_not_begin_before_the_next_period)
{
	struct bench b = open_bench(1000, 0);

	b.il.flow = 0;
	b.il.thaw = 1000;
	EXPECT_EQ(follow(&b, NOW_NS + MS), 0);
	cryo_outputs_open(&b.outputs, &b.il, NOW_NS + T_MS * MS);
	EXPECT_EQ(follow(&b, NOW_NS + T_MS * MS), CRYOPROBE_OUT_THAW);
}

TEST(cycles_are_whole_sampling_periods)
{
	static const struct { u32 flow, thaw; } cases[] = { { 500, 0 }, { 0, 500 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = bench(cases[i].flow, cases[i].thaw);
		const struct cryo_modulator *m = i ? &b.outputs.heater : &b.outputs.valve;

		/* Four of these are the first to hold 100 ms, and half of them is 60 ms. */
		b.il.period_us = 30000;
		cryo_outputs_open(&b.outputs, &b.il, NOW_NS);
		EXPECT_EQ(m->due_ns, NOW_NS + 60 * MS);
	}
}

TEST(closes_by_itself_a_period_and_a_half_later)
{
	static const struct { u32 flow, thaw, left; } cases[] = {
		{ 1000, 0, TAIL },
		{ 0, 1000, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = open_bench(cases[i].flow, cases[i].thaw);
		s64 close_ns = NOW_NS + 30 * MS;

		EXPECT_EQ(cryo_outputs_deadline(&b.outputs, &b.il, NOW_NS), close_ns);
		cryo_outputs_look(&b.outputs, close_ns - 1);
		EXPECT_NE(follow(&b, close_ns - 1), cases[i].left);
		cryo_outputs_look(&b.outputs, close_ns);
		EXPECT_EQ(follow(&b, close_ns), cases[i].left);
		EXPECT_EQ(cryo_outputs_deadline(&b.outputs, &b.il, close_ns), b.il.grant_ns);
	}
}

TEST(sounder_is_silent_but_in_fault)
{
	static const struct { enum cryo_phase phase; bool has_alarm; u32 alarm; } cases[] = {
		{ CRYO_DISARMED, true, CRYOPROBE_OUT_ALARM },
		{ CRYO_ARMING, true, CRYOPROBE_OUT_ALARM },
		{ CRYO_ARMED, true, CRYOPROBE_OUT_ALARM },
		{ CRYO_FAULT, true, 0 },
		{ CRYO_DISARMED, false, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = bench(0, 0);

		b.il.phase = cases[i].phase;
		b.outputs.has_alarm = cases[i].has_alarm;
		EXPECT_EQ(cryo_outputs_follow(&b.outputs, &b.il, NOW_NS), cases[i].alarm);
	}
}

TEST_MAIN()
