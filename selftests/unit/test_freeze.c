// SPDX-License-Identifier: GPL-2.0-or-later
/* The account of freeze time: when a freeze begins and ends, and what its window remembers. */
#include "kernel/freeze.h"
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

TEST_MAIN()
