// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver is unbound, or a provider goes, while descriptors are open, waiting, and freezing. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define ENERGISED	(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT | \
			 CRYOSIM_OUT_THAW | CRYOSIM_OUT_ALARM)

FIXTURE(unplug) {
	int fd;
	char tip[16];
};

static bool is_there(void)
{
	int fd = probe_open(PROBE, O_RDONLY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void bring_back(void)
{
	char tip[16];

	fakeplant_healthy(PROBE);
	snprintf(tip, sizeof(tip), "%d-0048", sysfs_i2c_bus(PROBE));
	sysfs_bind("i2c", "ads1015", tip);
	sysfs_bind_probe(PROBE);
	wait_for(is_there());
}

FIXTURE_SETUP(unplug)
{
	bring_back();
	snprintf(self->tip, sizeof(self->tip), "%d-0048", sysfs_i2c_bus(PROBE));
	self->fd = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
}

FIXTURE_TEARDOWN(unplug)
{
	close(self->fd);
	bring_back();
}

static int unbind(void)
{
	return sysfs_unbind_probe(PROBE);
}

TEST_F(unplug, unbind_with_an_open_descriptor)
{
	struct cryoprobe_record record;
	struct cryoprobe_status status;
	struct cryoprobe_exchange x = { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
	struct pollfd p = { .fd = self->fd, .events = POLLIN | POLLOUT };
	ssize_t n;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, unbind());
	EXPECT_FALSE(is_there());
	EXPECT_EQ(-ENODEV, probe_status(self->fd, &status));
	EXPECT_EQ(-ENODEV, probe_ioctl(self->fd, CRYOPROBE_IOC_EXCHANGE, &x));
	EXPECT_EQ(-ENODEV, probe_ioctl(self->fd, CRYOPROBE_IOC_DISARM, NULL));
	ASSERT_EQ(1, poll(&p, 1, 0));
	EXPECT_EQ(POLLHUP | POLLERR, p.revents & (POLLHUP | POLLERR));
	/* What was recorded before can still be read. */
	do {
		n = read(self->fd, &record, sizeof(record));
	} while (n > 0);
	EXPECT_EQ(-1, n);
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
}

TEST_F(unplug, unbind_while_freezing)
{
	uint64_t before;
	struct cryosim_edge edge;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 3));
	ASSERT_TRUE(fakeplant_wait_word(PROBE, CRYOSIM_OUT_FREEZE, CRYOSIM_OUT_FREEZE));
	ASSERT_EQ(0, unbind());
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	EXPECT_TRUE(wait_for(!fakeplant_supplied(PROBE)));
	/* And nothing happens any more, not even a pulse. */
	before = fakeplant_edges();
	usleep(200000);
	for (uint64_t seq = before + 1; seq <= fakeplant_edges(); seq++)
		if (fakeplant_edge(seq, &edge))
			EXPECT_NE(PROBE, edge.handpiece);
}

struct waiter {
	int fd;
	intptr_t (*wait)(int fd);
	intptr_t result;
	bool begun;
};

static void *wait_in_thread(void *data)
{
	struct waiter *waiter = data;

	__atomic_store_n(&waiter->begun, true, __ATOMIC_RELEASE);
	waiter->result = waiter->wait(waiter->fd);
	return NULL;
}

static intptr_t wait_in_poll(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 10000) == 1 ? p.revents : -ETIME;
}

static intptr_t wait_in_exchange(int fd)
{
	struct cryoprobe_exchange x;
	int r;

	do {
		r = probe_look(fd, &x);
	} while (!r || r == -ETIME);
	return r;
}

static intptr_t wait_in_read(int fd)
{
	struct cryoprobe_record record;

	while (read(fd, &record, sizeof(record)) > 0)
		;
	return -errno;
}

/* Unbinds while a thread waits; what the thread got. */
static intptr_t unbind_under(FIXTURE_DATA(unplug) *self, intptr_t (*wait)(int fd))
{
	struct waiter waiter = { .fd = self->fd, .wait = wait };
	pthread_t thread;

	if (pthread_create(&thread, NULL, wait_in_thread, &waiter))
		return -EAGAIN;
	/* It may also come too late to wait, and must then be told at once. */
	wait_for(__atomic_load_n(&waiter.begun, __ATOMIC_ACQUIRE));
	usleep(100000);
	if (unbind())
		return -EIO;
	pthread_join(thread, NULL);
	return waiter.result;
}

TEST_F(unplug, unbind_under_poll)
{
	EXPECT_EQ(POLLHUP | POLLERR, unbind_under(self, wait_in_poll));
}

TEST_F(unplug, unbind_under_exchange)
{
	EXPECT_EQ(-ENODEV, unbind_under(self, wait_in_exchange));
}

TEST_F(unplug, unbind_under_read)
{
	EXPECT_EQ(-ENODEV, unbind_under(self, wait_in_read));
}

