// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Thermocouples at converters that linearise, frontend=max31856: mainline's driver on the virtual
 * chip of the tip, and what the probe's driver makes of it.
 */
#include "selftests/kernel/valves.h"

#define CHIP		"/sys/bus/iio/devices/iio:device%d/"
#define CHIP_NAME	"spi-cryosim0-tip"
#define CODE_MDEGC	7.8125	/* of the tip; the cold junction's is twice that */
#define TOLERANCE_MDEGC	40

static int chip(void)
{
	return sysfs_iio_of("spi", CHIP_NAME);
}

static double number(const char *attribute)
{
	double value = 0;

	return sysfs_number(&value, CHIP "%s", chip(), attribute) ? 1e9 : value;
}

static bool reads(int mdegc)
{
	double off = number("in_temp_raw") * CODE_MDEGC - mdegc;

	return off <= TOLERANCE_MDEGC && -off <= TOLERANCE_MDEGC;
}

static int read_error(void)
{
	char text[32];
	int r = sysfs_read(text, sizeof(text), CHIP "in_temp_raw", chip());

	return r < 0 ? r : 0;
}

static int set(const char *attribute, const char *value)
{
	return sysfs_write(value, CHIP "%s", chip(), attribute);
}

TEST_F(valves, chip_gives_temperatures)
{
	static const int tips_mdegc[] = { 60000, 0, -20500, -60000, -88500, -150000, -195000 };

	fakeplant()->noise[PROBE] = false;
	ASSERT_LE(0, chip());
	for (unsigned int i = 0; i < ARRAY_SIZE(tips_mdegc); i++) {
		fakeplant_tip(PROBE, tips_mdegc[i]);
		EXPECT_TRUE(wait_for(reads(tips_mdegc[i])))
			TH_LOG("%.0f, expected %d", number("in_temp_raw") * CODE_MDEGC, tips_mdegc[i]);
	}
}

TEST_F(valves, chip_is_its_own_cold_junction)
{
	fakeplant_infrared(PROBE, 30000, 31000);
	fakeplant_tip(PROBE, -60000);
	EXPECT_TRUE(wait_for(number("in_temp_ambient_raw") == 31 * 64));
	EXPECT_TRUE(wait_for(reads(-60000)));
}

TEST_F(valves, chip_averages_and_filters)
{
	EXPECT_EQ(0, set("in_temp_filter_notch_center_frequency", "50"));
	EXPECT_EQ(0, set("in_temp_oversampling_ratio", "16"));
	fakeplant_tip(PROBE, -40000);
	EXPECT_TRUE(wait_for(reads(-40000)));
	EXPECT_EQ(0, set("in_temp_oversampling_ratio", "1"));
	EXPECT_EQ(0, set("in_temp_filter_notch_center_frequency", "60"));
	fakeplant_tip(PROBE, 20000);
	EXPECT_TRUE(wait_for(reads(20000)));
}

TEST_F(valves, open_circuit_is_seen_by_the_chip_alone)
{
	fakeplant()->noise[PROBE] = false;
	fakeplant_tip(PROBE, -30000);
	EXPECT_TRUE(wait_for(reads(-30000)));
	EXPECT_EQ(0, number("fault_oc"));
	fakeplant_tip_open(PROBE);
	EXPECT_TRUE(reads(-30000));
	EXPECT_TRUE(wait_for(number("fault_oc") == 1));
	EXPECT_EQ(-EIO, read_error());
	EXPECT_EQ(0, number("fault_ovuv"));
	fakeplant_tip(PROBE, 20000);
	EXPECT_TRUE(wait_for(number("fault_oc") == 0));
	EXPECT_TRUE(wait_for(reads(20000)));
}

TEST_F(valves, undervoltage_is_seen_at_once)
{
	fakeplant_pin(PROBE, 0, 0, 0);
	EXPECT_EQ(-EIO, read_error());
	EXPECT_EQ(1, number("fault_ovuv"));
	EXPECT_EQ(0, number("fault_oc"));
	fakeplant_tip(PROBE, 20000);
	EXPECT_TRUE(wait_for(reads(20000)));
}

TEST_F(valves, silent_chip_is_no_temperature)
{
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIP_NAK, 0);
	EXPECT_EQ(-EIO, read_error());
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIP_EIO, 0);
	EXPECT_EQ(-EIO, read_error());
	fakeplant_bus(PROBE, CRYOSIM_BUS_TIMEOUT, 1000);
	EXPECT_EQ(-ETIMEDOUT, read_error());
}

TEST_F(valves, open_tip_ends_the_freeze)
{
	ASSERT_EQ(0, freeze(self));
	fakeplant_tip_open(PROBE);
	freeze_until_fault(self->fd);
	EXPECT_TRIPPED(SENSOR_IO);
}

static const struct {
	const char *attribute, *other, *usual;
} settings[] = {
	{ "in_temp_oversampling_ratio", "4", "1" },
	{ "in_temp_thermocouple_type", "K", "T" },
};

TEST_F(valves, settings_rewritten_while_armed)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(settings); i++) {
		ASSERT_EQ(0, freeze(self));
		EXPECT_EQ(0, set(settings[i].attribute, settings[i].other));
		freeze_until_fault(self->fd);
		EXPECT_TRIPPED(SCALE);
		EXPECT_EQ(0, set(settings[i].attribute, settings[i].usual));
		EXPECT_EQ(0, probe_settle(self->fd));
	}
}

RUNNER_MAIN
