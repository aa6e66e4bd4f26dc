// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probe's EEPROM, rewritten between bindings by mainline's at24: what is read of it, what is
 * refused when arming, and how uses are counted.
 *
 * SM-IDENTITY
 */
#include <fcntl.h>
#include <stdlib.h>

#include "selftests/unit/image.h"

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE	0
#define VALVES	(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT)
#define BIT_OF(code)	(1ULL << CRYOPROBE_FAULT_##code)

FIXTURE(identity) {
	char eeprom[16];
	uint8_t factory[IMAGE_BYTES];
	int fd;
};

static int open_memory(FIXTURE_DATA(identity) *self, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/i2c/devices/%s/eeprom", self->eeprom);
	return open(path, flags | O_CLOEXEC);
}

static bool read_image(FIXTURE_DATA(identity) *self, uint8_t *image)
{
	int fd = open_memory(self, O_RDONLY);
	bool good = pread(fd, image, IMAGE_BYTES, 0) == IMAGE_BYTES;

	close(fd);
	return good;
}

static bool write_image(FIXTURE_DATA(identity) *self, const uint8_t *image)
{
	int fd = open_memory(self, O_WRONLY);
	bool good = pwrite(fd, image, IMAGE_BYTES, 0) == IMAGE_BYTES;

	close(fd);
	return good;
}

static int unbind(void)
{
	return sysfs_unbind_probe(PROBE);
}

/* Open again, with the emergency stop tried and a claim; a pulse of the last one has faded. */
static bool bind_again(FIXTURE_DATA(identity) *self)
{
	close(self->fd);
	unbind();
	sysfs_bind_probe(PROBE);
	if (!wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0))
		return false;
	return !probe_set_rate(self->fd, PROBE_SLOW_HZ);
}

static bool bind_with(FIXTURE_DATA(identity) *self, const uint8_t *image)
{
	return write_image(self, image) && bind_again(self);
}

static uint64_t faults(int fd)
{
	struct cryoprobe_status status = {};

	return probe_status(fd, &status) ? 0 : status.fault_mask;
}

/* The sysfs attribute, -1 for "unlimited". */
static long uses_left(void)
{
	char text[32];

	if (sysfs_read(text, sizeof(text), "/sys/class/cryoprobe/cryoprobe%d/uses_left", PROBE) < 0)
		return -2;
	return strcmp(text, "unlimited") ? strtol(text, NULL, 10) : -1;
}

static void limit_uses(uint8_t *image, uint32_t uses)
{
	image_put(image + IMAGE_USES, 20, 2);
	image_put(image + IMAGE_SLOT_A, uses, 4);
	image_put(image + IMAGE_SLOT_B, uses, 4);
	image_seal(image);
}

static bool probe_is_there(void)
{
	int fd = probe_open(PROBE, O_RDONLY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Its bus may have got another number. */
static void find_eeprom(FIXTURE_DATA(identity) *self)
{
	snprintf(self->eeprom, sizeof(self->eeprom), "%d-0050", sysfs_i2c_bus(PROBE));
}

FIXTURE_SETUP(identity)
{
	fakeplant_healthy(PROBE);
	ASSERT_TRUE(wait_for(probe_is_there()));
	find_eeprom(self);
	sysfs_bind("i2c", "at24", self->eeprom);
	ASSERT_TRUE(read_image(self, self->factory));
	self->fd = -1;
}

FIXTURE_TEARDOWN(identity)
{
	fakeplant_healthy(PROBE);
	EXPECT_TRUE(wait_for(sysfs_i2c_bus(PROBE) >= 0));
	find_eeprom(self);
	sysfs_bind("i2c", "at24", self->eeprom);
	EXPECT_TRUE(bind_with(self, self->factory));
	close(self->fd);
}

TEST_F(identity, what_the_eeprom_says)
{
	struct cryoprobe_identity identity;
	uint8_t image[IMAGE_BYTES];
	char text[32];

	memcpy(image, self->factory, sizeof(image));
	memcpy(image + IMAGE_SERIAL, "OTHER-7", 8);
	limit_uses(image, 3);
	ASSERT_TRUE(bind_with(self, image));
	EXPECT_EQ(BIT_OF(BOUND), faults(self->fd));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_IDENTITY, &identity));
	EXPECT_STREQ("OTHER-7", identity.serial);
	EXPECT_STREQ("CRYOSIM-1", identity.model);
	EXPECT_EQ(CRYOPROBE_CRYOGEN_N2O, identity.cryogen);
	EXPECT_EQ(18, identity.gauge);
	EXPECT_EQ(100, identity.shaft_length_mm);
	EXPECT_EQ(10000, identity.active_um);
	EXPECT_EQ(3, identity.uses_left);
	ASSERT_LT(0, sysfs_read(text, sizeof(text), "/sys/class/cryoprobe/cryoprobe0/serial"));
	EXPECT_STREQ("OTHER-7", text);
	EXPECT_EQ(3, uses_left());
}

