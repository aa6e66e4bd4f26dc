// SPDX-License-Identifier: GPL-2.0-or-later
/* What the self-test finds, step by step, within a treatment and by itself. */
#include <errno.h>

#include "kernel/include/uapi/linux/cryoprobe.h"
#include "selftests/core/test_treatment.h"

static struct self_test_finding finding(enum self_test_step step)
{
	return bench_status(&bench).self_test.step[step];
}

static enum self_test_result result(enum self_test_step step)
{
	return finding(step).result;
}

/* That the steps before @step have passed and those after it were not done. */
static void expect_course(enum self_test_step step)
{
	for (int i = 0; i < SELF_TEST_STEPS; i++)
		if (i != (int)step)
			EXPECT_EQ(result(i), i < (int)step ? SELF_TEST_PASSED : SELF_TEST_NOT_DONE);
}

static int begin_alone(void)
{
	struct probe_profile profile = bench_profile();
	const char *reason = "";

	profile.has_sense = true;
	bench_init(&bench, &profile);
	bench_step(&bench);
	return treatment_self_test(bench.treatment, &bench.sample, &reason);
}

static void latch(enum cryoprobe_fault fault)
{
	bench.sample.interlock = INTERLOCK_FAULT;
	bench.sample.fault_code = fault;
	bench.sample.fault_mask = 1ULL << fault;
}

TEST(test_alone_passes_every_step_and_disarms)
{
	ASSERT_EQ(begin_alone(), 0);
	EXPECT(bench_status(&bench).self_test.begun);
	EXPECT_EQ(bench_phase(&bench), PHASE_SELF_TEST);
	EXPECT(bench_until(&bench, PHASE_IDLE, 3));
	EXPECT_STREQ(last_reason(), "self-test passed");
	expect_course(SELF_TEST_STEPS);
	EXPECT_EQ(outcome(), OUTCOME_NONE);
	EXPECT_EQ(bench_count(&bench, TREATMENT_EVENT_OUTCOME), 0);
	bench_step(&bench);
	EXPECT(!bench.command.want_armed);
	end();
}

/* Neither flow nor heat is ever asked for, and a needle that freezes all the same is stopped early. */
TEST(test_alone_asks_for_no_flow)
{
	struct treatment_limits limits;

	ASSERT_EQ(begin_alone(), 0);
	treatment_limits(bench.treatment, &limits);
	EXPECT_EQ(limits.tip_floor_mdegc, 0);
	EXPECT_GT(limits.freeze_max_ms, 0);
	while (bench_phase(&bench) == PHASE_SELF_TEST) {
		bench_step(&bench);
		EXPECT_EQ(bench.command.flow_permille, 0);
		EXPECT_EQ(bench.command.thaw_permille, 0);
	}
	treatment_limits(bench.treatment, &limits);
	EXPECT_EQ(outcome(), OUTCOME_NONE);
	end();
}

TEST(treatment_tells_its_own_test)
{
	begin();
	EXPECT(bench_reach(&bench, PHASE_READY));
	for (int i = 0; i < SELF_TEST_STEPS; i++)
		EXPECT_EQ(result(i), i == SELF_TEST_ONE_SHOT || i == SELF_TEST_SUPPLY ?
				     SELF_TEST_NOT_WIRED : SELF_TEST_PASSED);
	end();
}

TEST(test_is_refused_in_a_treatment_and_beside_another)
{
	const char *reason;

	begin();
	EXPECT_EQ(treatment_self_test(bench.treatment, &bench.sample, &reason), -EBUSY);
	EXPECT_STREQ(reason, "a treatment runs");
	end();
	ASSERT_EQ(begin_alone(), 0);
	EXPECT_EQ(treatment_self_test(bench.treatment, &bench.sample, &reason), -EBUSY);
	EXPECT_STREQ(reason, "a self-test runs");
	end();
}

TEST(test_is_refused_with_a_cold_tip_or_a_fault)
{
	struct probe_profile profile = bench_profile();
	const char *reason;

	bench_init(&bench, &profile);
	bench_set_tip(&bench, 4);
	bench_step(&bench);
	EXPECT_EQ(treatment_self_test(bench.treatment, &bench.sample, &reason), -EAGAIN);
	bench_set_tip(&bench, 20);
	latch(CRYOPROBE_FAULT_FLOOR);
	bench_step(&bench);
	EXPECT_EQ(treatment_self_test(bench.treatment, &bench.sample, &reason), -EIO);
	EXPECT_STREQ(reason, fault_title(CRYOPROBE_FAULT_FLOOR));
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	end();
}

TEST(probe_that_is_not_to_be_used_is_refused)
{
	struct protocol protocol = bench_protocol(bench_protocol_text);
	struct probe_profile profile = bench_profile();
	const char *reason;

	bench_init(&bench, &profile);
	/* A fresh probe's first fault is that it has just been bound. */
	latch(CRYOPROBE_FAULT_BOUND);
	bench.sample.fault_mask |= 1ULL << CRYOPROBE_FAULT_IDENTITY;
	bench_step(&bench);
	EXPECT_EQ(treatment_start(bench.treatment, &protocol, &reason), -EIO);
	EXPECT_STREQ(reason, fault_title(CRYOPROBE_FAULT_IDENTITY));
	EXPECT_EQ(treatment_self_test(bench.treatment, &bench.sample, &reason), -EIO);
	EXPECT_STREQ(reason, fault_title(CRYOPROBE_FAULT_IDENTITY));
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	end();
}

