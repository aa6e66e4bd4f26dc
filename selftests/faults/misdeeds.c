// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands that must be refused: what was granted before them ends by itself. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests/faults/controller.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/wait.h"

#define INSIST_MS	1000
#define GO_ON_MS	6000
#define ORPHAN_MS	2000
#define PAUSE_US	5000

/* A command that is not to be granted, over and over. */
struct wrong {
	uint64_t (*seq)(const struct controller *c, unsigned int turn);
	uint32_t flow;
	uint32_t thaw;
	enum cryoprobe_verdict verdict;
};

static uint64_t same_seq(const struct controller *c, unsigned int turn)
{
	(void)turn;
	return c->command_seq;
}

static uint64_t falling_seq(const struct controller *c, unsigned int turn)
{
	return c->command_seq - 1 - turn % 10;
}

static uint64_t newest_seq(const struct controller *c, unsigned int turn)
{
	(void)turn;
	return c->x.sample.seq;
}

static uint64_t future_seq(const struct controller *c, unsigned int turn)
{
	return c->x.sample.seq + 1000 + turn;
}

static int insist(struct controller *c, const struct wrong *w)
{
	int64_t end_ns = monotonic_ns() + INSIST_MS * NS_PER_MS;
	struct cryoprobe_exchange x = c->x;
	int r;

	tell_instant(monotonic_ns());
	for (unsigned int turn = 0; monotonic_ns() < end_ns; turn++) {
		r = probe_command(c->fd, w->seq(c, turn), w->flow, w->thaw, &x);
		/* There is no sample after one that is to come. */
		if (r < 0 && !(r == -ETIME && w->verdict == CRYOPROBE_VERDICT_FUTURE))
			return complain("exchange: error %d", -r);
		if (!r && x.verdict != w->verdict && x.verdict != CRYOPROBE_VERDICT_FAULT)
			return complain("verdict %u, not %u", x.verdict, w->verdict);
		if (!r)
			c->x = x;
		usleep(PAUSE_US);
	}
	return 0;
}

int replay(struct controller *c)
{
	return insist(c, &(struct wrong){ same_seq, CRYOPROBE_FULL_FLOW, 0, CRYOPROBE_VERDICT_REPLAY });
}

int reorder(struct controller *c)
{
	return insist(c, &(struct wrong){ falling_seq, CRYOPROBE_FULL_FLOW, 0, CRYOPROBE_VERDICT_REPLAY });
}

int future(struct controller *c)
{
	return insist(c, &(struct wrong){ future_seq, CRYOPROBE_FULL_FLOW, 0, CRYOPROBE_VERDICT_FUTURE });
}

int out_of_range(struct controller *c)
{
	return insist(c, &(struct wrong){ newest_seq, CRYOPROBE_FULL_FLOW + 1, 0, CRYOPROBE_VERDICT_RANGE });
}

int conflict(struct controller *c)
{
	return insist(c, &(struct wrong){ newest_seq, CRYOPROBE_FULL_FLOW, 1, CRYOPROBE_VERDICT_CONFLICT });
}

int after_disarm(struct controller *c)
{
	int r = probe_ioctl(c->fd, CRYOPROBE_IOC_DISARM, NULL);

	if (r < 0)
		return complain("disarm: error %d", -r);
	return insist(c, &(struct wrong){ newest_seq, CRYOPROBE_FULL_FLOW, 0, CRYOPROBE_VERDICT_DISARMED });
}

/* All that only the controller may do; each must be an error. */
static int try_to_control(int fd, const struct controller *c)
{
	struct cryoprobe_limits limits = c->limits;
	struct cryoprobe_clear_fault clear = { 0 };
	struct cryoprobe_exchange x = c->x;

	if (!probe_ioctl(fd, CRYOPROBE_IOC_SET_LIMITS, &limits))
		return complain("another may set limits");
	if (!probe_ioctl(fd, CRYOPROBE_IOC_ARM, NULL))
		return complain("another may arm");
	if (!probe_ioctl(fd, CRYOPROBE_IOC_CLEAR_FAULT, &clear))
		return complain("another may clear faults");
	if (!probe_command(fd, c->x.sample.seq, 0, 0, &x) && x.verdict == CRYOPROBE_VERDICT_GRANTED)
		return complain("another may command");
	return 0;
}

