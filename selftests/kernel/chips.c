// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual handpiece's chips at register level over the raw bus, as their data sheets say, and the
 * mainline drivers on them. Done on the second handpiece with no driver bound to it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <linux/i2c-dev.h>
#include <linux/i2c.h>

#include "selftests/kernel/handpiece.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define CONVERSION	0
#define CONFIG		1

/* Configuration of an ADS1115, as the data sheet numbers it. */
#define START		0x8000	/* written; read it is "idle" */
#define MUX(n)		((n) << 12)
#define GAIN(n)		((n) << 9)
#define SINGLE_SHOT	0x0100
#define RATE(n)		((n) << 5)
#define NO_COMPARATOR	0x0003
#define RATE_8HZ	RATE(0)
#define RATE_860HZ	RATE(7)

FIXTURE(chips) {
	int bus;
};

static int open_bus(void)
{
	char path[32];
	int fd;

	module_load("i2c-dev");
	snprintf(path, sizeof(path), "/dev/i2c-%d", sysfs_i2c_bus(HANDPIECE));
	if (!wait_for((fd = open(path, O_RDWR | O_CLOEXEC)) >= 0))
		return -errno;
	return fd;
}

static int transfer(int bus, struct i2c_msg *msgs, unsigned int count)
{
	struct i2c_rdwr_ioctl_data data = { .msgs = msgs, .nmsgs = count };

	return ioctl(bus, I2C_RDWR, &data) < 0 ? -errno : 0;
}

static int write_bytes(int bus, unsigned int address, uint8_t *bytes, unsigned int count)
{
	struct i2c_msg msg = { .addr = address, .len = count, .buf = bytes };

	return transfer(bus, &msg, 1);
}

static int read_after(int bus, unsigned int address, uint8_t command, uint8_t *bytes,
		      unsigned int count)
{
	struct i2c_msg msgs[] = {
		{ .addr = address, .len = 1, .buf = &command },
		{ .addr = address, .flags = I2C_M_RD, .len = count, .buf = bytes },
	};

	return transfer(bus, msgs, 2);
}

static int write_register(int bus, unsigned int address, uint8_t number, uint16_t value)
{
	uint8_t bytes[] = { number, value >> 8, value & 0xff };

	return write_bytes(bus, address, bytes, sizeof(bytes));
}

/* A register of an ADS1115, or -errno. */
static int read_register(int bus, unsigned int address, uint8_t number)
{
	uint8_t bytes[2];
	int r = read_after(bus, address, number, bytes, sizeof(bytes));

	return r ?: bytes[0] << 8 | bytes[1];
}

static bool idle(int bus, unsigned int address)
{
	int config = read_register(bus, address, CONFIG);

	return config >= 0 && (config & START);
}

FIXTURE_SETUP(chips)
{
	fakeplant_healthy(HANDPIECE);
	handpiece_unbind();
	self->bus = open_bus();
	ASSERT_LE(0, self->bus);
	/* What the driver began goes on after it has gone, and a new start would be ignored. */
	ASSERT_TRUE(wait_for(idle(self->bus, TIP) && idle(self->bus, AUX)));
}

FIXTURE_TEARDOWN(chips)
{
	fakeplant_healthy(HANDPIECE);
	handpiece_bind();
	close(self->bus);
}

/* Result of one conversion as a signed number; a failed bus gives one that no test expects. */
static int convert(int bus, unsigned int address, uint16_t config)
{
	if (write_register(bus, address, CONFIG,
			   START | SINGLE_SHOT | RATE_860HZ | NO_COMPARATOR | config))
		return -99999;
	if (!wait_for(idle(bus, address)))
		return -99999;
	return (int16_t)read_register(bus, address, CONVERSION);
}

TEST_F(chips, ads1115_multiplexer)
{
	static const int64_t pins_uv[] = { 1100000, 900000, 500000, 200000 };
	static const int expected_uv[] = {
		200000, 900000, 700000, 300000, 1100000, 900000, 500000, 200000,
	};

	for (unsigned int i = 0; i < 4; i++)
		fakeplant_pin(HANDPIECE, 1, i, pins_uv[i] * 1000);
	for (unsigned int mux = 0; mux < 8; mux++)
		EXPECT_EQ(expected_uv[mux] * 32768LL / 2048000,
			  convert(self->bus, AUX, MUX(mux) | GAIN(2)));
}

