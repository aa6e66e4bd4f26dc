// SPDX-License-Identifier: GPL-2.0-or-later
/* The phases: full treatment, and every way out of it, by scripted samples. */
#include <errno.h>

#include "daemon/core/ice.h"
#include "kernel/include/uapi/linux/cryoprobe.h"
#include "selftests/core/bench.h"
#include "selftests/unit/test.h"

#define FREEZE_MAX_S	600	/* the probe's cap; the worst thaw is twice that */

static struct bench bench;

static void begin(void)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	bench_start(&bench);
}

static void end(void)
{
	bench_free(&bench);
}

static const char *last_reason(void)
{
	const struct treatment_event *event = bench_last(&bench, TREATMENT_EVENT_PHASE);

	return event ? event->reason : "";
}

static enum outcome outcome(void)
{
	return bench_status(&bench).outcome;
}

/* The reason for which the treatment went to warm, NULL if it did not. */
static const char *why_warm(void)
{
	for (unsigned int i = 0; i < bench.events; i++)
		if (bench.event[i].kind == TREATMENT_EVENT_PHASE &&
		    bench.event[i].new == PHASE_WARM)
			return bench.event[i].reason;
	return NULL;
}

/* Phases that belong to a running treatment, in which it can be stopped. */
static const enum phase stoppable[] = { PHASE_READY, PHASE_COOL, PHASE_FREEZE, PHASE_THAW };

#define FOR_EACH_STOPPABLE(phase)						\
	for (const enum phase *at = stoppable, *stop = stoppable + 4;		\
	     at < stop && (phase = *at, true); at++)

TEST(full_treatment_runs_two_cycles)
{
	static const enum phase course[] = {
		PHASE_SELF_TEST, PHASE_READY, PHASE_COOL, PHASE_FREEZE, PHASE_THAW, PHASE_COOL,
		PHASE_FREEZE, PHASE_WARM, PHASE_WITHDRAW, PHASE_IDLE,
	};
	unsigned int at = 0;

	begin();
	EXPECT(bench_reach(&bench, PHASE_IDLE));
	for (unsigned int i = 0; i < bench.events; i++) {
		if (bench.event[i].kind != TREATMENT_EVENT_PHASE)
			continue;
		ASSERT(at < 10);
		EXPECT_EQ(bench.event[i].new, course[at]);
		EXPECT(bench.event[i].reason && *bench.event[i].reason);
		at++;
	}
	EXPECT_EQ(at, 10);
	EXPECT_EQ(outcome(), OUTCOME_COMPLETED);
	EXPECT_EQ(bench_last(&bench, TREATMENT_EVENT_OUTCOME)->new, OUTCOME_COMPLETED);
	EXPECT_EQ(bench_status(&bench).cycle, 2);
	end();
}

TEST(freeze_lasts_the_protocols_time_at_target)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	bench_run(&bench, 4);
	bench_set_tip(&bench, -50);	/* out of the band: does not count */
	bench_run(&bench, 6);
	EXPECT_EQ(bench_phase(&bench), PHASE_FREEZE);
	EXPECT_NEAR(bench_status(&bench).freeze_ms, 4000, 100);
	EXPECT_NEAR(bench_status(&bench).phase_left_ms, 6000, 100);
	bench_set_tip(&bench, -61);
	bench_run(&bench, 5.8);
	EXPECT_EQ(bench_phase(&bench), PHASE_FREEZE);
	bench_run(&bench, 0.4);
	EXPECT_EQ(bench_phase(&bench), PHASE_THAW);
	end();
}

TEST(target_not_held_ends_the_freeze)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	bench_set_tip(&bench, -50);
	EXPECT(bench_until(&bench, PHASE_WARM, 45));
	EXPECT_STREQ(last_reason(), "the target could not be held");
	end();
}

TEST(target_not_reached_in_time)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_COOL));
	bench_set_tip(&bench, -30);
	bench_run(&bench, 25);
	EXPECT_EQ(bench.command.flow_permille, 1000);
	EXPECT(bench_has_alarm(&bench, ALARM_SATURATED));
	bench_run(&bench, 6);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_EQ(outcome(), OUTCOME_ABORTED);
	EXPECT(!bench_has_alarm(&bench, ALARM_SATURATED));
	end();
}

