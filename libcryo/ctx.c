// SPDX-License-Identifier: LGPL-2.1-or-later
/* The context: the bus connection, its one descriptor, dispatch, the last failure's reason. */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

#include "internal.h"

#define DISPATCH_MAX	256	/* messages in one go: a flood must not keep the caller's loop */
#define USEC_PER_MSEC	1000ULL
#define USEC_PER_SEC	1000000ULL

int ctx_fail(struct cryo_ctx *ctx, int error, const char *format, ...)
{
	va_list args;

	if (ctx) {
		va_start(args, format);
		vsnprintf(ctx->error, sizeof(ctx->error), format, args);
		va_end(args);
	}
	return -error;
}

void ctx_tell(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe)
{
	ctx->n_events++;
	if (ctx->handler)
		ctx->handler(ctx, event, probe, ctx->userdata);
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;
}

/* @at_us: CLOCK_MONOTONIC, 0 at once, UINT64_MAX never. */
static void timer_set(int fd, uint64_t at_us)
{
	struct itimerspec spec = { 0 };

	if (at_us != UINT64_MAX) {
		spec.it_value.tv_sec = at_us / USEC_PER_SEC;
		spec.it_value.tv_nsec = at_us % USEC_PER_SEC * 1000;
	}
	if (at_us == 0)
		spec.it_value.tv_nsec = 1;
	timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

void ctx_rearm(struct cryo_ctx *ctx)
{
	struct epoll_event event = { 0 };
	uint64_t at_us;
	int fd, events;

	fd = sd_bus_get_fd(ctx->bus);
	events = sd_bus_get_events(ctx->bus);
	if (fd < 0 || events < 0 || sd_bus_get_timeout(ctx->bus, &at_us) < 0) {
		/* The connection is lost: dispatch must run to say so. */
		timer_set(ctx->timer_fd, 0);
		return;
	}
	event.events = events;		/* poll's and epoll's bits are the same */
	event.data.fd = fd;
	epoll_ctl(ctx->poll_fd, EPOLL_CTL_MOD, fd, &event);
	timer_set(ctx->timer_fd, at_us);
}

static int poll_fd_create(struct cryo_ctx *ctx)
{
	struct epoll_event event = { .events = EPOLLIN };

	ctx->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	ctx->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (ctx->poll_fd < 0 || ctx->timer_fd < 0)
		return -errno;
	event.data.fd = ctx->timer_fd;
	if (epoll_ctl(ctx->poll_fd, EPOLL_CTL_ADD, ctx->timer_fd, &event) < 0)
		return -errno;
	event.data.fd = sd_bus_get_fd(ctx->bus);
	if (epoll_ctl(ctx->poll_fd, EPOLL_CTL_ADD, event.data.fd, &event) < 0)
		return -errno;
	return 0;
}

/* sd-bus's own handshake would wait for as long as the bus is silent. */
static int wait_for_handshake(struct cryo_ctx *ctx)
{
	uint64_t end_us = now_us() + ctx->timeout_ms * USEC_PER_MSEC;
	int r;

	while (sd_bus_is_ready(ctx->bus) == 0) {
		uint64_t at_us = now_us();

		if (at_us >= end_us)
			return -ETIMEDOUT;
		r = sd_bus_process(ctx->bus, NULL);
		if (r == 0)
			r = sd_bus_wait(ctx->bus, end_us - at_us);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return 0;
}

static int ctx_connect(struct cryo_ctx *ctx, bool wait)
{
	int r;

	r = sd_bus_open_system_with_description(&ctx->bus, "libcryo");
	if (r < 0)
		return r;
	r = sd_bus_set_method_call_timeout(ctx->bus, ctx->timeout_ms * USEC_PER_MSEC);
	if (r < 0)
		return r;
	r = wait ? wait_for_handshake(ctx) : 0;
	if (r < 0)
		return r;
	r = poll_fd_create(ctx);
	if (r < 0)
		return r;
	r = wait ? registry_start(ctx) : registry_start_async(ctx);
	if (r < 0)
		return r;
	ctx_rearm(ctx);
	return 0;
}

static int ctx_new(struct cryo_ctx **ret_ctx, bool wait)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	int r;

	if (!ret_ctx)
		return -EINVAL;
	ctx = calloc(1, sizeof(*ctx));
	if (!ctx)
		return -ENOMEM;
	ctx->refs = 1;
	ctx->poll_fd = -1;
	ctx->timer_fd = -1;
	ctx->timeout_ms = CRYO_TIMEOUT_DEFAULT_MS;
	r = ctx_connect(ctx, wait);
	if (r < 0)
		return r;
	*ret_ctx = TAKE_PTR(ctx);
	return 0;
}

int cryo_ctx_new(struct cryo_ctx **ret_ctx)
{
	return ctx_new(ret_ctx, true);
}

int cryo_ctx_new_async(struct cryo_ctx **ret_ctx)
{
	return ctx_new(ret_ctx, false);
}

struct cryo_ctx *cryo_ctx_ref(struct cryo_ctx *ctx)
{
	if (ctx)
		ctx->refs++;
	return ctx;
}

struct cryo_ctx *cryo_ctx_unref(struct cryo_ctx *ctx)
{
	if (!ctx || --ctx->refs > 0)
		return NULL;
	calls_clear(ctx);
	registry_clear(ctx);
	sd_bus_slot_unref(ctx->listing);
	sd_bus_close_unref(ctx->bus);
	close_at(&ctx->timer_fd);
	close_at(&ctx->poll_fd);
	free(ctx);
	return NULL;
}

const char *cryo_ctx_error(const struct cryo_ctx *ctx)
{
	return ctx ? ctx->error : "";
}

int cryo_ctx_set_timeout(struct cryo_ctx *ctx, unsigned int timeout_ms)
{
	if (!ctx)
		return -EINVAL;
	if (timeout_ms < 1 || timeout_ms > CRYO_TIMEOUT_MAX_MS)
		return ctx_fail(ctx, EINVAL, "timeout of %u ms is outside 1 to %u ms", timeout_ms,
				CRYO_TIMEOUT_MAX_MS);
	ctx->timeout_ms = timeout_ms;
	return sd_bus_set_method_call_timeout(ctx->bus, timeout_ms * USEC_PER_MSEC);
}

int cryo_ctx_fd(const struct cryo_ctx *ctx)
{
	return ctx ? ctx->poll_fd : -EINVAL;
}

void cryo_ctx_set_handler(struct cryo_ctx *ctx, cryo_event_handler handler, void *userdata)
{
	if (!ctx)
		return;
	ctx->handler = handler;
	ctx->userdata = userdata;
}

bool cryo_ctx_daemon_runs(const struct cryo_ctx *ctx)
{
	return ctx && ctx->daemon_runs;
}

static int process(struct cryo_ctx *ctx)
{
	int r = 1;

	for (unsigned int i = 0; i < DISPATCH_MAX && r > 0; i++)
		r = sd_bus_process(ctx->bus, NULL);
	if (r < 0)
		return ctx_fail(ctx, ENOTCONN, "the bus connection was lost: %s", strerror(-r));
	return 0;
}

static int dispatch(struct cryo_ctx *ctx)
{
	int r;

	ctx->n_events = 0;
	ctx->deferred_error = 0;
	ctx->dispatching = true;
	r = process(ctx);
	ctx->dispatching = false;
	ctx_rearm(ctx);
	if (r < 0)
		return r;
	return ctx->deferred_error < 0 ? ctx->deferred_error : ctx->n_events;
}

int cryo_ctx_dispatch(struct cryo_ctx *ctx)
{
	int r;

	if (!ctx)
		return -EINVAL;
	if (ctx->dispatching)
		return ctx_fail(ctx, EBUSY, "dispatch was called from a handler");
	/* The handler may drop the caller's reference. */
	cryo_ctx_ref(ctx);
	r = dispatch(ctx);
	cryo_ctx_unref(ctx);
	return r;
}

int cryo_ctx_wait(struct cryo_ctx *ctx, int timeout_ms)
{
	struct pollfd pollfd = { .events = POLLIN };
	int r;

	if (!ctx || timeout_ms < -1)
		return -EINVAL;
	pollfd.fd = ctx->poll_fd;
	r = poll(&pollfd, 1, timeout_ms);
	if (r < 0)
		return -errno;
	return r > 0 ? cryo_ctx_dispatch(ctx) : 0;
}
