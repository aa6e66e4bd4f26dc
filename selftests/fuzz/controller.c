// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A controller as it should be, so that valves do open while everything else goes wrong. What it
 * asks for is written down for the witness before it asks. Like cryod, it has real-time priority.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "selftests/fuzz/fuzz.h"
#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/wait.h"

#define MS		1000000LL
#define CLEARINGS_MAX	20
#define PRESSES_MAX	20
#define COMMANDS_MAX	400
#define HEATS_ONE_IN	4
#define PRIORITY	10
#define RETRY_US	20000
#define FAULTS		64

/* How far a treatment came. */
enum step {
	STEP_CLAIM,
	STEP_ESTOP,
	STEP_CLEAR,
	STEP_ARM,
	STEP_TEST,
	STEP_FLOW,
	STEPS,
};

/**
 * struct controller - one thread
 * @rng: its own
 * @probe: which one
 * @fd: its descriptor, for one treatment
 * @heats: this treatment heats now and then; the next test of the valves waits long after that
 */
struct controller {
	struct rng rng;
	unsigned int probe;
	int fd;
	bool heats;
};

static atomic_ulong reached[STEPS];
/* By the fault that was latched first. */
static atomic_ulong ended[FAULTS];

static int call(struct controller *c, unsigned long request, void *argument)
{
	return fuzz_count(FUZZ_IOCTL, probe_ioctl(c->fd, request, argument));
}

/* A call that has failed for such a reason may have done its work before. */
static bool may_have_worked(int result)
{
	return result != -EPERM && result != -EINVAL && result != -EBADF && result != -ENODATA &&
	       result != -EBUSY && result != -ERANGE;
}

static int prepare(struct controller *c)
{
	struct cryoprobe_claim claim = { .flags = CRYOPROBE_CLAIM_TAKEOVER };
	struct cryoprobe_limits limits;
	int r;

	r = call(c, CRYOPROBE_IOC_CLAIM, &claim);
	if (r < 0)
		return r;
	r = probe_limits(c->fd, &limits);
	if (r < 0)
		return r;
	limits.validity_ms = FUZZ_VALIDITY_MS;
	return call(c, CRYOPROBE_IOC_SET_LIMITS, &limits);
}

static int look(struct controller *c, struct cryoprobe_exchange *ret_exchange)
{
	return fuzz_count(FUZZ_IOCTL, probe_look(c->fd, ret_exchange));
}

/* Presses the emergency stop and releases it again, until the driver has seen both. */
static int try_estop(struct controller *c)
{
	struct cryoprobe_exchange x;
	int r = 0;

	for (int i = 0; i < PRESSES_MAX && !r; i++) {
		r = look(c, &x);
		if (r || !(x.status.due & CRYOPROBE_DUE_ESTOP))
			break;
		fakeplant_estop(c->probe, !(i % 2));
	}
	fakeplant_estop(c->probe, false);
	return r;
}

static int clear(struct controller *c)
{
	struct cryoprobe_exchange x;
	int r = -EBUSY;

	for (int i = 0; i < CLEARINGS_MAX && r; i++) {
		r = fuzz_count(FUZZ_IOCTL, probe_clear(c->fd));
		if (r == -ENODEV || r == -EPERM)
			return r;
		if (r && look(c, &x) == -ENODEV)
			return -ENODEV;
	}
	return r;
}

/* Somebody may have chosen a rate that is too slow for arming, or too fast for this guest. */
static int arm(struct controller *c)
{
	struct intent intent = story_begin(INTENT_ARM, 1U << c->probe);
	int r = call(c, CRYOPROBE_IOC_ARM, NULL);

	story_end(&intent, may_have_worked(r));
	if (!r)
		atomic_fetch_add(&fuzz.armed, 1);
	else if (r == -ERANGE)
		probe_set_rate(c->fd, PROBE_SLOW_HZ);
	return r;
}