/* SM-WARM */
TEST(abort_in_each_phase_ends_in_warm)
{
	enum phase phase;

	FOR_EACH_STOPPABLE(phase) {
		begin();
		ASSERT(bench_reach(&bench, phase));
		EXPECT_EQ(bench_verb(&bench, VERB_ABORT), 0);
		EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
		bench_step(&bench);
		EXPECT_EQ(bench.command.flow_permille, 0);
		EXPECT_EQ(outcome(), OUTCOME_ABORTED);
		EXPECT_EQ(bench_verb(&bench, VERB_ABORT), -EALREADY);
		EXPECT(bench_reach(&bench, PHASE_IDLE));
		EXPECT_EQ(outcome(), OUTCOME_ABORTED);
		end();
	}
}

TEST(abort_in_self_test_ends_in_warm)
{
	begin();
	bench_run(&bench, 0.1);
	ASSERT_EQ(bench_phase(&bench), PHASE_SELF_TEST);
	EXPECT_EQ(bench_verb(&bench, VERB_ABORT), 0);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	end();
}

TEST(kernel_fault_in_each_phase_ends_in_warm)
{
	enum phase phase;

	FOR_EACH_STOPPABLE(phase) {
		begin();
		ASSERT(bench_reach(&bench, phase));
		bench.sample.interlock = INTERLOCK_FAULT;
		bench.sample.fault_mask = 1ULL << CRYOPROBE_FAULT_ESTOP;
		bench.sample.fault_code = CRYOPROBE_FAULT_ESTOP;
		bench.sample.flow_permille = 0;
		bench_step(&bench);
		EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
		EXPECT_EQ(outcome(), OUTCOME_FAULT);
		EXPECT(bench_has_alarm(&bench, ALARM_FAULT));
		EXPECT(!bench.command.want_clear);
		EXPECT(!bench.command.want_armed);
		EXPECT_EQ(bench.command.flow_permille, 0);
		EXPECT_EQ(bench_status(&bench).alarm[0].detail, CRYOPROBE_FAULT_ESTOP);
		EXPECT(bench_reach(&bench, PHASE_IDLE));
		EXPECT_EQ(outcome(), OUTCOME_FAULT);
		end();
	}
}

TEST(disarmed_by_another_ends_in_warm)
{
	enum phase phase;

	FOR_EACH_STOPPABLE(phase) {
		begin();
		ASSERT(bench_reach(&bench, phase));
		bench.sample.interlock = INTERLOCK_DISARMED;
		bench_step(&bench);
		EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
		EXPECT_STREQ(last_reason(), "the probe was disarmed by another");
		end();
	}
}

TEST(pause_stops_flow_and_clock)
{
	uint32_t before;

	begin();
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	bench_run(&bench, 3);
	before = bench_status(&bench).phase_ms;
	EXPECT_EQ(bench_verb(&bench, VERB_PAUSE), 0);
	EXPECT_EQ(bench_verb(&bench, VERB_PAUSE), -EALREADY);
	EXPECT(bench_status(&bench).paused);
	bench_run(&bench, 59);
	EXPECT_EQ(bench.command.flow_permille, 0);
	EXPECT_EQ(bench_phase(&bench), PHASE_FREEZE);
	EXPECT_EQ(bench_status(&bench).phase_ms, before);
	bench_set_tip(&bench, -50);
	EXPECT_EQ(bench_verb(&bench, VERB_RESUME), 0);
	bench_run(&bench, 0.1);
	EXPECT_GT(bench.command.flow_permille, 0);
	EXPECT_EQ(bench_verb(&bench, VERB_RESUME), -EALREADY);
	end();
}

