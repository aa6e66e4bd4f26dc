// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A freeze amid a storm: of ioctls by readers, of reads of the tip's own converter, of signals to the
 * controller, of clears by a controller that will not take a fault for an answer.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define VALVES		(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT)
#define ENERGISED	(VALVES | CRYOSIM_OUT_THAW)
#define STORMERS	4
#define FREEZE_PERIODS	40
#define PRESSES		3
/* Each time the arm sequence, and the test of the valves. */
#define RACE_TIMEOUT_S	90

FIXTURE(storm) {
	int fd;
	pid_t child[STORMERS];
};

FIXTURE_SETUP(storm)
{
	/* As cryod is; who storms is not. */
	const struct sched_param priority = { .sched_priority = 40 };

	ASSERT_EQ(0, sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority));
	fakeplant_healthy(PROBE);
	fakeplant()->noise[PROBE] = true;
	self->fd = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
}

static void calm(FIXTURE_DATA(storm) *self)
{
	for (int i = 0; i < STORMERS; i++) {
		if (self->child[i] <= 0)
			continue;
		kill(self->child[i], SIGKILL);
		waitpid(self->child[i], NULL, 0);
		self->child[i] = 0;
	}
}

FIXTURE_TEARDOWN(storm)
{
	calm(self);
	fakeplant_healthy(PROBE);
	close(self->fd);
}

/* Lets children do it for ever; true if all of them do. */
static bool storm(FIXTURE_DATA(storm) *self, void (*once)(int fd), int flags)
{
	for (int i = 0; i < STORMERS; i++) {
		self->child[i] = fork();
		if (self->child[i])
			continue;
		for (int fd = probe_open(PROBE, flags); fd >= 0;)
			once(fd);
		_exit(1);
	}
	usleep(100000);
	for (int i = 0; i < STORMERS; i++)
		if (self->child[i] <= 0 || waitpid(self->child[i], NULL, WNOHANG))
			return false;
	return true;
}

static void ask_everything(int fd)
{
	struct cryoprobe_exchange x = { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
	struct cryoprobe_identity identity;
	struct cryoprobe_limits limits;
	struct cryoprobe_status status;
	struct cryoprobe_info info;

	probe_status(fd, &status);
	probe_info(fd, &info);
	probe_ioctl(fd, CRYOPROBE_IOC_IDENTITY, &identity);
	probe_ioctl(fd, CRYOPROBE_IOC_GET_LIMITS, &limits);
	probe_ioctl(fd, CRYOPROBE_IOC_EXCHANGE, &x);
}

TEST_F(storm, readers_ask_without_end)
{
	struct cryoprobe_status status;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_TRUE(storm(self, ask_everything, O_RDONLY | O_NONBLOCK));
	EXPECT_EQ(0, probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, FREEZE_PERIODS));
	EXPECT_EQ(VALVES, fakeplant_word(PROBE) & ENERGISED);
	ASSERT_EQ(0, probe_status(self->fd, &status));
	EXPECT_EQ(0, status.fault_mask);
}

static void read_converter(int fd)
{
	char device[16];
	double code;

	(void)fd;
	snprintf(device, sizeof(device), "%d-0048", sysfs_i2c_bus(PROBE));
	for (int iio = sysfs_iio_of("i2c", device);;)
		sysfs_number(&code, "/sys/bus/iio/devices/iio:device%d/in_voltage0-voltage1_raw", iio);
}

/* It may take so much of the converter that the sampler is late; then all is closed. */
TEST_F(storm, others_read_the_converter_of_the_tip)
{
	struct cryoprobe_status status;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_TRUE(storm(self, read_converter, O_RDONLY));
	probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, FREEZE_PERIODS);
	ASSERT_EQ(0, probe_status(self->fd, &status));
	if (status.state == CRYOPROBE_STATE_ARMED) {
		EXPECT_EQ(VALVES, fakeplant_word(PROBE) & ENERGISED);
		return;
	}
	EXPECT_EQ(0, status.fault_mask & ~(1ULL << CRYOPROBE_FAULT_LATE |
					   1ULL << CRYOPROBE_FAULT_MISSED |
					   1ULL << CRYOPROBE_FAULT_EXPIRED));
	EXPECT_TRUE(fakeplant_wait_word(PROBE, ENERGISED, 0));
	calm(self);
	EXPECT_EQ(0, probe_arm(self->fd, NULL));
}

