// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The interlock: every rule, every verdict, every fault, and what it takes to clear each. A bench
 * calls it as sampler and guard do; each case is a line in a table where that is possible.
 */
#include "kernel/interlock.h"
#include "selftests/unit/test.h"

#define MS CRYO_NS_PER_MS
#define T_MS 20
#define V_MS 200
#define TIP 0
#define TISSUE 1
#define PRESSURE 2
#define WARM_MDEGC 34000
/* After as many the one-shot has dropped, and its supply is gone. */
#define DROP_PERIODS 56
#define OK_STATUS (CRYOPROBE_VALUE_VALID | CRYOPROBE_VALUE_FRESH)
#define BAD_STATUS CRYOPROBE_VALUE_FRESH
#define FLOWING (CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT | CRYOPROBE_OUT_FREEZE)
#define TAIL (CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT)

/* All that surrounds an interlock. */
struct bench {
	struct cryo_interlock il;
	struct cryo_lines lines;
	struct cryo_period period;
	s64 now_ns;
	bool no_sense_change;	/* the sense line does not follow the pulse */
	bool no_pulse;		/* the guard's pulses do not reach the one-shot */
	bool stuck;		/* the tip's converter gives one number, without its noise */
};

static const struct cryo_interlock_config full_config = {
	.caps = {
		.validity_min_ms = 20, .validity_max_ms = 1000, .tip_floor_mdegc = -90000,
		.freeze_max_ms = 60000, .total_max_ms = 120000, .total_window_ms = 640000,
		.idle_max_ms = 300000, .heat_max_ms = 10000, .heat_max_mdegc = 43000,
	},
	.channels = 3, .required = BIT(TIP), .pressures = BIT(PRESSURE),
	.ranged = BIT(PRESSURE), .allowed[PRESSURE] = { 2500, 6900 },
	.tip_resolution_mdegc = 10, .tail_ms = 500, .lag_ms = 100,
	.has_thaw = true, .has_sense = true,
};

static const struct cryoprobe_limits some_limits = {
	.validity_ms = V_MS, .tip_floor_mdegc = -80000, .freeze_max_ms = 30000,
	.total_max_ms = 90000, .idle_max_ms = 200000,
	.heat_max_ms = 5000, .heat_max_mdegc = 42000,
};

static void tick(struct bench *b)
{
	cryo_interlock_tick(&b->il, &b->lines, b->now_ns);
	if (cryo_interlock_pulse(&b->il, b->now_ns) && !b->no_sense_change)
		b->lines.supply_sense = true;
	if (!cryo_interlock_live(&b->il) && !b->no_sense_change)
		b->lines.supply_sense = false;
	b->lines.estop_edge = false;
}

/* Time passes and one period finishes, due at its beginning. */
static void next_period(struct bench *b)
{
	b->now_ns += T_MS * MS;
	b->period.seq++;
	b->period.time_ns = b->now_ns;
	b->period.due_ns = b->now_ns;
	b->period.next_due_ns = b->now_ns + T_MS * MS;
	b->period.tip_code += !b->stuck;
	cryo_interlock_period(&b->il, &b->period, b->now_ns);
	b->period.missed = 0;
	tick(b);
}

static void periods(struct bench *b, unsigned int count)
{
	while (count--)
		next_period(b);
}

static void tip(struct bench *b, s32 mdegc)
{
	b->period.value[TIP].value = mdegc;
}

static struct bench bench_at(s64 now_ns, const struct cryo_interlock_config *config)
{
	struct bench b = { .now_ns = now_ns, .lines = { .estop_released = true } };

	cryo_interlock_init(&b.il, config, now_ns);
	cryo_interlock_start_sampling(&b.il, T_MS * 1000, now_ns + T_MS * MS);
	b.period.value[TIP] = (struct cryoprobe_value){ WARM_MDEGC, OK_STATUS };
	b.period.value[TISSUE] = (struct cryoprobe_value){ WARM_MDEGC, OK_STATUS };
	b.period.value[PRESSURE] = (struct cryoprobe_value){ 4500, OK_STATUS };
	return b;
}

static void try_estop(struct bench *b)
{
	b->lines.estop_released = false;
	tick(b);
	b->lines.estop_released = true;
	tick(b);
}

/* Cleared, limits set, sampling. */
static struct bench ready_bench_at(s64 now_ns)
{
	struct bench b = bench_at(now_ns, &full_config);

	try_estop(&b);
	periods(&b, DROP_PERIODS);
	EXPECT_EQ(cryo_interlock_clear(&b.il, b.il.fault_seq), 0);
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &some_limits), 0);
	return b;
}

static struct bench ready_bench(void)
{
	return ready_bench_at(0);
}

static void arm(struct bench *b)
{
	EXPECT_EQ(cryo_interlock_arm(&b->il, 5000, b->now_ns), 0);
	periods(b, 5);
	for (int i = 0; i < DROP_PERIODS && b->il.phase == CRYO_ARMING; i++)
		next_period(b);
	EXPECT_EQ(cryo_interlock_state(&b->il), CRYOPROBE_STATE_ARMED);
}

