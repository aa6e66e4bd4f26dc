// SPDX-License-Identifier: GPL-2.0-or-later
/* Until the first freeze: the self-test, the emergency stop's exercise, the operator's steps. */
#include <errno.h>

#include "kernel/include/uapi/linux/cryoprobe.h"
#include "selftests/core/test_treatment.h"

TEST(abort_in_self_test_ends_in_warm)
{
	begin();
	bench_run(&bench, 0.1);
	ASSERT_EQ(bench_phase(&bench), PHASE_SELF_TEST);
	EXPECT_EQ(bench_verb(&bench, VERB_ABORT), 0);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	end();
}

TEST(self_test_without_a_tip_ends_idle)
{
	begin();
	bench_lose_tip(&bench);
	EXPECT(bench_until(&bench, PHASE_IDLE, 25));
	EXPECT_STREQ(last_reason(), "the tip cannot be read");
	EXPECT_EQ(outcome(), OUTCOME_ABORTED);
	end();
}

TEST(self_test_without_arming_ends_idle)
{
	begin();
	bench.obedient = false;
	EXPECT(bench_until(&bench, PHASE_IDLE, 25));
	EXPECT_STREQ(last_reason(), "the probe could not be armed");
	end();
}

TEST(self_test_clears_what_an_earlier_owner_left)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	bench.sample.interlock = INTERLOCK_FAULT;
	bench.sample.fault_mask = 1ULL << CRYOPROBE_FAULT_BOUND | 1ULL << CRYOPROBE_FAULT_RELEASED;
	bench_start(&bench);
	EXPECT(!bench_has_alarm(&bench, ALARM_FAULT));
	EXPECT(bench_reach(&bench, PHASE_READY));
	end();
}

TEST(self_test_refuses_a_dangerous_fault)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	bench.sample.interlock = INTERLOCK_FAULT;
	bench.sample.fault_mask = 1ULL << CRYOPROBE_FAULT_FLOOR;
	bench.sample.fault_code = CRYOPROBE_FAULT_FLOOR;
	bench_start(&bench);
	bench_step(&bench);
	EXPECT(!bench.command.want_clear);
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	EXPECT_EQ(outcome(), OUTCOME_FAULT);
	end();
}

TEST(cause_still_there_is_not_cleared)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	bench.sample.interlock = INTERLOCK_FAULT;
	bench.sample.fault_mask = bench.sample.present_mask = 1ULL << CRYOPROBE_FAULT_SUSPEND;
	bench_start(&bench);
	bench_step(&bench);
	EXPECT(!bench.command.want_clear);
	end();
}

TEST(estop_is_asked_for_when_due_and_confirms_itself)
{
	begin();
	bench.sample.estop_due = true;
	bench_run(&bench, 15);
	EXPECT_EQ(bench_phase(&bench), PHASE_SELF_TEST);
	EXPECT_STREQ(bench_status(&bench).prompt, "press and release the emergency stop");
	EXPECT_EQ(bench_count(&bench, TREATMENT_EVENT_PROMPT), 1);
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), -EINVAL);
	EXPECT(!bench.command.want_armed);
	bench.sample.interlock = INTERLOCK_FAULT;
	bench.sample.fault_mask = bench.sample.present_mask = 1ULL << CRYOPROBE_FAULT_ESTOP;
	bench_run(&bench, 1);
	EXPECT_EQ(bench_phase(&bench), PHASE_SELF_TEST);
	EXPECT(!bench_has_alarm(&bench, ALARM_FAULT));
	bench.sample.estop_due = false;
	bench.sample.present_mask = 0;
	EXPECT(bench_until(&bench, PHASE_READY, 3));
	EXPECT_STREQ(last_reason(), "self-test passed");
	end();
}

TEST(estop_that_nobody_presses_ends_idle)
{
	begin();
	bench.sample.estop_due = true;
	bench_run(&bench, 19.8);
	EXPECT_EQ(bench_phase(&bench), PHASE_SELF_TEST);
	bench_run(&bench, 0.4);
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	EXPECT_STREQ(last_reason(), "nobody pressed and released the emergency stop");
	EXPECT_EQ(outcome(), OUTCOME_ABORTED);
	EXPECT(bench_has_alarm(&bench, ALARM_PROMPT_TIMEOUT));
	end();
}

