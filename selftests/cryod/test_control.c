// SPDX-License-Identifier: GPL-2.0-or-later
/* The control thread's turns, one by one, against a stand-in for the kernel. */
#include <sys/eventfd.h>

#include "daemon/probe/control.h"
#include "daemon/util.h"
#include "selftests/cryod/fake-kernel.h"
#include "selftests/unit/test.h"

#define TURNS_PER_MINUTE	3000

static const char protocol_text[] =
	"[Protocol]\nTitle=Test\nCryogen=n2o\n"
	"[Freeze]\nTarget=-60 degC\nTargetBand=2 degC\nFloor=-80 degC\nCycles=2\nDuration=10 s\n"
	"CoolTimeout=45 s\n"
	"[Thaw]\nUntil=-5 degC\nAtLeast=3 s\n"
	"[Prompts]\nConfirmReady=no\nReadyTimeout=1 min\nConfirmWithdraw=no\nWithdrawTimeout=1 min\n";

static struct fake_kernel fake;
static struct control *control;
static struct control_step last;
static unsigned int steps, events, troubles;
static struct control_reply reply;
static int wake_fd, claim_fd;

static void drain(void)
{
	struct control_message message;

	while (control_next_message(control, &message))
		switch (message.kind) {
		case CONTROL_STEP:
			last = message.step;
			steps++;
			break;
		case CONTROL_EVENT:
			events++;
			break;
		case CONTROL_REPLY:
			reply = message.reply;
			break;
		case CONTROL_TROUBLE:
			troubles++;
			break;
		case CONTROL_GONE:
			break;
		}
}

/* Turns until @phase is reached; how many it took, or -1 if it never came. */
static int turn_until(enum phase phase, int at_most)
{
	for (int i = 0; i < at_most; i++) {
		if (control_turn(control) < 0)
			return -1;
		drain();
		if (last.treatment.phase == phase)
			return i;
	}
	return -1;
}

static void set_up(bool watch_thaw)
{
	struct cryoprobe_claim claim = { 0 };
	struct control_setup setup;

	fake_kernel_init(&fake, "T-1");
	memset(&last, 0, sizeof(last));
	memset(&reply, 0, sizeof(reply));
	steps = events = troubles = 0;
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	claim_fd = fake.io.open(&fake.io, "/dev/cryoprobe0", 2);
	fake.io.ioctl(&fake.io, claim_fd, CRYOPROBE_IOC_CLAIM, &claim);
	setup = (struct control_setup){
		.io = &fake.io, .fd = claim_fd, .wake_fd = wake_fd,
		.period_us = fake.info.period_us, .watch_thaw = watch_thaw,
		.last_flow_ns = fake.sample.time_ns,
	};
	channel_map_from_info(&fake.info, &setup.map);
	profile_from_info(&fake.info, &fake.identity, &setup.profile);
	control_new(&setup, &control);
}

static void tear_down(void)
{
	control_free(control);
	fake.io.close(&fake.io, claim_fd);
	close(wake_fd);
	fake_kernel_done(&fake);
}

static void request_start(void)
{
	struct control_request request = { .kind = CONTROL_START, .id = 7 };
	struct protocol_error error;

	EXPECT_EQ(protocol_parse("test", protocol_text, strlen(protocol_text), &request.protocol,
				 &error), 0);
	EXPECT(control_request(control, &request));
}

static void request_verb(enum verb verb)
{
	struct control_request request = { .kind = CONTROL_VERB, .id = 8, .verb = verb };

	EXPECT(control_request(control, &request));
}

static void turn(int times)
{
	while (times--) {
		ASSERT_EQ(control_turn(control), 0);
		drain();
	}
}

TEST(idle_asks_for_nothing)
{
	set_up(false);
	for (int i = 0; i < 100; i++)
		ASSERT_EQ(control_turn(control), 0);
	drain();
	EXPECT_EQ(steps, 100);
	EXPECT_EQ(fake.verdicts[CRYOPROBE_VERDICT_NONE], 100);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_FAULT);
	EXPECT_EQ(fake.outputs_seen, 0);
	tear_down();
}

TEST(one_ioctl_a_turn)
{
	unsigned int before;

	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_FREEZE, TURNS_PER_MINUTE) > 0);
	before = fake.calls;
	for (int i = 0; i < 50; i++)
		control_turn(control);
	EXPECT_EQ(fake.calls - before, 50);
	tear_down();
}

