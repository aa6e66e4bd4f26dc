// SPDX-License-Identifier: GPL-2.0-or-later
/* The witness of host stalls, and the host's clock. */
#include "selftests/plant/witness.h"

#include <time.h>

#define TURN_NS 1000000LL
#define NS_PER_S 1000000000LL

int64_t host_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

void host_sleep_until(int64_t when_ns)
{
	struct timespec t = { .tv_sec = when_ns / NS_PER_S, .tv_nsec = when_ns % NS_PER_S };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void *watch(void *data)
{
	struct witness *w = data;
	int64_t last_ns = w->begun_ns;

	while (!__atomic_load_n(&w->stop, __ATOMIC_ACQUIRE)) {
		int64_t now_ns, late_ns;

		host_sleep_until(last_ns + TURN_NS);
		now_ns = host_now_ns();
		late_ns = now_ns - last_ns - TURN_NS;
		last_ns = now_ns;
		if (late_ns <= WITNESS_STALL_NS)
			continue;
		w->stall[w->written % WITNESS_STALLS] = (struct stall){ now_ns, late_ns };
		__atomic_store_n(&w->written, w->written + 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

int witness_begin(struct witness *w)
{
	int r;

	/* A thread that is slow to start has been held up, too. */
	*w = (struct witness){ .begun_ns = host_now_ns() };
	r = pthread_create(&w->thread, NULL, watch, w);
	w->running = r == 0;
	return -r;
}

void witness_end(struct witness *w)
{
	if (!w->running)
		return;
	__atomic_store_n(&w->stop, true, __ATOMIC_RELEASE);
	pthread_join(w->thread, NULL);
	w->running = false;
}

bool witness_next(struct witness *w, struct stall *ret_stall)
{
	uint64_t written = __atomic_load_n(&w->written, __ATOMIC_ACQUIRE);

	if (written == w->read)
		return false;
	/* One slot is kept free of the reader: the writer may be in it. */
	if (written - w->read >= WITNESS_STALLS)
		w->read = written - WITNESS_STALLS + 1;
	*ret_stall = w->stall[w->read++ % WITNESS_STALLS];
	return true;
}
