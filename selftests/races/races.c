// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a driver that delays itself at random (kernel/race.h) for many periods, while everybody who
 * may meet in it does: controllers and their rivals, readers, who looks, who stops, who unbinds. It
 * finds nothing by itself: the kernel must have no complaint, and the witness none about the valves.
 *
 * Parameters are on the kernel's command line: races.seed=N, races.periods=N, and races.hz=N, which
 * a slow machine wants lower.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "selftests/fuzz/fuzz.h"
#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"
#include "selftests/races/races.h"

#define PERIODS_DEFAULT	100000
#define HZ_DEFAULT	50
#define TOLD_EVERY	10000
#define LOOK_US		100000

struct fuzz fuzz;
unsigned int races_hz;
static atomic_long periods_left;

static const struct {
	void *(*run)(void *number);
	unsigned int count;
} players[] = {
	{ fuzz_controller, FUZZ_PROBES },
	{ races_reader, FUZZ_PROBES },
	{ races_looker, FUZZ_PROBES },
	{ races_rival, 1 },
	{ races_stopper, 1 },
	{ races_binder, 1 },
	{ races_weather, 1 },
};

#define THREADS_MAX	16

long fuzz_count(enum fuzz_call kind, long result)
{
	atomic_fetch_add(&fuzz.made[kind], 1);
	if (result < 0)
		atomic_fetch_add(&fuzz.failed[kind], 1);
	return result;
}

bool fuzz_going_on(void)
{
	return atomic_load(&periods_left) > 0;
}

void races_periods(unsigned long count)
{
	atomic_fetch_sub(&periods_left, count);
}

static int start_all(pthread_t threads[THREADS_MAX], unsigned int *ret_count)
{
	unsigned int count = 0;
	int r = 0;

	for (size_t i = 0; i < sizeof(players) / sizeof(players[0]); i++) {
		for (uintptr_t k = 0; k < players[i].count && !r; k++)
			r = pthread_create(&threads[count++], NULL, players[i].run, (void *)k);
	}
	*ret_count = count;
	return -r;
}

static void wait_for_all(const pthread_t threads[THREADS_MAX], unsigned int count)
{
	long told = atomic_load(&periods_left);

	while (fuzz_going_on()) {
		usleep(LOOK_US);
		if (told - atomic_load(&periods_left) < TOLD_EVERY)
			continue;
		told -= TOLD_EVERY;
		printf("# %ld periods to go, armed %lu times, %lu commands granted\n", told,
		       atomic_load(&fuzz.armed), atomic_load(&fuzz.granted));
	}
	for (unsigned int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void tell_figures(long periods, int64_t length_ns)
{
	unsigned long calls = 0;

	for (int i = 0; i < FUZZ_CALLS; i++)
		calls += atomic_load(&fuzz.made[i]);
	printf("# %ld periods in %.1f s, %lu calls\n", periods, length_ns / 1e9, calls);
	printf("# armed %lu times, %lu commands granted, unbound %lu times\n",
	       atomic_load(&fuzz.armed), atomic_load(&fuzz.granted), atomic_load(&fuzz.unbound));
}

static bool run(long periods)
{
	pthread_t threads[THREADS_MAX];
	int64_t begin_ns = monotonic_ns();
	unsigned int count;

	if (!story_result(1, !start_all(threads, &count), "threads_run"))
		return false;
	wait_for_all(threads, count);
	tell_figures(periods - atomic_load(&periods_left), monotonic_ns() - begin_ns);
	/* The test of the valves opens them, too. */
	return story_tell(2) &
	       story_result(2 + STORY_RESULTS, atomic_load(&fuzz.granted) > 0, "flow_was_granted");
}

int main(void)
{
	long periods = kernel_parameter("races.periods", PERIODS_DEFAULT);
	int r;

	setvbuf(stdout, NULL, _IOLBF, 0);
	fuzz.seed = kernel_parameter("races.seed", 1);
	races_hz = kernel_parameter("races.hz", HZ_DEFAULT);
	atomic_store(&periods_left, periods);
	printf("KTAP version 1\n1..%u\n# races.seed=%" PRIu64
	       " races.periods=%ld races.hz=%u\n", 2 + STORY_RESULTS, fuzz.seed, periods, races_hz);
	r = fakeplant_run();
	for (unsigned int i = 0; i < FUZZ_PROBES && !r; i++)
		r = races_probe_comes(i) ? 0 : -ENODEV;
	if (!r)
		r = story_start();
	if (r) {
		printf("Bail out! %s\n", strerror(-r));
		return 1;
	}
	return run(periods) ? 0 : 1;
}
