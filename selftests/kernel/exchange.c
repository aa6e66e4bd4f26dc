// SPDX-License-Identifier: GPL-2.0-or-later
/* EXCHANGE of /dev/cryoprobeN: the verdict on each command, waiting, and what may interrupt it. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0

FIXTURE(exchange) {
	int fd;
};

FIXTURE_SETUP(exchange)
{
	fakeplant_healthy(PROBE);
	self->fd = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
}

FIXTURE_TEARDOWN(exchange)
{
	close(self->fd);
}

/* Verdicts */

TEST_F(exchange, verdict_disarmed_and_fault)
{
	struct cryoprobe_exchange x;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	ASSERT_EQ(0, probe_look(self->fd, &x));
	ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, 500, 0, &x));
	EXPECT_EQ(CRYOPROBE_VERDICT_DISARMED, x.verdict);
	fakeplant_estop(PROBE, true);
	ASSERT_TRUE(probe_faulted(self->fd, CRYOPROBE_FAULT_ESTOP));
	ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, 500, 0, &x));
	EXPECT_EQ(CRYOPROBE_VERDICT_FAULT, x.verdict);
	EXPECT_EQ(0, fakeplant_word(PROBE) & CRYOSIM_OUT_FREEZE);
}

TEST_F(exchange, verdict_granted_until_sample_time_plus_validity)
{
	struct cryoprobe_exchange first, x;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_look(self->fd, &first));
	ASSERT_EQ(0, probe_command(self->fd, first.sample.seq, 300, 0, &x));
	EXPECT_EQ(CRYOPROBE_VERDICT_GRANTED, x.verdict);
	EXPECT_EQ(first.sample.time_ns + PROBE_VALIDITY_MS * 1000000LL, x.status.grant_ns);
	EXPECT_EQ(300, x.status.flow_permille);
	EXPECT_EQ(first.sample.seq, x.sample.command_seq);
	EXPECT_EQ(300, x.sample.flow_permille);
	EXPECT_LT(first.sample.seq, x.sample.seq);
	EXPECT_EQ(x.sample.seq - first.sample.seq - 1, x.skipped);
}

TEST_F(exchange, verdict_replay)
{
	struct cryoprobe_exchange x, again;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_look(self->fd, &x));
	ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, 100, 0, &again));
	ASSERT_EQ(CRYOPROBE_VERDICT_GRANTED, again.verdict);
	ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, 900, 0, &again));
	EXPECT_EQ(CRYOPROBE_VERDICT_REPLAY, again.verdict);
	/* The command before stays in force. */
	EXPECT_EQ(100, again.status.flow_permille);
}

TEST_F(exchange, verdict_future)
{
	struct cryoprobe_exchange x;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_command(self->fd, 1ULL << 40, 100, 0, &x));
	EXPECT_EQ(CRYOPROBE_VERDICT_FUTURE, x.verdict);
	EXPECT_EQ(0, x.status.flow_permille);
}

TEST_F(exchange, verdict_before_arm)
{
	struct cryoprobe_exchange before, x;

	ASSERT_EQ(0, probe_look(self->fd, &before));
	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_command(self->fd, before.sample.seq, 100, 0, &x));
	EXPECT_EQ(CRYOPROBE_VERDICT_BEFORE_ARM, x.verdict);
	EXPECT_EQ(0, x.status.flow_permille);
}

TEST_F(exchange, verdict_stale)
{
	struct cryoprobe_exchange first, x;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_look(self->fd, &first));
	/* Newer commands keep it armed until the first sample is too old to be answered. */
	x = first;
	while (x.sample.time_ns < first.sample.time_ns + PROBE_VALIDITY_MS * 1000000LL) {
		ASSERT_EQ(0, probe_flow(self->fd, 0, &x));
		ASSERT_EQ(CRYOPROBE_STATE_ARMED, x.status.state);
	}
	ASSERT_EQ(0, probe_command(self->fd, first.sample.seq, 100, 0, &x));
	/* An older sample than the last command's is told first. */
	EXPECT_EQ(CRYOPROBE_VERDICT_REPLAY, x.verdict);
	EXPECT_EQ(0, x.status.flow_permille);
}

TEST_F(exchange, verdict_range_and_conflict)
{
	static const struct {
		uint32_t flow, thaw;
		enum cryoprobe_verdict verdict;
	} cases[] = {
		{ 1001, 0, CRYOPROBE_VERDICT_RANGE },
		{ 0, 1001, CRYOPROBE_VERDICT_RANGE },
		{ 0xffffffff, 0, CRYOPROBE_VERDICT_RANGE },
		{ 1, 1, CRYOPROBE_VERDICT_CONFLICT },
	};
	struct cryoprobe_exchange x;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, probe_look(self->fd, &x));
		ASSERT_EQ(0, probe_command(self->fd, x.sample.seq, cases[i].flow, cases[i].thaw, &x));
		EXPECT_EQ(cases[i].verdict, x.verdict);
		EXPECT_EQ(0, x.status.flow_permille | x.status.thaw_permille);
	}
}

/* Waiting */

TEST_F(exchange, exchange_does_not_wait_with_nonblock)
{
	struct cryoprobe_exchange x = { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
	int fd = probe_open(PROBE, O_RDWR | O_NONBLOCK);

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, probe_ioctl(fd, CRYOPROBE_IOC_EXCHANGE, &x));
	x.sample_seq = 1ULL << 40;
	EXPECT_EQ(-EAGAIN, probe_ioctl(fd, CRYOPROBE_IOC_EXCHANGE, &x));
}

