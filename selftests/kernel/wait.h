/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting for something to become true, with a limit that only a broken thing reaches. */
#ifndef CRYO_SELFTESTS_KERNEL_WAIT_H
#define CRYO_SELFTESTS_KERNEL_WAIT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#define WAIT_LIMIT_NS	25000000000LL
#define WAIT_STEP_US	1000

static inline int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Looks at @condition again and again; false after 25 seconds. */
#define wait_for(condition) ({							\
	int64_t limit_ns_ = monotonic_ns() + WAIT_LIMIT_NS;			\
	bool true_;								\
										\
	while (!(true_ = !!(condition)) && monotonic_ns() < limit_ns_)		\
		usleep(WAIT_STEP_US);						\
	true_;									\
})

#endif /* CRYO_SELFTESTS_KERNEL_WAIT_H */
