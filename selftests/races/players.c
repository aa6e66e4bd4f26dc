// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Those who meet the controllers in the driver. They come in bursts with calm between, long enough
 * for an arming, the trial of the valves, and some flow.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "selftests/fuzz/fuzz.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"
#include "selftests/races/races.h"

#define SHORT_US	20000
#define CALM_US		30000000
#define BURST_MAX	8
#define BINDING_US	60000000
#define RECORDS		8

static void pause_for(unsigned int us)
{
	for (; us > SHORT_US && fuzz_going_on(); us -= SHORT_US)
		usleep(SHORT_US);
	usleep(us % SHORT_US);
}

static int reopen(unsigned int probe, int fd, int flags)
{
	if (fd >= 0)
		fuzz_count(FUZZ_CLOSE, close(fd));
	fd = fuzz_count(FUZZ_OPEN, probe_open(probe, flags));
	if (fd < 0)
		usleep(SHORT_US);
	else
		probe_set_rate(fd, races_hz);
	return fd;
}

bool races_probe_comes(unsigned int probe)
{
	int fd = -1;

	if (wait_for((fd = probe_open(probe, O_RDONLY)) >= 0))
		close(fd);
	return fd >= 0;
}

/* Samples are numbered from 1 at each bind; what was lost here has been a period, too. */
static uint64_t newest_sample(const struct cryoprobe_record *records, size_t count)
{
	uint64_t newest = 0;

	for (size_t i = 0; i < count; i++)
		if (records[i].type == CRYOPROBE_RECORD_SAMPLE)
			newest = records[i].sample.seq;
	return newest;
}

void *races_reader(void *probe)
{
	unsigned int n = (uintptr_t)probe;
	struct cryoprobe_record records[RECORDS];
	uint64_t newest, counted = 0;
	int fd = -1;

	while (fuzz_going_on()) {
		ssize_t got = fd < 0 ? -1 : fuzz_count(FUZZ_READ, read(fd, records, sizeof(records)));

		if (got < 0) {
			fd = reopen(n, fd, O_RDONLY);
			counted = 0;
			continue;
		}
		newest = newest_sample(records, got / sizeof(records[0]));
		if (newest > counted) {
			races_periods(newest - counted);
			counted = newest;
		}
	}
	close(fd);
	return NULL;
}

static int look_once(int fd, struct rng *rng)
{
	union {
		struct cryoprobe_info info;
		struct cryoprobe_identity identity;
		struct cryoprobe_status status;
		struct cryoprobe_limits limits;
	} answer;
	static const unsigned long requests[] = {
		CRYOPROBE_IOC_INFO, CRYOPROBE_IOC_IDENTITY, CRYOPROBE_IOC_STATUS,
		CRYOPROBE_IOC_GET_LIMITS,
	};

	return fuzz_count(FUZZ_IOCTL, probe_ioctl(fd, requests[below(rng, 4)], &answer));
}

void *races_looker(void *probe)
{
	unsigned int n = (uintptr_t)probe;
	struct rng rng = rng_seeded(fuzz.seed + 100 + n);
	struct cryoprobe_exchange x;
	int r, fd = -1;

	while (fuzz_going_on()) {
		r = fd < 0 ? -ENODEV : look_once(fd, &rng);
		if (!r && !below(&rng, 4))
			r = fuzz_count(FUZZ_IOCTL, probe_look(fd, &x));
		if (r == -ENODEV)
			fd = reopen(n, fd, O_RDWR);
		usleep(below(&rng, SHORT_US));
	}
	close(fd);
	return NULL;
}

static void rival(unsigned int probe)
{
	struct cryoprobe_claim claim = { .flags = CRYOPROBE_CLAIM_TAKEOVER };
	int fd = fuzz_count(FUZZ_OPEN, probe_open(probe, O_RDWR));

	if (fd < 0)
		return;
	if (!fuzz_count(FUZZ_IOCTL, probe_ioctl(fd, CRYOPROBE_IOC_CLAIM, &claim)))
		fuzz_count(FUZZ_IOCTL, probe_clear(fd));
	fuzz_count(FUZZ_CLOSE, close(fd));
}

static void stop(unsigned int probe)
{
	int fd = fuzz_count(FUZZ_OPEN, probe_open(probe, O_RDWR));
	struct intent intent;

	if (fd < 0)
		return;
	intent = story_begin(INTENT_STOP, 1U << probe);
	story_end(&intent, !fuzz_count(FUZZ_IOCTL, probe_ioctl(fd, CRYOPROBE_IOC_DISARM, NULL)));
	fuzz_count(FUZZ_CLOSE, close(fd));
}

/* In bursts, with calm between. */
static void again_and_again(void (*act)(unsigned int probe), unsigned int seed)
{
	struct rng rng = rng_seeded(fuzz.seed + seed);

	while (fuzz_going_on()) {
		pause_for(below(&rng, CALM_US));
		for (unsigned int i = below(&rng, BURST_MAX); i > 0; i--) {
			act(below(&rng, FUZZ_PROBES));
			usleep(below(&rng, SHORT_US));
		}
	}
}

void *races_rival(void *unused)
{
	again_and_again(rival, 500);
	return unused;
}

void *races_stopper(void *unused)
{
	again_and_again(stop, 200);
	return unused;
}

void *races_binder(void *unused)
{
	struct rng rng = rng_seeded(fuzz.seed + 300);

	while (fuzz_going_on()) {
		pause_for(below(&rng, BINDING_US));
		fuzz_rebind(&rng, below(&rng, FUZZ_PROBES));
	}
	return unused;
}

void *races_weather(void *unused)
{
	struct rng rng = rng_seeded(fuzz.seed + 400);

	for (unsigned int i = 0; i < FUZZ_PROBES; i++)
		fuzz_calm(i);
	while (fuzz_going_on()) {
		pause_for(below(&rng, CALM_US));
		fuzz_storm(&rng, below(&rng, FUZZ_PROBES));
	}
	return unused;
}
