// SPDX-License-Identifier: GPL-2.0-or-later
/* What the guard sees of the valves' supply; the other lines are in test_latch.c. */
#include "selftests/unit/test_interlock.h"

TEST(supply_may_bounce)
{
	struct bench b = flowing_bench();

	b.no_sense_change = true;
	b.lines.supply_sense = false;
	tick(&b);
	b.now_ns += 5 * MS - 1;
	tick(&b);
	EXPECT_EQ(permit(&b), FLOWING);
	b.lines.supply_sense = true;
	tick(&b);
	b.lines.supply_sense = false;
	b.now_ns += 1;
	tick(&b);
	EXPECT_EQ(permit(&b), FLOWING);
	b.now_ns += 5 * MS;
	tick(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_SUPPLY_SENSE));
}

TEST(supply_that_stays_on_is_a_fault)
{
	struct bench b = armed_bench();

	b.no_sense_change = true;
	cryo_interlock_disarm(&b.il, b.now_ns);
	periods(&b, 100);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_ONE_SHOT));
	EXPECT_EQ(clear(&b), -EBUSY);
	b.lines.supply_sense = false;
	next_period(&b);
	EXPECT_EQ(clear(&b), 0);
}

TEST(supply_may_still_be_up_when_bound)
{
	struct bench b = bench_at(1000000 * MS, &full_config);

	b.no_sense_change = true;
	b.lines.supply_sense = true;
	periods(&b, 1100 / T_MS);
	EXPECT(!(b.il.latched & BIT_ULL(CRYOPROBE_FAULT_TEST_ONE_SHOT)));
	periods(&b, 3);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_ONE_SHOT));
}

TEST(supply_has_its_time_to_go)
{
	struct bench b = armed_bench();
	s64 pulse_ns = b.il.pulse_ns;

	b.no_sense_change = true;
	cryo_interlock_disarm(&b.il, b.now_ns);
	cryo_interlock_stop_sampling(&b.il);
	b.now_ns = pulse_ns + 1100 * MS;
	tick(&b);
	b.now_ns++;
	tick(&b);
	b.now_ns += 5 * MS - 1;
	tick(&b);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
	b.now_ns++;
	tick(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_ONE_SHOT));
}

TEST_MAIN()