TEST(pause_longer_than_a_minute_aborts)
{
	static const enum phase pausable[] = { PHASE_COOL, PHASE_FREEZE, PHASE_THAW };

	for (int i = 0; i < 3; i++) {
		begin();
		ASSERT(bench_reach(&bench, pausable[i]));
		ASSERT_EQ(bench_verb(&bench, VERB_PAUSE), 0);
		bench_run(&bench, 59.9);
		EXPECT_EQ(bench_phase(&bench), pausable[i]);
		bench_run(&bench, 0.2);
		EXPECT_STREQ(why_warm(), "paused for longer than 60 s");
		EXPECT_EQ(outcome(), OUTCOME_ABORTED);
		EXPECT(!bench_status(&bench).paused);
		EXPECT(bench_has_alarm(&bench, ALARM_PAUSE_TIMEOUT));
		end();
	}
}

TEST(abort_fault_and_lost_tip_while_paused)
{
	for (int way = 0; way < 3; way++) {
		begin();
		ASSERT(bench_reach(&bench, PHASE_FREEZE));
		ASSERT_EQ(bench_verb(&bench, VERB_PAUSE), 0);
		if (way == 0)
			bench_verb(&bench, VERB_ABORT);
		else if (way == 1)
			bench.sample.interlock = INTERLOCK_FAULT;
		else
			bench_lose_tip(&bench);
		bench_run(&bench, 0.5);
		EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
		EXPECT(!bench_status(&bench).paused);
		end();
	}
}

TEST(verbs_outside_their_phases)
{
	struct probe_profile profile = bench_profile();
	struct protocol protocol = bench_protocol(bench_protocol_text);
	const char *reason = "";

	bench_init(&bench, &profile);
	EXPECT_EQ(bench_verb(&bench, VERB_ABORT), -ENOTCONN);
	bench_start(&bench);
	EXPECT_EQ(treatment_start(bench.treatment, &protocol, &reason), -EBUSY);
	EXPECT_EQ(treatment_verb(bench.treatment, VERB_PAUSE, &reason), -EINVAL);
	EXPECT_STREQ(reason, "only cool, freeze and thaw can be paused");
	EXPECT_EQ(treatment_verb(bench.treatment, VERB_ADVANCE, &reason), -EINVAL);
	EXPECT_STREQ(reason, "there is nothing to confirm in this phase");
	EXPECT_EQ(treatment_verb(bench.treatment, (enum verb)77, &reason), -EINVAL);
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

TEST(prompt_withdraw_times_out_into_idle)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_WITHDRAW));
	EXPECT_STREQ(bench_status(&bench).prompt, "withdraw the needle, then confirm");
	EXPECT(bench_until(&bench, PHASE_IDLE, 21));
	EXPECT_EQ(outcome(), OUTCOME_COMPLETED);
	EXPECT(bench_has_alarm(&bench, ALARM_PROMPT_TIMEOUT));
	end();
}

TEST(withdraw_only_after_two_warm_seconds)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_WARM));
	bench_set_tip(&bench, 5);	/* not above */
	bench_run(&bench, 10);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	for (int i = 0; i < 5; i++) {	/* warm, but never for long */
		bench_set_tip(&bench, 6);
		bench_run(&bench, 1.9);
		bench_set_tip(&bench, 4.9);
		bench_run(&bench, 0.02);
	}
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	bench_set_tip(&bench, 5.1);
	bench_run(&bench, 1.9);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	bench_run(&bench, 0.2);
	EXPECT_EQ(bench_phase(&bench), PHASE_WITHDRAW);
	end();
}

TEST(warm_counts_only_after_the_last_flow)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_COOL));
	bench_run(&bench, 0.1);
	EXPECT_GT(bench.command.flow_permille, 0);
	bench_verb(&bench, VERB_ABORT);	/* the tip is warm still, and about to be cold */
	bench_run(&bench, 1.9);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	bench_run(&bench, 0.3);
	EXPECT_EQ(bench_phase(&bench), PHASE_WITHDRAW);
	end();
}

TEST(one_warm_sample_after_a_gap_is_no_proof)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_WARM));
	bench_set_tip(&bench, -10);
	bench_run(&bench, 1);
	bench.sample.time_ns += 30000000000LL;
	bench_set_tip(&bench, 20);
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	end();
}

