/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ownership in the systemd manner: `_cleanup_` releases at the end of a scope, TAKE_* hands on. */
#pragma once

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define NSEC_PER_SEC	1000000000LL
#define NSEC_PER_MSEC	1000000LL
#define USEC_PER_SEC	1000000ULL
#define USEC_PER_MSEC	1000ULL

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define _cleanup_(function) __attribute__((cleanup(function)))
#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_close_ _cleanup_(closep)
#define _cleanup_bus_message_ _cleanup_(sd_bus_message_unrefp)

#define TAKE(x, empty) ({ typeof(x) *_taken = &(x); typeof(x) _value = *_taken; *_taken = (empty); _value; })
#define TAKE_PTR(x) TAKE(x, NULL)
#define TAKE_FD(x) TAKE(x, -EBADF)

static inline void freep(void *pointer)
{
	free(*(void **)pointer);
}

/* Closes @fd if it is one, keeps errno, and gives what the variable is to hold from now on. */
static inline int safe_close(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return -EBADF;
}

static inline void closep(int *fd)
{
	safe_close(*fd);
}

/* CLOCK_MONOTONIC in ns. */
static inline int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}
