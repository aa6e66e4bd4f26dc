/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzzer's files share. */
#ifndef CRYO_SELFTESTS_FUZZ_FUZZ_H
#define CRYO_SELFTESTS_FUZZ_FUZZ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "selftests/fuzz/witness.h"
#include "selftests/plant/rng.h"

#define FUZZ_PROBES	2
#define FUZZ_SHARED	24	/* descriptors that any thread may use */
/* Of every command that is well-formed, so that the witness knows it. */
#define FUZZ_VALIDITY_MS	500

enum fuzz_call {
	FUZZ_OPEN,
	FUZZ_CLOSE,
	FUZZ_IOCTL,
	FUZZ_READ,
	FUZZ_POLL,
	FUZZ_CALLS,
};

/**
 * struct fuzz - all that the threads share
 * @seed: of everything that is random
 * @budget: calls that are still to be made
 * @shared: descriptors, -1 where there is none
 * @made: calls made, by kind
 * @failed: of these, the ones that ended with an error
 * @armed: times that a controller has armed
 * @granted: commands for flow or thaw that the driver granted
 * @granted_at: the same by handpiece
 * @unbound: times that a driver was unbound
 */
struct fuzz {
	uint64_t seed;
	atomic_long budget;
	atomic_int shared[FUZZ_SHARED];
	atomic_ulong made[FUZZ_CALLS];
	atomic_ulong failed[FUZZ_CALLS];
	atomic_ulong armed;
	atomic_ulong granted;
	atomic_ulong granted_at[FUZZ_PROBES];
	atomic_ulong unbound;
};

/* The one of this program. */
extern struct fuzz fuzz;

/* Uniform in 0 to @limit - 1. */
static inline unsigned int below(struct rng *rng, unsigned int limit)
{
	return rng_uniform(rng) * limit;
}

/** fuzz_count() - a call of this kind was made; returns @result. */
long fuzz_count(enum fuzz_call kind, long result);

/** fuzz_going_on() - there are calls left to be made. */
bool fuzz_going_on(void);

/* story.c: what was asked for, and what the lines did */

/** story_start() - begin to record the edges; 0 or -errno. */
int story_start(void);

/**
 * story_begin() - somebody is about to ask
 * @kind: for what
 * @handpieces: which ones it may concern
 *
 * Return: the intent, to be completed and handed to story_end() after the call.
 */
struct intent story_begin(enum intent_kind kind, uint32_t handpieces);

/** story_end() - the call is over. */
void story_end(struct intent *intent, bool succeeded);

/* Results that story_tell() prints. */
#define STORY_RESULTS	(WITNESS_RULES + 2)

/** story_result() - print one result; returns @good. */
bool story_result(unsigned int number, bool good, const char *name);

/**
 * story_tell() - all threads have ended: let the witness speak
 * @number: of the first of STORY_RESULTS results
 *
 * Return: true if all are good.
 */
bool story_tell(unsigned int number);

/* disturb.c: once each */

/** fuzz_rebind() - unbind and bind the driver, or one of those that it needs. */
void fuzz_rebind(struct rng *rng, unsigned int handpiece);

/** fuzz_storm() - for a moment the emergency stop is pressed, or a sensor or the bus is broken. */
void fuzz_storm(struct rng *rng, unsigned int handpiece);

/** fuzz_calm() - all is well, and the tip has its noise. */
void fuzz_calm(unsigned int handpiece);

/** controller_tell() - print how far the controllers came, and what ended their treatments. */
void controller_tell(void);

/* The threads; each gets its number as (void *)(uintptr_t). */
void *fuzz_caller(void *number);	/* calls.c: any call with anything */
void *fuzz_controller(void *number);	/* controller.c: as it should be */
void *fuzz_binder(void *unused);	/* disturb.c: drivers come and go */
void *fuzz_weather(void *unused);	/* disturb.c: sensors, bus and emergency stop */

#endif /* CRYO_SELFTESTS_FUZZ_FUZZ_H */
