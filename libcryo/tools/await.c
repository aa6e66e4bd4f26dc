// SPDX-License-Identifier: LGPL-2.1-or-later
/* Waiting for a probe that has gone to be there again. */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "await.h"

#define LOOK_MS 500

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* A context whose bus is lost does not come back: another one is made. */
static void revive(struct invocation *in)
{
	struct cryo_ctx *ctx;

	if (cryo_ctx_dispatch(in->ctx) != -ENOTCONN)
		return;
	if (cryo_ctx_new(&ctx) < 0)
		return;
	cryo_ctx_unref(in->ctx);
	in->ctx = ctx;
}

int await_probe(struct invocation *in, const char *serial, int seconds, int signal_fd,
		struct cryo_probe **ret_probe)
{
	int64_t until_ms = now_ms() + seconds * 1000LL;

	do {
		struct pollfd fds[] = {
			{ .fd = signal_fd, .events = POLLIN },
			{ .fd = cryo_ctx_fd(in->ctx), .events = POLLIN },
		};

		revive(in);
		*ret_probe = cryo_ctx_find_probe(in->ctx, serial);
		if (*ret_probe)
			return 1;
		if (seconds == 0)
			return 0;
		/* A lost bus is readable for ever: then only the signal is waited for. */
		if (poll(fds, 2, LOOK_MS) > 0 && !fds[0].revents &&
		    cryo_ctx_dispatch(in->ctx) == -ENOTCONN)
			poll(fds, 1, LOOK_MS);
		if (fds[0].revents)
			return -EINTR;
	} while (seconds == AWAIT_FOR_EVER || now_ms() < until_ms);
	return 0;
}
