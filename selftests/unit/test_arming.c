// SPDX-License-Identifier: GPL-2.0-or-later
/* The arm sequence: what it asks for, its pulses, and the self-test. */
#include "selftests/unit/test_interlock.h"

/* Pulses and the one-shot */

TEST(arming_gives_pulses_before_it_is_armed)
{
	struct bench b = ready_bench();
	unsigned int pulses = 0;

	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
	while (cryo_interlock_state(&b.il) == CRYOPROBE_STATE_DISARMED && pulses < 100) {
		EXPECT_EQ(permit(&b), 0);
		EXPECT_EQ(command(&b, 100, 0), CRYOPROBE_VERDICT_DISARMED);
		next_period(&b);
		pulses++;
	}
	EXPECT_GE(pulses, 4);
	EXPECT_LE(pulses, 6);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
	EXPECT_EQ(b.il.arm_seq, b.period.seq);
	EXPECT_EQ(permit(&b), 0);
}

TEST(no_pulse_unless_armed)
{
	struct bench b = ready_bench();

	next_period(&b);
	EXPECT(!cryo_interlock_pulse(&b.il, b.now_ns));
}

TEST(one_pulse_for_a_period)
{
	struct bench b = armed_bench();

	next_period(&b);
	EXPECT(!cryo_interlock_pulse(&b.il, b.now_ns + MS));
}

TEST(pulse_begins_with_the_first_period_after_the_request)
{
	struct bench b = ready_bench();

	periods(&b, 3);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
	EXPECT(!cryo_interlock_pulse(&b.il, b.now_ns));
	next_period(&b);
	EXPECT_EQ(b.il.pulses, 1);
}

TEST(arming_fails_if_the_supply_does_not_come)
{
	struct bench b = ready_bench();

	b.no_sense_change = true;
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
	periods(&b, 50);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_SUPPLY));
	EXPECT(recorded(&b, CRYOPROBE_FAULT_TEST_SUPPLY, -1, 0, 1));
}

TEST(supply_has_its_time_to_come)
{
	struct bench b = ready_bench();
	s64 begun_ns = b.now_ns;

	b.no_sense_change = true;
	cryo_interlock_arm(&b.il, 5000, b.now_ns);
	/* It counts from the first pulse, which comes with the first period. */
	periods(&b, 1 + (200 + 4 * T_MS) / T_MS);
	EXPECT_EQ(b.now_ns, begun_ns + (200 + 5 * T_MS) * MS);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
	b.now_ns++;
	tick(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_SUPPLY));
}

/* Disarmed by a press of a button, and armed by the next. */
static struct bench bench_armed_again(bool sense)
{
	struct bench b = armed_bench();

	b.il.config.has_sense = sense;
	turns(&b, 0, 5);
	cryo_interlock_disarm(&b.il, b.now_ns);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
	return b;
}

TEST(arming_waits_until_the_one_shot_has_dropped)
{
	struct bench b = bench_armed_again(true);
	s64 pulse_ns = b.il.pulse_ns;

	b.lines.supply_sense = false;
	for (int i = 0; i < 2 * DROP_PERIODS && !b.il.pulses; i++)
		next_period(&b);
	EXPECT_GT(b.il.pulse_ns, pulse_ns + 1100 * MS);
	EXPECT_LE(b.il.pulse_ns, pulse_ns + (1100 + T_MS) * MS);
	periods(&b, 4);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(arming_does_not_wait_for_what_it_cannot_see)
{
	struct bench b = bench_armed_again(false);

	periods(&b, 5);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(arming_fails_if_the_one_shot_does_not_drop)
{
	struct bench b = bench_armed_again(true);

	b.no_sense_change = true;
	periods(&b, 55);
	EXPECT_EQ(b.il.pulses, 0);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
	periods(&b, 2);
	EXPECT_EQ(b.il.pulses, 0);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_ONE_SHOT));
	EXPECT_EQ(clear(&b), -EBUSY);
}