TEST(treatment_runs_to_its_end)
{
	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_COOL, TURNS_PER_MINUTE) > 0);
	EXPECT_EQ(reply.id, 7);
	EXPECT_EQ(reply.error, 0);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_ARMED);
	EXPECT_EQ(fake.limits.tip_floor_mdegc, -80000);
	ASSERT(turn_until(PHASE_IDLE, 10 * TURNS_PER_MINUTE) > 0);
	EXPECT_EQ(last.treatment.outcome, OUTCOME_COMPLETED);
	EXPECT_EQ(last.treatment.cycle, 2);
	EXPECT_LE(fake.coldest_mdegc, -58000);
	EXPECT_GE(fake.coldest_mdegc, -80000);
	for (int i = 0; i < 3; i++)
		control_turn(control);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_DISARMED);
	EXPECT_EQ(fake.status.outputs, 0);
	/* Every command answered a sample of its own arming, in time, and once. */
	for (int i = CRYOPROBE_VERDICT_DISARMED; i <= CRYOPROBE_VERDICT_TESTING; i++)
		EXPECT_EQ(fake.verdicts[i], 0);
	EXPECT_GT(fake.verdicts[CRYOPROBE_VERDICT_GRANTED], 1000);
	EXPECT_EQ(fake.clears, 1);
	tear_down();
}

TEST(abort_stops_the_flow_at_once)
{
	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_FREEZE, TURNS_PER_MINUTE) > 0);
	request_verb(VERB_ABORT);
	ASSERT_EQ(control_turn(control), 0);
	ASSERT_EQ(control_turn(control), 0);
	EXPECT_EQ(fake.status.outputs, 0);
	drain();
	EXPECT_EQ(reply.id, 8);
	EXPECT_EQ(last.treatment.phase, PHASE_WARM);
	EXPECT_EQ(last.treatment.outcome, OUTCOME_ABORTED);
	tear_down();
}

TEST(estop_ends_in_warm)
{
	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_FREEZE, TURNS_PER_MINUTE) > 0);
	fake.estop = true;
	ASSERT(turn_until(PHASE_WARM, 10) >= 0);
	EXPECT_EQ(last.treatment.outcome, OUTCOME_FAULT);
	/* A fault is not cleared by itself, nor is the probe armed again. */
	fake.estop = false;
	for (int i = 0; i < 100; i++)
		control_turn(control);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_FAULT);
	EXPECT_EQ(fake.status.outputs, 0);
	tear_down();
}

TEST(pressed_estop_is_not_armed)
{
	const struct control_request clear = { .kind = CONTROL_CLEAR_FAULT, .id = 9 };

	set_up(false);
	control_turn(control);
	EXPECT(control_request(control, &clear));
	control_turn(control);
	control_turn(control);
	ASSERT_EQ(fake.status.state, CRYOPROBE_STATE_DISARMED);
	fake.estop = true;
	request_start();
	for (int i = 0; i < 200; i++)
		control_turn(control);
	drain();
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_FAULT);
	EXPECT_EQ(fake.outputs_seen, 0);
	EXPECT_EQ(last.treatment.phase, PHASE_IDLE);
	EXPECT_EQ(last.treatment.outcome, OUTCOME_FAULT);
	tear_down();
}

/* The kernel refuses to arm until the contact has been seen open and closed since it was bound. */
TEST(start_asks_for_the_estop_and_goes_on_by_itself)
{
	set_up(false);
	fake.estop_due = true;
	control_turn(control);
	request_start();
	turn(100);
	EXPECT_EQ(last.treatment.phase, PHASE_SELF_TEST);
	EXPECT_STREQ(last.treatment.prompt, "press and release the emergency stop");
	request_verb(VERB_ADVANCE);
	turn(2);
	EXPECT_EQ(reply.error, -EINVAL);
	fake.estop = true;
	turn(100);
	EXPECT_EQ(last.treatment.phase, PHASE_SELF_TEST);
	fake.estop = false;
	EXPECT_GT(turn_until(PHASE_COOL, 500), 0);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_ARMED);
	tear_down();
}

TEST(estop_exercised_before_the_start_is_no_danger)
{
	set_up(false);
	fake.estop_due = true;
	turn(10);
	fake.estop = true;
	turn(10);
	fake.estop = false;
	turn(10);
	request_start();
	EXPECT_GT(turn_until(PHASE_COOL, 500), 0);
	tear_down();
}

static bool has_alarm(enum alarm_code code)
{
	for (uint32_t i = 0; i < last.treatment.alarms; i++)
		if (last.treatment.alarm[i].code == code)
			return true;
	return false;
}

