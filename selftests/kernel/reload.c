// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Modules come and go: the handpiece is pulled out, comes back as another one, in any order of
 * loading, with parameters that are wrong, and with lines that no probe may use. The plant is a
 * process of its own here, because its mapping of the page keeps the module.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/klog.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define LOG_READ_ALL	3
#define LOG_CLEAR	5
#define LOG_BYTES	(1 << 18)
/* In a kernel that looks for faults a module is seconds on its way. */
#define TIMEOUT_S	300

FIXTURE(reload) {
	pid_t plant;
};

static void unload_all(void)
{
	module_unload("cryoprobe");
	module_unload("cryoprobe_sim");
	module_unload("ti_ads1015");
	module_unload("mlx90614");
	module_unload("at24");
}

static bool all_loaded(void)
{
	return !module_load("ti-ads1015") && !module_load("mlx90614") && !module_load("at24") &&
	       !module_load("cryoprobe");
}

static void stop_plant(FIXTURE_DATA(reload) *self)
{
	fakeplant_reap(self->plant);
	self->plant = 0;
}

static bool probe_is_there(unsigned int probe)
{
	int fd = probe_open(probe, O_RDONLY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

FIXTURE_SETUP(reload)
{
	unload_all();
	ASSERT_NE(0, access("/sys/module/cryoprobe_sim", F_OK));
	ASSERT_NE(0, access("/sys/module/cryoprobe", F_OK));
}

FIXTURE_TEARDOWN(reload)
{
	stop_plant(self);
	unload_all();
}

TEST_F_TIMEOUT(reload, any_order_of_loading, TIMEOUT_S)
{
	static const char *const orders[][5] = {
		{ "cryoprobe", "cryoprobe-sim", "at24", "mlx90614", "ti-ads1015" },
		{ "cryoprobe-sim", "ti-ads1015", "cryoprobe", "mlx90614", "at24" },
		{ "mlx90614", "at24", "ti-ads1015", "cryoprobe", "cryoprobe-sim" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(orders); i++) {
		for (unsigned int j = 0; j < 5; j++) {
			ASSERT_EQ(0, module_load(orders[i][j]));
			if (!strcmp(orders[i][j], "cryoprobe-sim"))
				self->plant = fakeplant_spawn();
			if (j < 4)
				EXPECT_FALSE(probe_is_there(0));
		}
		EXPECT_TRUE(wait_for(probe_is_there(0) && probe_is_there(1)));
		stop_plant(self);
		unload_all();
	}
}

TEST_F_TIMEOUT(reload, handpiece_is_pulled_out, TIMEOUT_S)
{
	struct pollfd p = { .events = POLLIN };
	struct cryoprobe_status status;

	ASSERT_EQ(0, module_load("cryoprobe-sim"));
	ASSERT_TRUE(all_loaded());
	self->plant = fakeplant_spawn();
	ASSERT_TRUE(wait_for((p.fd = probe_open(0, O_RDWR)) >= 0));
	ASSERT_EQ(0, probe_set_rate(p.fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_arm(p.fd, NULL));
	stop_plant(self);
	ASSERT_EQ(0, module_unload("cryoprobe_sim"));
	EXPECT_FALSE(probe_is_there(0));
	EXPECT_EQ(-ENODEV, probe_status(p.fd, &status));
	ASSERT_EQ(1, poll(&p, 1, 0));
	EXPECT_EQ(POLLHUP | POLLERR, p.revents & (POLLHUP | POLLERR));
	close(p.fd);
}

TEST_F_TIMEOUT(reload, valves_that_are_found_energised, TIMEOUT_S)
{
	const uint32_t valves = CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE;

	ASSERT_EQ(0, module_load("cryoprobe-sim", "found_driven=3"));
	self->plant = fakeplant_spawn();
	ASSERT_EQ(0, fakeplant_map());
	EXPECT_TRUE(fakeplant_wait_word(1, ~0U, valves));
	EXPECT_EQ(valves, fakeplant_word(0));
	ASSERT_TRUE(all_loaded());
	EXPECT_TRUE(fakeplant_wait_word(0, valves, 0));
	EXPECT_TRUE(fakeplant_wait_word(1, valves, 0));
	fakeplant_unmap();
}

TEST_F_TIMEOUT(reload, another_handpiece, TIMEOUT_S)
{
	struct cryoprobe_identity identity;
	struct cryoprobe_info info;
	int fd;

	ASSERT_EQ(0, module_load("cryoprobe-sim", "cryogen=ln2", "gauge=22", "serial=41"));
	ASSERT_TRUE(all_loaded());
	self->plant = fakeplant_spawn();
	ASSERT_TRUE(wait_for((fd = probe_open(1, O_RDONLY)) >= 0));
	ASSERT_EQ(0, probe_ioctl(fd, CRYOPROBE_IOC_IDENTITY, &identity));
	EXPECT_EQ(CRYOPROBE_CRYOGEN_LN2, identity.cryogen);
	EXPECT_EQ(22, identity.gauge);
	EXPECT_STREQ("SIM0042", identity.serial);
	ASSERT_EQ(0, probe_info(fd, &info));
	EXPECT_EQ(-190000, info.caps.tip_floor_mdegc);
	close(fd);
}

TEST_F_TIMEOUT(reload, handpiece_without_an_eeprom, TIMEOUT_S)
{
	struct cryoprobe_identity identity;
	int fd;

	ASSERT_EQ(0, module_load("cryoprobe-sim", "eeprom=N", "gauge=20", "active_um=5000"));
	ASSERT_TRUE(all_loaded());
	self->plant = fakeplant_spawn();
	ASSERT_TRUE(wait_for((fd = probe_open(0, O_RDONLY)) >= 0));
	ASSERT_EQ(0, probe_ioctl(fd, CRYOPROBE_IOC_IDENTITY, &identity));
	EXPECT_EQ(CRYOPROBE_CRYOGEN_N2O, identity.cryogen);
	EXPECT_EQ(20, identity.gauge);
	EXPECT_EQ(5000, identity.active_um);
	EXPECT_STREQ("SIM0001", identity.serial);
	EXPECT_EQ(UINT32_MAX, identity.uses_left);
	close(fd);
}

TEST_F_TIMEOUT(reload, wrong_parameters_are_refused, TIMEOUT_S)
{
	static const char *const wrong[] = {
		"gauge=15", "gauge=23", "cryogen=co2", "frontend=ads1015", "active_um=10", "shaft_length_mm=1000",
		"serial=0", "uses=65536", "poll_us=20001", "model=this-name-has-more-than-31-characters",
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_NE(0, module_load("cryoprobe-sim", wrong[i]));
		EXPECT_NE(0, access("/sys/module/cryoprobe_sim", F_OK));
	}
}

static bool log_has(const char *text)
{
	static char log[LOG_BYTES];
	int n = klogctl(LOG_READ_ALL, log, sizeof(log) - 1);

	if (n < 0)
		return false;
	log[n] = '\0';
	return strstr(log, text);
}

/* SM-LINES */
TEST_F_TIMEOUT(reload, lines_that_may_sleep_are_refused_by_name, TIMEOUT_S)
{
	ASSERT_EQ(0, module_load("cryoprobe-sim", "gpio_can_sleep=1"));
	ASSERT_TRUE(all_loaded());
	ASSERT_LE(0, klogctl(LOG_CLEAR, NULL, 0));
	self->plant = fakeplant_spawn();
	EXPECT_TRUE(wait_for(log_has("supply-gpios may sleep")));
	EXPECT_FALSE(probe_is_there(0));
}

TEST_F_TIMEOUT(reload, page_of_another_version_is_refused_and_then_taken, TIMEOUT_S)
{
	ASSERT_EQ(0, module_load("cryoprobe-sim"));
	ASSERT_TRUE(all_loaded());
	ASSERT_LE(0, klogctl(LOG_CLEAR, NULL, 0));
	ASSERT_EQ(0, fakeplant_map());
	fakeplant_page()->version = CRYOSIM_VERSION + 1;
	fakeplant_page()->bytes = sizeof(struct cryosim_page);
	fakeplant_page()->handpieces = 1;
	__atomic_store_n(&fakeplant_page()->magic, CRYOSIM_MAGIC, __ATOMIC_RELEASE);
	EXPECT_TRUE(wait_for(log_has("page of version 3")));
	EXPECT_FALSE(probe_is_there(0));
	fakeplant_page()->version = CRYOSIM_VERSION;
	fakeplant_unmap();
	self->plant = fakeplant_spawn();
	EXPECT_TRUE(wait_for(probe_is_there(0)));
}

RUNNER_MAIN_ALONE