/* What a command was refused for may be over with the next one, but for what ends the arming. */
static int outcome(struct controller *c, const struct cryoprobe_exchange *x)
{
	switch (x->verdict) {
	case CRYOPROBE_VERDICT_GRANTED:
		atomic_fetch_add(&fuzz.granted, 1);
		atomic_fetch_add(&fuzz.granted_at[c->probe], 1);
		return 0;
	case CRYOPROBE_VERDICT_FAULT:
		atomic_fetch_add(&ended[x->status.first.code % FAULTS], 1);
		return -EPROTO;
	case CRYOPROBE_VERDICT_DISARMED:
		return -EPROTO;
	default:
		return 0;
	}
}

static int ask(struct controller *c, struct cryoprobe_exchange *x)
{
	bool thaw = c->heats && !below(&c->rng, 8);
	uint32_t power = 1 + below(&c->rng, CRYOPROBE_FULL_FLOW);
	struct intent intent = story_begin(INTENT_COMMAND, 1U << c->probe);
	int r;

	intent.expiry_ns = x->sample.time_ns + FUZZ_VALIDITY_MS * MS;
	r = fuzz_count(FUZZ_IOCTL, probe_command(c->fd, x->sample.seq, thaw ? 0 : power,
						 thaw ? power : 0, x));
	story_end(&intent, may_have_worked(r) && (r || x->verdict == CRYOPROBE_VERDICT_GRANTED));
	/* Interrupted, it knows no newer sample, but the command stands. */
	return r == -EINTR ? look(c, x) : r ?: outcome(c, x);
}

static void stop(struct controller *c)
{
	struct intent intent = story_begin(INTENT_STOP, 1U << c->probe);

	story_end(&intent, !call(c, CRYOPROBE_IOC_DISARM, NULL));
}

static int reach(enum step step, int result)
{
	if (!result)
		atomic_fetch_add(&reached[step], 1);
	return result;
}

static int flow(struct controller *c, struct cryoprobe_exchange *x)
{
	unsigned int commands = 1 + below(&c->rng, COMMANDS_MAX);
	int r = 0;

	while (commands-- && !r && fuzz_going_on())
		r = ask(c, x);
	return r;
}

static int await_valves(struct controller *c, struct cryoprobe_exchange *x)
{
	int r = look(c, x);

	while (!r && (x->status.due & CRYOPROBE_DUE_VALVES) && fuzz_going_on())
		r = ask(c, x);
	return r;
}

static void treat(struct controller *c)
{
	struct cryoprobe_exchange x;

	c->heats = !below(&c->rng, HEATS_ONE_IN);
	if (reach(STEP_CLAIM, prepare(c)) || reach(STEP_ESTOP, try_estop(c)) ||
	    reach(STEP_CLEAR, clear(c)) || reach(STEP_ARM, arm(c)) ||
	    reach(STEP_TEST, await_valves(c, &x)) || reach(STEP_FLOW, flow(c, &x)))
		return;
	if (below(&c->rng, 2))
		stop(c);
}

void controller_tell(void)
{
	static const char *const names[STEPS] = {
		"claimed", "tried the emergency stop", "cleared", "armed", "tested the valves",
		"ended by their own will",
	};

	for (int i = 0; i < STEPS; i++)
		printf("# controllers %s %lu times\n", names[i], atomic_load(&reached[i]));
	for (int i = 0; i < FAULTS; i++)
		if (atomic_load(&ended[i]))
			printf("# fault %d ended %lu treatments\n", i, atomic_load(&ended[i]));
	printf("# %lu commands granted\n", atomic_load(&fuzz.granted));
}

void *fuzz_controller(void *number)
{
	unsigned int n = (uintptr_t)number;
	struct controller c = { .rng = rng_seeded(fuzz.seed + n), .probe = n % FUZZ_PROBES };
	const struct sched_param priority = { .sched_priority = PRIORITY };

	pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
	for (; fuzz_going_on(); usleep(RETRY_US)) {
		c.fd = fuzz_count(FUZZ_OPEN, probe_open(c.probe, O_RDWR));
		if (c.fd < 0)
			continue;
		treat(&c);
		/* Its claim goes with it, whatever it had opened. */
		fuzz_count(FUZZ_CLOSE, close(c.fd));
	}
	return NULL;
}