/*
 * In a freeze, or in the thaw after it, the tip gets @bad and stays so. There is no other sensor: the
 * worst case's time has to pass, a minute more than twice the time with flow, and then the operator
 * to confirm.
 */
static void lose_tip(enum phase phase, uint32_t bad)
{
	int frozen_turns;

	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_COOL, TURNS_PER_MINUTE) > 0);
	frozen_turns = turn_until(PHASE_FREEZE, TURNS_PER_MINUTE);
	ASSERT(frozen_turns > 100);
	if (phase == PHASE_WARM) {
		request_verb(VERB_ABORT);
		ASSERT(turn_until(PHASE_WARM, 5) >= 0);
	}
	fake.tip_bad = bad;
	ASSERT(turn_until(PHASE_WARM, 50) >= 0);
	turn(20);
	EXPECT_EQ(fake.status.outputs, 0);
	EXPECT_EQ(last.frame.tip_mdegc, CRYO_FRAME_NOT_VALID);
	EXPECT(has_alarm(ALARM_TIP_LOST));
	turn(2 * frozen_turns + TURNS_PER_MINUTE - 100);
	EXPECT_EQ(last.treatment.phase, PHASE_WARM);
	EXPECT_STREQ(last.treatment.prompt, "");
	turn(200);
	EXPECT(*last.treatment.prompt);
	request_verb(VERB_ADVANCE);
	EXPECT_GE(turn_until(PHASE_IDLE, 5), 0);
	tear_down();
}

TEST(tip_lost_by_a_broken_wire)
{
	lose_tip(PHASE_FREEZE, CRYOPROBE_VALUE_OPEN);
	lose_tip(PHASE_WARM, CRYOPROBE_VALUE_OPEN);
}

TEST(tip_lost_by_a_short_circuit)
{
	lose_tip(PHASE_FREEZE, CRYOPROBE_VALUE_SHORT);
	lose_tip(PHASE_WARM, CRYOPROBE_VALUE_SHORT);
}

TEST(tip_lost_out_of_range)
{
	lose_tip(PHASE_FREEZE, CRYOPROBE_VALUE_RANGE);
	lose_tip(PHASE_WARM, CRYOPROBE_VALUE_RANGE);
}

TEST(tip_lost_by_its_bus)
{
	lose_tip(PHASE_FREEZE, CRYOPROBE_VALUE_IO);
	lose_tip(PHASE_WARM, CRYOPROBE_VALUE_IO);
}

TEST(tip_lost_to_another_reader)
{
	lose_tip(PHASE_FREEZE, CRYOPROBE_VALUE_BUSY);
	lose_tip(PHASE_WARM, CRYOPROBE_VALUE_BUSY);
}

/* A value that looks warm, from a sensor that has been seen to lie, is no proof that the tip is free. */
static void disbelieve_tip(enum cryoprobe_fault fault)
{
	const struct control_request clear = { .kind = CONTROL_CLEAR_FAULT, .id = 9 };

	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_FREEZE, TURNS_PER_MINUTE) > 0);
	fake_kernel_latch(&fake, fault);
	fake.tip_degc = 30;
	ASSERT(turn_until(PHASE_WARM, 50) >= 0);
	EXPECT_EQ(last.treatment.outcome, OUTCOME_FAULT);
	EXPECT(control_request(control, &clear));
	EXPECT_EQ(turn_until(PHASE_WITHDRAW, TURNS_PER_MINUTE), -1);
	EXPECT_GT(last.frame.tip_mdegc, 30000);
	EXPECT_EQ(fake.status.fault_mask, 0);
	EXPECT_STREQ(last.treatment.prompt, "");
	turn(2 * TURNS_PER_MINUTE);
	EXPECT(*last.treatment.prompt);
	EXPECT_EQ(last.treatment.phase, PHASE_WARM);
	tear_down();
}

TEST(tip_that_lies_is_not_believed_when_it_looks_warm)
{
	disbelieve_tip(CRYOPROBE_FAULT_SENSOR_SHORT);
	disbelieve_tip(CRYOPROBE_FAULT_NO_RESPONSE);
	disbelieve_tip(CRYOPROBE_FAULT_REVERSED);
	disbelieve_tip(CRYOPROBE_FAULT_STEP);
	disbelieve_tip(CRYOPROBE_FAULT_STUCK_CODE);
}

