// SPDX-License-Identifier: GPL-2.0-or-later
/* The interlock's requests and decisions: every verdict, what is permitted, and what is told. */
#include "selftests/unit/test_interlock.h"

/* States */

TEST(whatever_was_there_before_is_forgotten)
{
	struct cryo_interlock fresh, used;

	memset(&fresh, 0, sizeof(fresh));
	memset(&used, 0xff, sizeof(used));
	cryo_interlock_init(&fresh, &full_config, MS);
	cryo_interlock_init(&used, &full_config, MS);
	EXPECT(!memcmp(&fresh, &used, sizeof(fresh)));
}

TEST(starts_in_fault_until_cleared)
{
	struct bench b = bench_at(0, &full_config);

	EXPECT(latched(&b, CRYOPROBE_FAULT_BOUND));
	EXPECT_EQ(cryo_interlock_arm(&b.il, 0, b.now_ns), -EIO);
	EXPECT_EQ(clear(&b), 0);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
}

TEST(disarm_stops_at_once)
{
	struct bench b = flowing_bench();

	EXPECT_EQ(permit(&b), FLOWING);
	cryo_interlock_disarm(&b.il, b.now_ns);
	EXPECT_EQ(permit(&b), 0);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
	EXPECT_EQ(command(&b, 500, 0), CRYOPROBE_VERDICT_DISARMED);
}

TEST(disarm_does_not_take_back_a_fault)
{
	struct bench b = bench_at(0, &full_config);

	cryo_interlock_disarm(&b.il, b.now_ns);
	EXPECT(latched(&b, CRYOPROBE_FAULT_BOUND));
}

TEST(release_takes_the_limits_along)
{
	struct bench b = ready_bench();

	cryo_interlock_release(&b.il, b.now_ns);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 0, b.now_ns), -ENODATA);
}

TEST(release_forgets_the_limits)
{
	static const struct cryoprobe_limits none;
	struct bench b = ready_bench();

	b.il.outside[TISSUE] = 1;
	cryo_interlock_release(&b.il, b.now_ns);
	EXPECT(!memcmp(&b.il.limits, &none, sizeof(none)));
	EXPECT_EQ(b.il.outside[TISSUE], 0);
}

TEST(sampling_begins_anew)
{
	struct bench b = ready_bench();

	b.period.missed = 3;
	next_period(&b);
	cryo_interlock_stop_sampling(&b.il);
	b.now_ns += 1000 * MS;
	cryo_interlock_start_sampling(&b.il, T_MS * 1000, b.now_ns + T_MS * MS);
	tick(&b);
	EXPECT(!(b.il.standing & BIT_ULL(CRYOPROBE_FAULT_LATE)));
	b.period.missed = 2;
	next_period(&b);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
}

/* Limits: their ranges are in test_limits.c */

TEST(limits_do_not_change_while_armed)
{
	struct bench b = armed_bench();

	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &some_limits), -EBUSY);
}

/* Commands */

