// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the driver does to the valves: it opens them on command, and closes them when the command
 * lapses, the controller goes, the emergency stop is pressed, a sensor is lost, the tip is too
 * cold, the freeze too long, or the bus hangs. The valves are looked at in the page, behind the
 * lines.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define VALVES		(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT)
#define ENERGISED	(VALVES | CRYOSIM_OUT_THAW)
#define CHANNEL_TIP	0
#define CHANNEL_TISSUE	2
#define CHANNEL_PRESSURE	5
#define CHANNEL_LINE	6

FIXTURE(interlock) {
	int fd;
	struct cryoprobe_limits limits;
};

FIXTURE_SETUP(interlock)
{
	fakeplant_healthy(PROBE);
	fakeplant()->noise[PROBE] = true;
	self->fd = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_limits(self->fd, &self->limits));
}

FIXTURE_TEARDOWN(interlock)
{
	fakeplant_healthy(PROBE);
	close(self->fd);
}

static bool closed(void)
{
	return fakeplant_wait_word(PROBE, ENERGISED, 0);
}

/* Armed and freezing at full flow; 0 or -errno. */
static int freeze(FIXTURE_DATA(interlock) *self)
{
	int r = probe_arm(self->fd, &self->limits);

	if (!r)
		r = probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 3);
	if (!r && !fakeplant_wait_word(PROBE, VALVES, VALVES))
		r = -EIO;
	return r;
}

/* Goes on asking for flow until the driver has latched something; the latched mask. */
static uint64_t freeze_until_fault(int fd)
{
	struct cryoprobe_status status;

	while (!probe_flow(fd, CRYOPROBE_FULL_FLOW, NULL))
		;
	if (!wait_for(!probe_status(fd, &status) && status.fault_mask))
		return 0;
	return status.fault_mask;
}

#define BIT_OF(code)	(1ULL << CRYOPROBE_FAULT_##code)

/* Latched and told first; every valve closed. */
#define EXPECT_TRIPPED(fault)	EXPECT_TRIPPED_BY(BIT_OF(fault))
#define EXPECT_TRIPPED_BY(faults) do {						\
	struct cryoprobe_status status_ = {};					\
										\
	EXPECT_TRUE(wait_for(!probe_status(self->fd, &status_) &&		\
			     (status_.fault_mask & (faults))));			\
	EXPECT_TRUE(closed());							\
	EXPECT_EQ(CRYOPROBE_STATE_FAULT, status_.state);			\
	EXPECT_NE(0, (1ULL << status_.first.code) & (faults));			\
	EXPECT_EQ(0, status_.flow_permille);					\
	EXPECT_NE(0, status_.first.time_ns);					\
} while (0)

TEST_F(interlock, nothing_is_energised_unless_armed)
{
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	/* Armed without flow neither. */
	ASSERT_EQ(0, probe_flow_periods(self->fd, 0, 3));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
}

TEST_F(interlock, full_flow_energises_supply_freeze_and_vent)
{
	ASSERT_EQ(0, freeze(self));
	EXPECT_EQ(VALVES, fakeplant_word(PROBE) & ENERGISED);
	EXPECT_TRUE(fakeplant_supplied(PROBE));
}

TEST_F(interlock, flow_zero_closes_the_needle_first_and_supply_after_the_tail)
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

TEST_F(interlock, half_flow_opens_and_closes)
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

TEST_F(interlock, freeze_and_thaw_are_never_together)
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

TEST_F(interlock, command_lapses)
{
	self->limits.validity_ms = 300;
	ASSERT_EQ(0, freeze(self));
	/* Nobody asks any more. */
	EXPECT_TRIPPED(EXPIRED);
	EXPECT_FALSE(fakeplant_supplied(PROBE) && (fakeplant_word(PROBE) & VALVES));
}

TEST_F(interlock, looking_without_commanding_is_no_sign_of_life)
{
	struct cryoprobe_exchange x;

	self->limits.validity_ms = 300;
	ASSERT_EQ(0, freeze(self));
	do {
		ASSERT_EQ(0, probe_look(self->fd, &x));
	} while (x.status.state == CRYOPROBE_STATE_ARMED);
	EXPECT_TRIPPED(EXPIRED);
}

TEST_F(interlock, refused_commands_are_no_sign_of_life)
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

TEST_F(interlock, controller_closes_its_file)
{
	int other = probe_open(PROBE, O_RDONLY);

	ASSERT_EQ(0, freeze(self));
	close(self->fd);
	self->fd = other;
	EXPECT_TRIPPED(RELEASED);
}

TEST_F(interlock, controller_is_killed)
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

TEST_F(interlock, anyone_who_may_write_may_disarm)
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