TEST(frozen_tip_is_watched_after_a_restart)
{
	set_up(true);
	fake.tip_degc = -40;
	ASSERT_EQ(control_turn(control), 0);
	drain();
	EXPECT_EQ(last.treatment.phase, PHASE_WARM);
	EXPECT_EQ(fake.outputs_seen, 0);
	ASSERT(turn_until(PHASE_WITHDRAW, 2 * TURNS_PER_MINUTE) > 0);
	EXPECT_GT(last.frame.tip_mdegc, 5000);
	tear_down();
}

TEST(frozen_tip_is_found_without_a_record)
{
	set_up(false);
	fake.tip_degc = -40;
	EXPECT(turn_until(PHASE_WARM, 50) >= 0);
	tear_down();
}

TEST(no_sample_is_told_once_and_survived)
{
	set_up(false);
	control_turn(control);
	fake.exchange_error = -ETIME;
	for (int i = 0; i < 10; i++)
		EXPECT_EQ(control_turn(control), 0);
	drain();
	EXPECT_EQ(troubles, 1);
	EXPECT_EQ(steps, 11);
	fake.exchange_error = 0;
	EXPECT_EQ(control_turn(control), 0);
	drain();
	EXPECT_EQ(troubles, 2);
	EXPECT_EQ(steps, 12);
	tear_down();
}

/* A bus that hangs: the kernel has latched why, and there is no sample to tell it. */
TEST(fault_without_samples_is_told)
{
	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_FREEZE, TURNS_PER_MINUTE) > 0);
	fake.exchange_error = -ETIME;
	fake_kernel_latch(&fake, CRYOPROBE_FAULT_LATE);
	EXPECT_EQ(turn_until(PHASE_WARM, 1), 0);
	EXPECT_EQ(last.interlock.fault_mask, 1ULL << CRYOPROBE_FAULT_LATE);
	EXPECT_EQ(last.frame.tip_mdegc, CRYO_FRAME_NOT_VALID);
	EXPECT_EQ(last.frame.outputs, 0);
	EXPECT(has_alarm(ALARM_FAULT));
	for (int i = 0; i < 10; i++)
		EXPECT_EQ(control_turn(control), 0);
	drain();
	EXPECT(has_alarm(ALARM_TIP_LOST));
	tear_down();
}

/* The command of an interrupted call stands: it is not given twice. */
TEST(interrupted_call_is_not_a_replay)
{
	set_up(false);
	control_turn(control);
	request_start();
	ASSERT(turn_until(PHASE_FREEZE, TURNS_PER_MINUTE) > 0);
	fake.exchange_error = -EINTR;
	EXPECT_EQ(control_turn(control), 0);
	fake.exchange_error = 0;
	for (int i = 0; i < 10; i++)
		control_turn(control);
	EXPECT_EQ(fake.verdicts[CRYOPROBE_VERDICT_REPLAY], 0);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_ARMED);
	tear_down();
}

TEST(unplugged_ends_it)
{
	set_up(false);
	control_turn(control);
	fake.unplugged = true;
	EXPECT_EQ(control_turn(control), -ENODEV);
	tear_down();
}

/* The main thread stalls: steps are dropped and counted, replies and control are not lost. */
/* SM-WATCHDOG */
TEST(stalled_main_thread_moves_no_valve)
{
	set_up(false);
	control_turn(control);
	request_start();
	for (int i = 0; i < 2000; i++)
		ASSERT_EQ(control_turn(control), 0);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_ARMED);
	EXPECT_LE(fake.coldest_mdegc, -58000);
	drain();
	EXPECT_EQ(reply.id, 7);
	EXPECT_EQ(last.dropped, 0);
	control_turn(control);
	drain();
	EXPECT_GT(last.dropped, 1000);
	EXPECT_EQ(last.dropped + steps, 2002);
	tear_down();
}

TEST(clear_fault_on_request)
{
	struct control_request request = { .kind = CONTROL_CLEAR_FAULT, .id = 9 };

	set_up(false);
	fake.estop = true;
	control_turn(control);
	EXPECT(control_request(control, &request));
	control_turn(control);
	drain();
	EXPECT_EQ(reply.error, -EBUSY);
	EXPECT(reply.reason[0]);
	fake.estop = false;
	EXPECT(control_request(control, &request));
	control_turn(control);
	drain();
	EXPECT_EQ(reply.error, 0);
	EXPECT_EQ(fake.status.state, CRYOPROBE_STATE_DISARMED);
	tear_down();
}

TEST_MAIN()
