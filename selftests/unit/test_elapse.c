// SPDX-License-Identifier: GPL-2.0-or-later
/* What time alone ends: grants, late periods, freezes, heating, idle; whoever looks first. */
#include "selftests/unit/test_interlock.h"

/*
 * Whoever looks first finds what is over: guard, pulse, command, and the sampler that comes back. A
 * look at the very time finds it, the one before does not.
 */

static void command_again(struct bench *b)
{
	command(b, 500, 0);
}

static void pulse(struct bench *b)
{
	cryo_interlock_pulse(&b->il, b->now_ns);
}

static void finish_period(struct bench *b)
{
	b->period.seq++;
	cryo_interlock_period(&b->il, &b->period, b->now_ns);
}

static void look(struct bench *b)
{
	cryo_interlock_tick(&b->il, &b->lines, b->now_ns);
}

static void expect_found_at(const struct bench *before, void (*looks)(struct bench *b), s64 at_ns,
			    enum cryoprobe_fault code)
{
	struct bench b = *before;

	b.now_ns = at_ns - 1;
	looks(&b);
	EXPECT_EQ(b.il.latched, 0);
	b = *before;
	b.now_ns = at_ns;
	looks(&b);
	EXPECT(latched(&b, code));
}

TEST(grant_that_is_over_is_found_by_whoever_looks)
{
	static void (*const looks[])(struct bench *b) = { look, command_again, finish_period };
	struct bench b = flowing_bench();

	/* As short as it may be, so that no period is late before. */
	b.il.limits.validity_ms = 3 * T_MS;
	turn(&b, 500);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		expect_found_at(&b, looks[i], b.now_ns + 3 * T_MS * MS, CRYOPROBE_FAULT_EXPIRED);
}

TEST(period_that_is_late_is_found_by_whoever_looks)
{
	static void (*const looks[])(struct bench *b) = { look, command_again, finish_period };
	struct bench b = flowing_bench();

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		expect_found_at(&b, looks[i], b.period.next_due_ns + 40 * MS + 1,
				CRYOPROBE_FAULT_LATE);
}

TEST(gap_of_the_pulse_is_found_by_whoever_looks)
{
	static void (*const looks[])(struct bench *b) = { look, pulse, command_again };
	struct bench b = flowing_bench();

	/* The guard does not come, and the sampler goes on. */
	for (int i = 0; i < 4; i++) {
		b.now_ns += T_MS * MS;
		b.period.time_ns = b.now_ns;
		b.period.next_due_ns = b.now_ns + T_MS * MS;
		finish_period(&b);
	}
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		expect_found_at(&b, looks[i], b.il.pulse_ns + 100 * MS, CRYOPROBE_FAULT_PULSE_GAP);
}

TEST(late_is_never_less_than_thirty_milliseconds)
{
	struct bench b = ready_bench();
	s64 due_ns;

	cryo_interlock_start_sampling(&b.il, 10000, b.now_ns + T_MS * MS);
	next_period(&b);
	arm(&b);
	due_ns = b.period.next_due_ns;
	b.now_ns = due_ns + 30 * MS;
	tick(&b);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
	b.now_ns++;
	tick(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_LATE));
}

/* Freezing and heating */

TEST(freeze_lasts_until_thawed_for_two_seconds)
{
	struct bench b = flowing_bench();
	struct cryoprobe_status status = {};

	ramp(&b, 500, 0);
	turns(&b, 500, 50);
	tip(&b, 501);
	turns(&b, 0, 99);
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.freeze_ms, (34000 / 20 / T_MS + 149) * T_MS);
	/* A moment of cold counts the two seconds anew. */
	tip(&b, 500);
	turn(&b, 0);
	tip(&b, 501);
	turns(&b, 0, 100);
	EXPECT(b.il.freeze.active);
	turns(&b, 0, 2);
	EXPECT(!b.il.freeze.active);
}

TEST(freeze_time_is_not_reset_by_anything_but_thawing)
{
	struct bench b = flowing_bench();
	s64 begun_ns;

	ramp(&b, 500, -20000);
	begun_ns = b.now_ns - b.il.freeze.length_ns;
	cryo_interlock_disarm(&b.il, b.now_ns);
	cryo_interlock_release(&b.il, b.now_ns);
	periods(&b, 20);
	cryo_interlock_set_limits(&b.il, &some_limits);
	arm(&b);
	turn(&b, 500);
	EXPECT_EQ(b.il.freeze.length_ns, b.now_ns - begun_ns);
}

TEST(freeze_over_its_time_does_not_go_on_after_a_clear)
{
	struct bench b = flowing_bench();

	freeze_too_long(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_FREEZE_TIME));
	EXPECT_EQ(clear(&b), 0);
	arm(&b);
	next_period(&b);
	/* Heating is allowed, and more flow is not. */
	EXPECT_EQ(command(&b, 0, 500), CRYOPROBE_VERDICT_GRANTED);
	next_period(&b);
	EXPECT_EQ(command(&b, 1, 0), CRYOPROBE_VERDICT_FAULT);
	EXPECT(latched(&b, CRYOPROBE_FAULT_FREEZE_TIME));
}