TEST(verdicts)
{
	static const struct {
		const char *name;
		s64 seq;	/* counted from the latest sample */
		u32 flow, thaw;
		enum cryoprobe_verdict verdict;
	} cases[] = {
		{ "latest", 0, 500, 0, CRYOPROBE_VERDICT_GRANTED },
		{ "full flow", 0, 1000, 0, CRYOPROBE_VERDICT_GRANTED },
		{ "thaw", 0, 0, 1000, CRYOPROBE_VERDICT_GRANTED },
		{ "idle", 0, 0, 0, CRYOPROBE_VERDICT_GRANTED },
		{ "as old as it may be", -9, 500, 0, CRYOPROBE_VERDICT_GRANTED },
		{ "too old", -10, 500, 0, CRYOPROBE_VERDICT_STALE },
		{ "before arming", -21, 500, 0, CRYOPROBE_VERDICT_BEFORE_ARM },
		{ "from the future", 1, 500, 0, CRYOPROBE_VERDICT_FUTURE },
		{ "too much flow", 0, 1001, 0, CRYOPROBE_VERDICT_RANGE },
		{ "too much thaw", 0, 0, 1001, CRYOPROBE_VERDICT_RANGE },
		{ "both", 0, 1, 1, CRYOPROBE_VERDICT_CONFLICT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = armed_bench();
		u32 verdict;

		/* A controller that answers the sample of arming, and then is slow. */
		b.il.grant_ns = S64_MAX;
		periods(&b, 20);
		verdict = cryo_interlock_command(&b.il, b.period.seq + cases[i].seq,
						 cases[i].flow, cases[i].thaw, b.now_ns);
		EXPECT_EQ(verdict, cases[i].verdict);
		if (verdict != cases[i].verdict)
			DIAG("case: %s", cases[i].name);
		if (verdict != CRYOPROBE_VERDICT_GRANTED)
			EXPECT_EQ(permit(&b), 0);
	}
}

TEST(sample_that_is_too_old_to_be_remembered_is_stale)
{
	struct bench b = armed_bench();

	b.il.grant_ns = S64_MAX;
	periods(&b, CRYO_SAMPLE_TIMES + 1);
	EXPECT_EQ(cryo_interlock_command(&b.il, b.period.seq - CRYO_SAMPLE_TIMES, 500, 0, b.now_ns),
		  CRYOPROBE_VERDICT_STALE);
}

TEST(first_command_may_answer_the_sample_of_arming)
{
	struct bench b = armed_bench();

	EXPECT_EQ(b.il.arm_seq, b.period.seq);
	EXPECT_EQ(command(&b, 500, 0), CRYOPROBE_VERDICT_GRANTED);
}

TEST(replay_is_refused_and_prolongs_nothing)
{
	struct bench b = flowing_bench();
	s64 grant_ns = b.il.grant_ns;

	b.now_ns += 10 * MS;
	EXPECT_EQ(command(&b, 500, 0), CRYOPROBE_VERDICT_REPLAY);
	EXPECT_EQ(b.il.grant_ns, grant_ns);
}

TEST(thaw_needs_a_heater)
{
	struct cryo_interlock_config config = full_config;
	struct bench b = bench_at(0, &config);

	b.il.config.has_thaw = false;
	try_estop(&b);
	periods(&b, 5);
	clear(&b);
	cryo_interlock_set_limits(&b.il, &some_limits);
	arm(&b);
	next_period(&b);
	EXPECT_EQ(command(&b, 0, 1), CRYOPROBE_VERDICT_RANGE);
}

TEST(command_in_fault_is_refused)
{
	struct bench b = flowing_bench();

	cryo_interlock_trip(&b.il, CRYOPROBE_FAULT_SUSPEND, b.now_ns);
	next_period(&b);
	EXPECT_EQ(command(&b, 500, 0), CRYOPROBE_VERDICT_FAULT);
	EXPECT_EQ(permit(&b), 0);
}

TEST(grant_ends_at_sample_time_plus_validity)
{
	struct bench b = armed_bench();
	s64 sample_ns;

	next_period(&b);
	sample_ns = b.now_ns;
	b.now_ns += 15 * MS;
	EXPECT_EQ(command(&b, 500, 0), CRYOPROBE_VERDICT_GRANTED);
	EXPECT_EQ(cryo_interlock_permit(&b.il, sample_ns + V_MS * MS - 1), FLOWING);
	EXPECT_EQ(cryo_interlock_permit(&b.il, sample_ns + V_MS * MS), 0);
}

/* Outputs */

TEST(supply_and_vent_outlast_the_flow_by_the_tail)
{
	struct bench b = flowing_bench();

	turn(&b, 0);
	EXPECT_EQ(permit(&b), TAIL);
	EXPECT_EQ(cryo_interlock_permit(&b.il, b.now_ns + V_MS * MS), 0);
	turns(&b, 0, 500 / T_MS - 1);
	EXPECT_EQ(permit(&b), TAIL);
	turn(&b, 0);
	EXPECT_EQ(permit(&b), 0);
}

TEST(thaw_ends_the_tail)
{
	struct bench b = flowing_bench();

	next_period(&b);
	EXPECT_EQ(command(&b, 0, 300), CRYOPROBE_VERDICT_GRANTED);
	EXPECT_EQ(permit(&b), CRYOPROBE_OUT_THAW);
	turn(&b, 0);
	EXPECT_EQ(permit(&b), 0);
}

TEST(thaw_ends_a_tail_that_runs)
{
	struct bench b = flowing_bench();

	turn(&b, 0);
	EXPECT_EQ(permit(&b), TAIL);
	next_period(&b);
	EXPECT_EQ(command(&b, 0, 300), CRYOPROBE_VERDICT_GRANTED);
	turn(&b, 0);
	EXPECT_EQ(permit(&b), 0);
}

TEST(deadline_is_the_next_thing_to_happen)
{
	struct bench b = armed_bench();

	/* The next pulse is missed before the next period is late or the grant ends. */
	next_period(&b);
	command(&b, 500, 0);
	EXPECT_EQ(cryo_interlock_deadline(&b.il, b.now_ns), b.period.next_due_ns + 40 * MS + 1);
	b.il.pulse_ns -= 50 * MS;
	EXPECT_EQ(cryo_interlock_deadline(&b.il, b.now_ns), b.now_ns + 50 * MS);
	b.il.grant_ns = b.now_ns + 7 * MS;
	EXPECT_EQ(cryo_interlock_deadline(&b.il, b.now_ns), b.now_ns + 7 * MS);
	b.il.tail_ns = b.now_ns + 3 * MS;
	EXPECT_EQ(cryo_interlock_deadline(&b.il, b.now_ns), b.now_ns + 3 * MS);
	EXPECT_EQ(cryo_interlock_deadline(&b.il, b.now_ns + 3 * MS), b.now_ns + 7 * MS);
	cryo_interlock_disarm(&b.il, b.now_ns);
	EXPECT_EQ(cryo_interlock_deadline(&b.il, b.now_ns), S64_MAX);
}

/* Late in the life of the clocks */

TEST(works_at_the_end_of_time)
{
	struct bench b = ready_bench_at(S64_MAX - 1000000 * MS);

	arm(&b);
	turns(&b, 500, 100);
	EXPECT_EQ(permit(&b), FLOWING);
	let_expire(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_EXPIRED));
}

