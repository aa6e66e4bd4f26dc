// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes every CPU from all that is below SCHED_FIFO 99. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "selftests/faults/injector.h"

#define CPUS_MAX	8

static time_t until_s;

static time_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void *spin(void *unused)
{
	(void)unused;
	while (now_s() < until_s)
		;
	return NULL;
}

static int begin_on(int cpu, pthread_t *ret_thread)
{
	struct sched_param parameter = { .sched_priority = 99 };
	pthread_attr_t attr;
	cpu_set_t cpus;
	int r;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	pthread_attr_init(&attr);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
	pthread_attr_setschedparam(&attr, &parameter);
	pthread_attr_setaffinity_np(&attr, sizeof(cpus), &cpus);
	r = pthread_create(ret_thread, &attr, spin, NULL);
	pthread_attr_destroy(&attr);
	return r;
}

int hog(char *const words[])
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t thread[CPUS_MAX];

	/* The CPU that this runs on is taken last, or the others would never be. */
	sched_setaffinity(0, sizeof(cpu_set_t), &(cpu_set_t){ .__bits = { 1 } });
	await_instant();
	until_s = now_s() + atoi(words[0]) + 1;
	for (int cpu = cpus - 1; cpu >= 0; cpu--)
		if (cpu < CPUS_MAX && begin_on(cpu, &thread[cpu]))
			return fail("pthread_create");
	for (int cpu = 0; cpu < cpus; cpu++)
		pthread_join(thread[cpu], NULL);
	return EXIT_SUCCESS;
}