static struct bench armed_bench(void)
{
	struct bench b = ready_bench();

	arm(&b);
	return b;
}

static u32 command(struct bench *b, u32 flow, u32 thaw)
{
	return cryo_interlock_command(&b->il, b->period.seq, flow, thaw, b->now_ns);
}

static struct bench flowing_bench(void)
{
	struct bench b = armed_bench();

	next_period(&b);
	EXPECT_EQ(command(&b, 500, 0), CRYOPROBE_VERDICT_GRANTED);
	return b;
}

static u32 permit(const struct bench *b)
{
	return cryo_interlock_permit(&b->il, b->now_ns);
}

/* One turn of a good controller. */
static void turn(struct bench *b, u32 flow)
{
	next_period(b);
	command(b, flow, 0);
}

static void turns(struct bench *b, u32 flow, unsigned int count)
{
	while (count--)
		turn(b, flow);
}

/* Takes the tip there at 20 degC/s. */
static void ramp(struct bench *b, u32 flow, s32 mdegc)
{
	s32 *now_mdegc = &b->period.value[TIP].value;

	while (*now_mdegc != mdegc) {
		*now_mdegc += clamp(mdegc - *now_mdegc, -20 * T_MS, 20 * T_MS);
		turn(b, flow);
	}
}

static bool latched(const struct bench *b, enum cryoprobe_fault code)
{
	return cryo_interlock_state(&b->il) == CRYOPROBE_STATE_FAULT &&
	       (b->il.latched & BIT_ULL(code)) && !permit(b);
}

static int clear(struct bench *b)
{
	return cryo_interlock_clear(&b->il, b->il.fault_seq);
}

static bool recorded(const struct bench *b, enum cryoprobe_fault code, s32 channel, s32 value,
		     s32 limit)
{
	const struct cryoprobe_fault_record *record = &b->il.record[code];

	if (record->channel == channel && record->value == value && record->limit == limit)
		return true;
	DIAG("fault %u: channel %d, value %d, limit %d", code, record->channel, record->value,
	     record->limit);
	return false;
}

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

TEST(arming_fails_if_the_supply_does_not_come)
{
	struct bench b = ready_bench();

	b.no_sense_change = true;
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
	periods(&b, 50);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TEST_SUPPLY));
	EXPECT(recorded(&b, CRYOPROBE_FAULT_TEST_SUPPLY, -1, 0, 1));
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

TEST(without_limits_only_the_firmware_requires_channels)
{
	struct bench b = bench_at(0, &full_config);

	b.il.config.required = BIT(TISSUE);
	b.period.value[TIP].status = BAD_STATUS;
	periods(&b, 5);
	EXPECT(!(b.il.standing & BIT_ULL(CRYOPROBE_FAULT_SENSOR_IO)));
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

TEST(arming_takes_the_scale_as_it_is)
{
	struct bench b = ready_bench();

	b.period.scale_changed = true;
	next_period(&b);
	EXPECT_EQ(cryo_interlock_arm(&b.il, 5000, b.now_ns), 0);
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

TEST(every_stop_has_no_tail)
{
	struct bench b = flowing_bench();

	cryo_interlock_release(&b.il, b.now_ns);
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

/* Faults: what makes each one latch, starting from flow, and what it takes to clear it */

static void press_estop(struct bench *b)
{
	b->lines.estop_released = false;
	tick(b);
}

static void release_estop(struct bench *b)
{
	b->lines.estop_released = true;
	tick(b);
}

static void bounce_estop(struct bench *b)
{
	b->lines.estop_edge = true;
	tick(b);
}

static void let_expire(struct bench *b)
{
	periods(b, V_MS / T_MS);
}

static void lose_controller(struct bench *b)
{
	cryo_interlock_release(&b->il, b->now_ns);
}

static void hang_sampler(struct bench *b)
{
	b->now_ns += (T_MS + 41) * MS;
	tick(b);
}

static void miss_periods(struct bench *b)
{
	for (int i = 0; i < 3; i++) {
		b->period.missed = 1;
		turn(b, 500);
		turns(b, 500, 10);
	}
}

static void stop_pulse(struct bench *b)
{
	for (int i = 0; i < 5; i++) {
		b->il.pulse_seq = b->period.seq + 1;	/* the guard sees no new period */
		turn(b, 500);
	}
}

static void fail_tip(struct bench *b, u32 status)
{
	b->period.value[TIP].status = BAD_STATUS | status;
	turns(b, 500, 3);
}

static void fail_tip_io(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_IO); }
static void fail_tip_busy(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_BUSY); }
static void fail_tip_open(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_OPEN); }
static void fail_tip_short(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_SHORT); }
static void fail_tip_range(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_RANGE); }

static void mend_tip(struct bench *b)
{
	b->period.value[TIP].status = OK_STATUS;
	periods(b, 3);
}

static void change_scale(struct bench *b)
{
	b->period.scale_changed = true;
	turn(b, 500);
}

static void fall_below_floor(struct bench *b)
{
	tip(b, -80001);
	turns(b, 500, 2);
}

static void rise(struct bench *b)
{
	tip(b, WARM_MDEGC);
	periods(b, 20);
}