TEST(estop_pressed_when_it_was_not_due_is_a_fault)
{
	begin();
	bench_step(&bench);
	bench.sample.interlock = INTERLOCK_FAULT;
	bench.sample.fault_mask = bench.sample.present_mask = 1ULL << CRYOPROBE_FAULT_ESTOP;
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	EXPECT_EQ(outcome(), OUTCOME_FAULT);
	end();
}

TEST(self_test_waits_for_the_test_of_the_valves)
{
	begin();
	bench.sample.testing = true;
	bench_run(&bench, 30);
	EXPECT_EQ(bench_phase(&bench), PHASE_SELF_TEST);
	EXPECT_EQ(bench.command.flow_permille, 0);
	EXPECT(bench.command.want_armed);
	bench.sample.testing = false;
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_READY);
	end();
}

TEST(test_of_the_valves_that_never_ends_is_given_up)
{
	begin();
	bench.sample.testing = true;
	EXPECT(bench_until(&bench, PHASE_IDLE, 61));
	EXPECT_STREQ(last_reason(), "the test of the valves did not end");
	end();
}

TEST(failed_self_test_ends_idle_and_names_its_fault)
{
	begin();
	bench_step(&bench);
	bench.sample.interlock = INTERLOCK_FAULT;
	bench.sample.fault_code = CRYOPROBE_FAULT_TEST_FREEZE_VALVE;
	bench.sample.fault_mask = 1ULL << CRYOPROBE_FAULT_TEST_FREEZE_VALVE;
	bench_step(&bench);
	EXPECT(!bench.command.want_clear);
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	EXPECT_EQ(outcome(), OUTCOME_FAULT);
	ASSERT(bench_has_alarm(&bench, ALARM_FAULT));
	EXPECT_EQ(bench_status(&bench).alarm[0].detail, CRYOPROBE_FAULT_TEST_FREEZE_VALVE);
	end();
}

TEST(prompt_ready_times_out_into_warm)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_READY));
	EXPECT_STREQ(bench_status(&bench).prompt, "place the needle, then confirm");
	bench_run(&bench, 19.8);
	EXPECT_EQ(bench_phase(&bench), PHASE_READY);
	bench_run(&bench, 0.4);
	EXPECT_STREQ(why_warm(), "nobody confirmed that the needle is placed");
	EXPECT_EQ(outcome(), OUTCOME_ABORTED);
	EXPECT(bench_has_alarm(&bench, ALARM_PROMPT_TIMEOUT));
	end();
}

static void all_steps(struct protocol *protocol, struct probe_profile *profile)
{
	(void)profile;
	protocol->steps = 3;
	protocol->step[0] = STEP_PREPARATION;
	protocol->step[1] = STEP_PLACEMENT;
	protocol->step[2] = STEP_COMPRESSION;
}

TEST(each_step_is_asked_for_and_confirmed)
{
	begin_with(all_steps);
	ASSERT(bench_reach(&bench, PHASE_READY));
	EXPECT_STREQ(bench_status(&bench).prompt, "prepare and numb the site, then confirm");
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), -EALREADY);	/* one word for one step */
	bench_run(&bench, 1);
	EXPECT_STREQ(bench_status(&bench).prompt, "place the needle, then confirm");
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
	bench_run(&bench, 1);
	EXPECT_EQ(bench_phase(&bench), PHASE_READY);
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_COOL);
	EXPECT_EQ(bench_count(&bench, TREATMENT_EVENT_PROMPT), 3);
	end();
}

TEST(steps_share_one_time_limit)
{
	begin_with(all_steps);
	ASSERT(bench_reach(&bench, PHASE_READY));
	bench_run(&bench, 15);
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
	bench_run(&bench, 6);
	EXPECT_STREQ(why_warm(), "nobody confirmed that the needle is placed");
	end();
}