/* What it needs */

TEST(arming_twice_is_refused)
{
	struct bench b = armed_bench();

	EXPECT_EQ(cryo_interlock_arm(&b.il, 0, b.now_ns), -EALREADY);
}

TEST(arming_needs_a_sample)
{
	struct bench b = bench_at(0, &full_config);

	clear(&b);
	cryo_interlock_set_limits(&b.il, &some_limits);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 0, b.now_ns), -EAGAIN);
}

TEST(arming_needs_sampling)
{
	struct bench b = ready_bench();

	cryo_interlock_stop_sampling(&b.il);
	b.now_ns += 1000 * MS;
	tick(&b);
	EXPECT(!(b.il.standing & BIT_ULL(CRYOPROBE_FAULT_LATE)));
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), -EAGAIN);
}

TEST(arming_needs_a_sampler_that_is_in_time)
{
	struct bench b = ready_bench();

	b.now_ns = b.period.next_due_ns + 40 * MS;
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
	cryo_interlock_disarm(&b.il, b.now_ns);
	b.now_ns++;
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), -EIO);
	EXPECT(latched(&b, CRYOPROBE_FAULT_LATE));
}

TEST(arming_needs_periods_that_were_not_missed)
{
	struct bench b = ready_bench();

	b.period.missed = 3;
	next_period(&b);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), -EIO);
	EXPECT(latched(&b, CRYOPROBE_FAULT_MISSED));
}

TEST(arming_needs_time_to_spare)
{
	static const struct { u32 period_us, work_us; int result; } cases[] = {
		{ 20000, 14000, 0 },
		{ 20000, 14001, -ERANGE },
		{ 50000, 5000, 0 },
		{ 50001, 5000, -ERANGE },
		/* A validity of 200 ms would be less than three periods. */
		{ 66667, 5000, -ERANGE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = ready_bench();

		cryo_interlock_start_sampling(&b.il, cases[i].period_us, b.now_ns + 20 * MS);
		EXPECT_EQ(cryo_interlock_arm(&b.il, cases[i].work_us, b.now_ns), cases[i].result);
	}
}

TEST(arming_needs_three_periods_of_validity)
{
	struct bench b = ready_bench();
	struct cryoprobe_limits limits = some_limits;

	limits.validity_ms = 60;
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &limits), 0);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 0, b.now_ns), 0);
	cryo_interlock_disarm(&b.il, b.now_ns);
	limits.validity_ms = 59;
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &limits), -ERANGE);
	cryo_interlock_start_sampling(&b.il, 20001, b.now_ns + 20 * MS);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 0, b.now_ns), -ERANGE);
}

TEST(arming_needs_a_valid_tip)
{
	struct bench b = ready_bench();

	/* One bad reading is not debounced away here. */
	b.period.value[TIP].status = BAD_STATUS | CRYOPROBE_VALUE_OPEN;
	next_period(&b);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 0, b.now_ns), -EIO);
	EXPECT(latched(&b, CRYOPROBE_FAULT_SENSOR_OPEN));
}

TEST(arming_asks_only_for_channels_that_are_required)
{
	static const struct { u32 mask; int result; } cases[] = { { 0, 0 }, { BIT(TISSUE), -EIO } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = ready_bench();

		b.il.limits.channel_mask = cases[i].mask;
		b.il.limits.channel[TISSUE] = (struct cryoprobe_range){ 0, 50000 };
		b.period.value[TISSUE] = (struct cryoprobe_value){ 7, BAD_STATUS };
		next_period(&b);
		EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), cases[i].result);
		if (cases[i].result)
			EXPECT(recorded(&b, CRYOPROBE_FAULT_SENSOR_IO, TISSUE, 7, 1));
	}
}

TEST(arming_takes_the_scale_as_it_is)
{
	struct bench b = ready_bench();

	b.period.scale_changed = true;
	next_period(&b);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
}

