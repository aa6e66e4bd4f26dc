// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random calls: any request with any size, with arguments that are right, nearly right, or nonsense,
 * in memory that is there, ends too early, may not be written, or is none of ours; on descriptors
 * that other threads use and close at the same time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/cryoprobe.h>

#include "selftests/fuzz/fuzz.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/wait.h"

#define PAGE_BYTES	4096
#define KERNEL_ADDRESS	((void *)(uintptr_t)0xffff888000001000ULL)
#define ALL_HANDPIECES	((1U << FUZZ_PROBES) - 1)
#define DISARM_ONE_IN	1024
#define CLAIM_ONE_IN	32
#define BURST_CALLS	64
#define PAUSE_MS	250
#define STEP_US		20000
#define MS		1000000LL
/* The virtual handpiece's firmware allows no command to be in force for longer. */
#define VALIDITY_MAX_MS	1000

/**
 * struct caller - one thread
 * @rng: its own
 * @memory: two pages that may be written, and one behind them that is not there
 * @constant: a page that may not be written
 * @seen: the latest sample that it knows
 */
struct caller {
	struct rng rng;
	unsigned char *memory;
	unsigned char *constant;
	struct cryoprobe_exchange seen;
};

static const unsigned long requests[] = {
	CRYOPROBE_IOC_INFO, CRYOPROBE_IOC_IDENTITY, CRYOPROBE_IOC_STATUS, CRYOPROBE_IOC_CLAIM,
	CRYOPROBE_IOC_RELEASE, CRYOPROBE_IOC_GET_LIMITS, CRYOPROBE_IOC_SET_LIMITS,
	CRYOPROBE_IOC_ARM, CRYOPROBE_IOC_DISARM, CRYOPROBE_IOC_CLEAR_FAULT,
	CRYOPROBE_IOC_EXCHANGE, CRYOPROBE_IOC_MASK,
};

#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

static bool one_in(struct caller *c, unsigned int n)
{
	return !below(&c->rng, n);
}

static uint32_t random_u32(struct caller *c)
{
	return rng_uniform(&c->rng) * 0x1p32;
}

static int shared(struct caller *c)
{
	return atomic_load(&fuzz.shared[below(&c->rng, FUZZ_SHARED)]);
}

/* Where an argument of this size lies: mostly somewhere sane. */
static unsigned char *place(struct caller *c, size_t size)
{
	unsigned char *end = c->memory + 2 * PAGE_BYTES;

	if (size > PAGE_BYTES)
		size = PAGE_BYTES;
	switch (below(&c->rng, 16)) {
	case 0:
		return NULL;
	case 1:
		return KERNEL_ADDRESS;
	case 2:
		return c->constant;
	case 3:
		return size ? end - below(&c->rng, size) : end;
	case 4:
		return end - size;
	case 5:
		return end - size - 1;
	default:
		return c->memory;
	}
}

static bool is_writable(const struct caller *c, const unsigned char *at, size_t size)
{
	return at >= c->memory && at + size <= c->memory + 2 * PAGE_BYTES;
}

/* Who disarms or claims at every turn lets nobody freeze, and nothing would ever be open. */
static unsigned long pick_known_request(struct caller *c)
{
	unsigned long request = requests[below(&c->rng, REQUESTS)];

	if ((request == CRYOPROBE_IOC_DISARM && !one_in(c, DISARM_ONE_IN)) ||
	    (request == CRYOPROBE_IOC_CLAIM && !one_in(c, CLAIM_ONE_IN)))
		return CRYOPROBE_IOC_EXCHANGE;
	return request;
}

