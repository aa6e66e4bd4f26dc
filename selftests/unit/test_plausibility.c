// SPDX-License-Identifier: GPL-2.0-or-later
/* Plausibility of the tip: every bar from both sides, and what a lone outlier must not do. */
#include "kernel/plausibility.h"
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
		.look = { .time_ns = MS, .mdegc = mdegc, .lowest_mdegc = mdegc },
	};
}

static void look_at(struct bench *b, s32 mdegc, u32 flow)
{
	b->look.time_ns += T_NS;
	b->look.mdegc = mdegc;
	b->look.lowest_mdegc = mdegc;
	b->look.code++;
	b->look.flow_permille = flow;
	cryo_plausibility_look(&b->p, &b->look);
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
		{ -20001, 0, 1000, false },
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

TEST(every_three_seconds_of_full_flow_count_anew)
{
	struct bench b = bench_at(37000);

	go(&b, -100, 3 * SECOND + 1, 1000);
	EXPECT_EQ(b.p.standing, 0);
	go(&b, 0, 3 * SECOND, 1000);
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
