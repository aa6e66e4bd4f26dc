// SPDX-License-Identifier: GPL-2.0-or-later
/* Plausibility of the tip: every bar from both sides, and what a lone outlier must not do. */
#include "kernel/interlock/plausibility.h"
#include "selftests/unit/test.h"

#define MS 1000000LL
#define T_NS (20 * MS)
#define SECOND 50	/* looks */

struct bench {
	struct cryo_plausibility p;
	struct cryo_tip_look look;
};

static struct bench bench_at(s32 mdegc)
{
	return (struct bench){
		.p = { .resolution_mdegc = 10 },
		.look = { .time_ns = 1000000 * MS, .mdegc = mdegc, .lowest_mdegc = mdegc },
	};
}

static void look_after(struct bench *b, s64 passed_ns, s32 mdegc, u32 flow)
{
	b->look.time_ns += passed_ns;
	b->look.mdegc = mdegc;
	b->look.lowest_mdegc = mdegc;
	b->look.code++;
	b->look.flow_permille = flow;
	cryo_plausibility_look(&b->p, &b->look);
}

static void look_at(struct bench *b, s32 mdegc, u32 flow)
{
	look_after(b, T_NS, mdegc, flow);
}

/* Changes by so much in each look. */
static void go(struct bench *b, s32 change_mdegc, unsigned int looks, u32 flow)
{
	while (looks--)
		look_at(b, b->look.mdegc + change_mdegc, flow);
}

/* The converter gives the same number again and again. */
static void stand_still(struct bench *b, unsigned int looks, u32 flow)
{
	while (looks--) {
		b->look.code--;
		look_at(b, b->look.mdegc, flow);
	}
}

static bool stands(const struct bench *b, enum cryoprobe_fault code)
{
	return b->p.standing == BIT_ULL(code);
}