static unsigned long pick_request(struct caller *c)
{
	unsigned long request = pick_known_request(c);
	static const int changes[] = { -8, -1, 1, 8, 512 };
	size_t size = _IOC_SIZE(request);

	switch (below(&c->rng, 16)) {
	case 0:
		size = 0;
		break;
	case 1:
		size = below(&c->rng, _IOC_SIZEMASK + 1);
		break;
	case 2:
	case 3:
		size += changes[below(&c->rng, 5)];
		break;
	case 4:
		return random_u32(c);
	case 5:
		return _IOC(below(&c->rng, 4), CRYOPROBE_IOC_MAGIC, below(&c->rng, 256), size);
	default:
		return request;
	}
	return _IOC(_IOC_DIR(request), _IOC_TYPE(request), _IOC_NR(request), size & _IOC_SIZEMASK);
}

static void fill_exchange(struct caller *c, struct cryoprobe_exchange *x)
{
	*x = (struct cryoprobe_exchange) {
		.flags = one_in(c, 2) ? CRYOPROBE_EXCHANGE_NO_COMMAND : 0,
		.flow_permille = one_in(c, 2) ? below(&c->rng, CRYOPROBE_FULL_FLOW + 100) : 0,
		.thaw_permille = one_in(c, 8) ? below(&c->rng, CRYOPROBE_FULL_FLOW + 100) : 0,
		.sample_seq = c->seen.sample.seq + below(&c->rng, 3),
	};
}

static void fill_limits(struct caller *c, struct cryoprobe_limits *limits)
{
	*limits = (struct cryoprobe_limits) {
		.validity_ms = FUZZ_VALIDITY_MS,
		.tip_floor_mdegc = -(int)below(&c->rng, 100000),
		.freeze_max_ms = below(&c->rng, 600000),
		.total_max_ms = below(&c->rng, 600000),
		.idle_max_ms = below(&c->rng, 600000),
		.channel_mask = below(&c->rng, 4),
	};
}

/* An argument that makes sense, or none. */
static void fill(struct caller *c, unsigned long request, void *at, size_t size)
{
	unsigned char sane[sizeof(struct cryoprobe_info)] = {};

	switch (_IOC_NR(request)) {
	case _IOC_NR(CRYOPROBE_IOC_EXCHANGE):
		fill_exchange(c, (void *)sane);
		break;
	case _IOC_NR(CRYOPROBE_IOC_SET_LIMITS):
		fill_limits(c, (void *)sane);
		break;
	case _IOC_NR(CRYOPROBE_IOC_CLAIM):
	case _IOC_NR(CRYOPROBE_IOC_CLEAR_FAULT):
	case _IOC_NR(CRYOPROBE_IOC_MASK):
		((uint32_t *)sane)[0] = below(&c->rng, 8);
		break;
	}
	memcpy(at, sane, size < sizeof(sane) ? size : sizeof(sane));
}

/* Now and then something that must be zero is not, or all is noise. */
static void spoil(struct caller *c, unsigned char *at, size_t size)
{
	if (!size || !one_in(c, 3))
		return;
	if (one_in(c, 2))
		at[below(&c->rng, size)] = random_u32(c);
	else
		for (size_t i = 0; i < size; i++)
			at[i] = random_u32(c);
}

static bool asks_for_flow(unsigned long request, const unsigned char *at, size_t size)
{
	struct cryoprobe_exchange x = {};

	if (_IOC_NR(request) != _IOC_NR(CRYOPROBE_IOC_EXCHANGE) || !at)
		return false;
	memcpy(&x, at, size < sizeof(x) ? size : sizeof(x));
	return x.flow_permille || x.thaw_permille;
}

/* Until when such a command may be in force: its sample was there when the call had ended. */
static void end_command(struct intent *intent, int result)
{
	intent->expiry_ns = monotonic_ns() + VALIDITY_MAX_MS * MS;
	story_end(intent, result != -EPERM && result != -EINVAL && result != -EBADF);
}

static int call(struct caller *c, int fd, unsigned long request, unsigned char *at, size_t size)
{
	bool sane = is_writable(c, at, size);
	struct intent intent;
	int r;

	if (_IOC_NR(request) == _IOC_NR(CRYOPROBE_IOC_ARM)) {
		intent = story_begin(INTENT_ARM, ALL_HANDPIECES);
		r = probe_ioctl(fd, request, at);
		story_end(&intent, r != -EPERM && r != -EBADF && r != -ENOTTY);
		return r;
	}
	if (!asks_for_flow(request, sane ? at : NULL, size))
		return probe_ioctl(fd, request, at);
	intent = story_begin(INTENT_COMMAND, ALL_HANDPIECES);
	r = probe_ioctl(fd, request, at);
	end_command(&intent, r);
	return r;
}