TEST_F(interlock, estop_closes_and_latches)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_estop(PROBE, true);
	EXPECT_TRIPPED(ESTOP);
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
	fakeplant_estop(PROBE, false);
	EXPECT_TRUE(wait_for(!probe_clear(self->fd)));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
}

TEST_F(interlock, estop_needs_no_interrupt)
{
	fakeplant_lines(PROBE, CRYOSIM_LINE_NO_IRQS);
	ASSERT_EQ(0, freeze(self));
	fakeplant_estop(PROBE, true);
	EXPECT_TRIPPED(ESTOP);
}

TEST_F(interlock, estop_works_while_the_bus_hangs)
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

TEST_F(interlock, fault_of_one_probe_leaves_the_other)
{
	FIXTURE_DATA(interlock) other = { .limits = self->limits };
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

TEST_F(interlock, write_without_effect_stops_the_pulse)
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

/* Sensors */

TEST_F(interlock, tip_open)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_tip_open(PROBE);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_OPEN);
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
}

TEST_F(interlock, tip_shorted_to_ground)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_pin(PROBE, 0, 0, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_SHORT);
}

TEST_F(interlock, tip_converter_does_not_answer)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIP_NAK, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_IO);
}

TEST_F(interlock, cold_junction_does_not_answer)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_IR_NAK, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_IO);
}

TEST_F(interlock, plant_dies)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant()->dead = true;
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_IO);
	fakeplant()->dead = false;
	EXPECT_EQ(0, probe_settle(self->fd));
}

TEST_F(interlock, pressure_with_limits_is_required)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_AUX_NAK, 0);
	EXPECT_TRIPPED(SENSOR_IO);
}

TEST_F(interlock, line_pressure_is_not_required)
{
	struct cryoprobe_exchange x;

	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_LINE_NAK, 0);
	ASSERT_EQ(0, probe_flow_periods(self->fd, 0, 12));
	ASSERT_EQ(0, probe_look(self->fd, &x));
	EXPECT_EQ(CRYOPROBE_STATE_ARMED, x.status.state);
	EXPECT_NE(0, x.sample.channel[CHANNEL_LINE].status & CRYOPROBE_VALUE_IO);
	EXPECT_NE(0, x.sample.channel[CHANNEL_TIP].status & CRYOPROBE_VALUE_VALID);
}

TEST_F(interlock, one_bad_reading_is_not_a_fault)
{
	struct cryoprobe_exchange x;

	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	ASSERT_EQ(0, probe_flow(self->fd, 0, &x));
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIP_NAK, 0);
	do {
		ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, 0, 0, &x));
	} while (x.sample.channel[CHANNEL_TIP].status & CRYOPROBE_VALUE_VALID);
	fakeplant_bus(PROBE, 0, 0);
	ASSERT_EQ(0, probe_flow_periods(self->fd, 0, 5));
}

TEST_F(interlock, arming_needs_the_tip)
{
	ASSERT_EQ(0, probe_claim(self->fd));
	fakeplant_tip_open(PROBE);
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &self->limits));
	ASSERT_TRUE(wait_for(!probe_clear(self->fd)));
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_TRIPPED(SENSOR_OPEN);
}

TEST_F(interlock, arming_needs_a_clear_after_bind)
{
	struct cryoprobe_status status;
	int r;

	ASSERT_EQ(0, sysfs_unbind("platform", "cryo-probe", "cryo-probe.0"));
	close(self->fd);
	ASSERT_EQ(0, sysfs_bind("platform", "cryo-probe", "cryo-probe.0"));
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_EQ(CRYOPROBE_STATE_FAULT, status.state);
	EXPECT_EQ(BIT_OF(BOUND), status.fault_mask);
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &self->limits));
	r = probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL);
	EXPECT_EQ(-EIO, r);
	EXPECT_EQ(0, fakeplant_word(PROBE) & CRYOSIM_OUT_PULSE);
}

/* Limits */

TEST_F(interlock, tip_below_its_floor)
{
	self->limits.tip_floor_mdegc = -60000;
	ASSERT_EQ(0, freeze(self));
	for (int tip = FAKEPLANT_WARM_MDEGC; tip > -75000; tip -= 1500) {
		fakeplant_tip(PROBE, tip);
		if (probe_flow(self->fd, CRYOPROBE_FULL_FLOW, NULL))
			break;
	}
	EXPECT_TRIPPED(FLOOR);
}

