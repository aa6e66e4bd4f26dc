// SPDX-License-Identifier: LGPL-2.1-or-later
/* A treatment's record, from the daemon's descriptor to the caller's. */
#include <poll.h>
#include <string.h>

#include "internal.h"

int ctx_wait_for(struct cryo_ctx *ctx, int fd, short events, const char *end)
{
	struct pollfd pollfd = { .fd = fd, .events = events };
	int r;

	do
		r = poll(&pollfd, 1, ctx->timeout_ms);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return ctx_fail(ctx, errno, "%s: %s", end, strerror(errno));
	if (r == 0)
		return ctx_fail(ctx, ETIMEDOUT, "%s stood still for %u ms", end, ctx->timeout_ms);
	return 0;
}

static int write_all(struct cryo_ctx *ctx, int fd, const char *data, size_t size)
{
	while (size > 0) {
		int r = ctx_wait_for(ctx, fd, POLLOUT, "the receiver of the record");
		ssize_t n;

		if (r < 0)
			return r;
		n = write(fd, data, size);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return ctx_fail(ctx, errno, "writing the record: %s", strerror(errno));
		data += n;
		size -= n;
	}
	return 0;
}

static int copy(struct cryo_ctx *ctx, int from, int to)
{
	char buffer[16384];

	for (;;) {
		int r = ctx_wait_for(ctx, from, POLLIN, "cryod's record");
		ssize_t n;

		if (r < 0)
			return r;
		n = read(from, buffer, sizeof(buffer));
		if (n == 0)
			return 0;
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return ctx_fail(ctx, errno, "reading the record: %s", strerror(errno));
		r = write_all(ctx, to, buffer, n);
		if (r < 0)
			return r;
	}
}

int cryo_ctx_export_record(struct cryo_ctx *ctx, uint64_t treatment, int fd)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	_cleanup_close_ int from = -1;
	int r;

	if (!ctx || fd < 0)
		return -EINVAL;
	r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "Export", &reply, "t", treatment);
	if (r < 0)
		return r;
	r = reply_take_fd(ctx, "Export", reply, &from);
	return r < 0 ? r : copy(ctx, from, fd);
}

int cryo_probe_export(struct cryo_probe *probe, uint64_t treatment, int fd)
{
	if (!probe)
		return -EINVAL;
	return probe->ctx ? cryo_ctx_export_record(probe->ctx, treatment, fd) : -ENODEV;
}