TEST(flow_that_does_not_cool_is_one_long_freeze)
{
	struct bench b = flowing_bench();

	turns(&b, 500, some_limits.freeze_max_ms / T_MS);
	EXPECT(latched(&b, CRYOPROBE_FAULT_FREEZE_TIME));
}

/* Freezes for less than a second, and heats. */
static struct bench short_bench(void)
{
	struct bench b = armed_bench();

	b.il.limits.validity_ms = 1000;
	b.il.limits.heat_max_ms = 100;
	b.il.limits.total_max_ms = 100;
	next_period(&b);
	return b;
}

TEST(times_are_watched_between_commands)
{
	struct bench flow = short_bench(), thaw = short_bench();

	EXPECT_EQ(command(&flow, 500, 0), CRYOPROBE_VERDICT_GRANTED);
	periods(&flow, 100 / T_MS - 1);
	EXPECT_EQ(permit(&flow), FLOWING);
	next_period(&flow);
	EXPECT(latched(&flow, CRYOPROBE_FAULT_TOTAL_TIME));
	EXPECT(recorded(&flow, CRYOPROBE_FAULT_TOTAL_TIME, -1, 100, 100));

	EXPECT_EQ(command(&thaw, 0, 500), CRYOPROBE_VERDICT_GRANTED);
	periods(&thaw, 100 / T_MS - 1);
	EXPECT_EQ(permit(&thaw), CRYOPROBE_OUT_THAW);
	next_period(&thaw);
	EXPECT(latched(&thaw, CRYOPROBE_FAULT_OVERHEAT));
	EXPECT(recorded(&thaw, CRYOPROBE_FAULT_OVERHEAT, -1, 100, 100));
}

TEST(total_counts_in_a_sliding_window)
{
	struct bench b = flowing_bench();
	unsigned int freezes;

	for (freezes = 0; freezes < 10; freezes++) {
		ramp(&b, 500, -20000);
		turns(&b, 500, 16000 / T_MS);
		if (cryo_interlock_state(&b.il) == CRYOPROBE_STATE_FAULT)
			break;
		ramp(&b, 0, 10000);
		turns(&b, 0, 3000 / T_MS);
	}
	/* Each takes some 20 s and the time to thaw, and 90 s are allowed. */
	EXPECT_EQ(freezes, 4);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TOTAL_TIME));
	tip(&b, 10000);
	periods(&b, 670000 / T_MS);
	EXPECT_EQ(cryo_freeze_total_ns(&b.il.freeze), 0);
}

TEST(freeze_with_a_lost_tip_ends_after_a_fixed_time)
{
	struct bench b = flowing_bench();

	b.period.value[TIP].status = BAD_STATUS;
	turns(&b, 500, 3);
	periods(&b, CRYO_THAW_ASSUMED_NS / MS / T_MS - 1);
	EXPECT(b.il.freeze.active);
	periods(&b, 2);
	EXPECT(!b.il.freeze.active);
}

TEST(heating_over_its_time_does_not_go_on)
{
	struct bench b = short_bench();

	heat(&b, 4);
	turn(&b, 0);
	b.il.limits.heat_max_ms = 40;
	next_period(&b);
	EXPECT_EQ(command(&b, 0, 500), CRYOPROBE_VERDICT_FAULT);
	EXPECT(latched(&b, CRYOPROBE_FAULT_OVERHEAT));
}

static void disarm(struct bench *b)
{
	cryo_interlock_disarm(&b->il, b->now_ns);
}

TEST(heating_counts_until_it_ends)
{
	static void (*const ends[])(struct bench *b) = { lose_controller, disarm, suspend, tick };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct bench b = armed_bench();

		next_period(&b);
		EXPECT_EQ(command(&b, 0, 500), CRYOPROBE_VERDICT_GRANTED);
		b.now_ns += 15 * MS;
		ends[i](&b);
		EXPECT_EQ(b.il.heat.heated_ns, 15 * MS);
	}
}

/* Idle */

TEST(idle_counts_only_above_zero)
{
	struct bench b = armed_bench();

	ramp(&b, 0, 0);
	turns(&b, 0, some_limits.idle_max_ms / T_MS * 2);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(idle_counts_from_the_first_thousandth_above_zero)
{
	struct bench b = armed_bench();

	ramp(&b, 0, 1);
	turns(&b, 0, some_limits.idle_max_ms / T_MS + 1);
	EXPECT(latched(&b, CRYOPROBE_FAULT_IDLE_TIME));
}

TEST(idle_begins_with_the_end_of_flow_or_heat)
{
	static const struct { u32 flow, thaw; } cases[] = { { 500, 0 }, { 0, 500 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = armed_bench();

		b.il.limits.idle_max_ms = 1000;
		for (int k = 0; k < 100; k++) {
			next_period(&b);
			command(&b, cases[i].flow, cases[i].thaw);
		}
		turns(&b, 0, 1000 / T_MS);
		EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
		turn(&b, 0);
		EXPECT(latched(&b, CRYOPROBE_FAULT_IDLE_TIME));
	}
}

TEST_MAIN()
