// SPDX-License-Identifier: GPL-2.0-or-later
/* What is watched in every phase: leak, vent, infrared, pressure, cylinder. */
#include "selftests/core/test_treatment.h"

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