static void freeze_too_long(struct bench *b)
{
	ramp(b, 500, -60000);
	turns(b, 500, some_limits.freeze_max_ms / T_MS);
}

static void idle_too_long(struct bench *b)
{
	turns(b, 0, some_limits.idle_max_ms / T_MS + 1);
}

static void lose_supply(struct bench *b)
{
	b->no_sense_change = true;
	b->lines.supply_sense = false;
	turns(b, 500, 2);
}

static void restore_supply(struct bench *b)
{
	b->no_sense_change = false;
	periods(b, 100);
}

static void pressure(struct bench *b, s32 kpa)
{
	b->period.value[PRESSURE].value = kpa;
	turns(b, 500, 2);
}

static void lose_pressure(struct bench *b) { pressure(b, 2499); }
static void gain_pressure(struct bench *b) { pressure(b, 6901); }
static void mend_pressure(struct bench *b) { pressure(b, 4500); }

static void heat(struct bench *b, unsigned int count)
{
	while (count--) {
		next_period(b);
		command(b, 0, 1000);
	}
}

static void heat_too_long(struct bench *b)
{
	heat(b, some_limits.heat_max_ms / T_MS + 1);
}

static void heat_too_hot(struct bench *b)
{
	heat(b, 1);
	tip(b, some_limits.heat_max_mdegc + 1);
	heat(b, 2);
}

static void write_without_effect(struct bench *b)
{
	b->lines.driven = FLOWING;
	b->lines.found = TAIL;
	tick(b);
}

static void mend_lines(struct bench *b)
{
	b->lines.found = FLOWING;
	tick(b);
}

static void fall_after_closing(struct bench *b)
{
	turns(b, 0, 50);
	for (int i = 0; i < 40; i++) {
		tip(b, b->period.value[TIP].value - 400);
		turn(b, 0);
	}
}

static void do_not_respond(struct bench *b)
{
	turns(b, 1000, 155);
}

static void respond_wrongly(struct bench *b)
{
	ramp(b, 1000, WARM_MDEGC + 15000);
}

static void step(struct bench *b)
{
	tip(b, 0);
	turns(b, 500, 3);
}

static void stand_still(struct bench *b)
{
	b->stuck = true;
	turns(b, 500, 105);
}

static void suspend(struct bench *b)
{
	cryo_interlock_trip(&b->il, CRYOPROBE_FAULT_SUSPEND, b->now_ns);
}

static void resume(struct bench *b)
{
	cryo_interlock_resume(&b->il);
}

static void shut_down(struct bench *b)
{
	cryo_interlock_trip(&b->il, CRYOPROBE_FAULT_SHUTDOWN, b->now_ns);
}

static void remove_probe(struct bench *b)
{
	cryo_interlock_trip(&b->il, CRYOPROBE_FAULT_REMOVED, b->now_ns);
}

static void nothing(struct bench *b)
{
	periods(b, 3);
}

static void wait_long(struct bench *b)
{
	periods(b, 60);
}

static const struct fault_case {
	enum cryoprobe_fault code;
	void (*cause)(struct bench *b);
	int clear_at_once;
	void (*mend)(struct bench *b);
	int clear_when_mended;
} fault_cases[] = {
	{ CRYOPROBE_FAULT_ESTOP, press_estop, -EBUSY, release_estop, 0 },
	{ CRYOPROBE_FAULT_ESTOP, bounce_estop, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_EXPIRED, let_expire, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_RELEASED, lose_controller, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_LATE, hang_sampler, -EBUSY, nothing, 0 },
	{ CRYOPROBE_FAULT_MISSED, miss_periods, -EBUSY, wait_long, 0 },
	{ CRYOPROBE_FAULT_PULSE_GAP, stop_pulse, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_SENSOR_IO, fail_tip_io, -EBUSY, mend_tip, 0 },
	{ CRYOPROBE_FAULT_SENSOR_IO, fail_tip_busy, -EBUSY, mend_tip, 0 },
	{ CRYOPROBE_FAULT_SENSOR_OPEN, fail_tip_open, -EBUSY, mend_tip, 0 },
	{ CRYOPROBE_FAULT_SENSOR_SHORT, fail_tip_short, -EBUSY, mend_tip, 0 },
	{ CRYOPROBE_FAULT_SENSOR_RANGE, fail_tip_range, -EBUSY, mend_tip, 0 },
	{ CRYOPROBE_FAULT_SCALE, change_scale, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_FLOOR, fall_below_floor, -EBUSY, rise, 0 },
	{ CRYOPROBE_FAULT_FREEZE_TIME, freeze_too_long, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_IDLE_TIME, idle_too_long, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_SUPPLY_SENSE, lose_supply, -EBUSY, restore_supply, 0 },
	{ CRYOPROBE_FAULT_PRESSURE_LOW, lose_pressure, -EBUSY, mend_pressure, 0 },
	{ CRYOPROBE_FAULT_PRESSURE_HIGH, gain_pressure, -EBUSY, mend_pressure, 0 },
	{ CRYOPROBE_FAULT_OVERHEAT, heat_too_long, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_OVERHEAT, heat_too_hot, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_OUTPUT, write_without_effect, -EBUSY, mend_lines, 0 },
	{ CRYOPROBE_FAULT_STUCK_OPEN, fall_after_closing, -EBUSY, rise, 0 },
	{ CRYOPROBE_FAULT_NO_RESPONSE, do_not_respond, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_REVERSED, respond_wrongly, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_STEP, step, -EBUSY, nothing, 0 },
	{ CRYOPROBE_FAULT_STUCK_CODE, stand_still, 0, nothing, 0 },
	{ CRYOPROBE_FAULT_SUSPEND, suspend, -EBUSY, resume, 0 },
	{ CRYOPROBE_FAULT_SHUTDOWN, shut_down, -EBUSY, nothing, -EBUSY },
	{ CRYOPROBE_FAULT_REMOVED, remove_probe, -EBUSY, nothing, -EBUSY },
};

