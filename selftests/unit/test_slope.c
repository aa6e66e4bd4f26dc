// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the tip is about to be: straight lines, noise, gaps, and the ends of the numbers. */
#include "kernel/interlock/slope.h"
#include "selftests/unit/test.h"

#define MS 1000000LL

/* Readings every step_ms, falling by the same amount each time. */
static struct cryo_slope falling(s64 begin_ns, unsigned int count, u32 step_ms, s32 step_mdegc)
{
	struct cryo_slope slope = {};

	for (unsigned int i = 0; i < count; i++)
		cryo_slope_add(&slope, begin_ns + i * step_ms * MS, -(s32)i * step_mdegc);
	return slope;
}

TEST(one_reading_is_its_own_forecast)
{
	struct cryo_slope slope = falling(0, 1, 20, 0);

	EXPECT_EQ(cryo_slope_lowest(&slope, 20000 * MS), 0);
}

TEST(two_readings_are_no_line)
{
	struct cryo_slope slope = falling(0, 2, 20, 1000);

	EXPECT_EQ(cryo_slope_lowest(&slope, 1000 * MS), -1000);
}

/* 40 degC/s and half a second: 20 degC below the last reading, at any rate of sampling. */
TEST(straight_line_goes_on)
{
	static const u32 steps_ms[] = { 10, 20, 33, 50 };

	for (size_t i = 0; i < ARRAY_SIZE(steps_ms); i++) {
		s32 step_mdegc = 40 * steps_ms[i];
		struct cryo_slope slope = falling(0, 40, steps_ms[i], step_mdegc);

		EXPECT_NEAR(cryo_slope_lowest(&slope, 500 * MS), -39 * step_mdegc - 20000, 200);
	}
}

TEST(rising_tip_is_as_low_as_it_is)
{
	struct cryo_slope slope = falling(0, 40, 20, -800);

	EXPECT_EQ(cryo_slope_lowest(&slope, 1000 * MS), 39 * 800);
}

TEST(noise_hardly_matters)
{
	struct cryo_slope slope = {};

	for (int i = 0; i < 40; i++)
		cryo_slope_add(&slope, i * 20 * MS, i % 2 ? 50 : -50);
	EXPECT_NEAR(cryo_slope_lowest(&slope, 500 * MS), 0, 300);
}

/* Three readings, a degree apart: is there a line through them? */
static bool line_through(s64 oldest_ns, s64 middle_ns, s64 newest_ns)
{
	struct cryo_slope slope = {};

	cryo_slope_add(&slope, oldest_ns, 2000);
	cryo_slope_add(&slope, middle_ns, 1000);
	cryo_slope_add(&slope, newest_ns, 0);
	return cryo_slope_lowest(&slope, 1000 * MS) < 0;
}

TEST(readings_count_for_three_tenths_of_a_second)
{
	EXPECT(line_through(0, 290 * MS, 300 * MS));
	EXPECT(!line_through(0, 290 * MS, 300 * MS + 1));
}

TEST(readings_closer_than_a_quarter_of_a_millisecond_are_no_rate)
{
	EXPECT(line_through(0, 0, 1 << 18));
	EXPECT(!line_through(0, 0, (1 << 18) - 1));
}

TEST(old_readings_do_not_count)
{
	struct cryo_slope slope = falling(0, 16, 20, 2000);

	for (int i = 0; i < 3; i++)
		cryo_slope_add(&slope, (10000 + i * 20) * MS, -5000);
	EXPECT_EQ(cryo_slope_lowest(&slope, 1000 * MS), -5000);
}

TEST(same_time_twice_is_no_rate)
{
	struct cryo_slope slope = {};

	for (int i = 0; i < 16; i++)
		cryo_slope_add(&slope, 1000 * MS, -i * 1000);
	EXPECT_EQ(cryo_slope_lowest(&slope, 1000 * MS), -15000);
}

TEST(late_in_the_life_of_the_clock)
{
	struct cryo_slope slope = falling(4000000000000000000LL, 40, 20, 800);

	EXPECT_NEAR(cryo_slope_lowest(&slope, 500 * MS), -39 * 800 - 20000, 200);
}

TEST(nonsense_stays_within_the_numbers)
{
	struct cryo_slope slope = {};

	for (int i = 0; i < 16; i++)
		cryo_slope_add(&slope, i * 10 * MS, i % 2 ? S32_MAX : S32_MIN);
	cryo_slope_add(&slope, 160 * MS, S32_MIN);
	EXPECT_EQ(cryo_slope_lowest(&slope, 20000 * MS), S32_MIN);
}

TEST_MAIN()
