// SPDX-License-Identifier: GPL-2.0-or-later
/* Warm to withdraw: every proof that it has thawed, with a tip and without; sites; restarts. */
#include <errno.h>

#include "selftests/core/test_treatment.h"

#define FREEZE_MAX_S	600	/* the probe's cap; the worst thaw is twice that */

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

TEST(frozen_tip_without_a_treatment_is_watched)
{
	struct probe_profile profile = bench_profile();
	struct protocol protocol = bench_protocol(bench_protocol_text);
	const char *reason = "";

	bench_init(&bench, &profile);
	bench_set_tip(&bench, -30);
	bench_step(&bench);
	EXPECT_EQ(treatment_start(bench.treatment, &protocol, &reason), -EAGAIN);
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

static void two_sites(struct protocol *protocol, struct probe_profile *profile)
{
	(void)profile;
	protocol->sites = 2;
	protocol->isotherm_um = 700;
	protocol->isotherm_ms = 1000;
	protocol->tissue = ICE_NERVE;
}

TEST(next_site_begins_with_a_self_test_and_all_cycles)
{
	begin_with(two_sites);
	for (uint32_t site = 1; site <= 2; site++) {
		ASSERT(bench_reach(&bench, PHASE_READY));
		EXPECT_EQ(bench_status(&bench).site, site);
		EXPECT(!bench_status(&bench).adequate);
		ASSERT(bench_reach(&bench, PHASE_THAW));
		EXPECT(bench_status(&bench).adequate);
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
