// SPDX-License-Identifier: GPL-2.0-or-later
/* read() and poll() on /dev/cryoprobeN: records of samples and events, masks, what is lost. */
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define SAMPLES		(1U << CRYOPROBE_RECORD_SAMPLE)
#define EVENTS		(1U << CRYOPROBE_RECORD_EVENT)

FIXTURE(records) {
	int control;
	int fd;
};

FIXTURE_SETUP(records)
{
	fakeplant_healthy(PROBE);
	self->control = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->control);
	ASSERT_EQ(0, probe_set_rate(self->control, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_claim(self->control));
	ASSERT_EQ(0, probe_settle(self->control));
	ASSERT_EQ(0, probe_clear(self->control));
	self->fd = probe_open(PROBE, O_RDONLY);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(records)
{
	if (self->control >= 0)
		probe_set_rate(self->control, PROBE_SLOW_HZ);
	fakeplant_healthy(PROBE);
	close(self->fd);
	close(self->control);
}

static int set_mask(int fd, uint32_t types)
{
	struct cryoprobe_mask mask = { .types = types };

	return probe_ioctl(fd, CRYOPROBE_IOC_MASK, &mask);
}

static int read_record(int fd, struct cryoprobe_record *ret_record)
{
	ssize_t n = read(fd, ret_record, sizeof(*ret_record));

	return n < 0 ? -errno : n == sizeof(*ret_record) ? 0 : -EIO;
}

/* The next event of a kind, samples and other events skipped. */
static int read_event(int fd, enum cryoprobe_event_kind kind, struct cryoprobe_record *ret_record)
{
	int r;

	do {
		r = read_record(fd, ret_record);
	} while (!r && (ret_record->type != CRYOPROBE_RECORD_EVENT ||
			ret_record->event.kind != kind));
	return r;
}

TEST_F(records, samples_come_without_gaps)
{
	struct cryoprobe_record record;
	uint64_t seq = 0, sample = 0;
	int64_t time_ns = 0;

	ASSERT_EQ(0, set_mask(self->fd, SAMPLES));
	ASSERT_EQ(0, read_record(self->fd, &record));
	for (int i = 0; i < 10; i++) {
		if (seq) {
			ASSERT_EQ(seq + 1, record.seq);
			ASSERT_EQ(sample + 1, record.sample.seq);
			ASSERT_LT(time_ns, record.sample.time_ns);
		}
		EXPECT_EQ(CRYOPROBE_RECORD_SAMPLE, record.type);
		EXPECT_EQ(0, record.lost);
		EXPECT_EQ(7, record.sample.channels);
		EXPECT_LE(record.sample.due_ns, record.sample.time_ns);
		seq = record.seq;
		sample = record.sample.seq;
		time_ns = record.sample.time_ns;
		ASSERT_EQ(0, read_record(self->fd, &record));
	}
}

TEST_F(records, several_at_a_time_and_whole)
{
	struct cryoprobe_record records[4];
	ssize_t n;

	ASSERT_EQ(0, set_mask(self->fd, SAMPLES));
	/* Room for two and a half. */
	ASSERT_TRUE(wait_for((n = read(self->fd, records, sizeof(*records) * 5 / 2)) ==
			     2 * (ssize_t)sizeof(*records)) || n == sizeof(*records));
	EXPECT_EQ(0, n % (ssize_t)sizeof(*records));
}

TEST_F(records, short_buffer_is_refused_and_loses_nothing)
{
	struct cryoprobe_record record;
	struct pollfd p = { .fd = self->fd, .events = POLLIN };

	ASSERT_EQ(1, poll(&p, 1, 5000));
	EXPECT_EQ(-1, read(self->fd, &record, sizeof(record) - 1));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, read_record(self->fd, &record));
	EXPECT_EQ(1, record.seq);
	EXPECT_EQ(0, record.lost);
}

TEST_F(records, bad_buffer_loses_nothing)
{
	struct cryoprobe_record record;
	void *unmapped;
	struct pollfd p = { .fd = self->fd, .events = POLLIN };

	ASSERT_EQ(1, poll(&p, 1, 5000));
	unmapped = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, unmapped);
	EXPECT_EQ(-1, read(self->fd, unmapped, sizeof(record)));
	EXPECT_EQ(EFAULT, errno);
	ASSERT_EQ(0, read_record(self->fd, &record));
	EXPECT_EQ(1, record.seq);
}

TEST_F(records, nothing_yet_with_nonblock)
{
	struct cryoprobe_record record;

	ASSERT_EQ(0, set_mask(self->fd, EVENTS));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	while (!read_record(self->fd, &record))
		;
	EXPECT_EQ(-EAGAIN, read_record(self->fd, &record));
}