/* A thread in an exchange; a bus that hangs makes sure that no sample ends its wait. */
struct waiter {
	pthread_t thread;
	int fd;
	pid_t tid;
	int result;
};

static void *wait_in_exchange(void *data)
{
	struct cryoprobe_exchange x = {
		.flags = CRYOPROBE_EXCHANGE_NO_COMMAND, .sample_seq = 1ULL << 40,
	};
	struct waiter *waiter = data;

	__atomic_store_n(&waiter->tid, gettid(), __ATOMIC_RELEASE);
	waiter->result = probe_ioctl(waiter->fd, CRYOPROBE_IOC_EXCHANGE, &x);
	return NULL;
}

static bool sleeps(pid_t tid)
{
	char stat[256];
	const char *state;

	if (sysfs_read(stat, sizeof(stat), "/proc/self/task/%d/stat", tid) < 0)
		return false;
	state = strrchr(stat, ')');
	return state && state[2] == 'S';
}

/* There is nothing else in the thread that it could sleep in. */
static bool start_waiter(struct waiter *waiter, int fd)
{
	*waiter = (struct waiter) { .fd = fd };
	fakeplant_bus(PROBE, CRYOSIM_BUS_HANG, 0);
	if (pthread_create(&waiter->thread, NULL, wait_in_exchange, waiter))
		return false;
	return wait_for(__atomic_load_n(&waiter->tid, __ATOMIC_ACQUIRE) && sleeps(waiter->tid));
}

TEST_F(exchange, second_waiter_is_busy_and_no_sample_is_etime)
{
	struct waiter waiters[2];

	ASSERT_TRUE(start_waiter(&waiters[0], self->fd));
	waiters[1] = (struct waiter) { .fd = self->fd };
	ASSERT_EQ(0, pthread_create(&waiters[1].thread, NULL, wait_in_exchange, &waiters[1]));
	ASSERT_EQ(0, pthread_join(waiters[0].thread, NULL));
	ASSERT_EQ(0, pthread_join(waiters[1].thread, NULL));
	EXPECT_EQ(-ETIME, waiters[0].result);
	EXPECT_EQ(-EBUSY, waiters[1].result);
	fakeplant_bus(PROBE, 0, 0);
}

TEST_F(exchange, who_does_not_wait_is_no_second_waiter)
{
	struct cryoprobe_exchange x = {
		.flags = CRYOPROBE_EXCHANGE_NO_COMMAND, .sample_seq = 1ULL << 40,
	};
	struct waiter waiter;

	ASSERT_TRUE(start_waiter(&waiter, self->fd));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_RDWR | O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, probe_ioctl(self->fd, CRYOPROBE_IOC_EXCHANGE, &x));
	ASSERT_EQ(0, pthread_join(waiter.thread, NULL));
	EXPECT_EQ(-ETIME, waiter.result);
	fakeplant_bus(PROBE, 0, 0);
}

static void nothing(int signal)
{
	(void)signal;
}

TEST_F(exchange, exchange_is_interrupted_and_not_restarted)
{
	struct sigaction action = { .sa_handler = nothing, .sa_flags = SA_RESTART };
	struct waiter waiter;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_TRUE(start_waiter(&waiter, self->fd));
	ASSERT_EQ(0, pthread_kill(waiter.thread, SIGUSR1));
	ASSERT_EQ(0, pthread_join(waiter.thread, NULL));
	EXPECT_EQ(-EINTR, waiter.result);
	fakeplant_bus(PROBE, 0, 0);
}

TEST_F(exchange, command_stands_without_waiting)
{
	struct cryoprobe_status status;
	struct cryoprobe_exchange x;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_look(self->fd, &x));
	fcntl(self->fd, F_SETFL, fcntl(self->fd, F_GETFL) | O_NONBLOCK);
	EXPECT_EQ(-EAGAIN, probe_command(self->fd, x.sample.seq, 250, 0, &x));
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_EQ(250, status.flow_permille);
}

TEST_F(exchange, poll_tells_of_samples)
{
	struct pollfd p = { .fd = self->fd, .events = POLLOUT };
	struct cryoprobe_exchange x;

	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(1, poll(&p, 1, 5000));
		EXPECT_EQ(POLLOUT, p.revents);
		x = (struct cryoprobe_exchange) { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
		ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_EXCHANGE, &x));
	}
}

/* Clearing */

TEST_F(exchange, clear_fault_with_an_old_number)
{
	struct cryoprobe_clear_fault clear = {};
	struct cryoprobe_status status;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	ASSERT_EQ(0, probe_status(self->fd, &status));
	clear.fault_seq = status.fault_seq;
	fakeplant_estop(PROBE, true);
	ASSERT_TRUE(probe_faulted(self->fd, CRYOPROBE_FAULT_ESTOP));
	EXPECT_EQ(-EAGAIN, probe_ioctl(self->fd, CRYOPROBE_IOC_CLEAR_FAULT, &clear));
	ASSERT_EQ(0, probe_status(self->fd, &status));
	clear.fault_seq = status.fault_seq;
	EXPECT_EQ(-EBUSY, probe_ioctl(self->fd, CRYOPROBE_IOC_CLEAR_FAULT, &clear));
	EXPECT_EQ(1ULL << CRYOPROBE_FAULT_ESTOP, clear.present_mask);
	fakeplant_estop(PROBE, false);
	EXPECT_TRUE(wait_for(!probe_clear(self->fd)));
}

RUNNER_MAIN
