// SPDX-License-Identifier: GPL-2.0-or-later
/* Every fault: what makes it latch, what is recorded of it, and what it takes to clear it. */
#include "selftests/unit/test_interlock.h"

TEST(every_stop_has_no_tail)
{
	struct bench b = flowing_bench();

	cryo_interlock_release(&b.il, b.now_ns);
	EXPECT_EQ(permit(&b), 0);
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

/* What makes each one latch, starting from flow, and what it takes to clear it */

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

static void fail_tip_busy(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_BUSY); }
static void fail_tip_open(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_OPEN); }
static void fail_tip_short(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_SHORT); }
static void fail_tip_range(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_RANGE); }

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

static void lose_pressure(struct bench *b) { pressure(b, 2499); }
static void gain_pressure(struct bench *b) { pressure(b, 6901); }
static void mend_pressure(struct bench *b) { pressure(b, 4500); }

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

TEST(fault_of_no_channel_says_so)
{
	struct bench b = flowing_bench();

	let_expire(&b);
	EXPECT_EQ(b.il.record[CRYOPROBE_FAULT_EXPIRED].channel, -1);
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

TEST(works_when_fault_seq_wraps)
{
	struct bench b = ready_bench();

	b.il.fault_seq = U32_MAX;
	press_estop(&b);
	EXPECT_EQ(b.il.fault_seq, 0);
	release_estop(&b);
	EXPECT_EQ(clear(&b), 0);
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

TEST_MAIN()