TEST(withdraw_goes_back_to_warm_when_it_freezes_again)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_WITHDRAW));
	bench_set_tip(&bench, 2);
	bench_run(&bench, 0.5);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_STREQ(bench_status(&bench).prompt, "");
	end();
}

TEST(tip_lost_in_each_phase_ends_in_warm)
{
	enum phase phase;

	FOR_EACH_STOPPABLE(phase) {
		begin();
		ASSERT(bench_reach(&bench, phase));
		bench_lose_tip(&bench);
		bench_step(&bench);
		EXPECT_EQ(bench.command.flow_permille, 0);	/* at once */
		EXPECT_EQ(bench_phase(&bench), phase);		/* one bad value is not lost */
		bench_run(&bench, 0.3);
		EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
		EXPECT_EQ(outcome(), OUTCOME_ABORTED);
		EXPECT(bench_has_alarm(&bench, ALARM_TIP_LOST));
		end();
	}
}

TEST(flow_goes_on_after_one_bad_value)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_COOL));
	bench_set_tip(&bench, 0);
	bench_run(&bench, 1);
	EXPECT_GT(bench.command.flow_permille, 0);
	bench_lose_tip(&bench);
	bench_step(&bench);
	bench_set_tip(&bench, 0);
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_COOL);
	EXPECT_GT(bench.command.flow_permille, 0);
	end();
}

/* Loses the tip in the middle of a freeze, with the other sensors cold. */
static void lose_tip_frozen(void)
{
	begin();
	bench_reach(&bench, PHASE_FREEZE);
	bench_run(&bench, 5);
	bench.sample.shaft.mdegc = -2000;
	bench.sample.tissue.mdegc = -2000;
	bench_lose_tip(&bench);
	bench_run(&bench, 1);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
}

TEST(lost_tip_ends_by_shaft_and_ice_model)
{
	lose_tip_frozen();
	bench.sample.shaft.mdegc = 20000;
	bench_run(&bench, 5);
	/* The shaft alone is no proof while the model still has ice. */
	EXPECT_GT(bench_status(&bench).ice_error_um, 0);
	EXPECT_STREQ(bench_status(&bench).prompt, "");
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), -EINVAL);
	bench_run(&bench, 400);
	EXPECT_EQ(bench_status(&bench).ice_radius_um, 0);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_STREQ(bench_status(&bench).prompt,
		     "the tip cannot be read: confirm that the needle is free and withdrawn");
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	EXPECT_EQ(outcome(), OUTCOME_ABORTED);
	end();
}

TEST(lost_tip_ends_by_tissue_needle_and_ice_model)
{
	lose_tip_frozen();
	bench.sample.shaft.valid = false;
	bench.sample.tissue.mdegc = 20000;
	bench_run(&bench, 400);
	EXPECT_NE(bench_status(&bench).prompt[0], '\0');
	end();
}

TEST(lost_tip_ends_by_worst_case_time_and_confirmation)
{
	lose_tip_frozen();
	bench.sample.shaft.valid = false;
	bench.sample.tissue.valid = false;
	bench_run(&bench, 50);		/* a minute, and twice the few seconds with flow */
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_STREQ(bench_status(&bench).prompt, "");
	bench_run(&bench, 35);
	EXPECT_NE(bench_status(&bench).prompt[0], '\0');
	bench_run(&bench, 600);		/* waits for the operator, for nothing else */
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
	bench_step(&bench);
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	end();
}

TEST(confirmation_does_not_outlive_its_prompt)
{
	lose_tip_frozen();
	bench.sample.shaft.valid = bench.sample.tissue.valid = false;
	bench_run(&bench, 90);
	ASSERT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
	bench_set_tip(&bench, -10);	/* it is back, and cold */
	bench_run(&bench, 1);
	bench_lose_tip(&bench);
	bench_run(&bench, 1);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	end();
}