TEST_F(chips, ads1115_gain)
{
	static const int full_scale_mv[] = { 6144, 4096, 2048, 1024, 512, 256, 256, 256 };

	fakeplant_pin(HANDPIECE, 0, 0, 1350000000);
	fakeplant_pin(HANDPIECE, 0, 1, 1250000000);
	for (unsigned int gain = 0; gain < 8; gain++)
		EXPECT_EQ((100 * 65536 / full_scale_mv[gain] + 1) / 2,
			  convert(self->bus, TIP, GAIN(gain)));
}

TEST_F(chips, ads1115_polarity_and_saturation)
{
	fakeplant_pin(HANDPIECE, 0, 1, 1250000000);
	fakeplant_pin(HANDPIECE, 0, 0, 1250000000 - 100000000);
	EXPECT_EQ(-12800, convert(self->bus, TIP, GAIN(5)));
	fakeplant_pin(HANDPIECE, 0, 0, 1250000000 + 256000000);
	EXPECT_EQ(32767, convert(self->bus, TIP, GAIN(5)));
	fakeplant_pin(HANDPIECE, 0, 0, 0);
	EXPECT_EQ(-32768, convert(self->bus, TIP, GAIN(5)));
}

TEST_F(chips, ads1115_pins_end_at_the_supply)
{
	fakeplant_pin(HANDPIECE, 0, 0, 5000000000);
	EXPECT_EQ(26400, convert(self->bus, TIP, MUX(4) | GAIN(1)));
	fakeplant_pin(HANDPIECE, 0, 0, -1000000000);
	EXPECT_EQ(0, convert(self->bus, TIP, MUX(4) | GAIN(1)));
}

TEST_F(chips, ads1115_conversion_takes_its_time)
{
	int before, config;

	fakeplant_pin(HANDPIECE, 0, 1, 0);
	fakeplant_pin(HANDPIECE, 0, 0, 100000000);
	before = convert(self->bus, TIP, GAIN(5));
	fakeplant_pin(HANDPIECE, 0, 0, 200000000);
	ASSERT_EQ(0, write_register(self->bus, TIP, CONFIG,
				    START | SINGLE_SHOT | GAIN(5) | RATE_8HZ | NO_COMPARATOR));
	config = read_register(self->bus, TIP, CONFIG);
	EXPECT_EQ(SINGLE_SHOT | GAIN(5) | RATE_8HZ | NO_COMPARATOR, config);
	EXPECT_EQ(before, (int16_t)read_register(self->bus, TIP, CONVERSION));
	ASSERT_TRUE(wait_for(idle(self->bus, TIP)));
	EXPECT_EQ(25600, (int16_t)read_register(self->bus, TIP, CONVERSION));
}

TEST_F(chips, ads1115_continuous_finishes_before_it_changes)
{
	fakeplant_pin(HANDPIECE, 0, 0, 100000000);
	fakeplant_pin(HANDPIECE, 0, 1, 50000000);
	convert(self->bus, TIP, MUX(4) | GAIN(5));
	ASSERT_EQ(0, write_register(self->bus, TIP, CONFIG, MUX(4) | GAIN(5) | RATE_8HZ));
	ASSERT_EQ(0, write_register(self->bus, TIP, CONFIG, MUX(5) | GAIN(5) | RATE_860HZ));
	/* The one that has begun goes on with what it began with. */
	EXPECT_EQ(12800, (int16_t)read_register(self->bus, TIP, CONVERSION));
	EXPECT_TRUE(wait_for((int16_t)read_register(self->bus, TIP, CONVERSION) == 6400));
	EXPECT_FALSE(idle(self->bus, TIP));
	fakeplant_pin(HANDPIECE, 0, 1, 25000000);
	EXPECT_TRUE(wait_for((int16_t)read_register(self->bus, TIP, CONVERSION) == 3200));
	/* Power down. */
	ASSERT_EQ(0, write_register(self->bus, TIP, CONFIG, SINGLE_SHOT | NO_COMPARATOR));
	EXPECT_TRUE(wait_for(idle(self->bus, TIP)));
}

