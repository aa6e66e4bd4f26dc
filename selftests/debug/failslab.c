// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory runs out at every place in turn where probe, open, each ioctl, read and the IIO device
 * allocate, and every user copy fails: each call must end with an error and leave nothing behind,
 * or do without. That nothing was left behind is seen by kmemleak and by what comes next.
 */
#include <fcntl.h>
#include <glob.h>
#include <poll.h>

#include "selftests/debug/fail-nth.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define DEVICE		"cryo-probe.0"
#define ENERGISED	(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT | \
			 CRYOSIM_OUT_THAW)
#define TIMEOUT_S	3000
/* For kmemleak.sh, which comes later. */
#define KEEP_HANDPIECE	"/tmp/keep-handpiece"

FIXTURE(failslab) {
	int fd;
	struct cryoprobe_limits limits;
};

static bool is_bound(void)
{
	return !access("/sys/bus/platform/drivers/cryo-probe/" DEVICE, F_OK);
}

static int bind_probe(void *data)
{
	(void)data;
	return sysfs_bind("platform", "cryo-probe", DEVICE);
}

static int unbind_probe(void *data)
{
	(void)data;
	return sysfs_unbind("platform", "cryo-probe", DEVICE);
}

FIXTURE_SETUP(failslab)
{
	int r = fail_nth_setup();

	if (r == -ENOENT)
		SKIP(return, "a kernel without fault injection");
	ASSERT_EQ(0, r);
	fakeplant_healthy(PROBE);
	if (!is_bound())
		ASSERT_EQ(0, bind_probe(NULL));
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_limits(self->fd, &self->limits));
}

FIXTURE_TEARDOWN(failslab)
{
	close(self->fd);
	if (!is_bound())
		bind_probe(NULL);
}

/* Fails each allocation and copy of a call; it must have some, and work without faults. */
#define EXPECT_SURVIVES(expected, call_, undo_, data_) do {				\
	struct fail_nth_step step_ = { .call = (call_), .undo = (undo_), .data = (data_) };	\
	unsigned int faults_;								\
											\
	EXPECT_EQ(expected, fail_nth_each(&step_, &faults_));				\
	EXPECT_LT(0, faults_);								\
	runner_figure("%s: %u faults", #call_, faults_);				\
} while (0)

/* Of the IIO device and its description, which the driver core links as far as there is memory. */
static bool is_linked(void)
{
	glob_t found;
	bool linked = !glob("/sys/bus/platform/devices/" DEVICE "/iio:device*/software_node", GLOB_NOSORT,
			    NULL, &found);

	globfree(&found);
	return linked;
}

/* A binding that survived its fault must not be left for the next one. */
static void unbind_again(void *data, int result)
{
	int *unlinked = data;

	(void)result;
	if (!is_bound())
		return;
	*unlinked += !is_linked();
	unbind_probe(NULL);
}

static void bind_again(void *data, int result)
{
	(void)result;
	if (!is_bound())
		bind_probe(data);
}

TEST_F_TIMEOUT(failslab, bind, TIMEOUT_S)
{
	int unlinked = 0;

	ASSERT_EQ(0, unbind_probe(NULL));
	EXPECT_SURVIVES(0, bind_probe, unbind_again, &unlinked);
	runner_figure("references to the description lost by the driver core: %d", unlinked);
	/* The handpiece, which owns it, has to stay: docs/soup.md. */
	if (unlinked)
		EXPECT_LE(0, creat(KEEP_HANDPIECE, 0600));
	EXPECT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
	EXPECT_TRUE(is_bound());
}

TEST_F_TIMEOUT(failslab, unbind, TIMEOUT_S)
{
	EXPECT_SURVIVES(0, unbind_probe, bind_again, NULL);
	EXPECT_FALSE(is_bound());
}

/* A whole path of calls, from the first descriptor to the last. */
static int open_probe(void *data)
{
	int *fd = data;

	*fd = probe_open(PROBE, O_RDWR | O_NONBLOCK);
	return *fd < 0 ? *fd : 0;
}

static void close_probe(void *data, int result)
{
	int *fd = data;

	if (!result)
		close(*fd);
}

TEST_F(failslab, open)
{
	int fd = -1;

	EXPECT_SURVIVES(0, open_probe, close_probe, &fd);
	close(fd);
}

