// SPDX-License-Identifier: GPL-2.0-or-later
/* The account of freeze time: when a freeze begins and ends, and what its window remembers. */
#include "kernel/interlock/freeze.h"
#include "selftests/unit/test.h"

#define MS CRYO_NS_PER_MS
#define STEP_NS (20 * MS)
#define WINDOW_MS 640000
#define WARM_MDEGC 34000
#define COLD_MDEGC (-40000)

/* A freeze account with its clock. */
struct account {
	struct cryo_freeze freeze;
	s64 now_ns;
};

static struct account account_at(s64 now_ns)
{
	struct account a = { .now_ns = now_ns };

	cryo_freeze_init(&a.freeze, WINDOW_MS, now_ns);
	return a;
}

/* As the interlock does it, period by period. */
static void pass(struct account *a, bool flow, bool valid, s32 tip_mdegc, s64 length_ns)
{
	s64 end_ns = a->now_ns + length_ns;

	while (a->now_ns < end_ns) {
		a->now_ns += STEP_NS;
		cryo_freeze_count(&a->freeze, flow, a->now_ns);
		cryo_freeze_look(&a->freeze, valid, tip_mdegc, a->now_ns);
	}
}

static void freeze_for(struct account *a, s64 length_ns)
{
	cryo_freeze_begin(&a->freeze, a->now_ns);
	pass(a, true, true, COLD_MDEGC, length_ns);
}

TEST(nothing_is_frozen_at_first)
{
	struct account a = account_at(0);

	pass(&a, false, true, WARM_MDEGC, 10000 * MS);
	EXPECT(!a.freeze.active);
	EXPECT_EQ(cryo_freeze_total_ns(&a.freeze), 0);
}

TEST(flow_counts_from_its_grant)
{
	struct account a = account_at(0);

	freeze_for(&a, 30000 * MS);
	EXPECT(a.freeze.active);
	EXPECT_EQ(a.freeze.length_ns, 30000 * MS);
	EXPECT_EQ(cryo_freeze_total_ns(&a.freeze), 30000 * MS);
}

TEST(ice_counts_without_flow)
{
	struct account a = account_at(0);

	freeze_for(&a, 10000 * MS);
	pass(&a, false, true, COLD_MDEGC, 20000 * MS);
	EXPECT(a.freeze.active);
	EXPECT_EQ(a.freeze.length_ns, 30000 * MS);
}

TEST(second_grant_goes_on_with_the_same_freeze)
{
	struct account a = account_at(0);

	freeze_for(&a, 10000 * MS);
	pass(&a, false, true, COLD_MDEGC, 1000 * MS);
	freeze_for(&a, 10000 * MS);
	EXPECT_EQ(a.freeze.length_ns, 21000 * MS);
}

TEST(ends_when_the_tip_was_warm_for_two_seconds)
{
	struct account a = account_at(0);

	freeze_for(&a, 10000 * MS);
	pass(&a, false, true, CRYO_THAWED_MDEGC + 1, 1900 * MS);
	EXPECT(a.freeze.active);
	pass(&a, false, true, CRYO_THAWED_MDEGC + 1, 200 * MS);
	EXPECT(!a.freeze.active);
}

TEST(warm_and_cold_again_is_not_thawed)
{
	struct account a = account_at(0);

	freeze_for(&a, 10000 * MS);
	for (int i = 0; i < 10; i++) {
		pass(&a, false, true, WARM_MDEGC, 1500 * MS);
		pass(&a, false, true, CRYO_THAWED_MDEGC, 100 * MS);
	}
	EXPECT(a.freeze.active);
}

TEST(invalid_tip_thaws_only_after_the_longest_time)
{
	struct account a = account_at(0);

	freeze_for(&a, 10000 * MS);
	pass(&a, false, false, WARM_MDEGC, CRYO_THAW_ASSUMED_NS - STEP_NS);
	EXPECT(a.freeze.active);
	pass(&a, false, false, WARM_MDEGC, 2 * STEP_NS);
	EXPECT(!a.freeze.active);
}

TEST(total_is_never_less_than_the_truth)
{
	struct account a = account_at(123456789);

	/* Ten freezes of 10 s with 20 s between, all in the window. */
	for (int i = 1; i <= 10; i++) {
		freeze_for(&a, 10000 * MS);
		EXPECT_GE(cryo_freeze_total_ns(&a.freeze), i * 10000 * MS);
		pass(&a, false, true, WARM_MDEGC, 20000 * MS);
	}
	/* Two seconds more for each, until it was warm for long enough. */
	EXPECT_LE(cryo_freeze_total_ns(&a.freeze), 10 * 12100 * MS);
}

TEST(window_forgets_at_most_a_part_late)
{
	struct account a = account_at(0);

	freeze_for(&a, 10000 * MS);
	pass(&a, false, true, WARM_MDEGC, (WINDOW_MS - 20000) * MS);
	EXPECT_GE(cryo_freeze_total_ns(&a.freeze), 10000 * MS);
	pass(&a, false, true, WARM_MDEGC, 20000 * MS + 2 * a.freeze.part_ns);
	EXPECT_EQ(cryo_freeze_total_ns(&a.freeze), 0);
}

TEST(long_silence_is_counted)
{
	struct account a = account_at(0);

	freeze_for(&a, 1000 * MS);
	a.now_ns += 100000 * MS;
	cryo_freeze_count(&a.freeze, false, a.now_ns);
	EXPECT_EQ(a.freeze.length_ns, 101000 * MS);
	EXPECT_EQ(cryo_freeze_total_ns(&a.freeze), 101000 * MS);
}

/* To the nanosecond */

