/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fault-injector can do to the guest. */
#pragma once

#include <time.h>

/** tell_instant() - tell the instant at which it will happen, a third of a second from now; Return: it. */
struct timespec tell_instant(void);

/** await_instant() - tell the instant at which it will happen, and wait for it. */
void await_instant(void);

/** fail() - say what did not work, with errno; EXIT_FAILURE. */
int fail(const char *what);

/**
 * spin_thread() - send one thread of a process into an endless loop
 * @words: its number
 *
 * The loop is written over the program's first instruction, which nothing runs a second time.
 *
 * Return: exit status.
 */
int spin_thread(char *const words[]);

/**
 * hog() - take every CPU from all that is below SCHED_FIFO 99
 * @words: for how many seconds
 *
 * Return: exit status.
 */
int hog(char *const words[]);

/**
 * flood() - ask the probe without rest, from two processes
 * @words: for how many seconds
 *
 * Return: exit status.
 */
int flood(char *const words[]);