/* All that comes before arming. */
static int be_ready(int fd)
{
	struct cryoprobe_limits limits;

	return probe_claim(fd) ?: probe_settle(fd) ?: probe_try_estop(fd) ?: probe_clear(fd) ?:
	       probe_limits(fd, &limits) ?: probe_ioctl(fd, CRYOPROBE_IOC_SET_LIMITS, &limits);
}

/* Such a probe is bound, can be watched, and neither cleared nor armed. */
static void expect_refused(struct __test_metadata *_metadata, FIXTURE_DATA(identity) *self,
			   uint64_t wanted)
{
	struct cryoprobe_limits limits;

	EXPECT_EQ(BIT_OF(BOUND) | wanted, faults(self->fd));
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
}

TEST_F(identity, damaged_is_refused)
{
	struct cryoprobe_identity identity;
	uint8_t image[IMAGE_BYTES];

	memcpy(image, self->factory, sizeof(image));
	image[IMAGE_SERIAL] ^= 1;
	ASSERT_TRUE(bind_with(self, image));
	expect_refused(_metadata, self, BIT_OF(IDENTITY));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_IDENTITY, &identity));
	EXPECT_STREQ("", identity.serial);
	EXPECT_EQ(0, identity.uses_left);
	/* The cause is gone when a good one is bound. */
	ASSERT_TRUE(bind_with(self, self->factory));
	EXPECT_EQ(0, probe_arm(self->fd, NULL));
}

TEST_F(identity, silent_is_refused)
{
	fakeplant_bus(PROBE, CRYOSIM_BUS_EEPROM_NAK, 0);
	ASSERT_TRUE(bind_again(self));
	expect_refused(_metadata, self, BIT_OF(IDENTITY));
}

TEST_F(identity, used_up_and_other_cryogen_are_refused)
{
	uint8_t image[IMAGE_BYTES];

	memcpy(image, self->factory, sizeof(image));
	image[IMAGE_CRYOGEN] = CRYOPROBE_CRYOGEN_LN2;
	limit_uses(image, 1);
	ASSERT_TRUE(bind_with(self, image));
	expect_refused(_metadata, self, BIT_OF(CRYOGEN));
	limit_uses(image, 0);
	ASSERT_TRUE(bind_with(self, image));
	expect_refused(_metadata, self, BIT_OF(CRYOGEN) | BIT_OF(USED_UP));
	EXPECT_EQ(0, uses_left());
}

TEST_F(identity, uses_are_counted_once_for_each_binding)
{
	uint8_t image[IMAGE_BYTES];

	memcpy(image, self->factory, sizeof(image));
	limit_uses(image, 2);
	ASSERT_TRUE(bind_with(self, image));
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	EXPECT_EQ(1, uses_left());
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_DISARM, NULL));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_EQ(1, uses_left());
	ASSERT_TRUE(bind_again(self));
	EXPECT_EQ(1, uses_left());
	/* The last one can be used, and is. */
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	EXPECT_EQ(0, uses_left());
	EXPECT_EQ(0, probe_flow(self->fd, CRYOPROBE_FULL_FLOW, NULL));
	ASSERT_TRUE(bind_again(self));
	expect_refused(_metadata, self, BIT_OF(USED_UP));
}