/* What is told */

TEST(status_tells_what_is)
{
	struct bench b = flowing_bench();
	struct cryoprobe_status status;

	turns(&b, 500, 10);
	b.il.missed = 3;
	b.il.late = 2;
	memset(&status, 0xff, sizeof(status));
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.state, CRYOPROBE_STATE_ARMED);
	EXPECT_EQ(status.fault_mask, 0);
	EXPECT_EQ(status.present_mask, 0);
	EXPECT_EQ(status.fault_seq, b.il.fault_seq);
	EXPECT_EQ(status.missed, 3);
	EXPECT_EQ(status.late, 2);
	EXPECT_EQ(status.sample_seq, b.period.seq);
	EXPECT_EQ(status.arm_seq, b.il.arm_seq);
	EXPECT_EQ(status.grant_ns, b.now_ns + V_MS * MS);
	EXPECT_EQ(status.flow_permille, 500);
	EXPECT_EQ(status.thaw_permille, 0);
	EXPECT_EQ(status.freeze_ms, 10 * T_MS);
	EXPECT_EQ(status.total_ms, 10 * T_MS);
}

TEST(status_tells_no_more_than_is)
{
	struct bench b = ready_bench();
	struct cryoprobe_status status;

	/* A cause that stands and has latched nothing, as nothing is armed. */
	hang_sampler(&b);
	memset(&status, 0xff, sizeof(status));
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.state, CRYOPROBE_STATE_DISARMED);
	EXPECT_EQ(status.present_mask, 0);
	EXPECT_EQ(status.grant_ns, 0);
	EXPECT_EQ(status.freeze_ms, 0);
	EXPECT_EQ(status.total_ms, 0);
}

TEST_MAIN()