TEST(lost_tip_that_comes_back_ends_by_itself)
{
	lose_tip_frozen();
	bench_set_tip(&bench, -20);
	bench_run(&bench, 5);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	bench_set_tip(&bench, 10);
	bench_run(&bench, 2.2);
	EXPECT_EQ(bench_phase(&bench), PHASE_WITHDRAW);
	end();
}

TEST(tip_lost_in_warm_and_withdraw)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_WARM));
	bench_lose_tip(&bench);
	bench_run(&bench, 5);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_EQ(outcome(), OUTCOME_NONE);	/* the freezes are done */
	bench_set_tip(&bench, 20);
	ASSERT(bench_until(&bench, PHASE_WITHDRAW, 3));
	bench_lose_tip(&bench);
	bench_run(&bench, 5);
	EXPECT_EQ(bench_phase(&bench), PHASE_WITHDRAW);	/* it was seen warm */
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

TEST(frozen_tip_without_a_treatment_is_watched)
{
	struct probe_profile profile = bench_profile();
	struct protocol protocol = bench_protocol(bench_protocol_text);
	const char *reason = "";

	bench_init(&bench, &profile);
	bench_set_tip(&bench, -30);
	bench_step(&bench);
	EXPECT_EQ(treatment_start(bench.treatment, &protocol, &reason), -EBUSY);
	bench_run(&bench, 0.5);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_EQ(outcome(), OUTCOME_INTERRUPTED);
	EXPECT(bench_has_alarm(&bench, ALARM_FROZEN_FOUND));
	EXPECT(!bench.command.want_armed);
	EXPECT(bench_reach(&bench, PHASE_WITHDRAW));
	EXPECT(bench_reach(&bench, PHASE_IDLE));
	end();
}

/* SM-RESTART */
TEST(restart_watches_the_thaw)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	treatment_watch_thaw(bench.treatment, bench.sample.time_ns - 5000000000LL);
	bench_set_tip(&bench, -40);
	bench_run(&bench, 10);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT(bench_reach(&bench, PHASE_IDLE));
	EXPECT_EQ(outcome(), OUTCOME_INTERRUPTED);
	end();
}

TEST(restart_without_a_tip_counts_from_the_last_flow)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	treatment_watch_thaw(bench.treatment, bench.sample.time_ns - 300000000000LL);
	bench_lose_tip(&bench);
	bench.sample.shaft.valid = bench.sample.tissue.valid = false;
	bench_run(&bench, 2 * FREEZE_MAX_S - 310);
	EXPECT_STREQ(bench_status(&bench).prompt, "");
	bench_run(&bench, 15);
	EXPECT_NE(bench_status(&bench).prompt[0], '\0');
	end();
}

TEST(restart_without_a_tip_does_not_trust_an_unfed_ice_model)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	treatment_watch_thaw(bench.treatment, bench.sample.time_ns);
	bench_lose_tip(&bench);
	bench_run(&bench, 60);		/* shaft and tissue are warm all the time */
	EXPECT_STREQ(bench_status(&bench).prompt, "");
	end();
}

TEST(active_thaw_only_armed_and_never_with_flow)
{
	struct probe_profile profile = bench_profile();

	profile.has_thaw = true;
	bench_init(&bench, &profile);
	bench_start(&bench);
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	bench_verb(&bench, VERB_ABORT);
	bench_step(&bench);
	EXPECT_EQ(bench.command.flow_permille, 0);
	EXPECT_EQ(bench.command.thaw_permille, 1000);
	EXPECT(bench.command.want_armed);
	bench_set_tip(&bench, 12);	/* warm, but heated: no proof */
	bench_run(&bench, 5);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	bench_set_tip(&bench, 16);
	bench_step(&bench);
	EXPECT_EQ(bench.command.thaw_permille, 0);
	bench_run(&bench, 2.2);
	EXPECT_EQ(bench_phase(&bench), PHASE_WITHDRAW);
	EXPECT(!bench.command.want_armed);
	end();
}