TEST(steps_are_debounced)
{
	static const struct { const char *name; s32 jump[5]; bool found; } cases[] = {
		{ "lone outlier", { 30000, 0, 0, 0, 0 }, false },
		{ "two outliers", { 30000, 0, 30000, 0, 0 }, false },
		{ "three of five", { 30000, 0, -30000, 0, 30000 }, true },
		{ "step", { 20000, 20000, 20000, 0, 0 }, true },
		/* 200 degC/s from the last sound reading, and 1 degC for noise */
		{ "just no step", { 5000, 9000, 13000, 17000, 21000 }, false },
		{ "just a step", { 5001, 9001, 13001, 0, 0 }, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = bench_at(0);
		bool found = false;

		go(&b, 0, 5, 0);
		for (size_t k = 0; k < 5 && !found; k++) {
			look_at(&b, cases[i].jump[k], 0);
			found = stands(&b, CRYOPROBE_FAULT_STEP);
		}
		EXPECT_EQ(found, cases[i].found);
		if (found != cases[i].found)
			DIAG("%s", cases[i].name);
	}
}

/* The third of five readings, this long after the last one that was no jump. */
static bool is_third_jump(s64 passed_ns, s32 mdegc)
{
	struct bench b = bench_at(0);

	go(&b, 0, 5, 0);
	look_after(&b, T_NS, 400000, 0);
	look_after(&b, T_NS, 400000, 0);
	look_after(&b, passed_ns - 2 * T_NS, mdegc, 0);
	return stands(&b, CRYOPROBE_FAULT_STEP);
}

TEST(tip_may_change_by_200_degrees_in_a_second)
{
	EXPECT(!is_third_jump(990 * MS, 199000));
	EXPECT(is_third_jump(990 * MS, 199001));
	EXPECT(!is_third_jump(990 * MS, -199000));
	EXPECT(is_third_jump(990 * MS, -199001));
}

TEST(reading_is_compared_for_a_second)
{
	EXPECT(is_third_jump(1000 * MS - 1, 400000));
	EXPECT(!is_third_jump(1000 * MS, 400000));
}

TEST(step_is_over_when_the_readings_agree_again)
{
	struct bench b = bench_at(37000);

	go(&b, 0, 5, 0);
	for (int i = 0; i < 3; i++)
		look_at(&b, -20000, 0);
	EXPECT(stands(&b, CRYOPROBE_FAULT_STEP));
	EXPECT_EQ(b.p.finding[CRYOPROBE_FAULT_STEP - CRYO_PLAUSIBILITY_FIRST].value, -20000);
	EXPECT_EQ(b.p.finding[CRYOPROBE_FAULT_STEP - CRYO_PLAUSIBILITY_FIRST].limit, 37000);
	go(&b, 0, 5, 0);
	EXPECT_EQ(b.p.standing, 0);
}

TEST(after_a_second_without_readings_the_tip_may_be_anywhere)
{
	struct bench b = bench_at(37000);

	go(&b, 0, 5, 0);
	b.look.time_ns += 1000 * MS;
	for (int i = 0; i < 5; i++)
		look_at(&b, -60000, 0);
	EXPECT_EQ(b.p.standing, 0);
}

TEST(full_flow_must_cool_by_five_degrees_in_three_seconds)
{
	static const struct { s32 from, change; u32 flow; bool found; } cases[] = {
		{ 37000, -33, 1000, true },
		{ 37000, -34, 1000, false },
		{ 37000, 0, 900, true },
		{ 37000, 0, 899, false },
		{ -20000, 0, 1000, false },
		{ -19999, 0, 1000, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = bench_at(cases[i].from);

		go(&b, 0, 5, 0);
		go(&b, cases[i].change, 3 * SECOND, cases[i].flow);
		EXPECT_EQ(b.p.standing, 0);
		go(&b, cases[i].change, 1, cases[i].flow);
		EXPECT_EQ(stands(&b, CRYOPROBE_FAULT_NO_RESPONSE), cases[i].found);
		if (stands(&b, CRYOPROBE_FAULT_NO_RESPONSE) != cases[i].found)
			DIAG("case %zu", i);
		go(&b, 0, 1, 0);
		EXPECT_EQ(b.p.standing, 0);
	}
}

static bool responds(s64 passed_ns, s32 mdegc)
{
	struct bench b = bench_at(37000);

	look_after(&b, T_NS, 37000, 1000);
	look_after(&b, passed_ns, mdegc, 1000);
	return !b.p.standing;
}

TEST(response_is_judged_at_three_seconds_and_five_degrees)
{
	EXPECT(responds(3000 * MS - 1, 37000));
	EXPECT(!responds(3000 * MS, 37000));
	EXPECT(!responds(3000 * MS, 32001));
	EXPECT(responds(3000 * MS, 32000));
}

TEST(every_three_seconds_of_full_flow_count_anew)
{
	struct bench b = bench_at(37000);

	go(&b, -100, 3 * SECOND + 1, 1000);
	go(&b, 0, 3 * SECOND - 1, 1000);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 0, 1, 1000);
	EXPECT(stands(&b, CRYOPROBE_FAULT_NO_RESPONSE));
}

TEST(full_flow_counts_anew_after_less)
{
	struct bench b = bench_at(37000);

	go(&b, 0, 2 * SECOND, 1000);
	go(&b, 0, SECOND, 500);
	go(&b, 0, 3 * SECOND, 1000);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 0, 1, 1000);
	EXPECT(stands(&b, CRYOPROBE_FAULT_NO_RESPONSE));
}

TEST(full_flow_must_not_warm)
{
	struct bench b = bench_at(0);

	/* What thaws goes on rising for a moment. */
	go(&b, 200, 10, 0);
	go(&b, 200, SECOND / 2, 1000);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 100, 20, 1000);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 100, 1, 1000);
	EXPECT(stands(&b, CRYOPROBE_FAULT_REVERSED));
	go(&b, 100, 1, 899);
	EXPECT_EQ(b.p.standing, 0);
}