TEST_F(chips, ads1115_stuck)
{
	fakeplant_pin(HANDPIECE, 0, 1, 0);
	fakeplant_pin(HANDPIECE, 0, 0, 100000000);
	EXPECT_EQ(12800, convert(self->bus, TIP, GAIN(5)));
	fakeplant_bus(HANDPIECE, CRYOSIM_BUS_TIP_STUCK, 0);
	fakeplant_pin(HANDPIECE, 0, 0, 200000000);
	EXPECT_EQ(12800, convert(self->bus, TIP, GAIN(5)));
	fakeplant_bus(HANDPIECE, 0, 0);
	EXPECT_EQ(25600, convert(self->bus, TIP, GAIN(5)));
}

TEST_F(chips, ads1115_thresholds_and_bad_writes)
{
	uint8_t short_write[] = { CONFIG, 0 };
	uint8_t no_register[] = { 4 };

	ASSERT_EQ(0, write_register(self->bus, TIP, 2, 0x1234));
	ASSERT_EQ(0, write_register(self->bus, TIP, 3, 0x5678));
	EXPECT_EQ(0x1234, read_register(self->bus, TIP, 2));
	EXPECT_EQ(0x5678, read_register(self->bus, TIP, 3));
	EXPECT_NE(0x5678, read_register(self->bus, AUX, 3));
	EXPECT_EQ(-ENXIO, write_bytes(self->bus, TIP, short_write, sizeof(short_write)));
	EXPECT_EQ(-ENXIO, write_bytes(self->bus, TIP, no_register, sizeof(no_register)));
	EXPECT_EQ(-ENXIO, write_register(self->bus, TIP, CONVERSION, 0));
}

/* MLX90614 */

#define RAM_AMBIENT	0x06
#define RAM_OBJECT	0x07
#define EEPROM(n)	(0x20 | (n))
#define EMISSIVITY	4

/* CRC-8 of SMBus, bit by bit. */
static uint8_t pec(const uint8_t *bytes, unsigned int count)
{
	uint8_t crc = 0;

	while (count--) {
		crc ^= *bytes++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x80 ? crc << 1 ^ 0x07 : crc << 1;
	}
	return crc;
}

/* A word, or -errno, or -EBADMSG if its check is wrong. */
static int read_word(int bus, uint8_t command)
{
	uint8_t frame[6] = { INFRARED << 1, command, INFRARED << 1 | 1 };
	int r = read_after(bus, INFRARED, command, frame + 3, 3);

	if (r)
		return r;
	return pec(frame, 5) == frame[5] ? frame[4] << 8 | frame[3] : -EBADMSG;
}

static int write_word(int bus, uint8_t command, uint16_t word)
{
	uint8_t frame[5] = { INFRARED << 1, command, word & 0xff, word >> 8 };

	frame[4] = pec(frame, 4);
	return write_bytes(bus, INFRARED, frame + 1, 4);
}

TEST_F(chips, mlx90614_temperatures)
{
	fakeplant_infrared(HANDPIECE, 25010, 20010);
	EXPECT_EQ((273150 + 20010) / 20, read_word(self->bus, RAM_AMBIENT));
	EXPECT_EQ((273150 + 25010) / 20, read_word(self->bus, RAM_OBJECT));
}

TEST_F(chips, mlx90614_flags_what_it_cannot_measure)
{
	fakeplant_infrared(HANDPIECE, -69000, 20000);
	EXPECT_EQ(0, read_word(self->bus, RAM_OBJECT) & 0x8000);
	fakeplant_infrared(HANDPIECE, -71000, 20000);
	EXPECT_NE(0, read_word(self->bus, RAM_OBJECT) & 0x8000);
	EXPECT_EQ(0, read_word(self->bus, RAM_AMBIENT) & 0x8000);
	fakeplant_infrared(HANDPIECE, 20000, 126000);
	EXPECT_NE(0, read_word(self->bus, RAM_AMBIENT) & 0x8000);
}

