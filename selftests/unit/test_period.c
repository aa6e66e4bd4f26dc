// SPDX-License-Identifier: GPL-2.0-or-later
/* What periods tell the interlock: lost sensors, limits, the floor, missed and late periods. */
#include "selftests/unit/test_interlock.h"

/* Sensors and channels */

TEST(without_limits_only_the_firmware_requires_channels)
{
	struct bench b = bench_at(0, &full_config);

	b.il.config.required = BIT(TISSUE);
	b.period.value[TIP].status = BAD_STATUS;
	periods(&b, 5);
	EXPECT(!(b.il.standing & BIT_ULL(CRYOPROBE_FAULT_SENSOR_IO)));
}

TEST(sensor_is_lost_after_three_of_five)
{
	static const struct { const char *pattern; bool lost; } cases[] = {
		{ "xx.", false }, { "xxx", true }, { "x.x.x", true }, { "xx..x", true },
		{ "xx...x", false }, { "x..x..x..x", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = flowing_bench();

		for (const char *p = cases[i].pattern; *p; p++) {
			b.period.value[TIP].status = *p == 'x' ? BAD_STATUS : OK_STATUS;
			turn(&b, 500);
		}
		EXPECT_EQ(latched(&b, CRYOPROBE_FAULT_SENSOR_IO), cases[i].lost);
	}
}

TEST(sensor_that_fails_in_another_way_is_still_lost)
{
	struct bench b = flowing_bench();

	fail_tip_io(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_SENSOR_IO));
	b.period.value[TIP].status = BAD_STATUS | CRYOPROBE_VALUE_OPEN;
	periods(&b, 5);
	EXPECT_EQ(b.il.standing, BIT_ULL(CRYOPROBE_FAULT_SENSOR_IO) |
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_OPEN));
	EXPECT_EQ(clear(&b), -EBUSY);
	mend_tip(&b);
	EXPECT_EQ(clear(&b), 0);
}

TEST(lost_sensor_hides_no_other_cause)
{
	struct bench b = flowing_bench();

	suspend(&b);
	fail_tip_io(&b);
	mend_tip(&b);
	EXPECT_EQ(clear(&b), -EBUSY);
	resume(&b);
	EXPECT_EQ(clear(&b), 0);
}

