// SPDX-License-Identifier: GPL-2.0-or-later
/* fault-controller: claims the probe, arms, freezes, and behaves as it is told. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests/faults/controller.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/wait.h"

#define FREEZE_MS	1000
#define CLAIM_LIMIT_NS	(5000 * NS_PER_MS)

const struct behaviour behaviours[] = {
	{ "replay", NULL, replay, true, false },
	{ "reorder", NULL, reorder, true, false },
	{ "future", NULL, future, true, false },
	{ "out-of-range", NULL, out_of_range, true, false },
	{ "conflict", NULL, conflict, true, false },
	{ "after-disarm", NULL, after_disarm, true, false },
	{ "second-writer", NULL, second_writer, true, false },
	{ "inherited", NULL, inherited, true, true },
	{ "signal-storm", NULL, signal_storm, true, false },
	{ "clear-race", NULL, clear_race, true, false },
	{ "floor", limit_floor, beyond_floor, false, false },
	{ "freeze-time", limit_freeze_time, beyond_freeze_time, false, false },
	{ "total-time", limit_total_time, beyond_total_time, false, false },
	{ "idle-time", limit_idle_time, beyond_idle_time, false, false },
	{ "tissue", limit_tissue, beyond_tissue, false, false },
	{ "heat-time", limit_heat_time, beyond_heat_time, false, false },
	{ "heat", limit_heat, beyond_heat, false, false },
	{ "above-caps", NULL, above_caps, false, false },
	{ "while-armed", NULL, while_armed, true, false },
	{ 0 }
};

void tell_instant(int64_t at_ns)
{
	printf("t0 %lld\n", (long long)at_ns);
	fflush(stdout);
}

int complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return 1;
}

int controller_turn(struct controller *c, uint32_t flow, uint32_t thaw)
{
	uint64_t seq = c->x.sample.seq;
	int r = probe_command(c->fd, seq, flow, thaw, &c->x);

	if (r < 0)
		return r;
	if (c->x.verdict == CRYOPROBE_VERDICT_GRANTED)
		c->command_seq = seq;
	return c->x.verdict;
}

int controller_freeze(struct controller *c, int64_t ms)
{
	int64_t end_ns = monotonic_ns() + ms * NS_PER_MS;
	int verdict;

	while (monotonic_ns() < end_ns) {
		verdict = controller_turn(c, CRYOPROBE_FULL_FLOW, 0);
		if (verdict != CRYOPROBE_VERDICT_GRANTED)
			return complain("full flow: verdict or error %d, faults %llx", verdict,
					(unsigned long long)c->x.status.fault_mask);
	}
	return 0;
}

/* cryod has just been stopped. */
static int claim(int fd)
{
	int64_t end_ns = monotonic_ns() + CLAIM_LIMIT_NS;
	int r;

	do {
		r = probe_claim(fd);
	} while (r == -EBUSY && monotonic_ns() < end_ns);
	return r;
}

static int begin(struct controller *c, const struct behaviour *b)
{
	int r;

	c->fd = probe_open(0, O_RDWR);
	r = c->fd < 0 ? c->fd : claim(c->fd);
	if (!r)
		r = probe_limits(c->fd, &c->limits);
	c->limits.validity_ms = VALIDITY_MS;
	if (!r && b->limit)
		b->limit(c);
	if (!r)
		r = probe_arm(c->fd, &c->limits);
	if (!r)
		r = probe_look(c->fd, &c->x);
	return r ? complain("cannot arm: %s", strerror(-r)) : 0;
}

static int behave(const struct behaviour *b)
{
	struct controller c = { 0 };

	if (begin(&c, b) || (b->freezes && controller_freeze(&c, FREEZE_MS)))
		return 1;
	return b->act(&c);
}

/* Its children may outlive it; then they are ours. */
static int wait_for_all(pid_t controller, const struct behaviour *b)
{
	int failed = 0, status;
	pid_t pid;

	while ((pid = wait(&status)) > 0) {
		bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

		if (pid == controller && b->dies)
			failed |= !killed;
		else
			failed |= !WIFEXITED(status) || WEXITSTATUS(status);
	}
	return failed;
}

static const struct behaviour *find(const char *name)
{
	const struct behaviour *b = behaviours;

	while (b->name && strcmp(b->name, name))
		b++;
	return b->name ? b : NULL;
}

int main(int argc, char **argv)
{
	const struct behaviour *b = argc == 2 ? find(argv[1]) : NULL;
	pid_t child;

	if (!b) {
		fprintf(stderr, "usage: fault-controller BEHAVIOUR\n");
		for (b = behaviours; b->name; b++)
			fprintf(stderr, "  %s\n", b->name);
		return EXIT_FAILURE;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (child < 0)
		return complain("fork: %s", strerror(errno));
	if (!child)
		return behave(b);
	return wait_for_all(child, b);
}
