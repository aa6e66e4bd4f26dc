// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the driver makes of readings: it closes the valves when a sensor is lost or implausible, the tip
 * is too cold or too warm, a channel leaves its limits, or a freeze or a heating takes too long.
 */
#include "selftests/kernel/valves.h"

#define CHANNEL_TIP	0
#define CHANNEL_TISSUE	2
#define CHANNEL_PRESSURE	5
#define CHANNEL_LINE	6

/* Sensors */

TEST_F(valves, tip_open)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_tip_open(PROBE);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED_BY(BIT_OF_WIRES(SENSOR_OPEN));
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
}

TEST_F(valves, tip_shorted_to_ground)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_pin(PROBE, 0, 0, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED_BY(BIT_OF_WIRES(SENSOR_SHORT));
}

TEST_F(valves, tip_converter_does_not_answer)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIP_NAK, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_IO);
}

TEST_F(valves, cold_junction_does_not_answer)
{
	if (fakeplant_linearised())
		SKIP(return, "it is in the tip's converter");
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_IR_NAK, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_IO);
}

TEST_F(valves, plant_dies)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant()->dead = true;
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_IO);
	fakeplant()->dead = false;
	EXPECT_EQ(0, probe_settle(self->fd));
}

TEST_F(valves, pressure_with_limits_is_required)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_AUX_NAK, 0);
	EXPECT_TRIPPED(SENSOR_IO);
}

TEST_F(valves, line_pressure_is_not_required)
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

TEST_F(valves, one_bad_reading_is_not_a_fault)
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

TEST_F(valves, arming_needs_the_tip)
{
	ASSERT_EQ(0, probe_claim(self->fd));
	fakeplant_pin(PROBE, 0, 0, 0);
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &self->limits));
	ASSERT_TRUE(wait_for(!probe_clear(self->fd)));
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_TRIPPED_BY(BIT_OF_WIRES(SENSOR_SHORT));
}

TEST_F(valves, arming_needs_a_clear_after_bind)
{
	struct cryoprobe_status status;
	int r;

	ASSERT_EQ(0, sysfs_unbind_probe(PROBE));
	close(self->fd);
	ASSERT_EQ(0, sysfs_bind_probe(PROBE));
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

TEST_F(valves, tip_below_its_floor)
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

TEST_F(valves, channel_leaves_its_limits)
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

TEST_F(valves, longest_heating)
{
	self->limits.heat_max_ms = 700;
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	EXPECT_EQ(BIT_OF(OVERHEAT), heat_until_fault(self->fd));
	EXPECT_TRIPPED(OVERHEAT);
}

TEST_F(valves, hottest_tip)
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

TEST_F(valves, heating_without_a_limit_is_refused)
{
	struct cryoprobe_exchange x;

	self->limits.heat_max_ms = 0;
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	ASSERT_EQ(0, probe_look(self->fd, &x));
	ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, 0, 1, &x));
	EXPECT_EQ(CRYOPROBE_VERDICT_RANGE, x.verdict);
}

/* Plausibility: selftests/unit and selftests/sil look at the bars */

TEST_F(valves, tip_jumps)
{
	ASSERT_EQ(0, freeze(self));
	/* Upwards: a fall like that is foreseen to end below the floor. */
	fakeplant_tip(PROBE, 90000);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(STEP);
}

TEST_F(valves, tip_stands_still_under_flow)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIP_STUCK, 0);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(STUCK_CODE);
}

TEST_F(valves, tip_does_not_fall_under_full_flow)
{
	ASSERT_EQ(0, freeze(self));
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(NO_RESPONSE);
}

TEST_F(valves, tip_rises_under_full_flow)
{
	int mdegc = FAKEPLANT_WARM_MDEGC;

	ASSERT_EQ(0, freeze(self));
	while (!probe_flow(self->fd, CRYOPROBE_FULL_FLOW, NULL) && mdegc < 60000)
		fakeplant_tip(PROBE, mdegc += 200);
	EXPECT_TRIPPED(REVERSED);
}

TEST_F(valves, tip_goes_on_falling_after_the_flow)
{
	int mdegc = FAKEPLANT_WARM_MDEGC;

	ASSERT_EQ(0, freeze(self));
	while (!probe_flow(self->fd, 0, NULL) && mdegc > 0)
		fakeplant_tip(PROBE, mdegc -= 200);
	EXPECT_TRIPPED(STUCK_OPEN);
}

TEST_F(valves, longest_freeze)
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

TEST_F(valves, freeze_goes_on_through_a_new_arming)
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

TEST_F(valves, longest_total)
{
	struct cryoprobe_status status;

	/* Of what was before, the freeze goes on until the tip was warm for two seconds. */
	ASSERT_TRUE(wait_for(!probe_status(self->fd, &status) && !status.freeze_ms));
	self->limits.total_max_ms = status.total_ms + 1000;
	ASSERT_EQ(0, freeze(self));
	EXPECT_NE(0, freeze_until_fault(self->fd) & BIT_OF(TOTAL_TIME));
	EXPECT_TRIPPED(TOTAL_TIME);
}

TEST_F(valves, idle)
{
	self->limits.idle_max_ms = 700;
	ASSERT_EQ(0, probe_arm(self->fd, &self->limits));
	while (!probe_flow(self->fd, 0, NULL))
		;
	EXPECT_TRIPPED(IDLE_TIME);
}

TEST_F(valves, scale_rewritten_while_armed)
{
	char device[16];
	int iio;

	if (fakeplant_linearised())
		SKIP(return, "its converter has none that can be written");
	snprintf(device, sizeof(device), "%d-0048", sysfs_i2c_bus(PROBE));
	iio = sysfs_iio_of("i2c", device);
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
