// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the driver does to the valves: it opens them on command, and closes them when the command
 * lapses, the controller goes, the emergency stop is pressed, a line has no effect, or the bus hangs.
 */
#include <signal.h>
#include <sys/wait.h>

#include "selftests/kernel/valves.h"

TEST_F(valves, nothing_is_energised_unless_armed)
{
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	/* Armed without flow neither. */
	ASSERT_EQ(0, probe_flow_periods(self->fd, 0, 3));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
}

TEST_F(valves, full_flow_energises_supply_freeze_and_vent)
{
	ASSERT_EQ(0, freeze(self));
	EXPECT_EQ(VALVES, fakeplant_word(PROBE) & ENERGISED);
	EXPECT_TRUE(fakeplant_supplied(PROBE));
}

TEST_F(valves, flow_zero_closes_the_needle_first_and_supply_after_the_tail)
{
	struct cryosim_edge edge = {};
	uint64_t before;
	bool seen_tail = false;

	ASSERT_EQ(0, freeze(self));
	before = fakeplant_edges();
	while (fakeplant_word(PROBE) & VALVES)
		ASSERT_EQ(0, probe_flow(self->fd, 0, NULL));
	for (uint64_t seq = before + 1; seq <= fakeplant_edges(); seq++)
		if (fakeplant_edge(seq, &edge) && edge.handpiece == PROBE &&
		    (edge.word & VALVES) == (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT))
			seen_tail = true;
	EXPECT_TRUE(seen_tail);
}

TEST_F(valves, half_flow_opens_and_closes)
{
	struct cryosim_edge edge;
	unsigned int opened = 0;
	uint32_t last = 0;
	uint64_t before;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	before = fakeplant_edges();
	ASSERT_EQ(0, probe_flow_periods(self->fd, 500, 20));
	for (uint64_t seq = before + 1; seq <= fakeplant_edges(); seq++) {
		if (!fakeplant_edge(seq, &edge) || edge.handpiece != PROBE)
			continue;
		opened += (edge.word & ~last & CRYOSIM_OUT_FREEZE) != 0;
		last = edge.word;
	}
	EXPECT_LE(3, opened);
}

TEST_F(valves, freeze_and_thaw_are_never_together)
{
	struct cryoprobe_exchange x;
	struct cryosim_edge edge;
	uint64_t before;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	before = fakeplant_edges();
	ASSERT_EQ(0, probe_flow(self->fd, CRYOPROBE_FULL_FLOW, &x));
	for (int i = 0; i < 12; i++) {
		bool thaw = i & 2;

		ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, thaw ? 0 : 1000,
					   thaw ? 1000 : 0, &x));
		ASSERT_EQ(CRYOPROBE_VERDICT_GRANTED, x.verdict);
	}
	for (uint64_t seq = before + 1; seq <= fakeplant_edges(); seq++)
		if (fakeplant_edge(seq, &edge) && edge.handpiece == PROBE)
			EXPECT_NE(CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_THAW,
				  edge.word & (CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_THAW));
}

/* Dead man */

TEST_F(valves, command_lapses)
{
	self->limits.validity_ms = 300;
	ASSERT_EQ(0, freeze(self));
	/* Nobody asks any more. */
	EXPECT_TRIPPED(EXPIRED);
	EXPECT_FALSE(fakeplant_supplied(PROBE) && (fakeplant_word(PROBE) & VALVES));
}

TEST_F(valves, looking_without_commanding_is_no_sign_of_life)
{
	struct cryoprobe_exchange x;

	self->limits.validity_ms = 300;
	ASSERT_EQ(0, freeze(self));
	do {
		ASSERT_EQ(0, probe_look(self->fd, &x));
	} while (x.status.state == CRYOPROBE_STATE_ARMED);
	EXPECT_TRIPPED(EXPIRED);
}

TEST_F(valves, refused_commands_are_no_sign_of_life)
{
	struct cryoprobe_exchange x;
	uint64_t seq;

	self->limits.validity_ms = 300;
	ASSERT_EQ(0, freeze(self));
	ASSERT_EQ(0, probe_flow(self->fd, CRYOPROBE_FULL_FLOW, &x));
	seq = x.sample.seq - 1;
	do {
		ASSERT_EQ(0, probe_command(self->fd, seq, CRYOPROBE_FULL_FLOW, 0, &x));
	} while (x.status.state == CRYOPROBE_STATE_ARMED);
	EXPECT_TRIPPED(EXPIRED);
}

TEST_F(valves, controller_closes_its_file)
{
	int other = probe_open(PROBE, O_RDONLY);

	ASSERT_EQ(0, freeze(self));
	close(self->fd);
	self->fd = other;
	EXPECT_TRIPPED(RELEASED);
}

TEST_F(valves, controller_is_killed)
{
	struct cryoprobe_status status;
	pid_t child;

	child = fork();
	if (child == 0) {
		while (!freeze(self))
			while (!probe_flow(self->fd, CRYOPROBE_FULL_FLOW, NULL))
				;
		_exit(1);
	}
	ASSERT_TRUE(fakeplant_wait_word(PROBE, VALVES, VALVES));
	ASSERT_EQ(0, kill(child, SIGKILL));
	/* The parent still has the file open, which must not hold the valves. */
	EXPECT_TRIPPED(RELEASED);
	waitpid(child, NULL, 0);
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_EQ(0, status.owner_pid);
}

TEST_F(valves, anyone_who_may_write_may_disarm)
{
	int other = probe_open(PROBE, O_RDWR);
	struct cryoprobe_status status;

	ASSERT_EQ(0, freeze(self));
	ASSERT_EQ(0, probe_ioctl(other, CRYOPROBE_IOC_DISARM, NULL));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_EQ(CRYOPROBE_STATE_DISARMED, status.state);
}