static int intrude(const struct controller *c)
{
	int64_t end_ns = monotonic_ns() + GO_ON_MS * NS_PER_MS;
	int fd = probe_open(0, O_RDWR), r = 0;

	while (!r && monotonic_ns() < end_ns) {
		if (probe_claim(fd) != -EBUSY)
			return complain("another may claim");
		r = try_to_control(fd, c);
		usleep(PAUSE_US);
	}
	return r;
}

int second_writer(struct controller *c)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return complain("fork: error %d", errno);
	if (!child)
		_exit(intrude(c));
	tell_instant(monotonic_ns());
	if (controller_freeze(c, GO_ON_MS))
		return 1;
	return waitpid(child, &status, 0) < 0 || status;
}

/* What the child does that has inherited the descriptor: nothing of it may help. */
static int outlive(const struct controller *c)
{
	int64_t end_ns = monotonic_ns() + ORPHAN_MS * NS_PER_MS;
	int fd = probe_open(0, O_RDWR), r = 0;

	usleep(ORPHAN_MS * 1000 / 4);
	if (probe_claim(fd))
		return complain("nobody else can claim");
	while (!r && monotonic_ns() < end_ns) {
		r = try_to_control(c->fd, c);
		usleep(PAUSE_US);
	}
	return r;
}

int inherited(struct controller *c)
{
	pid_t child = fork();

	if (child < 0)
		return complain("fork: error %d", errno);
	if (!child)
		_exit(outlive(c));
	tell_instant(monotonic_ns());
	raise(SIGKILL);
	return 1;
}

static void take_signal(int number)
{
	(void)number;
}

static int turn_in_storm(struct controller *c)
{
	uint64_t seq = c->x.sample.seq;
	struct cryoprobe_exchange x;
	int r = probe_command(c->fd, seq, CRYOPROBE_FULL_FLOW, 0, &x);

	/* The command stands; what is left is to see the next sample. */
	while (r == -EINTR) {
		x = (struct cryoprobe_exchange){ .flags = CRYOPROBE_EXCHANGE_NO_COMMAND, .sample_seq = seq };
		r = probe_ioctl(c->fd, CRYOPROBE_IOC_EXCHANGE, &x);
	}
	if (!r)
		c->x = x;
	return r;
}

int signal_storm(struct controller *c)
{
	const struct itimerval every_ms = { .it_interval.tv_usec = 1000, .it_value.tv_usec = 1000 };
	int64_t end_ns = monotonic_ns() + GO_ON_MS * NS_PER_MS;
	int r = 0;

	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = take_signal }, NULL);
	setitimer(ITIMER_REAL, &every_ms, NULL);
	tell_instant(monotonic_ns());
	while (!r && monotonic_ns() < end_ns)
		r = turn_in_storm(c);
	setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
	return r ? complain("exchange: error %d", -r) : 0;
}

/* Clears whatever it sees and asks for flow again, as fast as it can, until it is ended. */
int clear_race(struct controller *c)
{
	int64_t end_ns = monotonic_ns() + GO_ON_MS * NS_PER_MS;
	unsigned int cleared = 0;

	tell_instant(monotonic_ns());
	while (monotonic_ns() < end_ns) {
		if (controller_turn(c, CRYOPROBE_FULL_FLOW, 0) == CRYOPROBE_VERDICT_GRANTED)
			continue;
		cleared += !probe_clear(c->fd);
		probe_ioctl(c->fd, CRYOPROBE_IOC_ARM, NULL);
	}
	return cleared ? 0 : complain("no fault could be cleared");
}