/* Self-test */

TEST(arming_needs_an_estop_that_was_tried)
{
	struct cryoprobe_status status = {};
	struct bench b = bench_at(0, &full_config);

	periods(&b, 5);
	EXPECT_EQ(clear(&b), 0);
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &some_limits), 0);
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.due, CRYOPROBE_DUE_ESTOP);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), -EIO);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_ESTOP));
	EXPECT(recorded(&b, CRYOPROBE_FAULT_TEST_ESTOP, -1, 0, 1));
	next_period(&b);
	EXPECT_EQ(clear(&b), -EBUSY);

	/* To press it is not enough. */
	b.lines.estop_released = false;
	periods(&b, 3);
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.due, CRYOPROBE_DUE_ESTOP);
	EXPECT_EQ(clear(&b), -EBUSY);
	b.lines.estop_released = true;
	periods(&b, 1);
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.due, 0);
	EXPECT_EQ(clear(&b), 0);
	arm(&b);
}

static const struct sensor_case {
	const char *name;
	s32 tip, tissue, junction;	/* the tissue's channel stands for the shaft */
	s32 channel;			/* that disagrees, -1: none */
} sensor_cases[] = {
	{ "in a body", 37000, 37000, 22000, -1 },
	{ "in a cold room", 37000, 37000, 7000, -1 },
	{ "tip too warm", 37001, 37000, 7000, TIP },
	{ "shaft too warm", 37000, 37001, 7000, TISSUE },
	{ "tip too cold", 1999, 22000, 22000, TIP },
	{ "as cold as they may be", 2000, 2000, 22000, -1 },
};

TEST(arming_needs_sensors_that_agree_with_the_cold_junction)
{
	for (size_t i = 0; i < ARRAY_SIZE(sensor_cases); i++) {
		const struct sensor_case *c = &sensor_cases[i];
		struct bench b = ready_bench();
		bool agree = c->channel < 0;

		/* The third channel is the cold junction here. */
		b.il.config.ranged = 0;
		b.il.config.cold_junction = PRESSURE;
		b.il.config.compared = BIT(TIP) | BIT(TISSUE);
		b.period.value[TIP].value = c->tip;
		b.period.value[TISSUE].value = c->tissue;
		b.period.value[PRESSURE].value = c->junction;
		periods(&b, 20);
		EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), agree ? 0 : -EIO);
		EXPECT_EQ(latched(&b, CRYOPROBE_FAULT_TEST_SENSORS), !agree);
		if (latched(&b, CRYOPROBE_FAULT_TEST_SENSORS) == agree)
			DIAG("%s", c->name);
		if (!agree)
			EXPECT_EQ(b.il.record[b.il.first].channel, c->channel);
	}
}

TEST(lost_sensor_is_not_compared)
{
	struct bench b = ready_bench();

	b.il.config.cold_junction = TIP;
	b.il.config.compared = BIT(TISSUE);
	b.period.value[TISSUE] = (struct cryoprobe_value){ -100000, BAD_STATUS };
	periods(&b, 3);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
}

TEST(needle_that_was_frozen_may_be_cold)
{
	struct bench b = flowing_bench();

	b.il.config.cold_junction = TISSUE;
	b.il.config.compared = BIT(TIP);
	ramp(&b, 500, -20000);
	cryo_interlock_disarm(&b.il, b.now_ns);
	periods(&b, 10);
	arm(&b);
	/* Thawed, and not yet warm, for five minutes. */
	ramp(&b, 0, 2000);
	turns(&b, 0, 200);
	cryo_interlock_disarm(&b.il, b.now_ns);
	periods(&b, 10);
	arm(&b);
	cryo_interlock_disarm(&b.il, b.now_ns);
	periods(&b, CRYO_THAW_ASSUMED_NS / (T_MS * MS));
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), -EIO);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_SENSORS));
}

TEST_MAIN()