/* SM-BOUNDARY */
TEST(boundary_ends_the_freeze_early)
{
	struct probe_profile profile = bench_profile();
	struct protocol protocol = bench_protocol(bench_protocol_text);
	const char *reason = "";

	protocol.tissue = ICE_MUSCLE;
	protocol.boundary_um = ice_forecast_um(&profile, ICE_MUSCLE, protocol.target_mdegc, 10000) + 20;
	bench_init(&bench, &profile);
	bench_step(&bench);
	ASSERT_EQ(treatment_start(bench.treatment, &protocol, &reason), 0);
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	EXPECT(bench_until(&bench, PHASE_THAW, 9.5));
	EXPECT_STREQ(last_reason(), "the ice ball reached its boundary");
	EXPECT(bench_has_alarm(&bench, ALARM_BOUNDARY));
	end();
}

/* A treatment by the bench's protocol after @change. */
static void begin_with(void (*change)(struct protocol *protocol, struct probe_profile *profile))
{
	struct protocol protocol = bench_protocol(bench_protocol_text);
	struct probe_profile profile = bench_profile();
	const char *reason = "";

	change(&protocol, &profile);
	bench_init(&bench, &profile);
	bench_step(&bench);
	EXPECT_EQ(treatment_start(bench.treatment, &protocol, &reason), 0);
	EXPECT_STREQ(reason, "");
}

static void ends_out_of_reach(struct protocol *protocol, struct probe_profile *profile)
{
	(void)profile;
	protocol->out_of_reach = REACH_END;
}

TEST(out_of_reach_ends_the_treatment)
{
	begin_with(ends_out_of_reach);
	ASSERT(bench_reach(&bench, PHASE_COOL));
	bench_set_tip(&bench, -30);
	EXPECT(bench_until(&bench, PHASE_WARM, 15));
	EXPECT_STREQ(last_reason(), "the target is out of reach");
	EXPECT_EQ(outcome(), OUTCOME_ABORTED);
	end();
}

static void lowers_out_of_reach(struct protocol *protocol, struct probe_profile *profile)
{
	(void)profile;
	protocol->out_of_reach = REACH_LOWER;
}

TEST(out_of_reach_lowers_the_target)
{
	begin_with(lowers_out_of_reach);
	ASSERT(bench_reach(&bench, PHASE_COOL));
	bench_set_tip(&bench, -30);
	EXPECT(bench_until(&bench, PHASE_FREEZE, 15));
	EXPECT_EQ(bench_status(&bench).target_mdegc, -27000);
	bench_run(&bench, 5);
	EXPECT_EQ(bench_phase(&bench), PHASE_FREEZE);
	EXPECT_EQ(bench_status(&bench).target_mdegc, -27000);
	end();
}

/* In neurolysis -20 degC is the least that has an effect. */
TEST(a_target_is_not_lowered_beyond_effect)
{
	begin_with(lowers_out_of_reach);
	ASSERT(bench_reach(&bench, PHASE_COOL));
	bench_set_tip(&bench, -22);
	EXPECT(bench_until(&bench, PHASE_WARM, 15));
	EXPECT_STREQ(last_reason(), "what can be reached is too warm");
	end();
}

static void near_isotherm(struct protocol *protocol, struct probe_profile *profile)
{
	(void)profile;
	protocol->freeze_ms = 120000;
	protocol->isotherm_um = 900;
	protocol->tissue = ICE_NERVE;
	protocol->isotherm_ms = 5000;
}