TEST(whatever_was_there_before_is_forgotten)
{
	struct cryo_freeze freeze;

	memset(&freeze, 0xff, sizeof(freeze));
	cryo_freeze_init(&freeze, WINDOW_MS, 5 * MS);
	EXPECT(!freeze.active);
	EXPECT(!freeze.warm);
	EXPECT_EQ(freeze.length_ns, 0);
	EXPECT_EQ(cryo_freeze_total_ns(&freeze), 0);
	EXPECT_EQ(freeze.counted_ns, 5 * MS);
	EXPECT_EQ(freeze.part_end_ns, 5 * MS + WINDOW_MS * MS / CRYO_FREEZE_PARTS);
}

TEST(window_lets_go_when_its_part_ends)
{
	struct account a = account_at(0);
	s64 part_ns = WINDOW_MS * MS / CRYO_FREEZE_PARTS, end_ns = (CRYO_FREEZE_PARTS + 1) * part_ns;

	freeze_for(&a, 1000 * MS);
	a.freeze.active = false;
	cryo_freeze_count(&a.freeze, false, end_ns - 1);
	EXPECT_EQ(cryo_freeze_total_ns(&a.freeze), 1000 * MS);
	cryo_freeze_count(&a.freeze, false, end_ns);
	EXPECT_EQ(cryo_freeze_total_ns(&a.freeze), 0);
}

TEST(silence_is_counted_in_the_parts_that_it_spans)
{
	struct account a = account_at(0);
	s64 part_ns = WINDOW_MS * MS / CRYO_FREEZE_PARTS, end_ns = (CRYO_FREEZE_PARTS + 1) * part_ns;

	/* Half of it in the first part, half in the next. */
	cryo_freeze_count(&a.freeze, false, part_ns - 1000 * MS);
	cryo_freeze_begin(&a.freeze, part_ns - 1000 * MS);
	cryo_freeze_count(&a.freeze, true, part_ns + 1000 * MS);
	a.freeze.active = false;
	cryo_freeze_count(&a.freeze, false, end_ns);
	EXPECT_EQ(cryo_freeze_total_ns(&a.freeze), 1000 * MS);
}

TEST(needle_may_be_cold_until_five_minutes_after_the_freeze)
{
	struct account a = account_at(1000000 * MS);
	s64 ended_ns;

	EXPECT(!cryo_freeze_recent(&a.freeze, a.now_ns));
	freeze_for(&a, 1000 * MS);
	EXPECT(cryo_freeze_recent(&a.freeze, a.now_ns));
	pass(&a, false, true, WARM_MDEGC, 2 * CRYO_THAWED_NS);
	ended_ns = a.freeze.ended_ns;
	EXPECT_EQ(ended_ns, 1001000 * MS + STEP_NS + CRYO_THAWED_NS);
	EXPECT(cryo_freeze_recent(&a.freeze, ended_ns + CRYO_THAW_ASSUMED_NS - 1));
	EXPECT(!cryo_freeze_recent(&a.freeze, ended_ns + CRYO_THAW_ASSUMED_NS));
}

/* Frozen at 1000 s, and at 1001 s warm for the first time. */
static struct account thawing(void)
{
	struct account a = account_at(1000000 * MS);

	freeze_for(&a, 1000 * MS);
	cryo_freeze_count(&a.freeze, false, a.now_ns + 1);
	cryo_freeze_look(&a.freeze, true, CRYO_THAWED_MDEGC + 1, ++a.now_ns);
	return a;
}

static bool active_after(struct account *a, s64 passed_ns, bool valid, s32 tip_mdegc)
{
	cryo_freeze_count(&a->freeze, false, a->now_ns + passed_ns);
	cryo_freeze_look(&a->freeze, valid, tip_mdegc, a->now_ns + passed_ns);
	return a->freeze.active;
}

TEST(thaw_takes_two_seconds_and_not_less)
{
	struct account early = thawing(), late = thawing();

	EXPECT(active_after(&early, CRYO_THAWED_NS - 1, true, CRYO_THAWED_MDEGC + 1));
	EXPECT(!active_after(&late, CRYO_THAWED_NS, true, CRYO_THAWED_MDEGC + 1));
}

TEST(thaw_begins_anew_after_a_lost_tip)
{
	struct account a = thawing();

	EXPECT(active_after(&a, 1000 * MS, false, 0));
	EXPECT(active_after(&a, CRYO_THAWED_NS, true, WARM_MDEGC));
	EXPECT(!active_after(&a, 2 * CRYO_THAWED_NS, true, WARM_MDEGC));
}

TEST(thaw_begins_anew_after_flow_that_no_look_saw)
{
	struct account granted = thawing(), counted = thawing();

	cryo_freeze_begin(&granted.freeze, granted.now_ns);
	EXPECT(active_after(&granted, CRYO_THAWED_NS, true, WARM_MDEGC));
	cryo_freeze_count(&counted.freeze, true, counted.now_ns);
	EXPECT(active_after(&counted, CRYO_THAWED_NS, true, WARM_MDEGC));
}

TEST(tip_is_not_warm_while_there_is_flow)
{
	struct account a = thawing();

	cryo_freeze_begin(&a.freeze, a.now_ns);
	cryo_freeze_look(&a.freeze, true, WARM_MDEGC, a.now_ns);
	EXPECT(!a.freeze.warm);
}

TEST(lost_tip_thaws_five_minutes_after_the_last_flow)
{
	struct account early = account_at(1000000 * MS), late = early;

	cryo_freeze_begin(&early.freeze, early.now_ns);
	cryo_freeze_begin(&late.freeze, late.now_ns);
	EXPECT(active_after(&early, CRYO_THAW_ASSUMED_NS - 1, false, 0));
	EXPECT(!active_after(&late, CRYO_THAW_ASSUMED_NS, false, 0));
}

TEST_MAIN()
