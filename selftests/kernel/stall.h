/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a thread of ours was not given its processor. stall.look_us=N on the kernel's command line lets it
 * look less often in a guest that is slow.
 */
#ifndef CRYO_SELFTESTS_KERNEL_STALL_H
#define CRYO_SELFTESTS_KERNEL_STALL_H

#include <stdint.h>

/**
 * stall_watch() - watch from now on, on each processor
 *
 * Return: 0 or -errno.
 */
int stall_watch(void);

/** stall_forget() - what was seen so far does not count any more. */
void stall_forget(void);

/** stall_worst_ns() - the longest time between two looks since then. */
int64_t stall_worst_ns(void);

#endif /* CRYO_SELFTESTS_KERNEL_STALL_H */