TEST_F(chips, mlx90614_eeprom)
{
	uint8_t wrong[] = { EEPROM(EMISSIVITY), 0, 0, 0 };

	EXPECT_EQ(0xffff, read_word(self->bus, EEPROM(EMISSIVITY)));
	EXPECT_EQ(0xbe5a, read_word(self->bus, EEPROM(0x0e)));
	EXPECT_EQ(HANDPIECE + 1, read_word(self->bus, EEPROM(0x1f)));
	EXPECT_EQ(-ENXIO, write_bytes(self->bus, INFRARED, wrong, sizeof(wrong)));
	EXPECT_EQ(-ENXIO, write_word(self->bus, EEPROM(0x1f), 0));
	EXPECT_EQ(-ENXIO, write_word(self->bus, RAM_OBJECT, 0));
	EXPECT_EQ(-ENXIO, read_word(self->bus, 0xff));
}

TEST_F(chips, mlx90614_emissivity)
{
	int full, half;

	fakeplant_infrared(HANDPIECE, 60010, 20010);
	full = read_word(self->bus, RAM_OBJECT);
	ASSERT_EQ(0, write_word(self->bus, EEPROM(EMISSIVITY), 0));
	ASSERT_EQ(0, write_word(self->bus, EEPROM(EMISSIVITY), 0x8000));
	half = read_word(self->bus, RAM_OBJECT);
	EXPECT_EQ((273150 + 60010) / 20, full);
	/* 362.426 K: its fourth power is twice as far above (293.16 K)^4 as (333.16 K)^4 is. */
	EXPECT_GE(1, abs(half - 362426 / 20));
	ASSERT_EQ(0, write_word(self->bus, EEPROM(EMISSIVITY), 0));
	ASSERT_EQ(0, write_word(self->bus, EEPROM(EMISSIVITY), 0xffff));
}

/* The EEPROM; its last bytes are nobody's. */

static int read_memory(int bus, uint8_t address, uint8_t *bytes, unsigned int count)
{
	return read_after(bus, MEMORY, address, bytes, count);
}

static bool memory_ready(int bus)
{
	uint8_t byte;

	return !read_memory(bus, 0, &byte, 1);
}

static int write_memory(int bus, uint8_t *bytes, unsigned int count)
{
	int r = write_bytes(bus, MEMORY, bytes, count);

	return r ?: wait_for(memory_ready(bus)) ? 0 : -ETIMEDOUT;
}

TEST_F(chips, at24_reading_rolls_over_at_the_end)
{
	uint8_t bytes[8];

	ASSERT_EQ(0, read_memory(self->bus, 0xfe, bytes, sizeof(bytes)));
	EXPECT_EQ(0, memcmp(bytes + 2, "CRYO", 4));
}

TEST_F(chips, at24_writing_stays_in_its_page)
{
	uint8_t write[] = { 0xf6, 1, 2, 3, 4 }, erase[] = { 0xf0, 255, 255, 255, 255, 255, 255, 255, 255 };
	uint8_t bytes[16];

	ASSERT_EQ(0, write_memory(self->bus, erase, sizeof(erase)));
	ASSERT_EQ(0, write_memory(self->bus, write, sizeof(write)));
	ASSERT_EQ(0, read_memory(self->bus, 0xf0, bytes, sizeof(bytes)));
	EXPECT_EQ(3, bytes[0]);
	EXPECT_EQ(4, bytes[1]);
	EXPECT_EQ(255, bytes[2]);
	EXPECT_EQ(1, bytes[6]);
	EXPECT_EQ(2, bytes[7]);
	EXPECT_EQ(255, bytes[8]);
}