TEST_F(unplug, unbind_with_an_open_buffer)
{
	struct cryoprobe_info info;
	char path[32];
	int buffer;

	ASSERT_EQ(0, probe_info(self->fd, &info));
	ASSERT_EQ(0, sysfs_write("1", "/sys/bus/iio/devices/iio:device%d/scan_elements/in_temp0_en",
				 info.iio_device));
	ASSERT_EQ(0, sysfs_write("1", "/sys/bus/iio/devices/iio:device%d/buffer/enable",
				 info.iio_device));
	snprintf(path, sizeof(path), "/dev/iio:device%d", info.iio_device);
	buffer = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_LE(0, buffer);
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, unbind());
	EXPECT_EQ(-1, read(buffer, path, 4));
	EXPECT_EQ(ENODEV, errno);
	close(buffer);
}

TEST_F(unplug, bound_again_it_is_another_probe)
{
	struct cryoprobe_status status;
	int fd;

	ASSERT_EQ(0, unbind());
	ASSERT_EQ(0, sysfs_bind_probe(PROBE));
	EXPECT_EQ(-ENODEV, probe_status(self->fd, &status));
	/* The number is free only when the old descriptor is gone, so look at any. */
	ASSERT_TRUE(wait_for((fd = probe_open(PROBE, O_RDWR)) >= 0 ||
			     (fd = probe_open(2, O_RDWR)) >= 0));
	ASSERT_EQ(0, probe_status(fd, &status));
	EXPECT_EQ(CRYOPROBE_STATE_FAULT, status.state);
	EXPECT_EQ(1ULL << CRYOPROBE_FAULT_BOUND, status.fault_mask);
	close(fd);
	ASSERT_EQ(0, unbind());
}

/* A probe that has just been bound knows of no freeze, and of no press of the emergency stop. */
TEST_F(unplug, bound_again_it_has_to_be_tested)
{
	struct cryoprobe_limits limits;
	int fd;

	close(self->fd);
	ASSERT_EQ(0, unbind());
	ASSERT_EQ(0, sysfs_bind_probe(PROBE));
	ASSERT_TRUE(wait_for((fd = probe_open(PROBE, O_RDWR)) >= 0));
	self->fd = fd;
	ASSERT_EQ(0, probe_set_rate(fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_claim(fd));
	ASSERT_EQ(0, probe_settle(fd));
	ASSERT_EQ(0, probe_clear(fd));
	ASSERT_EQ(0, probe_limits(fd, &limits));
	ASSERT_EQ(0, probe_ioctl(fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	EXPECT_EQ(-EIO, probe_ioctl(fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_TRUE(probe_faulted(fd, CRYOPROBE_FAULT_TEST_ESTOP));
	EXPECT_EQ(-EBUSY, probe_clear(fd));

	fakeplant_estop(PROBE, true);
	EXPECT_TRUE(probe_faulted(fd, CRYOPROBE_FAULT_ESTOP));
	fakeplant_estop(PROBE, false);
	EXPECT_TRUE(wait_for(!probe_clear(fd)));
	fakeplant_shaft(PROBE, FAKEPLANT_AMBIENT_MDEGC + 31000);
	ASSERT_EQ(0, probe_settle(fd));
	EXPECT_EQ(-EIO, probe_ioctl(fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_TRUE(probe_faulted(fd, CRYOPROBE_FAULT_TEST_SENSORS));
	EXPECT_EQ(0, probe_clear(fd));
	fakeplant_shaft(PROBE, FAKEPLANT_WARM_MDEGC);
	EXPECT_EQ(0, probe_arm(fd, NULL));
}

TEST_F(unplug, module_stays_while_a_descriptor_is_open)
{
	struct cryoprobe_status status;

	EXPECT_NE(0, module_unload("cryoprobe"));
	EXPECT_EQ(0, probe_status(self->fd, &status));
	ASSERT_EQ(0, unbind());
	EXPECT_NE(0, module_unload("cryoprobe"));
	EXPECT_EQ(-ENODEV, probe_status(self->fd, &status));
}

TEST_F(unplug, module_goes_and_comes)
{
	close(self->fd);
	ASSERT_EQ(0, module_unload("cryoprobe"));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	ASSERT_EQ(0, module_load("cryoprobe"));
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
	EXPECT_EQ(0, probe_settle(self->fd));
}

TEST_F(unplug, provider_goes_and_comes_while_freezing)
{
	struct cryoprobe_status status;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 3));
	ASSERT_TRUE(fakeplant_wait_word(PROBE, CRYOSIM_OUT_FREEZE, CRYOSIM_OUT_FREEZE));
	ASSERT_EQ(0, sysfs_unbind("i2c", "ads1015", self->tip));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	EXPECT_EQ(-ENODEV, probe_status(self->fd, &status));
	close(self->fd);
	ASSERT_EQ(0, sysfs_bind("i2c", "ads1015", self->tip));
	/* Nobody binds the probe but the driver core. */
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
	EXPECT_EQ(0, probe_settle(self->fd));
}

TEST_F(unplug, unbind_while_the_bus_hangs)
{
	struct waiter waiter = { .fd = self->fd, .wait = wait_in_poll };
	pthread_t thread;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 2));
	fakeplant_bus(PROBE, CRYOSIM_BUS_HANG, 0);
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_in_thread, &waiter));
	pid_t child = fork();

	if (child == 0)
		_exit(unbind() ? 1 : 0);
	/* The probe is dead and safe while its remover still waits for the bus. */
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(POLLHUP | POLLERR, waiter.result);
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	fakeplant_bus(PROBE, 0, 0);
	int status;

	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

RUNNER_MAIN