/* Emergency stop */

TEST_F(valves, estop_closes_and_latches)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_estop(PROBE, true);
	EXPECT_TRIPPED(ESTOP);
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
	fakeplant_estop(PROBE, false);
	EXPECT_TRUE(wait_for(!probe_clear(self->fd)));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
}

TEST_F(valves, estop_needs_no_interrupt)
{
	fakeplant_lines(PROBE, CRYOSIM_LINE_NO_IRQS);
	ASSERT_EQ(0, freeze(self));
	fakeplant_estop(PROBE, true);
	EXPECT_TRIPPED(ESTOP);
}

TEST_F(valves, estop_works_while_the_bus_hangs)
{
	struct cryoprobe_status status;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	fakeplant_bus(PROBE, CRYOSIM_BUS_HANG, 0);
	fakeplant_estop(PROBE, true);
	EXPECT_TRUE(probe_faulted(self->fd, CRYOPROBE_FAULT_ESTOP));
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_NE(0, status.present_mask & BIT_OF(ESTOP));
}

TEST_F(valves, fault_of_one_probe_leaves_the_other)
{
	FIXTURE_DATA(valves) other = { .limits = self->limits };
	struct cryoprobe_exchange x;

	fakeplant_healthy(1);
	other.fd = probe_open(1, O_RDWR);
	ASSERT_EQ(0, probe_set_rate(other.fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	fakeplant_estop(1, true);
	ASSERT_TRUE(probe_faulted(other.fd, CRYOPROBE_FAULT_ESTOP));
	ASSERT_EQ(0, probe_flow(self->fd, CRYOPROBE_FULL_FLOW, &x));
	EXPECT_EQ(CRYOPROBE_STATE_ARMED, x.status.state);
	fakeplant_estop(1, false);
	close(other.fd);
}

/* Lines */

TEST_F(valves, write_without_effect_stops_the_pulse)
{
	struct cryoprobe_status status;

	ASSERT_EQ(0, freeze(self));
	fakeplant_lines(PROBE, CRYOSIM_LINE_STUCK);
	freeze_until_fault(self->fd);
	/* The lines drive on; the one-shot takes the supply away. */
	EXPECT_TRUE(wait_for(!probe_status(self->fd, &status) &&
			     (status.fault_mask & BIT_OF(OUTPUT))));
	EXPECT_TRUE(wait_for(!fakeplant_supplied(PROBE)));
	EXPECT_NE(0, fakeplant_word(PROBE) & ENERGISED);
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
	fakeplant_lines(PROBE, 0);
	EXPECT_TRUE(wait_for(!probe_clear(self->fd)));
	EXPECT_TRUE(closed());
}

/* A bus that hangs, and the pulse */

TEST_F(valves, guard_closes_while_the_bus_hangs)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_HANG, 0);
	/* It goes on hanging all the while. At this rate the pulse is missed first. */
	EXPECT_TRIPPED_BY(BIT_OF(LATE) | BIT_OF(PULSE_GAP));
	EXPECT_EQ(CRYOSIM_BUS_HANG, fakeplant_page()->input[PROBE].bus_faults);
	fakeplant_bus(PROBE, 0, 0);
	EXPECT_EQ(0, probe_settle(self->fd));
}

TEST_F(valves, slow_bus_is_late)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_DELAY, 300000);
	EXPECT_TRIPPED_BY(BIT_OF(LATE) | BIT_OF(PULSE_GAP));
}

TEST_F(valves, provider_that_was_not_read_for_long_comes_back)
{
	/* Longer than ti-ads1015 waits before it powers down, which then fails, and it gives up. */
	fakeplant_bus(PROBE, CRYOSIM_BUS_HANG, 0);
	usleep(4000000);
	fakeplant_bus(PROBE, CRYOSIM_BUS_AUX_NAK, 0);
	usleep(300000);
	fakeplant_bus(PROBE, 0, 0);
	EXPECT_EQ(0, probe_settle(self->fd));
}

static uint64_t pulses_since(uint64_t since, unsigned int handpiece)
{
	struct cryosim_edge edge;
	uint64_t count = 0;
	uint32_t last = 0;
	bool known = false;

	for (uint64_t seq = since + 1; seq <= fakeplant_edges(); seq++) {
		if (!fakeplant_edge(seq, &edge) || edge.handpiece != handpiece)
			continue;
		if (known)
			count += ((edge.word ^ last) & CRYOSIM_OUT_PULSE) != 0;
		last = edge.word;
		known = true;
	}
	return count;
}

TEST_F(valves, pulse_only_while_armed)
{
	uint64_t before;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	before = fakeplant_edges();
	ASSERT_EQ(0, probe_settle(self->fd));
	EXPECT_EQ(before, fakeplant_edges());

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	before = fakeplant_edges();
	ASSERT_EQ(0, probe_flow_periods(self->fd, 0, 6));
	EXPECT_LE(4, pulses_since(before, PROBE));

	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_DISARM, NULL));
	before = fakeplant_edges();
	ASSERT_EQ(0, probe_settle(self->fd));
	EXPECT_EQ(0, pulses_since(before, PROBE));
	EXPECT_TRUE(wait_for(!fakeplant_supplied(PROBE)));
}

TEST_F(valves, no_arming_without_supply)
{
	fakeplant()->sense_low[PROBE] = true;
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &self->limits));
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_TRIPPED(TEST_SUPPLY);
}

TEST_F(valves, supply_lost_while_freezing)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant()->sense_low[PROBE] = true;
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SUPPLY_SENSE);
}

TEST_F(valves, supply_on_while_disarmed)
{
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	fakeplant()->sense_high[PROBE] = true;
	EXPECT_TRIPPED(TEST_ONE_SHOT);
}

RUNNER_MAIN
