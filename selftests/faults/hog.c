// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes every CPU from all that is below SCHED_FIFO 99. A thread waits on each CPU beforehand, so that all
 * are taken at the instant itself: to make a thread takes milliseconds.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "selftests/faults/injector.h"

#define CPUS_MAX	8

static struct timespec begin, end;

static int is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static void *spin(void *unused)
{
	struct timespec now;

	(void)unused;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &begin, NULL);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (is_before(&now, &end));
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

	if (cpus > CPUS_MAX)
		cpus = CPUS_MAX;
	begin = tell_instant();
	end = begin;
	end.tv_sec += atoi(words[0]);
	for (int cpu = 0; cpu < cpus; cpu++)
		if (begin_on(cpu, &thread[cpu]))
			return fail("pthread_create");
	for (int cpu = 0; cpu < cpus; cpu++)
		pthread_join(thread[cpu], NULL);
	return EXIT_SUCCESS;
}