static const struct {
	const char *name;
	uint32_t channel;	/* limited, 0: not */
	struct cryoprobe_range range;
	void (*set)(unsigned int handpiece, int value);
	int value;
	enum cryoprobe_fault fault;
	int limit;
} beyond_limits[] = {
	{ "tissue too cold", CHANNEL_TISSUE, { 5000, 40000 }, fakeplant_tissue, 3000,
	  CRYOPROBE_FAULT_CHANNEL_LIMIT, 5000 },
	{ "pressure below the controller's limit", CHANNEL_PRESSURE, { 3000, 5500 },
	  fakeplant_pressure, 2700, CRYOPROBE_FAULT_PRESSURE_LOW, 3000 },
	{ "pressure above the controller's limit", CHANNEL_PRESSURE, { 3000, 5500 },
	  fakeplant_pressure, 5800, CRYOPROBE_FAULT_PRESSURE_HIGH, 5500 },
	{ "pressure below the firmware's limit", 0, {}, fakeplant_pressure, 2000,
	  CRYOPROBE_FAULT_PRESSURE_LOW, 2500 },
	{ "pressure above the firmware's limit", 0, {}, fakeplant_pressure, 6950,
	  CRYOPROBE_FAULT_PRESSURE_HIGH, 6900 },
};

TEST_F(interlock, channel_leaves_its_limits)
{
	struct cryoprobe_status status;

	for (unsigned int i = 0; i < ARRAY_SIZE(beyond_limits); i++) {
		uint32_t channel = beyond_limits[i].channel;

		self->limits.channel_mask = channel ? 1 << channel : 0;
		self->limits.channel[channel] = beyond_limits[i].range;
		ASSERT_EQ(0, freeze(self));
		beyond_limits[i].set(PROBE, beyond_limits[i].value);
		freeze_until_fault(self->fd);
		EXPECT_TRIPPED_BY(1ULL << beyond_limits[i].fault);
		ASSERT_EQ(0, probe_status(self->fd, &status));
		EXPECT_EQ(beyond_limits[i].limit, status.first.limit)
			TH_LOG("%s", beyond_limits[i].name);
		/* A converter's number is 20 thousandths of a degree, or half a kilopascal. */
		EXPECT_GE(20, abs(status.first.value - beyond_limits[i].value));
		fakeplant_healthy(PROBE);
	}
}

/* The heater */

/* Heats until the driver has latched something; the latched mask. */
static uint64_t heat_until_fault(int fd)
{
	struct cryoprobe_status status;
	struct cryoprobe_exchange x;

	if (probe_look(fd, &x))
		return 0;
	do {
		if (probe_command(fd, x.sample.seq, 0, CRYOPROBE_FULL_FLOW, &x))
			return 0;
	} while (x.verdict == CRYOPROBE_VERDICT_GRANTED);
	if (!wait_for(!probe_status(fd, &status) && status.fault_mask))
		return 0;
	return status.fault_mask;
}

TEST_F(interlock, longest_heating)
{
	self->limits.heat_max_ms = 700;
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	EXPECT_EQ(BIT_OF(OVERHEAT), heat_until_fault(self->fd));
	EXPECT_TRIPPED(OVERHEAT);
}

TEST_F(interlock, hottest_tip)
{
	struct cryoprobe_status status;

	self->limits.heat_max_mdegc = 33000;
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	EXPECT_EQ(BIT_OF(OVERHEAT), heat_until_fault(self->fd));
	EXPECT_TRIPPED(OVERHEAT);
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_EQ(CHANNEL_TIP, status.first.channel);
	EXPECT_EQ(33000, status.first.limit);
}

TEST_F(interlock, heating_without_a_limit_is_refused)
{
	struct cryoprobe_exchange x;

	self->limits.heat_max_ms = 0;
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	ASSERT_EQ(0, probe_look(self->fd, &x));
	ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, 0, 1, &x));
	EXPECT_EQ(CRYOPROBE_VERDICT_RANGE, x.verdict);
}

/* Plausibility: selftests/unit and selftests/sil look at the bars */

TEST_F(interlock, tip_jumps)
{
	ASSERT_EQ(0, freeze(self));
	/* Upwards: a fall like that is foreseen to end below the floor. */
	fakeplant_tip(PROBE, 90000);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(STEP);
}

TEST_F(interlock, tip_stands_still_under_flow)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIP_STUCK, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(STUCK_CODE);
}

TEST_F(interlock, tip_does_not_fall_under_full_flow)
{
	ASSERT_EQ(0, freeze(self));
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(NO_RESPONSE);
}

TEST_F(interlock, tip_rises_under_full_flow)
{
	int mdegc = FAKEPLANT_WARM_MDEGC;

	ASSERT_EQ(0, freeze(self));
	while (!probe_flow(self->fd, CRYOPROBE_FULL_FLOW, NULL) && mdegc < 60000)
		fakeplant_tip(PROBE, mdegc += 200);
	EXPECT_TRIPPED(REVERSED);
}

TEST_F(interlock, tip_goes_on_falling_after_the_flow)
{
	int mdegc = FAKEPLANT_WARM_MDEGC;

	ASSERT_EQ(0, freeze(self));
	while (!probe_flow(self->fd, 0, NULL) && mdegc > 0)
		fakeplant_tip(PROBE, mdegc -= 200);
	EXPECT_TRIPPED(STUCK_OPEN);
}