TEST(each_fault_fails_its_step)
{
	static const struct {
		enum cryoprobe_fault fault;
		enum self_test_step step;
		bool after;		/* steps before it have passed */
	} row[] = {
		{ CRYOPROBE_FAULT_SENSOR_OPEN, SELF_TEST_READINGS, true },
		{ CRYOPROBE_FAULT_TEST_SENSORS, SELF_TEST_AGREEMENT, true },
		{ CRYOPROBE_FAULT_TEST_ONE_SHOT, SELF_TEST_ONE_SHOT, false },
		{ CRYOPROBE_FAULT_TEST_SUPPLY, SELF_TEST_SUPPLY, true },
		{ CRYOPROBE_FAULT_LATE, SELF_TEST_ARMING, false },
	};

	for (unsigned int i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		ASSERT_EQ(begin_alone(), 0);
		bench_step(&bench);
		latch(row[i].fault);
		bench_step(&bench);
		EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
		EXPECT_EQ(finding(row[i].step).fault, row[i].fault);
		EXPECT_EQ(result(row[i].step), SELF_TEST_FAILED);
		if (row[i].after)
			expect_course(row[i].step);
		else
			EXPECT_EQ(result(SELF_TEST_READINGS), SELF_TEST_NOT_DONE);
		end();
	}
}

/* What the kernel says while it tests the valves. */
TEST(valve_that_does_not_hold_fails_its_step)
{
	ASSERT_EQ(begin_alone(), 0);
	bench.sample.testing = true;
	bench_run(&bench, 1);
	expect_course(SELF_TEST_SUPPLY_VALVE);
	latch(CRYOPROBE_FAULT_TEST_FREEZE_VALVE);
	bench_step(&bench);
	EXPECT_EQ(result(SELF_TEST_FREEZE_VALVE), SELF_TEST_FAILED);
	expect_course(SELF_TEST_FREEZE_VALVE);
	end();
	ASSERT_EQ(begin_alone(), 0);
	bench.sample.testing = true;
	bench_run(&bench, 1);
	latch(CRYOPROBE_FAULT_LATE);
	bench_step(&bench);
	EXPECT_EQ(finding(SELF_TEST_SUPPLY_VALVE).fault, CRYOPROBE_FAULT_LATE);
	expect_course(SELF_TEST_SUPPLY_VALVE);
	end();
}

TEST(estop_that_nobody_presses_fails_its_step)
{
	ASSERT_EQ(begin_alone(), 0);
	bench.sample.estop_due = true;
	bench_step(&bench);
	EXPECT_STREQ(bench_status(&bench).prompt, "press and release the emergency stop");
	EXPECT_GT(bench_status(&bench).phase_left_ms, 59000);
	EXPECT(bench_until(&bench, PHASE_IDLE, 61));
	EXPECT_EQ(result(SELF_TEST_ESTOP), SELF_TEST_FAILED);
	EXPECT_EQ(finding(SELF_TEST_ESTOP).fault, SELF_TEST_NO_FAULT);
	end();
}

TEST(tip_that_is_too_warm_fails_the_last_step)
{
	ASSERT_EQ(begin_alone(), 0);
	bench_set_tip(&bench, 55);
	EXPECT(bench_until(&bench, PHASE_IDLE, 21));
	EXPECT_EQ(result(SELF_TEST_TIP), SELF_TEST_FAILED);
	expect_course(SELF_TEST_TIP);
	end();
}

TEST(abort_ends_a_test_alone)
{
	ASSERT_EQ(begin_alone(), 0);
	bench_run(&bench, 0.1);
	EXPECT_EQ(bench_verb(&bench, VERB_ABORT), 0);
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	EXPECT_EQ(outcome(), OUTCOME_NONE);
	end();
}

/* A needle that has frozen is watched until it has thawed, test or not. */
TEST(tip_that_freezes_in_a_test_is_watched)
{
	ASSERT_EQ(begin_alone(), 0);
	bench.sample.testing = true;
	bench_run(&bench, 0.1);
	bench_set_tip(&bench, -5);
	bench_run(&bench, 0.5);
	latch(CRYOPROBE_FAULT_TEST_SUPPLY_VALVE);
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT(bench_reach(&bench, PHASE_IDLE));
	end();
}

TEST(what_is_known_of_the_last_treatment_stays)
{
	const char *reason;

	begin();
	ASSERT(bench_reach(&bench, PHASE_IDLE));
	EXPECT_EQ(treatment_self_test(bench.treatment, &bench.sample, &reason), 0);
	EXPECT(bench_until(&bench, PHASE_IDLE, 3));
	EXPECT_EQ(outcome(), OUTCOME_COMPLETED);
	EXPECT_EQ(bench_status(&bench).cycle, 2);
	bench_start(&bench);
	EXPECT(bench_reach(&bench, PHASE_READY));
	end();
}
