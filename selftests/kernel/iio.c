// SPDX-License-Identifier: GPL-2.0-or-later
/* The probe's IIO device: channels, labels, values, fault attributes, rate, and the buffer. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define DEVICE		"/sys/bus/iio/devices/iio:device%d/"
/*
 * Half a step: the cold junction comes in steps of 0.02 K, and moves a warm tip as much, one at
 * -100 degC by 1.4 times and one at -195 degC by 2.5 times as much; the tip's converter adds its
 * own step of 0.39 uV, 10 mK of a warm tip and 25 mK of one at -195 degC.
 */
#define JUNCTION_MDEGC	11
#define TIP_MDEGC	24
#define COLDEST_MDEGC	40

FIXTURE(iio) {
	int fd;
	int iio;
};

static const char *const all_names[] = {
	"temp0", "temp1", "temp2", "temp3", "temp4", "pressure0", "pressure1", "count0",
	"timestamp",
};

/* Also at the beginning: a test that is aborted has no end. */
static void drop_buffer(int iio)
{
	sysfs_write("0", DEVICE "buffer/enable", iio);
	for (unsigned int i = 0; i < ARRAY_SIZE(all_names); i++)
		sysfs_write("0", DEVICE "scan_elements/in_%s_en", iio, all_names[i]);
}

FIXTURE_SETUP(iio)
{
	struct cryoprobe_info info;

	fakeplant_healthy(PROBE);
	self->fd = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_info(self->fd, &info));
	self->iio = info.iio_device;
	drop_buffer(self->iio);
	ASSERT_EQ(0, probe_settle(self->fd));
}

FIXTURE_TEARDOWN(iio)
{
	drop_buffer(self->iio);
	probe_set_rate(self->fd, PROBE_SLOW_HZ);
	fakeplant_healthy(PROBE);
	close(self->fd);
}

/* raw * scale, after the periods that it takes until every channel has been read again. */
static double value(FIXTURE_DATA(iio) *self, const char *channel)
{
	double raw = 0, scale = 0;

	if (probe_settle(self->fd) ||
	    sysfs_number(&raw, DEVICE "in_%s_raw", self->iio, channel) ||
	    sysfs_number(&scale, DEVICE "in_%s_scale", self->iio, channel))
		return 1e9;
	return raw * scale;
}

#define EXPECT_CLOSE(expected, seen, tolerance) do {				\
	double seen_ = (seen), off_ = seen_ - (expected);			\
										\
	EXPECT_TRUE(off_ <= (tolerance) && -off_ <= (tolerance))		\
		TH_LOG("%.1f, expected %.1f", seen_, (double)(expected));	\
} while (0)

TEST_F(iio, name_and_labels)
{
	static const char *const expected[][2] = {
		{ "name", "cryoprobe" },
		{ "in_temp0_label", "tip" },
		{ "in_temp1_label", "shaft" },
		{ "in_temp2_label", "tissue-0" },
		{ "in_temp3_label", "cold-junction" },
		{ "in_temp4_label", "infrared" },
		{ "in_pressure0_label", "pressure" },
		{ "in_pressure1_label", "line-pressure" },
		{ "in_count0_label", "seq" },
	};
	char seen[64];

	for (unsigned int i = 0; i < ARRAY_SIZE(expected); i++) {
		ASSERT_LT(0, sysfs_read(seen, sizeof(seen), DEVICE "%s", self->iio, expected[i][0]));
		EXPECT_STREQ(expected[i][1], seen);
	}
}

TEST_F(iio, tip_over_its_range)
{
	static const int tips_mdegc[] = { 60000, 34000, 0, -20000, -60000, -88500, -150000, -195000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(tips_mdegc); i++) {
		fakeplant_tip(PROBE, tips_mdegc[i]);
		EXPECT_CLOSE(tips_mdegc[i], value(self, "temp0"),
			     tips_mdegc[i] < -100000 ? COLDEST_MDEGC : TIP_MDEGC);
	}
}

TEST_F(iio, cold_junction_is_compensated)
{
	static const int junctions_mdegc[] = { 10000, 22000, 36000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(junctions_mdegc); i++) {
		fakeplant_infrared(PROBE, 30000, junctions_mdegc[i]);
		fakeplant_tip(PROBE, -60000);
		EXPECT_CLOSE(junctions_mdegc[i], value(self, "temp3"), JUNCTION_MDEGC);
		EXPECT_CLOSE(-60000, value(self, "temp0"), TIP_MDEGC);
	}
}