TEST_F(interlock, longest_freeze)
{
	struct cryoprobe_status status;

	/* A freeze of the test before ends when the tip has been warm for a while. */
	ASSERT_TRUE(wait_for(!probe_status(self->fd, &status) && !status.freeze_ms));
	self->limits.freeze_max_ms = 1500;
	ASSERT_EQ(0, freeze(self));
	EXPECT_EQ(BIT_OF(FREEZE_TIME), freeze_until_fault(self->fd));
	EXPECT_TRIPPED(FREEZE_TIME);
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_LE(1500, status.first.value);
	EXPECT_EQ(1500, status.first.limit);
}

TEST_F(interlock, freeze_goes_on_through_a_new_arming)
{
	struct cryoprobe_status status;

	ASSERT_TRUE(wait_for(!probe_status(self->fd, &status) && !status.freeze_ms));
	self->limits.freeze_max_ms = 4000;
	ASSERT_EQ(0, freeze(self));
	/* So cold that nothing is expected of the flow any more. */
	for (int mdegc = FAKEPLANT_WARM_MDEGC; mdegc > -30000; mdegc -= 3200) {
		fakeplant_tip(PROBE, mdegc);
		ASSERT_EQ(0, probe_flow(self->fd, CRYOPROBE_FULL_FLOW, NULL));
	}
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_DISARM, NULL));
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_LT(0, status.freeze_ms);
	EXPECT_EQ(BIT_OF(FREEZE_TIME), freeze_until_fault(self->fd));
}

TEST_F(interlock, longest_total)
{
	struct cryoprobe_status status;

	/* Of what was before, the freeze goes on until the tip was warm for two seconds. */
	ASSERT_TRUE(wait_for(!probe_status(self->fd, &status) && !status.freeze_ms));
	self->limits.total_max_ms = status.total_ms + 1000;
	ASSERT_EQ(0, freeze(self));
	EXPECT_NE(0, freeze_until_fault(self->fd) & BIT_OF(TOTAL_TIME));
	EXPECT_TRIPPED(TOTAL_TIME);
}

TEST_F(interlock, idle)
{
	self->limits.idle_max_ms = 700;
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	while (!probe_flow(self->fd, 0, NULL))
		;
	EXPECT_TRIPPED(IDLE_TIME);
}

/* A bus that hangs, and the pulse */

TEST_F(interlock, guard_closes_while_the_bus_hangs)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_HANG, 0);
	/* It goes on hanging all the while. At this rate the pulse is missed first. */
	EXPECT_TRIPPED_BY(BIT_OF(LATE) | BIT_OF(PULSE_GAP));
	EXPECT_EQ(CRYOSIM_BUS_HANG, fakeplant_page()->input[PROBE].bus_faults);
	fakeplant_bus(PROBE, 0, 0);
	EXPECT_EQ(0, probe_settle(self->fd));
}

TEST_F(interlock, slow_bus_is_late)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_DELAY, 300000);
	EXPECT_TRIPPED_BY(BIT_OF(LATE) | BIT_OF(PULSE_GAP));
}

TEST_F(interlock, provider_that_was_not_read_for_long_comes_back)
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

TEST_F(interlock, pulse_only_while_armed)
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

TEST_F(interlock, no_arming_without_supply)
{
	fakeplant()->sense_low[PROBE] = true;
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &self->limits));
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_TRIPPED(TEST_SUPPLY);
}

TEST_F(interlock, supply_lost_while_freezing)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant()->sense_low[PROBE] = true;
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SUPPLY_SENSE);
}

TEST_F(interlock, supply_on_while_disarmed)
{
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	fakeplant()->sense_high[PROBE] = true;
	EXPECT_TRIPPED(TEST_ONE_SHOT);
}

TEST_F(interlock, scale_rewritten_while_armed)
{
	char device[16];
	int iio;

	snprintf(device, sizeof(device), "%d-0048", sysfs_i2c_bus(PROBE));
	iio = sysfs_iio_of(device);
	ASSERT_LE(0, iio);
	ASSERT_EQ(0, freeze(self));
	ASSERT_EQ(0, sysfs_write("0.015625",
				 "/sys/bus/iio/devices/iio:device%d/in_voltage0-voltage1_scale", iio));
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SCALE);

	/* ti-ads1015 cannot be told 0.0078125: six decimals are all it takes. */
	ASSERT_EQ(0, sysfs_unbind("i2c", "ads1015", device));
	close(self->fd);
	ASSERT_EQ(0, sysfs_bind("i2c", "ads1015", device));
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
	EXPECT_EQ(0, probe_settle(self->fd));
}

RUNNER_MAIN