TEST(faults_latch_and_clear_when_their_cause_is_gone)
{
	for (size_t i = 0; i < ARRAY_SIZE(fault_cases); i++) {
		const struct fault_case *c = &fault_cases[i];
		struct bench b = flowing_bench();
		unsigned int code;
		int cleared;

		c->cause(&b);
		EXPECT(latched(&b, c->code));
		code = b.il.record[b.il.first].code;
		EXPECT_EQ(code, c->code);
		if (code != c->code)
			DIAG("case %zu: first fault %u instead of %u", i, code, c->code);
		cleared = clear(&b);
		EXPECT_EQ(cleared, c->clear_at_once);
		if (cleared != c->clear_at_once)
			DIAG("case %zu: fault %u", i, c->code);
		c->mend(&b);
		EXPECT_EQ(clear(&b), c->clear_when_mended);
	}
}

TEST(clear_refuses_when_a_newer_fault_was_not_seen)
{
	struct bench b = flowing_bench();
	u32 seen;

	lose_controller(&b);
	seen = b.il.fault_seq;
	press_estop(&b);
	release_estop(&b);
	EXPECT_EQ(cryo_interlock_clear(&b.il, seen), -EAGAIN);
	EXPECT_EQ(clear(&b), 0);
}

TEST(first_fault_is_kept)
{
	struct bench b = flowing_bench();
	struct cryoprobe_status status = {};

	press_estop(&b);
	suspend(&b);
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.first.code, CRYOPROBE_FAULT_ESTOP);
	EXPECT_EQ(status.fault_mask, BIT_ULL(CRYOPROBE_FAULT_ESTOP) |
				     BIT_ULL(CRYOPROBE_FAULT_SUSPEND));
	EXPECT_EQ(status.present_mask, status.fault_mask);
}

TEST(estop_latches_while_disarmed)
{
	struct bench b = ready_bench();

	press_estop(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_ESTOP));
}

TEST(what_no_valve_should_do_latches_while_disarmed)
{
	struct bench stuck_open = flowing_bench(), no_effect = ready_bench();

	turn(&stuck_open, 0);
	cryo_interlock_disarm(&stuck_open.il, stuck_open.now_ns);
	fall_after_closing(&stuck_open);
	EXPECT(latched(&stuck_open, CRYOPROBE_FAULT_STUCK_OPEN));
	write_without_effect(&no_effect);
	EXPECT(latched(&no_effect, CRYOPROBE_FAULT_OUTPUT));
}

TEST(sensor_that_fails_in_another_way_is_still_lost)
{
	struct bench b = flowing_bench();

	fail_tip_io(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_SENSOR_IO));
	b.period.value[TIP].status = BAD_STATUS | CRYOPROBE_VALUE_OPEN;
	periods(&b, 5);
	EXPECT_EQ(b.il.standing, BIT_ULL(CRYOPROBE_FAULT_SENSOR_IO) |
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_OPEN));
	EXPECT_EQ(clear(&b), -EBUSY);
	mend_tip(&b);
	EXPECT_EQ(clear(&b), 0);
}

TEST(lost_sensor_hides_no_other_cause)
{
	struct bench b = flowing_bench();

	suspend(&b);
	fail_tip_io(&b);
	mend_tip(&b);
	EXPECT_EQ(clear(&b), -EBUSY);
	resume(&b);
	EXPECT_EQ(clear(&b), 0);
}

