// SPDX-License-Identifier: GPL-2.0-or-later
/* A thread on each processor that looks at the clock: it sees what a test sees, with no more priority. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "selftests/kernel/stall.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define LOOK_US	2000

static _Atomic int64_t worst_ns;

static void *look(void *unused)
{
	const struct timespec pause = { .tv_nsec = kernel_parameter("stall.look_us", LOOK_US) * 1000 };
	int64_t now_ns, last_ns = monotonic_ns();

	for (;;) {
		nanosleep(&pause, NULL);
		now_ns = monotonic_ns();
		if (now_ns - last_ns > worst_ns)
			worst_ns = now_ns - last_ns;
		last_ns = now_ns;
	}
	return unused;
}

int stall_watch(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_attr_t attributes;
	pthread_t thread;
	cpu_set_t cpu;
	int r = 0;

	pthread_attr_init(&attributes);
	for (long i = 0; i < cpus && r == 0; i++) {
		CPU_ZERO(&cpu);
		CPU_SET(i, &cpu);
		pthread_attr_setaffinity_np(&attributes, sizeof(cpu), &cpu);
		r = pthread_create(&thread, &attributes, look, NULL);
	}
	pthread_attr_destroy(&attributes);
	return -r;
}

void stall_forget(void)
{
	worst_ns = 0;
}

int64_t stall_worst_ns(void)
{
	return worst_ns;
}
