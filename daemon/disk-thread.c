// SPDX-License-Identifier: GPL-2.0-or-later
/* A thread that works on a disk, which may hang. */
#include <time.h>

#include "daemon/disk-thread.h"

#define END_TIMEOUT_S	1

int disk_thread_start(pthread_t *ret, size_t stack_bytes, void *(*run)(void *userdata), void *userdata)
{
	pthread_attr_t attr;
	int r;

	r = -pthread_attr_init(&attr);
	if (r < 0)
		return r;
	pthread_attr_setstacksize(&attr, stack_bytes);
	r = -pthread_create(ret, &attr, run, userdata);
	pthread_attr_destroy(&attr);
	return r;
}

void disk_thread_end(pthread_t thread)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += END_TIMEOUT_S;
	if (pthread_timedjoin_np(thread, NULL, &until))
		pthread_detach(thread);
}