TEST_F(identity, what_is_refused_anyway_is_no_use)
{
	struct cryoprobe_limits limits;
	uint8_t image[IMAGE_BYTES];

	memcpy(image, self->factory, sizeof(image));
	limit_uses(image, 2);
	ASSERT_TRUE(bind_with(self, image));
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	EXPECT_EQ(-ENODATA, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	/* The emergency stop has not been tried. */
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_EQ(2, uses_left());
}

TEST_F(identity, a_use_that_cannot_be_counted_is_refused)
{
	uint8_t image[IMAGE_BYTES];

	memcpy(image, self->factory, sizeof(image));
	limit_uses(image, 2);
	ASSERT_TRUE(bind_with(self, image));
	fakeplant_bus(PROBE, CRYOSIM_BUS_EEPROM_PROTECTED, 0);
	ASSERT_EQ(0, be_ready(self->fd));
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_EQ(BIT_OF(USE_COUNT), faults(self->fd));
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
	EXPECT_EQ(2, uses_left());
	fakeplant_bus(PROBE, 0, 0);
	ASSERT_TRUE(bind_again(self));
	EXPECT_EQ(0, probe_arm(self->fd, NULL));
	EXPECT_EQ(1, uses_left());
}

TEST_F(identity, another_probe_is_not_taken_for_the_one_that_was_bound)
{
	uint8_t image[IMAGE_BYTES];

	ASSERT_TRUE(bind_again(self));
	ASSERT_EQ(0, be_ready(self->fd));
	memcpy(image, self->factory, sizeof(image));
	image[IMAGE_SERIAL + 6] ^= 1;
	image_seal(image);
	ASSERT_TRUE(write_image(self, image));
	EXPECT_EQ(-EIO, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_EQ(BIT_OF(IDENTITY), faults(self->fd));
	EXPECT_EQ(-EBUSY, probe_clear(self->fd));
	ASSERT_TRUE(bind_again(self));
	EXPECT_EQ(0, probe_arm(self->fd, NULL));
}

TEST_F(identity, eeprom_goes_and_comes_while_freezing)
{
	struct cryoprobe_status status;

	ASSERT_TRUE(bind_again(self));
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 3));
	ASSERT_EQ(0, sysfs_unbind("i2c", "at24", self->eeprom));
	EXPECT_EQ(0, fakeplant_word(PROBE) & VALVES);
	EXPECT_EQ(-ENODEV, probe_status(self->fd, &status));
	close(self->fd);
	ASSERT_EQ(0, sysfs_bind("i2c", "at24", self->eeprom));
	/* Nobody binds the probe but the driver core. */
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
}

/* Everything of it goes, and everything comes back by itself, perhaps as another probe. */
static void replug(struct __test_metadata *_metadata, FIXTURE_DATA(identity) *self)
{
	struct cryoprobe_identity identity;
	struct cryoprobe_status status;
	uint8_t image[IMAGE_BYTES];

	memcpy(image, self->factory, sizeof(image));
	memcpy(image + IMAGE_SERIAL, "OTHER-8", 8);
	image_seal(image);
	ASSERT_TRUE(write_image(self, image));
	fakeplant_plug(PROBE, false);
	ASSERT_TRUE(wait_for(probe_status(self->fd, &status) == -ENODEV));
	EXPECT_EQ(0, fakeplant_word(PROBE) & VALVES);
	close(self->fd);
	EXPECT_TRUE(wait_for(sysfs_i2c_bus(PROBE) < 0 && !fakeplant_word(PROBE)));
	EXPECT_FALSE(probe_is_there());
	fakeplant_plug(PROBE, true);
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_IDENTITY, &identity));
	EXPECT_STREQ("OTHER-8", identity.serial);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
	EXPECT_EQ(0, probe_arm(self->fd, NULL));
}

/* What the module has described itself; a device tree's handpieces stay. */
static bool can_be_pulled_out(void)
{
	return !access("/sys/bus/platform/devices/cryo-probe.0", F_OK);
}

TEST_F(identity, replugged_while_idle)
{
	if (!can_be_pulled_out())
		SKIP(return, "described by a device tree");
	ASSERT_TRUE(bind_again(self));
	replug(_metadata, self);
}

TEST_F(identity, replugged_while_freezing)
{
	if (!can_be_pulled_out())
		SKIP(return, "described by a device tree");
	ASSERT_TRUE(bind_again(self));
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 3));
	ASSERT_TRUE(fakeplant_wait_word(PROBE, CRYOSIM_OUT_FREEZE, CRYOSIM_OUT_FREEZE));
	replug(_metadata, self);
}

RUNNER_MAIN
