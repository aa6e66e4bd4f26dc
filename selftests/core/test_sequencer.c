// SPDX-License-Identifier: GPL-2.0-or-later
/* The phases: a full treatment, and what can end it in any of them, by scripted samples. */
#include <errno.h>

#include "kernel/include/uapi/linux/cryoprobe.h"
#include "selftests/core/test_treatment.h"

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