static void do_ioctl(struct caller *c)
{
	unsigned long request = pick_request(c);
	size_t size = _IOC_SIZE(request);
	unsigned char *at = place(c, size);
	int r;

	if (size > PAGE_BYTES)
		size = PAGE_BYTES;
	if (is_writable(c, at, size)) {
		fill(c, request, at, size);
		spoil(c, at, size);
	}
	r = fuzz_count(FUZZ_IOCTL, call(c, shared(c), request, at, size));
	if (!r && request == CRYOPROBE_IOC_EXCHANGE)
		memcpy(&c->seen, at, sizeof(c->seen));
}

static void do_open(struct caller *c)
{
	static const int modes[] = { O_RDWR, O_RDONLY, O_WRONLY, O_RDWR };
	int flags = modes[below(&c->rng, 4)] | (one_in(c, 8) ? 0 : O_NONBLOCK);
	int fd = fuzz_count(FUZZ_OPEN, probe_open(below(&c->rng, FUZZ_PROBES), flags));

	if (fd < 0)
		return;
	fd = atomic_exchange(&fuzz.shared[below(&c->rng, FUZZ_SHARED)], fd);
	if (fd >= 0)
		fuzz_count(FUZZ_CLOSE, close(fd));
}

static void do_close(struct caller *c)
{
	int fd = atomic_exchange(&fuzz.shared[below(&c->rng, FUZZ_SHARED)], -1);

	if (fd >= 0)
		fuzz_count(FUZZ_CLOSE, close(fd));
}

static void do_read(struct caller *c)
{
	size_t size = one_in(c, 4) ? below(&c->rng, 4 * PAGE_BYTES) :
		      below(&c->rng, 8) * sizeof(struct cryoprobe_record);

	fuzz_count(FUZZ_READ, read(shared(c), place(c, size), size));
}

static void do_poll(struct caller *c)
{
	struct pollfd p[3];
	unsigned int count = 1 + below(&c->rng, 3);

	for (unsigned int i = 0; i < count; i++)
		p[i] = (struct pollfd) { .fd = shared(c), .events = random_u32(c) };
	fuzz_count(FUZZ_POLL, poll(p, count, one_in(c, 64) ? 1 : 0));
}

static int prepare(struct caller *c)
{
	c->memory = mmap(NULL, 3 * PAGE_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	c->constant = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c->memory == MAP_FAILED || c->constant == MAP_FAILED)
		return -errno;
	return mprotect(c->memory + 2 * PAGE_BYTES, PAGE_BYTES, PROT_NONE) ? -errno : 0;
}

static void do_anything(struct caller *c)
{
	unsigned int kind = below(&c->rng, 100);

	if (kind < 2)
		do_open(c);
	else if (kind < 3)
		do_close(c);
	else if (kind < 25)
		do_read(c);
	else if (kind < 45)
		do_poll(c);
	else
		do_ioctl(c);
}

/* Signals, which come all the time, do not shorten it. */
static void rest(struct caller *c)
{
	int64_t until_ns = monotonic_ns() + below(&c->rng, PAUSE_MS) * MS;

	while (fuzz_going_on() && monotonic_ns() < until_ns)
		usleep(STEP_US);
}

/* In bursts, or a million calls would be over before a driver has come and gone a few times. */
void *fuzz_caller(void *number)
{
	struct caller c = { .rng = rng_seeded(fuzz.seed + (uintptr_t)number) };

	if (prepare(&c))
		abort();
	for (; fuzz_going_on(); rest(&c))
		for (unsigned int i = 0; i < BURST_CALLS; i++)
			do_anything(&c);
	return NULL;
}