TEST_F(chips, at24_is_deaf_while_it_writes)
{
	uint8_t write[] = { 0xf8, 42 }, byte;
	int64_t begun_ns;

	begun_ns = monotonic_ns();
	ASSERT_EQ(0, write_bytes(self->bus, MEMORY, write, sizeof(write)));
	/* Not seen deaf if the guest was held up meanwhile. */
	EXPECT_TRUE(!memory_ready(self->bus) || monotonic_ns() - begun_ns > 5000000);
	ASSERT_TRUE(wait_for(memory_ready(self->bus)));
	EXPECT_LE(5000000, monotonic_ns() - begun_ns);
	ASSERT_EQ(0, read_memory(self->bus, 0xf8, &byte, 1));
	EXPECT_EQ(42, byte);
}

TEST_F(chips, at24_protected_acknowledges_and_keeps)
{
	uint8_t write[] = { 0xf9, 1 }, other[] = { 0xf9, 2 }, byte;

	ASSERT_EQ(0, write_memory(self->bus, write, sizeof(write)));
	fakeplant_bus(HANDPIECE, CRYOSIM_BUS_EEPROM_PROTECTED, 0);
	EXPECT_EQ(0, write_bytes(self->bus, MEMORY, other, sizeof(other)));
	ASSERT_EQ(0, read_memory(self->bus, 0xf9, &byte, 1));
	EXPECT_EQ(1, byte);
}

/* The bus */

TEST_F(chips, nobody_else_answers)
{
	EXPECT_EQ(-ENXIO, read_register(self->bus, 0x4b, CONFIG));
	EXPECT_EQ(-ENXIO, read_register(self->bus, 0x51, 0));
}

TEST_F(chips, each_chip_can_be_silent)
{
	static const struct {
		uint32_t fault;
		unsigned int address;
	} cases[] = {
		{ CRYOSIM_BUS_TIP_NAK, TIP },
		{ CRYOSIM_BUS_AUX_NAK, AUX },
		{ CRYOSIM_BUS_LINE_NAK, LINE },
		{ CRYOSIM_BUS_IR_NAK, INFRARED },
		{ CRYOSIM_BUS_EEPROM_NAK, MEMORY },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		fakeplant_bus(HANDPIECE, cases[i].fault, 0);
		for (unsigned int j = 0; j < ARRAY_SIZE(cases); j++)
			EXPECT_EQ(i == j ? -ENXIO : 0,
				  read_register(self->bus, cases[j].address, 2) < 0 ? -ENXIO : 0);
	}
}

TEST_F(chips, dead_plant_is_a_dead_bus)
{
	ASSERT_LE(0, read_register(self->bus, TIP, CONFIG));
	fakeplant()->dead = true;
	EXPECT_TRUE(wait_for(read_register(self->bus, TIP, CONFIG) == -ENXIO));
	EXPECT_EQ(-ENXIO, read_word(self->bus, RAM_AMBIENT));
	fakeplant()->dead = false;
	EXPECT_TRUE(wait_for(read_register(self->bus, TIP, CONFIG) >= 0));
}

TEST_F(chips, plant_that_never_stops_writing)
{
	fakeplant_begin(HANDPIECE);
	EXPECT_EQ(-ENXIO, read_register(self->bus, TIP, CONFIG));
	fakeplant_end(HANDPIECE);
	EXPECT_LE(0, read_register(self->bus, TIP, CONFIG));
}

TEST_F(chips, transfers_with_the_tip_fail)
{
	fakeplant_bus(HANDPIECE, CRYOSIM_BUS_TIP_EIO, 0);
	EXPECT_EQ(-EIO, read_register(self->bus, TIP, CONFIG));
	EXPECT_LE(0, read_register(self->bus, AUX, CONFIG));
}

TEST_F(chips, bus_times_out)
{
	fakeplant_bus(HANDPIECE, CRYOSIM_BUS_TIMEOUT, 1000);
	EXPECT_EQ(-ETIMEDOUT, read_register(self->bus, TIP, CONFIG));
	EXPECT_EQ(-ETIMEDOUT, read_word(self->bus, RAM_AMBIENT));
}