TEST_F(iio, each_channel_has_its_own_input)
{
	fakeplant_tip(PROBE, -40000);
	fakeplant_shaft(PROBE, 12000);
	fakeplant_tissue(PROBE, 3000);
	fakeplant_infrared(PROBE, 27000, FAKEPLANT_AMBIENT_MDEGC);
	fakeplant_pressure(PROBE, 5100);
	fakeplant_line_pressure(PROBE, 1200);
	EXPECT_CLOSE(-40000, value(self, "temp0"), TIP_MDEGC);
	EXPECT_CLOSE(12000, value(self, "temp1"), TIP_MDEGC);
	EXPECT_CLOSE(3000, value(self, "temp2"), TIP_MDEGC);
	EXPECT_CLOSE(27000, value(self, "temp4"), JUNCTION_MDEGC);
	EXPECT_CLOSE(5100, value(self, "pressure0"), 1);
	EXPECT_CLOSE(1200, value(self, "pressure1"), 1);
}

static bool is_one(int iio, const char *attribute)
{
	double number = 0;

	return !sysfs_number(&number, DEVICE "%s", iio, attribute) && number == 1;
}

static int read_error(int iio, const char *attribute)
{
	char text[32];
	int r = sysfs_read(text, sizeof(text), DEVICE "%s", iio, attribute);

	return r < 0 ? r : 0;
}

TEST_F(iio, open_thermocouple)
{
	if (fakeplant_linearised())
		SKIP(return, "its converter tells only that something is wrong");
	EXPECT_FALSE(is_one(self->iio, "in_temp0_fault_oc"));
	fakeplant_tip_open(PROBE);
	EXPECT_TRUE(wait_for(is_one(self->iio, "in_temp0_fault_oc")));
	EXPECT_EQ(-EIO, read_error(self->iio, "in_temp0_raw"));
	EXPECT_FALSE(is_one(self->iio, "in_temp0_fault_ovuv"));
	EXPECT_FALSE(is_one(self->iio, "in_temp1_fault_oc"));
	EXPECT_EQ(0, read_error(self->iio, "in_temp1_raw"));
	fakeplant_tip(PROBE, 20000);
	EXPECT_TRUE(wait_for(!is_one(self->iio, "in_temp0_fault_oc")));
	EXPECT_EQ(0, read_error(self->iio, "in_temp0_raw"));
}

TEST_F(iio, shorted_thermocouple)
{
	if (fakeplant_linearised())
		SKIP(return, "its converter tells only that something is wrong");
	fakeplant_pin(PROBE, 1, 0, 0);
	EXPECT_TRUE(wait_for(is_one(self->iio, "in_temp1_fault_ovuv")));
	EXPECT_EQ(-EIO, read_error(self->iio, "in_temp1_raw"));
}

TEST_F(iio, silent_provider)
{
	if (fakeplant_linearised())
		SKIP(return, "the shaft's converter is another");
	fakeplant_bus(PROBE, CRYOSIM_BUS_AUX_NAK, 0);
	EXPECT_TRUE(wait_for(read_error(self->iio, "in_temp1_raw") == -EIO));
	EXPECT_FALSE(is_one(self->iio, "in_temp1_fault_oc"));
	EXPECT_EQ(0, read_error(self->iio, "in_temp0_raw"));
}

static int set_rate(int iio, const char *hz)
{
	return sysfs_write(hz, DEVICE "sampling_frequency", iio);
}

TEST_F(iio, sampling_frequency)
{
	static const char *const refused[] = { "0", "101", "-1", "20.5", "fast" };
	char text[64];

	ASSERT_LT(0, sysfs_read(text, sizeof(text), DEVICE "sampling_frequency_available", self->iio));
	EXPECT_STREQ("[1 1 100]", text);
	for (unsigned int i = 0; i < ARRAY_SIZE(refused); i++)
		EXPECT_EQ(-EINVAL, set_rate(self->iio, refused[i]));
	ASSERT_LT(0, sysfs_read(text, sizeof(text), DEVICE "sampling_frequency", self->iio));
	EXPECT_EQ(PROBE_SLOW_HZ, atoi(text));
	EXPECT_EQ(0, set_rate(self->iio, "50"));
}

TEST_F(iio, sampling_frequency_stays_while_armed)
{
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	EXPECT_EQ(-EBUSY, set_rate(self->iio, "50"));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_DISARM, NULL));
	EXPECT_EQ(0, set_rate(self->iio, "50"));
}

