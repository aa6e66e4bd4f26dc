// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Throws random calls at /dev/cryoprobeN from many threads, while drivers come and go, sensors fail
 * and well-behaved controllers freeze. It finds nothing by itself: the kernel must have no complaint,
 * and the witness none about the valves.
 *
 * Parameters are on the kernel's command line: fuzz.seed=N, fuzz.calls=N. Each thread draws from a
 * generator of its own, so a seed gives the same calls again, but for how the threads meet.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "selftests/fuzz/fuzz.h"
#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define CALLERS		8
#define CONTROLLERS	FUZZ_PROBES
#define DISTURBERS	2
#define THREADS		(CALLERS + CONTROLLERS + DISTURBERS)
#define CALLS_DEFAULT	1000000
#define SIGNAL_EVERY_US	50000
/* A controller only now and then, lest it never gets through its arming. */
#define SPARED_OF	256

struct fuzz fuzz;

long fuzz_count(enum fuzz_call kind, long result)
{
	atomic_fetch_add(&fuzz.made[kind], 1);
	if (result < 0)
		atomic_fetch_add(&fuzz.failed[kind], 1);
	atomic_fetch_sub(&fuzz.budget, 1);
	return result;
}

bool fuzz_going_on(void)
{
	return atomic_load(&fuzz.budget) > 0;
}

static uint64_t any_seed(void)
{
	uint32_t seed = 1;

	return getrandom(&seed, sizeof(seed), 0) == sizeof(seed) ? seed : 1;
}

static bool probes_are_there(void)
{
	for (unsigned int i = 0; i < FUZZ_PROBES; i++) {
		int fd = probe_open(i, O_RDONLY);

		if (fd < 0)
			return false;
		close(fd);
	}
	return true;
}

static void interrupt(int number)
{
	(void)number;
}

/* Calls that wait are interrupted from time to time, so that none waits for ever. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = interrupt };

	sigaction(SIGUSR1, &action, NULL);
}

static int start_all(pthread_t threads[THREADS])
{
	int r = 0;

	for (uintptr_t i = 0; i < THREADS && !r; i++) {
		void *(*run)(void *) = i < CALLERS ? fuzz_caller :
				       i < CALLERS + CONTROLLERS ? fuzz_controller :
				       i == THREADS - 1 ? fuzz_binder : fuzz_weather;

		r = pthread_create(&threads[i], NULL, run, (void *)i);
	}
	return -r;
}

static void wait_for_all(pthread_t threads[THREADS])
{
	for (unsigned int turn = 1; fuzz_going_on(); turn++) {
		for (unsigned int i = 0; i < CALLERS + (turn % SPARED_OF ? 0 : CONTROLLERS); i++)
			pthread_kill(threads[i], SIGUSR1);
		usleep(SIGNAL_EVERY_US);
	}
	for (unsigned int i = 0; i < THREADS; i++) {
		while (pthread_tryjoin_np(threads[i], NULL)) {
			if (i < CALLERS + CONTROLLERS)
				pthread_kill(threads[i], SIGUSR1);
			usleep(SIGNAL_EVERY_US);
		}
	}
}

static void tell_figures(int64_t length_ns)
{
	static const char *const names[FUZZ_CALLS] = { "open", "close", "ioctl", "read", "poll" };
	unsigned long sum = 0;

	for (int i = 0; i < FUZZ_CALLS; i++) {
		printf("# %s: %lu calls, %lu of them failed\n", names[i], atomic_load(&fuzz.made[i]),
		       atomic_load(&fuzz.failed[i]));
		sum += atomic_load(&fuzz.made[i]);
	}
	printf("# %lu calls in %.1f s, %.0f a second\n", sum, length_ns / 1e9,
	       sum * 1e9 / length_ns);
	printf("# unbound %lu times\n", atomic_load(&fuzz.unbound));
	controller_tell();
}

static bool run(void)
{
	pthread_t threads[THREADS];
	int64_t begin_ns = monotonic_ns();

	if (!story_result(1, !start_all(threads), "threads_run"))
		return false;
	wait_for_all(threads);
	tell_figures(monotonic_ns() - begin_ns);
	for (int i = 0; i < FUZZ_SHARED; i++)
		close(fuzz.shared[i]);
	return story_tell(2);
}

int main(void)
{
	int r;

	setvbuf(stdout, NULL, _IOLBF, 0);
	fuzz.seed = kernel_parameter("fuzz.seed", any_seed());
	fuzz.budget = kernel_parameter("fuzz.calls", CALLS_DEFAULT);
	for (int i = 0; i < FUZZ_SHARED; i++)
		fuzz.shared[i] = -1;
	printf("KTAP version 1\n1..%u\n", 1 + STORY_RESULTS);
	printf("# fuzz.seed=%" PRIu64 " fuzz.calls=%ld, %u threads, %zu bit\n", fuzz.seed,
	       atomic_load(&fuzz.budget), THREADS, 8 * sizeof(long));
	catch_signals();
	r = fakeplant_run();
	if (!r && !wait_for(probes_are_there()))
		r = -ENODEV;
	if (!r)
		r = story_start();
	if (r) {
		printf("Bail out! %s\n", strerror(-r));
		return 1;
	}
	return run() ? 0 : 1;
}
