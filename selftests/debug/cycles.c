// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same again and again, for what only shows after many times: the probe is unbound and bound,
 * the modules are unloaded and loaded, each time with somebody in the way. Leaks are looked for
 * afterwards, by kmemleak.
 */
#include <fcntl.h>

#include <kselftest_harness.h>

#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define DEVICE		"cryo-probe.0"
#define BINDINGS	200
#define LOADINGS	50
#define TIMEOUT_S	900

FIXTURE(cycles) {
	pid_t plant;
};

static int open_soon(void)
{
	int fd = -1;

	wait_for((fd = probe_open(0, O_RDWR | O_NONBLOCK)) >= 0);
	return fd;
}

FIXTURE_SETUP(cycles)
{
	ASSERT_EQ(0, module_load("ti-ads1015"));
	ASSERT_EQ(0, module_load("mlx90614"));
	ASSERT_EQ(0, module_load("at24"));
	ASSERT_EQ(0, module_load("cryoprobe-sim"));
	ASSERT_EQ(0, module_load("cryoprobe"));
	self->plant = fakeplant_spawn();
	int fd = open_soon();

	ASSERT_LE(0, fd);
	close(fd);
}

FIXTURE_TEARDOWN(cycles)
{
	fakeplant_reap(self->plant);
}

/* Somebody has it open: nobody, a reader, the controller, or one whose claim is the third's. */
static int hinder(unsigned int turn)
{
	int fd = turn % 4 ? open_soon() : -1;

	if (turn % 4 >= 2)
		probe_claim(fd);
	if (turn % 4 == 3)
		probe_set_rate(fd, 50);
	return fd;
}

TEST_F_TIMEOUT(cycles, unbind_and_bind, TIMEOUT_S)
{
	for (unsigned int turn = 0; turn < BINDINGS; turn++) {
		int fd = hinder(turn);

		ASSERT_EQ(0, sysfs_unbind("platform", "cryo-probe", DEVICE)) TH_LOG("turn %u", turn);
		/* Closed after it was bound again half of the times. */
		if (fd >= 0 && turn % 8 < 4)
			close(fd);
		ASSERT_EQ(0, sysfs_bind("platform", "cryo-probe", DEVICE));
		if (fd >= 0 && turn % 8 >= 4)
			close(fd);
	}
}

TEST_F_TIMEOUT(cycles, provider_goes_and_comes, TIMEOUT_S)
{
	char tip[16];

	snprintf(tip, sizeof(tip), "%d-0048", sysfs_i2c_bus(0));
	for (unsigned int turn = 0; turn < LOADINGS; turn++) {
		int fd = hinder(turn);

		ASSERT_EQ(0, sysfs_unbind("i2c", "ads1015", tip));
		if (fd >= 0)
			close(fd);
		ASSERT_EQ(0, sysfs_bind("i2c", "ads1015", tip));
	}
}

TEST_F_TIMEOUT(cycles, unload_and_load, TIMEOUT_S)
{
	for (unsigned int turn = 0; turn < LOADINGS; turn++) {
		ASSERT_EQ(0, module_unload("cryoprobe"));
		ASSERT_EQ(0, module_load("cryoprobe"));
		int fd = open_soon();

		ASSERT_LE(0, fd);
		close(fd);
	}
}

TEST_F_TIMEOUT(cycles, handpiece_is_pulled_out_and_plugged_in, TIMEOUT_S)
{
	for (unsigned int turn = 0; turn < LOADINGS; turn++) {
		fakeplant_reap(self->plant);
		self->plant = 0;
		ASSERT_EQ(0, module_unload("cryoprobe_sim"));
		ASSERT_EQ(0, module_load("cryoprobe-sim"));
		self->plant = fakeplant_spawn();
		int fd = open_soon();

		ASSERT_LE(0, fd);
		close(fd);
	}
}

TEST_HARNESS_MAIN