TEST_F(records, mask_of_nothing)
{
	struct cryoprobe_record record;

	ASSERT_EQ(0, set_mask(self->fd, 0));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	while (!read_record(self->fd, &record))
		;
	ASSERT_EQ(0, probe_settle(self->control));
	EXPECT_EQ(-EAGAIN, read_record(self->fd, &record));
}

TEST_F(records, claim_limits_and_release)
{
	struct cryoprobe_record record;
	struct cryoprobe_limits limits;

	ASSERT_EQ(0, set_mask(self->fd, EVENTS));
	ASSERT_EQ(0, probe_limits(self->control, &limits));
	ASSERT_EQ(0, probe_ioctl(self->control, CRYOPROBE_IOC_SET_LIMITS, &limits));
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_LIMITS, &record));
	ASSERT_EQ(0, probe_ioctl(self->control, CRYOPROBE_IOC_RELEASE, NULL));
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_RELEASE, &record));
	EXPECT_EQ(getpid(), record.event.pid);
	prctl(PR_SET_NAME, "the-owner");
	ASSERT_EQ(0, probe_claim(self->control));
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_CLAIM, &record));
	EXPECT_EQ(getpid(), record.event.pid);
	EXPECT_STREQ("the-owner", record.event.comm);
}

TEST_F(records, states_outputs_faults_and_clearing)
{
	struct cryoprobe_status status;
	struct cryoprobe_record record;

	ASSERT_EQ(0, set_mask(self->fd, EVENTS));
	ASSERT_EQ(0, probe_arm(self->control, NULL));
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_STATE, &record));
	EXPECT_EQ(CRYOPROBE_STATE_DISARMED, record.event.old);
	EXPECT_EQ(CRYOPROBE_STATE_ARMED, record.event.new);

	ASSERT_EQ(0, probe_flow_periods(self->control, 1000, 2));
	do {
		ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_OUTPUTS, &record));
	} while (!(record.event.new & CRYOPROBE_OUT_FREEZE));
	EXPECT_EQ(0, record.event.old & CRYOPROBE_OUT_FREEZE);

	fakeplant_estop(PROBE, true);
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_FAULT, &record));
	EXPECT_EQ(CRYOPROBE_FAULT_ESTOP, record.event.fault.code);
	EXPECT_EQ(-1, record.event.fault.channel);
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_STATE, &record));
	EXPECT_EQ(CRYOPROBE_STATE_FAULT, record.event.new);

	fakeplant_estop(PROBE, false);
	ASSERT_TRUE(wait_for(!probe_clear(self->control)));
	ASSERT_EQ(0, probe_status(self->control, &status));
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_CLEARED, &record));
	EXPECT_EQ(status.fault_seq, record.event.old);
	ASSERT_EQ(0, read_event(self->fd, CRYOPROBE_EVENT_STATE, &record));
	EXPECT_EQ(CRYOPROBE_STATE_DISARMED, record.event.new);
}

TEST_F(records, overflow_drops_the_oldest_and_counts)
{
	struct cryoprobe_record first, record;
	struct cryoprobe_exchange x;
	uint64_t begun;

	ASSERT_EQ(0, set_mask(self->fd, SAMPLES));
	ASSERT_EQ(0, read_record(self->fd, &first));
	ASSERT_EQ(0, probe_set_rate(self->control, 100));
	ASSERT_EQ(0, probe_look(self->control, &x));
	begun = x.sample.seq;
	/* More than any queue that keeps a few seconds. */
	while (x.sample.seq < begun + 700)
		ASSERT_EQ(0, probe_look(self->control, &x));
	ASSERT_EQ(0, read_record(self->fd, &record));
	EXPECT_LT(0, record.lost);
	EXPECT_EQ(first.seq + 1 + record.lost, record.seq);
	EXPECT_EQ(first.sample.seq + 1 + record.lost, record.sample.seq);
	first = record;
	ASSERT_EQ(0, read_record(self->fd, &record));
	EXPECT_EQ(0, record.lost);
	EXPECT_EQ(first.sample.seq + 1, record.sample.seq);
}

TEST_F(records, each_open_has_its_own_queue)
{
	int other = probe_open(PROBE, O_RDONLY);
	struct cryoprobe_record a, b;

	ASSERT_EQ(0, set_mask(self->fd, SAMPLES));
	ASSERT_EQ(0, set_mask(other, SAMPLES));
	ASSERT_EQ(0, read_record(other, &b));
	do {
		ASSERT_EQ(0, read_record(self->fd, &a));
	} while (a.sample.seq < b.sample.seq);
	EXPECT_EQ(b.sample.seq, a.sample.seq);
	EXPECT_EQ(b.sample.time_ns, a.sample.time_ns);
	close(other);
}

RUNNER_MAIN