TEST_F(iio, arming_needs_20_hz)
{
	struct cryoprobe_limits limits;

	ASSERT_EQ(0, set_rate(self->iio, "19"));
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	ASSERT_EQ(0, probe_clear(self->fd));
	EXPECT_EQ(-ERANGE, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_FALSE(fakeplant_supplied(PROBE));
}

/* The buffer */

struct scan {
	int32_t value[7];
	uint64_t seq;
	int64_t time_ns;
};

static int enable_buffer(int iio, const char *const names[], unsigned int count)
{
	int r = sysfs_write("monotonic\n", DEVICE "current_timestamp_clock", iio);

	for (unsigned int i = 0; !r && i < count; i++)
		r = sysfs_write("1", DEVICE "scan_elements/in_%s_en", iio, names[i]);
	if (!r)
		r = sysfs_write("256", DEVICE "buffer/length", iio);
	return r ?: sysfs_write("1", DEVICE "buffer/enable", iio);
}

static int open_buffer(int iio)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/iio:device%d", iio);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

TEST_F(iio, scans_are_the_samples_of_the_char_device)
{
	struct cryoprobe_record record;
	struct scan scan, last = {};
	int buffer;

	ASSERT_EQ(0, enable_buffer(self->iio, all_names, ARRAY_SIZE(all_names)));
	buffer = open_buffer(self->iio);
	ASSERT_LE(0, buffer);
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ((ssize_t)sizeof(scan), read(buffer, &scan, sizeof(scan)));
		if (i)
			ASSERT_EQ(last.seq + 1, scan.seq);
		last = scan;
	}
	do {
		ASSERT_EQ((ssize_t)sizeof(record), read(self->fd, &record, sizeof(record)));
	} while (record.type != CRYOPROBE_RECORD_SAMPLE || record.sample.seq < scan.seq);
	ASSERT_EQ(scan.seq, record.sample.seq);
	for (unsigned int i = 0; i < ARRAY_SIZE(scan.value); i++)
		EXPECT_EQ(record.sample.channel[i].value, scan.value[i]);
	EXPECT_GE(1000000, llabs(record.sample.time_ns - scan.time_ns));
	close(buffer);
}

TEST_F(iio, scan_of_some_channels)
{
	static const char *const names[] = { "temp0", "temp3", "pressure0", "count0" };
	struct {
		int32_t tip, cold_junction, pressure;
		uint64_t seq;
	} scan, last = {};
	int buffer;

	ASSERT_EQ(0, enable_buffer(self->iio, names, ARRAY_SIZE(names)));
	buffer = open_buffer(self->iio);
	ASSERT_LE(0, buffer);
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ((ssize_t)sizeof(scan), read(buffer, &scan, sizeof(scan)));
		if (i)
			ASSERT_EQ(last.seq + 1, scan.seq);
		EXPECT_CLOSE(FAKEPLANT_WARM_MDEGC, scan.tip, TIP_MDEGC);
		EXPECT_CLOSE(FAKEPLANT_AMBIENT_MDEGC, scan.cold_junction, JUNCTION_MDEGC);
		EXPECT_CLOSE(FAKEPLANT_SUPPLY_KPA, scan.pressure, 1);
		last = scan;
	}
	close(buffer);
}

TEST_F(iio, buffer_runs_beside_a_treatment)
{
	struct pollfd p = { .events = POLLIN };
	struct scan scan;

	ASSERT_EQ(0, enable_buffer(self->iio, all_names, ARRAY_SIZE(all_names)));
	p.fd = open_buffer(self->iio);
	ASSERT_LE(0, p.fd);
	EXPECT_EQ(-EBUSY, open_buffer(self->iio));
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_flow_periods(self->fd, 1000, 5));
	ASSERT_EQ(1, poll(&p, 1, 5000));
	EXPECT_EQ((ssize_t)sizeof(scan), read(p.fd, &scan, sizeof(scan)));
	ASSERT_EQ(0, sysfs_write("0", DEVICE "buffer/enable", self->iio));
	ASSERT_EQ(0, probe_flow_periods(self->fd, 1000, 5));
	close(p.fd);
}

TEST_F(iio, unread_buffer_stops_nothing)
{
	struct cryoprobe_exchange x;
	double lost = 0, before = 0;

	ASSERT_EQ(0, sysfs_number(&before, DEVICE "lost_scans", self->iio));
	ASSERT_EQ(0, sysfs_write("2", DEVICE "buffer/length", self->iio));
	ASSERT_EQ(0, sysfs_write("1", DEVICE "scan_elements/in_count0_en", self->iio));
	ASSERT_EQ(0, sysfs_write("1", DEVICE "buffer/enable", self->iio));
	for (int i = 0; i < 10; i++)
		ASSERT_EQ(0, probe_look(self->fd, &x));
	ASSERT_EQ(0, sysfs_number(&lost, DEVICE "lost_scans", self->iio));
	EXPECT_LT(before, lost);
}

RUNNER_MAIN