TEST(sensor_is_lost_after_three_of_five)
{
	static const struct { const char *pattern; bool lost; } cases[] = {
		{ "xx.", false }, { "xxx", true }, { "x.x.x", true }, { "xx..x", true },
		{ "xx...x", false }, { "x..x..x..x", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = flowing_bench();

		for (const char *p = cases[i].pattern; *p; p++) {
			b.period.value[TIP].status = *p == 'x' ? BAD_STATUS : OK_STATUS;
			turn(&b, 500);
		}
		EXPECT_EQ(latched(&b, CRYOPROBE_FAULT_SENSOR_IO), cases[i].lost);
	}
}

TEST(old_reading_of_a_slow_channel_is_counted_once)
{
	struct bench b = ready_bench();
	struct cryoprobe_limits limits = some_limits;

	limits.channel_mask = BIT(TISSUE);
	limits.channel[TISSUE] = (struct cryoprobe_range){ 0, 50000 };
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &limits), 0);
	arm(&b);
	b.period.value[TISSUE].status = BAD_STATUS;
	turn(&b, 0);
	b.period.value[TISSUE].status = 0;
	turns(&b, 0, 10);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(channel_that_is_not_required_may_fail)
{
	struct bench b = flowing_bench();

	b.period.value[TISSUE].status = BAD_STATUS | CRYOPROBE_VALUE_OPEN;
	turns(&b, 500, 20);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(channel_with_limits_is_required_and_kept_within)
{
	static const struct { s32 value; u32 status; enum cryoprobe_fault code; } cases[] = {
		{ -1, OK_STATUS, CRYOPROBE_FAULT_CHANNEL_LIMIT },
		{ 50001, OK_STATUS, CRYOPROBE_FAULT_CHANNEL_LIMIT },
		{ 20000, BAD_STATUS, CRYOPROBE_FAULT_SENSOR_IO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = ready_bench();
		struct cryoprobe_limits limits = some_limits;

		limits.channel_mask = BIT(TISSUE);
		limits.channel[TISSUE] = (struct cryoprobe_range){ 0, 50000 };
		EXPECT_EQ(cryo_interlock_set_limits(&b.il, &limits), 0);
		arm(&b);
		b.period.value[TISSUE] = (struct cryoprobe_value){ cases[i].value, cases[i].status };
		turn(&b, 500);
		EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
		turns(&b, 500, 2);
		EXPECT(latched(&b, cases[i].code));
		EXPECT_EQ(b.il.record[cases[i].code].channel, TISSUE);
		EXPECT_EQ(clear(&b), -EBUSY);
		b.period.value[TISSUE] = (struct cryoprobe_value){ 50000, OK_STATUS };
		periods(&b, 3);
		EXPECT_EQ(clear(&b), 0);
	}
}

TEST(pressure_may_be_at_its_limits)
{
	static const s32 kpa[] = { 2500, 6900 };

	for (size_t i = 0; i < ARRAY_SIZE(kpa); i++) {
		struct bench b = flowing_bench();

		pressure(&b, kpa[i]);
		EXPECT_EQ(permit(&b), FLOWING);
	}
}

/* Brought to the floor, and kept there. */
static struct bench bench_at_floor(s32 mdegc)
{
	struct bench b = flowing_bench();

	b.il.limits.tip_floor_mdegc = -120000;
	ramp(&b, 500, mdegc);
	turns(&b, 500, 50);
	b.il.limits.tip_floor_mdegc = -80000;
	return b;
}

TEST(tip_may_be_at_its_floor)
{
	struct bench at = bench_at_floor(-80000), below = bench_at_floor(-80001);

	turns(&at, 500, 50);
	EXPECT_EQ(permit(&at), FLOWING);
	turn(&below, 500);
	EXPECT_EQ(permit(&below), FLOWING);
	turn(&below, 500);
	EXPECT(latched(&below, CRYOPROBE_FAULT_FLOOR));
	EXPECT(recorded(&below, CRYOPROBE_FAULT_FLOOR, TIP, -80001, -80000));
}

TEST(readings_below_the_floor_count_in_a_row)
{
	struct bench b = bench_at_floor(-80000);

	for (int i = 0; i < 10; i++) {
		tip(&b, -80001);
		turn(&b, 500);
		EXPECT_EQ(permit(&b), FLOWING);
		tip(&b, -79000);
		turn(&b, 500);
	}
}

/* A period more or less would be 800 m degC. */
TEST(floor_is_predicted_over_lag_and_tail_and_two_periods)
{
	struct bench b = flowing_bench();
	s32 mdegc = WARM_MDEGC;

	while (cryo_interlock_state(&b.il) == CRYOPROBE_STATE_ARMED && mdegc > -80000) {
		mdegc -= 40 * T_MS;
		tip(&b, mdegc);
		turn(&b, 500);
	}
	EXPECT_NEAR(b.il.record[CRYOPROBE_FAULT_FLOOR].value, mdegc - 40 * (500 + 100 + 2 * T_MS), 300);
}

TEST(floor_is_predicted)
{
	struct bench b = flowing_bench();
	s32 mdegc = -20000;

	ramp(&b, 500, mdegc);
	/* 40 degC/s: with a lead of 0.64 s it must stop at about -54.4 degC. */
	while (cryo_interlock_state(&b.il) == CRYOPROBE_STATE_ARMED && mdegc > -80000) {
		mdegc -= 40 * T_MS;
		tip(&b, mdegc);
		turn(&b, 500);
	}
	EXPECT(latched(&b, CRYOPROBE_FAULT_FLOOR));
	DIAG("closed at %d mdegC at 40 degC/s", mdegc);
	EXPECT_NEAR(mdegc, -54400, 2500);
}

TEST(floor_is_not_tripped_by_a_steady_tip_with_noise)
{
	struct bench b = flowing_bench();
	u32 noise = 1;

	b.il.limits.freeze_max_ms = 60000;
	ramp(&b, 500, -60000);
	for (int i = 0; i < 1000; i++) {
		tip(&b, -60000 - i * 19);
		turn(&b, 500);
	}
	for (int i = 0; i < 1000; i++) {
		noise = noise * 1103515245 + 12345;
		tip(&b, -79000 + (s32)(noise >> 16) % 100 - 50);
		turn(&b, 500);
	}
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(idle_counts_only_above_zero)
{
	struct bench b = armed_bench();

	ramp(&b, 0, 0);
	turns(&b, 0, some_limits.idle_max_ms / T_MS * 2);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
}

TEST(idle_begins_with_the_end_of_flow_or_heat)
{
	static const struct { u32 flow, thaw; } cases[] = { { 500, 0 }, { 0, 500 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = armed_bench();

		b.il.limits.idle_max_ms = 1000;
		for (int k = 0; k < 100; k++) {
			next_period(&b);
			command(&b, cases[i].flow, cases[i].thaw);
		}
		turns(&b, 0, 1000 / T_MS);
		EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
		turn(&b, 0);
		EXPECT(latched(&b, CRYOPROBE_FAULT_IDLE_TIME));
	}
}

TEST(single_missed_periods_are_only_counted)
{
	struct bench b = flowing_bench();

	for (int i = 0; i < 20; i++) {
		b.period.missed = 1;
		turn(&b, 500);
		turns(&b, 500, 24);
	}
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
	EXPECT_EQ(b.il.missed, 20);
}

TEST(late_period_is_counted_while_disarmed)
{
	struct bench b = ready_bench();

	b.now_ns += 41 * MS;
	b.period.seq++;
	b.period.due_ns = b.now_ns - 41 * MS;
	cryo_interlock_period(&b.il, &b.period, b.now_ns);
	EXPECT_EQ(b.il.late, 1);
	b.now_ns += 41 * MS;
	b.period.seq++;
	b.period.due_ns = b.now_ns - 40 * MS;
	cryo_interlock_period(&b.il, &b.period, b.now_ns);
	EXPECT_EQ(b.il.late, 1);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_DISARMED);
}

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

/* Freeze time */

TEST(freeze_lasts_until_thawed_for_two_seconds)
{
	struct bench b = flowing_bench();
	struct cryoprobe_status status = {};

	ramp(&b, 500, 0);
	turns(&b, 500, 50);
	tip(&b, 501);
	turns(&b, 0, 99);
	cryo_interlock_status(&b.il, &status);
	EXPECT_EQ(status.freeze_ms, (34000 / 20 / T_MS + 149) * T_MS);
	/* A moment of cold counts the two seconds anew. */
	tip(&b, 500);
	turn(&b, 0);
	tip(&b, 501);
	turns(&b, 0, 100);
	EXPECT(b.il.freeze.active);
	turns(&b, 0, 2);
	EXPECT(!b.il.freeze.active);
}

TEST(freeze_time_is_not_reset_by_anything_but_thawing)
{
	struct bench b = flowing_bench();
	s64 begun_ns;

	ramp(&b, 500, -20000);
	begun_ns = b.now_ns - b.il.freeze.length_ns;
	cryo_interlock_disarm(&b.il, b.now_ns);
	cryo_interlock_release(&b.il, b.now_ns);
	periods(&b, 20);
	cryo_interlock_set_limits(&b.il, &some_limits);
	arm(&b);
	turn(&b, 500);
	EXPECT_EQ(b.il.freeze.length_ns, b.now_ns - begun_ns);
}

TEST(freeze_over_its_time_does_not_go_on_after_a_clear)
{
	struct bench b = flowing_bench();

	freeze_too_long(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_FREEZE_TIME));
	EXPECT_EQ(clear(&b), 0);
	arm(&b);
	next_period(&b);
	/* Heating is allowed, and more flow is not. */
	EXPECT_EQ(command(&b, 0, 500), CRYOPROBE_VERDICT_GRANTED);
	next_period(&b);
	EXPECT_EQ(command(&b, 1, 0), CRYOPROBE_VERDICT_FAULT);
	EXPECT(latched(&b, CRYOPROBE_FAULT_FREEZE_TIME));
}

TEST(flow_that_does_not_cool_is_one_long_freeze)
{
	struct bench b = flowing_bench();

	turns(&b, 500, some_limits.freeze_max_ms / T_MS);
	EXPECT(latched(&b, CRYOPROBE_FAULT_FREEZE_TIME));
}

/* Freezes for less than a second, and heats. */
static struct bench short_bench(void)
{
	struct bench b = armed_bench();

	b.il.limits.validity_ms = 1000;
	b.il.limits.heat_max_ms = 100;
	b.il.limits.total_max_ms = 100;
	next_period(&b);
	return b;
}

TEST(times_are_watched_between_commands)
{
	struct bench flow = short_bench(), thaw = short_bench();

	EXPECT_EQ(command(&flow, 500, 0), CRYOPROBE_VERDICT_GRANTED);
	periods(&flow, 100 / T_MS - 1);
	EXPECT_EQ(permit(&flow), FLOWING);
	next_period(&flow);
	EXPECT(latched(&flow, CRYOPROBE_FAULT_TOTAL_TIME));
	EXPECT(recorded(&flow, CRYOPROBE_FAULT_TOTAL_TIME, -1, 100, 100));

	EXPECT_EQ(command(&thaw, 0, 500), CRYOPROBE_VERDICT_GRANTED);
	periods(&thaw, 100 / T_MS - 1);
	EXPECT_EQ(permit(&thaw), CRYOPROBE_OUT_THAW);
	next_period(&thaw);
	EXPECT(latched(&thaw, CRYOPROBE_FAULT_OVERHEAT));
	EXPECT(recorded(&thaw, CRYOPROBE_FAULT_OVERHEAT, -1, 100, 100));
}

TEST(heating_over_its_time_does_not_go_on)
{
	struct bench b = short_bench();

	heat(&b, 4);
	turn(&b, 0);
	b.il.limits.heat_max_ms = 40;
	next_period(&b);
	EXPECT_EQ(command(&b, 0, 500), CRYOPROBE_VERDICT_FAULT);
	EXPECT(latched(&b, CRYOPROBE_FAULT_OVERHEAT));
}

TEST(total_counts_in_a_sliding_window)
{
	struct bench b = flowing_bench();
	unsigned int freezes;

	for (freezes = 0; freezes < 10; freezes++) {
		ramp(&b, 500, -20000);
		turns(&b, 500, 16000 / T_MS);
		if (cryo_interlock_state(&b.il) == CRYOPROBE_STATE_FAULT)
			break;
		ramp(&b, 0, 10000);
		turns(&b, 0, 3000 / T_MS);
	}
	/* Each takes some 20 s and the time to thaw, and 90 s are allowed. */
	EXPECT_EQ(freezes, 4);
	EXPECT(latched(&b, CRYOPROBE_FAULT_TOTAL_TIME));
	tip(&b, 10000);
	periods(&b, 670000 / T_MS);
	EXPECT_EQ(cryo_freeze_total_ns(&b.il.freeze), 0);
}

TEST(freeze_with_a_lost_tip_ends_after_a_fixed_time)
{
	struct bench b = flowing_bench();

	b.period.value[TIP].status = BAD_STATUS;
	turns(&b, 500, 3);
	periods(&b, CRYO_THAW_ASSUMED_NS / MS / T_MS - 1);
	EXPECT(b.il.freeze.active);
	periods(&b, 2);
	EXPECT(!b.il.freeze.active);
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

TEST(works_when_fault_seq_wraps)
{
	struct bench b = ready_bench();

	b.il.fault_seq = U32_MAX;
	press_estop(&b);
	EXPECT_EQ(b.il.fault_seq, 0);
	release_estop(&b);
	EXPECT_EQ(clear(&b), 0);
}

/* To the last reading, period and nanosecond */

TEST(fault_of_no_channel_says_so)
{
	struct bench b = flowing_bench();

	let_expire(&b);
	EXPECT_EQ(b.il.record[CRYOPROBE_FAULT_EXPIRED].channel, -1);
}

static void disarm(struct bench *b)
{
	cryo_interlock_disarm(&b->il, b->now_ns);
}

TEST(heating_counts_until_it_ends)
{
	static void (*const ends[])(struct bench *b) = { lose_controller, disarm, suspend, tick };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct bench b = armed_bench();

		next_period(&b);
		EXPECT_EQ(command(&b, 0, 500), CRYOPROBE_VERDICT_GRANTED);
		b.now_ns += 15 * MS;
		ends[i](&b);
		EXPECT_EQ(b.il.heat.heated_ns, 15 * MS);
	}
}

/*
 * Whoever looks first finds what is over: guard, pulse, command, and the sampler that comes back. A
 * look at the very time finds it, the one before does not.
 */

static void command_again(struct bench *b)
{
	command(b, 500, 0);
}

static void pulse(struct bench *b)
{
	cryo_interlock_pulse(&b->il, b->now_ns);
}

static void finish_period(struct bench *b)
{
	b->period.seq++;
	cryo_interlock_period(&b->il, &b->period, b->now_ns);
}

static void look(struct bench *b)
{
	cryo_interlock_tick(&b->il, &b->lines, b->now_ns);
}

static void expect_found_at(const struct bench *before, void (*looks)(struct bench *b), s64 at_ns,
			    enum cryoprobe_fault code)
{
	struct bench b = *before;

	b.now_ns = at_ns - 1;
	looks(&b);
	EXPECT_EQ(b.il.latched, 0);
	b = *before;
	b.now_ns = at_ns;
	looks(&b);
	EXPECT(latched(&b, code));
}

TEST(grant_that_is_over_is_found_by_whoever_looks)
{
	static void (*const looks[])(struct bench *b) = { look, command_again, finish_period };
	struct bench b = flowing_bench();

	/* As short as it may be, so that no period is late before. */
	b.il.limits.validity_ms = 3 * T_MS;
	turn(&b, 500);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		expect_found_at(&b, looks[i], b.now_ns + 3 * T_MS * MS, CRYOPROBE_FAULT_EXPIRED);
}

TEST(period_that_is_late_is_found_by_whoever_looks)
{
	static void (*const looks[])(struct bench *b) = { look, command_again, finish_period };
	struct bench b = flowing_bench();

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		expect_found_at(&b, looks[i], b.period.next_due_ns + 40 * MS + 1,
				CRYOPROBE_FAULT_LATE);
}

TEST(gap_of_the_pulse_is_found_by_whoever_looks)
{
	static void (*const looks[])(struct bench *b) = { look, pulse, command_again };
	struct bench b = flowing_bench();

	/* The guard does not come, and the sampler goes on. */
	for (int i = 0; i < 4; i++) {
		b.now_ns += T_MS * MS;
		b.period.time_ns = b.now_ns;
		b.period.next_due_ns = b.now_ns + T_MS * MS;
		finish_period(&b);
	}
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		expect_found_at(&b, looks[i], b.il.pulse_ns + 100 * MS, CRYOPROBE_FAULT_PULSE_GAP);
}

TEST(late_is_never_less_than_thirty_milliseconds)
{
	struct bench b = ready_bench();
	s64 due_ns;

	cryo_interlock_start_sampling(&b.il, 10000, b.now_ns + T_MS * MS);
	next_period(&b);
	arm(&b);
	due_ns = b.period.next_due_ns;
	b.now_ns = due_ns + 30 * MS;
	tick(&b);
	EXPECT_EQ(cryo_interlock_state(&b.il), CRYOPROBE_STATE_ARMED);
	b.now_ns++;
	tick(&b);
	EXPECT(latched(&b, CRYOPROBE_FAULT_LATE));
}

static bool three_missed(unsigned int first_gap, unsigned int second_gap)
{
	struct bench b = ready_bench();

	/* Each takes two of the fifty: its own and the one that came. */
	b.period.missed = 1;
	next_period(&b);
	periods(&b, first_gap);
	b.period.missed = 1;
	next_period(&b);
	periods(&b, second_gap);
	b.period.missed = 1;
	next_period(&b);
	return b.il.standing & BIT_ULL(CRYOPROBE_FAULT_MISSED);
}

TEST(missed_periods_count_among_the_last_fifty)
{
	EXPECT(three_missed(22, 22));
	EXPECT(!three_missed(22, 23));
	EXPECT(!three_missed(23, 23));
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

TEST(idle_counts_from_the_first_thousandth_above_zero)
{
	struct bench b = armed_bench();

	ramp(&b, 0, 1);
	turns(&b, 0, some_limits.idle_max_ms / T_MS + 1);
	EXPECT(latched(&b, CRYOPROBE_FAULT_IDLE_TIME));
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

TEST(every_stop_leaves_nothing_granted)
{
	struct bench flow = flowing_bench(), thaw = armed_bench();

	next_period(&thaw);
	EXPECT_EQ(command(&thaw, 0, 500), CRYOPROBE_VERDICT_GRANTED);
	cryo_interlock_disarm(&flow.il, flow.now_ns);
	cryo_interlock_disarm(&thaw.il, thaw.now_ns);
	EXPECT_EQ(flow.il.flow, 0);
	EXPECT_EQ(thaw.il.thaw, 0);
	EXPECT_EQ(flow.il.grant_ns, 0);
	EXPECT_EQ(thaw.il.tail_ns, 0);
	EXPECT_EQ(flow.il.command_seq, 0);
}

TEST(records_tell_where_what_and_how_much)
{
	static const struct {
		void (*cause)(struct bench *b);
		enum cryoprobe_fault code;
		s32 channel, value, limit;
	} cases[] = {
		{ press_estop, CRYOPROBE_FAULT_ESTOP, -1, 0, 1 },
		{ bounce_estop, CRYOPROBE_FAULT_ESTOP, -1, 0, 1 },
		{ let_expire, CRYOPROBE_FAULT_EXPIRED, -1, V_MS, V_MS },
		{ lose_controller, CRYOPROBE_FAULT_RELEASED, -1, 0, 0 },
		{ change_scale, CRYOPROBE_FAULT_SCALE, -1, 0, 0 },
		{ fail_tip_open, CRYOPROBE_FAULT_SENSOR_OPEN, TIP, WARM_MDEGC, 3 },
		{ idle_too_long, CRYOPROBE_FAULT_IDLE_TIME, -1, 200000, 200000 },
		{ heat_too_hot, CRYOPROBE_FAULT_OVERHEAT, TIP, 42001, 42000 },
		{ step, CRYOPROBE_FAULT_STEP, TIP, 0, WARM_MDEGC },
		{ do_not_respond, CRYOPROBE_FAULT_NO_RESPONSE, TIP, 0, 5000 },
		{ suspend, CRYOPROBE_FAULT_SUSPEND, -1, 0, 0 },
		{ nothing, CRYOPROBE_FAULT_BOUND, -1, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct bench b = flowing_bench();

		cases[i].cause(&b);
		EXPECT_EQ(b.il.record[cases[i].code].code, cases[i].code);
		EXPECT(recorded(&b, cases[i].code, cases[i].channel, cases[i].value,
				cases[i].limit));
	}
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

TEST_MAIN()
