/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread that works on a disk, which may hang: whoever ends it does not wait for that. What both use is
 * released by whoever goes last.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>

/* Starts a thread whose stack of @stack_bytes is small, as it is locked into memory whole. -errno */
int disk_thread_start(pthread_t *ret, size_t stack_bytes, void *(*run)(void *userdata), void *userdata);

/* Waits a second for a thread that was told to end; one that hangs is left behind, and ends by itself if ever. */
void disk_thread_end(pthread_t thread);