TEST(freeze_ends_when_the_nerve_has_had_enough)
{
	struct treatment_status status;

	begin_with(near_isotherm);
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	EXPECT(bench_until(&bench, PHASE_THAW, 110));
	EXPECT_STREQ(last_reason(), "-20 degC was at its distance for its time");
	status = bench_status(&bench);
	EXPECT_GE(status.isotherm_radius_um, 900 + status.ice_error_um);
	EXPECT_GT(status.freeze_ms, 5000);
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

TEST(operator_ends_freeze_and_thaw)
{
	enum phase from[] = { PHASE_COOL, PHASE_FREEZE, PHASE_THAW };
	enum phase to[] = { PHASE_THAW, PHASE_THAW, PHASE_COOL };

	for (int i = 0; i < 3; i++) {
		begin();
		ASSERT(bench_reach(&bench, from[i]));
		EXPECT_EQ(bench_verb(&bench, VERB_END_PHASE), 0);
		EXPECT_EQ(bench_phase(&bench), to[i]);
		end();
	}
	begin();
	ASSERT(bench_reach(&bench, PHASE_READY));
	EXPECT_EQ(bench_verb(&bench, VERB_END_PHASE), -EINVAL);
	EXPECT_EQ(bench_phase(&bench), PHASE_READY);
	end();
}

TEST(last_freeze_that_the_operator_ends_is_warmed)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_THAW));
	ASSERT_EQ(bench_verb(&bench, VERB_END_PHASE), 0);
	ASSERT_EQ(bench_verb(&bench, VERB_PAUSE), 0);
	EXPECT_EQ(bench_verb(&bench, VERB_END_PHASE), 0);
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT(!bench_status(&bench).paused);
	EXPECT_EQ(bench_status(&bench).outcome, OUTCOME_NONE);
	end();
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

static void two_sites(struct protocol *protocol, struct probe_profile *profile)
{
	(void)profile;
	protocol->sites = 2;
}

TEST(next_site_begins_with_a_self_test_and_all_cycles)
{
	begin_with(two_sites);
	for (uint32_t site = 1; site <= 2; site++) {
		ASSERT(bench_reach(&bench, PHASE_READY));
		EXPECT_EQ(bench_status(&bench).site, site);
		ASSERT(bench_reach(&bench, PHASE_THAW));
		ASSERT(bench_reach(&bench, PHASE_WITHDRAW));
		EXPECT_EQ(bench_status(&bench).cycle, 2);
		EXPECT(!bench.command.want_armed);
		EXPECT_EQ(bench_verb(&bench, VERB_ADVANCE), 0);
		bench_step(&bench);
		EXPECT_EQ(bench_phase(&bench), site == 1 ? PHASE_SELF_TEST : PHASE_IDLE);
	}
	EXPECT_EQ(outcome(), OUTCOME_COMPLETED);
	end();
}

TEST(abort_at_one_site_ends_all)
{
	begin_with(two_sites);
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	bench_verb(&bench, VERB_ABORT);
	EXPECT(bench_reach(&bench, PHASE_IDLE));
	EXPECT_EQ(outcome(), OUTCOME_ABORTED);
	end();
}

static void active_thaw(struct protocol *protocol, struct probe_profile *profile)
{
	profile->has_thaw = true;
	protocol->thaw_active = true;
}

TEST(active_thaw_between_cycles_stops_at_its_temperature_and_in_a_pause)
{
	begin_with(active_thaw);
	ASSERT(bench_reach(&bench, PHASE_THAW));
	bench_set_tip(&bench, -40);
	bench_run(&bench, 0.1);
	EXPECT_EQ(bench.command.thaw_permille, 1000);
	EXPECT_EQ(bench.command.flow_permille, 0);
	bench_verb(&bench, VERB_PAUSE);
	bench_run(&bench, 0.1);
	EXPECT_EQ(bench.command.thaw_permille, 0);
	bench_verb(&bench, VERB_RESUME);
	bench_lose_tip(&bench);
	bench_step(&bench);
	EXPECT_EQ(bench.command.thaw_permille, 0);
	bench_set_tip(&bench, -4);
	bench_run(&bench, 1.1);
	EXPECT_EQ(bench_phase(&bench), PHASE_COOL);
	EXPECT_EQ(bench.command.thaw_permille, 0);
	end();
}

TEST(pressure_outside_the_usual_is_told)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_READY));
	EXPECT(!bench_has_alarm(&bench, ALARM_PRESSURE));
	bench.sample.pressure_kpa = 2000;
	bench_step(&bench);
	EXPECT(bench_has_alarm(&bench, ALARM_PRESSURE));
	EXPECT_EQ(bench_status(&bench).alarm[0].detail, 2000);
	bench.sample.pressure_kpa = 5000;
	bench_step(&bench);
	EXPECT(!bench_has_alarm(&bench, ALARM_PRESSURE));
	EXPECT_EQ(bench_phase(&bench), PHASE_READY);
	end();
}