static bool reversed(s64 turn_ns, s32 rise_mdegc)
{
	struct bench b = bench_at(0);

	look_after(&b, T_NS, 0, 1000);
	look_after(&b, turn_ns, 3000, 1000);
	look_after(&b, T_NS, 3000 + rise_mdegc, 1000);
	return stands(&b, CRYOPROBE_FAULT_REVERSED);
}

TEST(rise_is_judged_after_half_a_second_and_above_two_degrees)
{
	EXPECT(!reversed(500 * MS - 1, 0));
	EXPECT(reversed(500 * MS, 0));
	EXPECT(!reversed(500 * MS - 1, 2000));
	EXPECT(reversed(500 * MS - 1, 2001));
}

TEST(pulses_of_nearly_full_flow_may_warm)
{
	struct bench b = bench_at(0);

	go(&b, 100, SECOND, CRYOPROBE_FULL_FLOW - 1);
	EXPECT_EQ(b.p.standing, 0);
	/* Half a second and 2 degC from there. */
	go(&b, 100, SECOND / 2 + 19, CRYOPROBE_FULL_FLOW);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 100, 1, CRYOPROBE_FULL_FLOW);
	EXPECT(stands(&b, CRYOPROBE_FAULT_REVERSED));
}

TEST(two_findings_stand_side_by_side)
{
	struct bench b = bench_at(0);

	go(&b, 0, SECOND, 1000);
	go(&b, 20, 2 * SECOND + 1, 1000);
	EXPECT_EQ(b.p.standing, BIT_ULL(CRYOPROBE_FAULT_REVERSED) |
				BIT_ULL(CRYOPROBE_FAULT_NO_RESPONSE));
}

TEST(rise_is_measured_from_the_lowest)
{
	struct bench b = bench_at(0);

	go(&b, -300, 2 * SECOND, 1000);
	go(&b, 100, 20, 1000);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 100, 1, 1000);
	EXPECT(stands(&b, CRYOPROBE_FAULT_REVERSED));
}

/* From its beginning: what the prediction at closing allows, and 6 degC. */
static struct bench closed_bench(void)
{
	struct bench b = bench_at(0);

	go(&b, -100, SECOND, 500);
	b.look.time_ns += T_NS;
	b.look.code++;
	b.look.lowest_mdegc = b.look.mdegc - 4000;
	b.look.flow_permille = 0;
	cryo_plausibility_look(&b.p, &b.look);
	return b;
}

TEST(closed_valves_must_end_the_fall)
{
	struct bench b = closed_bench();

	go(&b, -100, 100, 0);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, -1, 1, 0);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 0, 1, 0);
	EXPECT(stands(&b, CRYOPROBE_FAULT_STUCK_OPEN));
	go(&b, 1, 1, 0);
	EXPECT_EQ(b.p.standing, 0);
}

static bool stuck_open(s64 passed_ns)
{
	struct bench b = closed_bench();
	s32 below_mdegc = b.p.bottom_mdegc - 1;

	look_after(&b, passed_ns - T_NS, below_mdegc, 0);
	look_after(&b, T_NS, below_mdegc, 0);
	return b.p.standing;
}

TEST(closed_valves_are_watched_for_five_seconds)
{
	EXPECT(stuck_open(5000 * MS));
	EXPECT(!stuck_open(5000 * MS + 1));
}

TEST(fall_long_after_closing_has_other_causes)
{
	struct bench b = closed_bench();

	go(&b, 0, 5 * SECOND, 0);
	go(&b, -200, 100, 0);
	EXPECT_EQ(b.p.standing, 0);
}

TEST(fall_with_new_flow_is_none)
{
	struct bench b = closed_bench();

	go(&b, -200, 100, 500);
	EXPECT_EQ(b.p.standing, 0);
}

/* Looks until the code counts as stuck, 0 if it never does within ten seconds. */
static unsigned int stuck_after(struct bench *b, u32 flow)
{
	for (unsigned int looks = 1; looks < 10 * SECOND; looks++) {
		stand_still(b, 1, flow);
		if (b->p.standing & BIT_ULL(CRYOPROBE_FAULT_STUCK_CODE))
			return looks;
	}
	return 0;
}