struct request {
	int fd;
	unsigned long request;
	union {
		struct cryoprobe_info info;
		struct cryoprobe_identity identity;
		struct cryoprobe_status status;
		struct cryoprobe_claim claim;
		struct cryoprobe_limits limits;
		struct cryoprobe_clear_fault clear;
		struct cryoprobe_exchange exchange;
		struct cryoprobe_mask mask;
	};
};

static int request(void *data)
{
	struct request *r = data;

	return probe_ioctl(r->fd, r->request, &r->info);
}

TEST_F(failslab, ioctls_that_only_look)
{
	struct request r = { .fd = self->fd };
	static const unsigned long requests[] = {
		CRYOPROBE_IOC_INFO, CRYOPROBE_IOC_IDENTITY, CRYOPROBE_IOC_STATUS,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(requests); i++) {
		r.request = requests[i];
		EXPECT_SURVIVES(0, request, NULL, &r);
	}
}

/* What they did before a copy failed stays done; the same call again must then say so. */
TEST_F(failslab, ioctls_of_a_controller)
{
	struct request r = { .fd = self->fd, .request = CRYOPROBE_IOC_CLAIM };

	EXPECT_SURVIVES(-EALREADY, request, NULL, &r);

	r.request = CRYOPROBE_IOC_SET_LIMITS;
	r.limits = self->limits;
	EXPECT_SURVIVES(0, request, NULL, &r);
	r.request = CRYOPROBE_IOC_GET_LIMITS;
	EXPECT_SURVIVES(0, request, NULL, &r);

	r.request = CRYOPROBE_IOC_MASK;
	r.mask = (struct cryoprobe_mask) { .types = 1 << CRYOPROBE_RECORD_SAMPLE };
	EXPECT_SURVIVES(0, request, NULL, &r);
}

static int clear_fault(void *data)
{
	struct request *r = data;
	struct cryoprobe_status status;
	int ret = probe_status(r->fd, &status);

	if (ret < 0)
		return ret;
	r->clear = (struct cryoprobe_clear_fault) { .fault_seq = status.fault_seq };
	return probe_ioctl(r->fd, CRYOPROBE_IOC_CLEAR_FAULT, &r->clear);
}

TEST_F(failslab, clear_fault)
{
	struct request r = { .fd = self->fd };

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	EXPECT_SURVIVES(0, clear_fault, NULL, &r);
}

static int look(void *data)
{
	struct request *r = data;

	r->exchange = (struct cryoprobe_exchange) { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
	return probe_ioctl(r->fd, CRYOPROBE_IOC_EXCHANGE, &r->exchange);
}

TEST_F(failslab, exchange)
{
	struct request r = { .fd = self->fd };

	ASSERT_EQ(0, probe_settle(self->fd));
	EXPECT_SURVIVES(0, look, NULL, &r);
}

static int read_record(void *data)
{
	const int *fd = data;
	struct cryoprobe_record record;
	struct pollfd p = { .fd = *fd, .events = POLLIN };

	if (poll(&p, 1, -1) < 0 || read(*fd, &record, sizeof(record)) < 0)
		return -errno;
	return record.type == CRYOPROBE_RECORD_SAMPLE || record.type == CRYOPROBE_RECORD_EVENT ?
	       0 : -EPROTO;
}

TEST_F(failslab, read)
{
	EXPECT_SURVIVES(0, read_record, NULL, &self->fd);
}

/* The IIO device: its buffer is allocated when it is enabled. */
static int enable_buffer(void *data)
{
	const int *device = data;
	int r;

	r = sysfs_write("1", "/sys/bus/iio/devices/iio:device%d/scan_elements/in_temp0_en", *device);
	return r ?: sysfs_write("1", "/sys/bus/iio/devices/iio:device%d/buffer/enable", *device);
}

static void disable_buffer(void *data, int result)
{
	const int *device = data;

	(void)result;
	sysfs_write("0", "/sys/bus/iio/devices/iio:device%d/buffer/enable", *device);
}

TEST_F_TIMEOUT(failslab, iio_buffer, TIMEOUT_S)
{
	struct cryoprobe_info info;

	ASSERT_EQ(0, probe_info(self->fd, &info));
	EXPECT_SURVIVES(0, enable_buffer, disable_buffer, &info.iio_device);
	disable_buffer(&info.iio_device, 0);
}

static int set_rate(void *data)
{
	const int *fd = data;

	return probe_set_rate(*fd, PROBE_SLOW_HZ);
}

TEST_F(failslab, sampling_frequency)
{
	EXPECT_SURVIVES(0, set_rate, NULL, &self->fd);
}

RUNNER_MAIN