/* A bench whose tip is where it is in @phase, with its flow over for long enough to be looked at. */
static void leak_in(enum phase phase)
{
	begin();
	ASSERT(bench_reach(&bench, phase));
	bench_set_tip(&bench, phase == PHASE_THAW ? -30 : 24);
	bench_run(&bench, 4);
	EXPECT(!bench_has_alarm(&bench, ALARM_LEAK));
	bench_set_tip(&bench, phase == PHASE_THAW ? -40 : 14);
	bench_run(&bench, 0.9);
	EXPECT_EQ(bench_phase(&bench), phase);
	bench_run(&bench, 0.2);
	EXPECT(bench_has_alarm(&bench, ALARM_LEAK));
}

TEST(leak_ends_the_treatment_before_and_between_freezes)
{
	static const enum phase without_flow[] = { PHASE_READY, PHASE_THAW };

	for (int i = 0; i < 2; i++) {
		leak_in(without_flow[i]);
		EXPECT_STREQ(why_warm(), "the tip cools without any flow asked for");
		EXPECT_EQ(outcome(), OUTCOME_ABORTED);
		end();
	}
}

TEST(leak_without_a_treatment_is_told)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	bench_set_tip(&bench, 24);
	bench_run(&bench, 4);
	bench_set_tip(&bench, 15);
	bench_run(&bench, 1.1);
	EXPECT(bench_has_alarm(&bench, ALARM_LEAK));
	EXPECT_EQ(bench_phase(&bench), PHASE_IDLE);
	end();
}

TEST(blocked_vent_and_disagreement_are_told_and_stop_nothing)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_READY));
	bench_set_tip(&bench, 30);
	bench.sample.infrared = (struct reading){ 20000, true };
	bench.sample.line_kpa = 4000;
	bench.sample.line_valid = true;
	bench_run(&bench, 3.1);
	EXPECT(bench_has_alarm(&bench, ALARM_INFRARED));
	EXPECT(bench_has_alarm(&bench, ALARM_VENT));
	bench.sample.infrared.mdegc = 29000;
	bench.sample.line_kpa = 10;
	bench_run(&bench, 0.1);
	EXPECT(!bench_has_alarm(&bench, ALARM_INFRARED));
	EXPECT(bench_has_alarm(&bench, ALARM_VENT));	/* until somebody has seen it */
	EXPECT_EQ(bench_phase(&bench), PHASE_READY);
	end();
}

TEST(falling_supply_is_told_while_it_is_needed)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_READY));
	for (int i = 0; i < 15 * 50; i++) {
		bench.sample.pressure_kpa = 5000 - i;	/* 50 kPa/s: 40 s to 3000 kPa */
		bench_step(&bench);
	}
	ASSERT(bench_has_alarm(&bench, ALARM_CYLINDER));
	EXPECT_NEAR(bench_status(&bench).alarm[0].detail, (5000 - 750 - 3000) / 50, 3);
	bench_verb(&bench, VERB_ABORT);
	bench_step(&bench);
	EXPECT(!bench_has_alarm(&bench, ALARM_CYLINDER));
	end();
}

TEST(limits_follow_protocol_and_caps)
{
	struct probe_profile profile = bench_profile();
	struct treatment_limits limits;

	profile.caps_validity_max_ms = 150;
	bench_init(&bench, &profile);
	bench_start(&bench);
	treatment_limits(bench.treatment, &limits);
	EXPECT_EQ(limits.tip_floor_mdegc, -80000);
	EXPECT_EQ(limits.validity_ms, 150);
	EXPECT_LE(limits.freeze_max_ms, profile.caps_freeze_max_ms);
	EXPECT_GT(limits.freeze_max_ms, 2 * (10000 + 30000));
	EXPECT_EQ(limits.total_max_ms, profile.caps_total_max_ms);
	EXPECT_EQ(limits.idle_max_ms, profile.caps_idle_max_ms);
	end();
}

TEST_MAIN()
