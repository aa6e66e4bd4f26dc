/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread that does nothing but look at the clock: when it could not, the host stalled. */
#ifndef CRYO_PLANT_WITNESS_H
#define CRYO_PLANT_WITNESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define WITNESS_STALL_NS 5000000LL
#define WITNESS_STALLS 64	/* a power of two */

struct stall {
	int64_t end_ns, length_ns;
};

/* One writer, the thread; one reader. */
struct witness {
	pthread_t thread;
	bool running, stop;
	int64_t begun_ns;
	uint64_t written, read;
	struct stall stall[WITNESS_STALLS];
};

/* 0 or a negative errno. */
int witness_begin(struct witness *w);
void witness_end(struct witness *w);

/*
 * The next stall that was not yet told; false when there is none. The oldest are lost when
 * nobody asks.
 */
bool witness_next(struct witness *w, struct stall *ret_stall);

/* CLOCK_MONOTONIC, ns. */
int64_t host_now_ns(void);

/* Sleeps until an instant of CLOCK_MONOTONIC. */
void host_sleep_until(int64_t when_ns);

#endif