static void take_signal(int number)
{
	(void)number;
}

/* A turn of the control loop, and how often it was interrupted; 0 or -errno. */
static int turn_amid_signals(int fd, struct cryoprobe_exchange *x, unsigned int *interrupted)
{
	uint64_t seq = x->sample.seq;
	int r = probe_command(fd, seq, CRYOPROBE_FULL_FLOW, 0, x);

	if (x->verdict != CRYOPROBE_VERDICT_GRANTED)
		return -EPROTO;
	/* The command stands; what is left is to see the next sample. */
	while (r == -EINTR) {
		++*interrupted;
		*x = (struct cryoprobe_exchange){
			.flags = CRYOPROBE_EXCHANGE_NO_COMMAND, .sample_seq = seq,
		};
		r = probe_ioctl(fd, CRYOPROBE_IOC_EXCHANGE, x);
	}
	return r;
}

TEST_F(storm, signals_come_a_thousand_times_a_second)
{
	const struct itimerval every_ms = { { 0, 1000 }, { 0, 1000 } }, never = {};
	struct cryoprobe_exchange x;
	unsigned int interrupted = 0;
	int r = 0;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_look(self->fd, &x));
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = take_signal }, NULL);
	setitimer(ITIMER_REAL, &every_ms, NULL);
	for (int i = 0; i < FREEZE_PERIODS && !r; i++)
		r = turn_amid_signals(self->fd, &x, &interrupted);
	setitimer(ITIMER_REAL, &never, NULL);
	EXPECT_EQ(0, r);
	EXPECT_LT(FREEZE_PERIODS, interrupted);
	EXPECT_EQ(CRYOPROBE_STATE_ARMED, x.status.state);
	EXPECT_EQ(VALVES, fakeplant_word(PROBE) & ENERGISED);
}

/* Freezes, and clears and arms again whatever comes between. */
static void insist_on_flow(int fd)
{
	if (probe_arm(fd, NULL))
		return;
	while (!probe_flow(fd, CRYOPROBE_FULL_FLOW, NULL))
		;
}

/* The first opening of a valve behind that edge, 0 if there was none. */
static uint32_t opened_since(uint64_t seq)
{
	struct cryosim_edge edge;

	while (++seq <= fakeplant_edges())
		if (fakeplant_edge(seq, &edge) && edge.handpiece == PROBE && (edge.word & ENERGISED))
			return edge.word & ENERGISED;
	return 0;
}

TEST_F_TIMEOUT(storm, clears_race_a_fault_that_comes_again, RACE_TIMEOUT_S)
{
	struct cryoprobe_status status;
	uint64_t since;

	close(self->fd);
	self->fd = probe_open(PROBE, O_RDWR);
	self->child[0] = fork();
	if (!self->child[0])
		for (;;)
			insist_on_flow(self->fd);
	for (int i = 0; i < PRESSES; i++) {
		ASSERT_TRUE(fakeplant_wait_word(PROBE, VALVES, VALVES));
		fakeplant_estop(PROBE, true);
		ASSERT_TRUE(probe_faulted(self->fd, CRYOPROBE_FAULT_ESTOP));
		ASSERT_EQ(0, fakeplant_word(PROBE) & ENERGISED);
		since = fakeplant_edges();
		/* As long as a bounce lasts, or an operator holds it. */
		usleep(20000 << 2 * i);
		EXPECT_EQ(0, opened_since(since));
		ASSERT_EQ(0, probe_status(self->fd, &status));
		EXPECT_NE(0, status.fault_mask & 1ULL << CRYOPROBE_FAULT_ESTOP);
		fakeplant_estop(PROBE, false);
	}
}

RUNNER_MAIN