TEST_F(chips, bus_is_slow)
{
	int64_t begun = monotonic_ns();

	fakeplant_bus(HANDPIECE, CRYOSIM_BUS_DELAY, 30000);
	EXPECT_LE(0, read_register(self->bus, TIP, CONFIG));
	EXPECT_LE(30000000, monotonic_ns() - begun);
}

struct hanging {
	int bus;
	int result;
	bool done;
};

static void *read_config(void *data)
{
	struct hanging *hanging = data;

	hanging->result = read_register(hanging->bus, TIP, CONFIG);
	__atomic_store_n(&hanging->done, true, __ATOMIC_RELEASE);
	return NULL;
}

TEST_F(chips, bus_hangs_or_spins_until_it_is_let_go)
{
	static const uint32_t faults[] = { CRYOSIM_BUS_HANG, CRYOSIM_BUS_SPIN };

	for (unsigned int i = 0; i < ARRAY_SIZE(faults); i++) {
		struct hanging hanging = { .bus = self->bus };
		pthread_t thread;

		fakeplant_bus(HANDPIECE, faults[i], 0);
		ASSERT_EQ(0, pthread_create(&thread, NULL, read_config, &hanging));
		/* Longer than any transfer takes by itself. */
		usleep(300000);
		EXPECT_FALSE(__atomic_load_n(&hanging.done, __ATOMIC_ACQUIRE));
		fakeplant_bus(HANDPIECE, 0, 0);
		ASSERT_EQ(0, pthread_join(thread, NULL));
		EXPECT_LE(0, hanging.result);
	}
}

/* Mainline's drivers */

static double iio_value(unsigned int address, const char *channel)
{
	double raw = 0, scale = 0, offset = 0;
	char name[16];
	int iio;

	handpiece_chip(name, address);
	iio = sysfs_iio_of("i2c", name);
	sysfs_number(&raw, "/sys/bus/iio/devices/iio:device%d/in_%s_raw", iio, channel);
	if (sysfs_number(&scale, "/sys/bus/iio/devices/iio:device%d/in_%s_scale", iio, channel)) {
		sysfs_number(&scale, "/sys/bus/iio/devices/iio:device%d/in_temp_scale", iio);
		sysfs_number(&offset, "/sys/bus/iio/devices/iio:device%d/in_temp_offset", iio);
	}
	return (raw + offset) * scale;
}

#define EXPECT_CLOSE(expected, seen, tolerance) \
	EXPECT_TRUE((seen) - (expected) <= (tolerance) && (expected) - (seen) <= (tolerance)) \
		TH_LOG("%f, expected %f", (double)(seen), (double)(expected))

TEST_F(chips, mainline_drivers_measure_the_pins)
{
	handpiece_bind();
	fakeplant_pin(HANDPIECE, 0, 0, CRYOSIM_TC_BIAS_NV - 60000000);
	fakeplant_pin(HANDPIECE, 1, 0, CRYOSIM_TC_BIAS_NV + 14000000);
	fakeplant_pin(HANDPIECE, 1, 1, CRYOSIM_TC_BIAS_NV + 30000000);
	fakeplant_pressure(HANDPIECE, 4000);
	fakeplant_line_pressure(HANDPIECE, 3000);
	fakeplant_infrared(HANDPIECE, 36600, 21400);
	/* In millivolts and thousandths of a degree. */
	EXPECT_CLOSE(-60.0, iio_value(TIP, "voltage0-voltage1"), 0.008);
	EXPECT_CLOSE(14.0, iio_value(AUX, "voltage0-voltage3"), 0.008);
	EXPECT_CLOSE(30.0, iio_value(AUX, "voltage1-voltage3"), 0.008);
	EXPECT_CLOSE(2100.0, iio_value(AUX, "voltage2"), 0.125);
	EXPECT_CLOSE(1700.0, iio_value(LINE, "voltage0"), 0.125);
	EXPECT_CLOSE(21400.0, iio_value(INFRARED, "temp_ambient"), 20.0);
	EXPECT_CLOSE(36600.0, iio_value(INFRARED, "temp_object"), 20.0);
}

RUNNER_MAIN