TEST(code_stands_still_for_two_seconds_of_flow)
{
	static const struct { s32 from, change; u32 flow, resolution, looks; } cases[] = {
		/* a warm tip, the valve pulses */
		{ -19000, 0, 20, 10, 2 * SECOND },
		{ -19000, 0, 20, 75, 2 * SECOND },
		{ -19000, 0, 20, 76, 0 },
		{ -19000, 0, 19, 10, 0 },
		{ -19000, 0, 20, 0, 0 },
		/* cold: only after it has moved, and if the converter is fine */
		{ -60000, 0, 300, 10, 0 },
		{ -60000, -3, 300, 10, 2 * SECOND },
		{ -60000, -1, 300, 10, 0 },
		{ -60000, -3, 300, 16, 2 * SECOND },
		{ -60000, -3, 300, 17, 0 },
		{ -60000, 3, 300, 10, 2 * SECOND },
		{ -20000, 0, 20, 10, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = bench_at(cases[i].from);
		unsigned int looks;

		b.p.resolution_mdegc = cases[i].resolution;
		go(&b, cases[i].change, 5 * SECOND, cases[i].flow);
		looks = stuck_after(&b, cases[i].flow);
		EXPECT_EQ(looks, cases[i].looks);
		if (looks != cases[i].looks)
			DIAG("case %zu", i);
	}
}

TEST(code_is_stuck_at_two_seconds)
{
	struct bench b = bench_at(37000);

	go(&b, 0, 1, 300);
	stand_still(&b, 2 * SECOND - 1, 300);
	b.look.code--;
	look_after(&b, T_NS - 1, 37000, 300);
	EXPECT_EQ(b.p.standing, 0);
	b.look.code--;
	look_after(&b, 1, 37000, 300);
	EXPECT(stands(&b, CRYOPROBE_FAULT_STUCK_CODE));
}

struct move {
	s64 passed_ns;
	s32 mdegc;
};

/* Cold, where only a tip that has moved of late is expected to move. */
static bool stuck_after_moves(const struct move *moves, size_t count)
{
	struct bench b = bench_at(-60000);

	look_after(&b, T_NS, -60000, 300);
	for (size_t i = 0; i < count; i++)
		look_after(&b, moves[i].passed_ns, -60000 + moves[i].mdegc, 300);
	return stuck_after(&b, 300);
}

TEST(code_is_expected_to_change_after_a_fifth_of_a_degree)
{
	static const struct move enough = { T_NS, 200 }, less = { T_NS, 199 };

	EXPECT(stuck_after_moves(&enough, 1));
	EXPECT(!stuck_after_moves(&less, 1));
}

TEST(moves_are_forgotten_after_two_seconds)
{
	static const struct move lately = { 2000 * MS - 1, 200 }, long_ago = { 2000 * MS, 200 };
	/* The second half begins with the second reading, the third with the last. */
	static const struct move halves[] = {
		{ 1000 * MS, 200 }, { 900 * MS, 200 }, { 100 * MS, 200 },
	};

	EXPECT(stuck_after_moves(&lately, 1));
	EXPECT(!stuck_after_moves(&long_ago, 1));
	EXPECT(stuck_after_moves(halves, 2));
	EXPECT(!stuck_after_moves(halves, 3));
}

TEST(code_that_stood_still_before_the_flow_has_its_two_seconds)
{
	struct bench b = bench_at(37000);

	go(&b, 0, 5, 0);
	stand_still(&b, 10 * SECOND, 0);
	EXPECT_EQ(b.p.standing, 0);
	EXPECT_EQ(stuck_after(&b, 300), 2 * SECOND);
}

TEST(slow_converter_has_twenty_conversions)
{
	struct bench b = bench_at(37000);
	unsigned int looks = 0;

	go(&b, 0, 5, 300);
	do {
		b.look.time_ns += 180 * MS;
		stand_still(&b, 1, 300);
		looks++;
	} while (!b.p.standing && looks < 100);
	EXPECT_EQ(looks, 20);
}

TEST_MAIN()
