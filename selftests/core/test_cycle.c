// SPDX-License-Identifier: GPL-2.0-or-later
/* Freezes and thaws: what ends each, and where the treatment goes then. */
#include <errno.h>

#include "daemon/core/ice.h"
#include "selftests/core/test_treatment.h"

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

/* SM-BOUNDARY */
TEST(boundary_ends_the_freeze_early)
{
	struct probe_profile profile = bench_profile();
	struct protocol protocol = bench_protocol(bench_protocol_text);
	struct treatment_status status;
	const char *reason = "";
	uint32_t room_um;

	protocol.tissue = ICE_MUSCLE;
	protocol.boundary_um = ice_forecast_um(&profile, ICE_MUSCLE, protocol.target_mdegc, 10000) + 20;
	bench_init(&bench, &profile);
	bench_step(&bench);
	ASSERT_EQ(treatment_start(bench.treatment, &protocol, &reason), 0);
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	EXPECT(bench_until(&bench, PHASE_THAW, 9.5));
	EXPECT_STREQ(last_reason(), "the ice ball reached its boundary");
	/* What grows on has its room, and hardly more. */
	treatment_status(bench.treatment, &status);
	room_um = protocol.boundary_um - status.ice_radius_um - status.ice_error_um;
	EXPECT_GT(room_um, 80);
	EXPECT_LE(room_um, 100);
	EXPECT(bench_has_alarm(&bench, ALARM_BOUNDARY));
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
	EXPECT(!bench_status(&bench).adequate);
	EXPECT_EQ(bench_status(&bench).isotherm_distance_um, 900);
	EXPECT(bench_until(&bench, PHASE_THAW, 110));
	EXPECT_STREQ(last_reason(), "-20 degC was at its distance for its time");
	status = bench_status(&bench);
	EXPECT(status.adequate);
	EXPECT_NEAR(status.isotherm_held_ms, 5000, 30);
	EXPECT_GE(status.isotherm_radius_um, 900 + status.ice_error_um);
	EXPECT_GT(status.freeze_ms, 5000);
	end();
}

static void far_isotherm(struct protocol *protocol, struct probe_profile *profile)
{
	near_isotherm(protocol, profile);
	protocol->freeze_ms = 10000;
	protocol->isotherm_ms = 60000;
}

TEST(a_freeze_that_ends_before_the_nerve_has_had_enough_was_not_adequate)
{
	begin_with(far_isotherm);
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	ASSERT(bench_until(&bench, PHASE_THAW, 30));
	EXPECT(!bench_status(&bench).adequate);
	bench_step(&bench);
	EXPECT_EQ(bench_status(&bench).isotherm_held_ms, 0);
	end();
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

static void with_repeats(struct protocol *protocol, struct probe_profile *profile)
{
	(void)profile;
	protocol->cycles = 1;
	protocol->repeats = 2;
}

TEST(the_operator_adds_freezes_as_far_as_the_protocol_allows)
{
	begin_with(with_repeats);
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	EXPECT_EQ(bench_status(&bench).cycles, 1);
	EXPECT_EQ(bench_verb(&bench, VERB_REPEAT), 0);
	bench_run(&bench, 0.1);
	ASSERT(bench_last(&bench, TREATMENT_EVENT_REPEAT));
	EXPECT_STREQ(bench_last(&bench, TREATMENT_EVENT_REPEAT)->reason,
		     "one more freeze, by the operator");
	EXPECT_EQ(bench_status(&bench).cycles, 2);
	ASSERT_EQ(bench_verb(&bench, VERB_END_PHASE), 0);
	EXPECT_EQ(bench_phase(&bench), PHASE_THAW);
	EXPECT_EQ(bench_verb(&bench, VERB_REPEAT), 0);
	EXPECT_EQ(bench_verb(&bench, VERB_REPEAT), -EINVAL);
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(bench_verb(&bench, VERB_END_PHASE), 0);
		EXPECT_EQ(bench_phase(&bench), PHASE_COOL);
		ASSERT_EQ(bench_verb(&bench, VERB_END_PHASE), 0);
	}
	EXPECT_EQ(bench_phase(&bench), PHASE_WARM);
	EXPECT_EQ(bench_verb(&bench, VERB_REPEAT), -EINVAL);
	EXPECT_EQ(bench_status(&bench).cycle, 3);
	end();
}

TEST(no_freeze_is_added_where_the_protocol_has_none)
{
	begin();
	ASSERT(bench_reach(&bench, PHASE_FREEZE));
	EXPECT_EQ(bench_verb(&bench, VERB_REPEAT), -EINVAL);
	EXPECT_EQ(bench_status(&bench).cycles, 2);
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