TEST(old_reading_of_a_slow_channel_is_counted_once)
{
	struct bench b = ready_bench();
	struct cryoprobe_limits limits = some_limits;

	limits.channel_mask = BIT(TISSUE);
	limits.channel[TISSUE] = (struct cryoprobe_range){ 0, 50000 };
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &limits), 0);
	arm(&b);
	b.period.value[TISSUE].status = BAD_STATUS;
	turn(&b, 0);
	b.period.value[TISSUE].status = 0;
	turns(&b, 0, 10);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(channel_that_is_not_required_may_fail)
{
	struct bench b = flowing_bench();

	b.period.value[TISSUE].status = BAD_STATUS | CRYOPROBE_VALUE_OPEN;
	turns(&b, 500, 20);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(channel_with_limits_is_required_and_kept_within)
{
	static const struct { s32 value; u32 status; enum cryoprobe_fault code; } cases[] = {
		{ -1, OK_STATUS, CRYOPROBE_FAULT_CHANNEL_LIMIT },
		{ 50001, OK_STATUS, CRYOPROBE_FAULT_CHANNEL_LIMIT },
		{ 20000, BAD_STATUS, CRYOPROBE_FAULT_SENSOR_IO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = ready_bench();
		struct cryoprobe_limits limits = some_limits;

		limits.channel_mask = BIT(TISSUE);
		limits.channel[TISSUE] = (struct cryoprobe_range){ 0, 50000 };
		EXPECT_EQ(cryo_interlock_set_limits(&b.il, &limits), 0);
		arm(&b);
		b.period.value[TISSUE] = (struct cryoprobe_value){ cases[i].value, cases[i].status };
		turn(&b, 500);
		EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
		turns(&b, 500, 2);
		EXPECT(latched(&b, cases[i].code));
		EXPECT_EQ(b.il.record[cases[i].code].channel, TISSUE);
		EXPECT_EQ(clear(&b), -EBUSY);
		b.period.value[TISSUE] = (struct cryoprobe_value){ 50000, OK_STATUS };
		periods(&b, 3);
		EXPECT_EQ(clear(&b), 0);
	}
}

TEST(pressure_may_be_at_its_limits)
{
	static const s32 kpa[] = { 2500, 6900 };

	for (size_t i = 0; i < ARRAY_SIZE(kpa); i++) {
		struct bench b = flowing_bench();

		pressure(&b, kpa[i]);
		EXPECT_EQ(permit(&b), FLOWING);
	}
}

/* The floor */

/* Brought to the floor, and kept there. */
static struct bench bench_at_floor(s32 mdegc)
{
	struct bench b = flowing_bench();

	b.il.limits.tip_floor_mdegc = -120000;
	ramp(&b, 500, mdegc);
	turns(&b, 500, 50);
	b.il.limits.tip_floor_mdegc = -80000;
	return b;
}

TEST(tip_may_be_at_its_floor)
{
	struct bench b = bench_at_floor(-80000);

	turns(&b, 500, 50);
	EXPECT_EQ(permit(&b), FLOWING);
}

TEST(tip_below_its_floor_latches)
{
	struct bench b = bench_at_floor(-80001);

	turn(&b, 500);
	EXPECT_EQ(permit(&b), FLOWING);
	turn(&b, 500);
	EXPECT(latched(&b, CRYOPROBE_FAULT_FLOOR));
	EXPECT(recorded(&b, CRYOPROBE_FAULT_FLOOR, TIP, -80001, -80000));
}

TEST(readings_below_the_floor_count_in_a_row)
{
	struct bench b = bench_at_floor(-80000);

	for (int i = 0; i < 10; i++) {
		tip(&b, -80001);
		turn(&b, 500);
		EXPECT_EQ(permit(&b), FLOWING);
		tip(&b, -79000);
		turn(&b, 500);
	}
}

/* A period more or less would be 800 m degC. */
TEST(floor_is_predicted_over_lag_and_tail_and_two_periods)
{
	struct bench b = flowing_bench();
	s32 mdegc = WARM_MDEGC;

	while (cryo_interlock_state(&b.il) == CRYOPROBE_STATE_ARMED && mdegc > -80000) {
		mdegc -= 40 * T_MS;
		tip(&b, mdegc);
		turn(&b, 500);
	}
	EXPECT_NEAR(b.il.record[CRYOPROBE_FAULT_FLOOR].value, mdegc - 40 * (500 + 100 + 2 * T_MS), 300);
}

TEST(floor_is_predicted)
{
	struct bench b = flowing_bench();
	s32 mdegc = -20000;

	ramp(&b, 500, mdegc);
	/* 40 degC/s: with a lead of 0.64 s it must stop at about -54.4 degC. */
	while (cryo_interlock_state(&b.il) == CRYOPROBE_STATE_ARMED && mdegc > -80000) {
		mdegc -= 40 * T_MS;
		tip(&b, mdegc);
		turn(&b, 500);
	}
	EXPECT(latched(&b, CRYOPROBE_FAULT_FLOOR));
	DIAG("closed at %d mdegC at 40 degC/s", mdegc);
	EXPECT_NEAR(mdegc, -54400, 2500);
}

TEST(floor_is_not_tripped_by_a_steady_tip_with_noise)
{
	struct bench b = flowing_bench();
	u32 noise = 1;

	b.il.limits.freeze_max_ms = 60000;
	ramp(&b, 500, -60000);
	for (int i = 0; i < 1000; i++) {
		tip(&b, -60000 - i * 19);
		turn(&b, 500);
	}
	for (int i = 0; i < 1000; i++) {
		noise = noise * 1103515245 + 12345;
		tip(&b, -79000 + (s32)(noise >> 16) % 100 - 50);
		turn(&b, 500);
	}
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

/* Missed and late periods */

TEST(single_missed_periods_are_only_counted)
{
	struct bench b = flowing_bench();

	for (int i = 0; i < 20; i++) {
		b.period.missed = 1;
		turn(&b, 500);
		turns(&b, 500, 24);
	}
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
	EXPECT_EQ(b.il.missed, 20);
}

static bool three_missed(unsigned int first_gap, unsigned int second_gap)
{
	struct bench b = ready_bench();

	/* Each takes two of the fifty: its own and the one that came. */
	b.period.missed = 1;
	next_period(&b);
	periods(&b, first_gap);
	b.period.missed = 1;
	next_period(&b);
	periods(&b, second_gap);
	b.period.missed = 1;
	next_period(&b);
	return b.il.standing & BIT_ULL(CRYOPROBE_FAULT_MISSED);
}

TEST(missed_periods_count_among_the_last_fifty)
{
	EXPECT(three_missed(22, 22));
	EXPECT(!three_missed(22, 23));
	EXPECT(!three_missed(23, 23));
}

TEST(late_period_is_counted_while_disarmed)
{
	struct bench b = ready_bench();

	b.now_ns += 41 * MS;
	b.period.seq++;
	b.period.due_ns = b.now_ns - 41 * MS;
	cryo_interlock_period(&b.il, &b.period, b.now_ns);
	EXPECT_EQ(b.il.late, 1);
	b.now_ns += 41 * MS;
	b.period.seq++;
	b.period.due_ns = b.now_ns - 40 * MS;
	cryo_interlock_period(&b.il, &b.period, b.now_ns);
	EXPECT_EQ(b.il.late, 1);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
}

TEST_MAIN()
