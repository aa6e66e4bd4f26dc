// SPDX-License-Identifier: LGPL-2.1-or-later
/* A stream: frames from the socket that the daemon passed, without the bus. */
#include <string.h>
#include <sys/socket.h>

#include "internal.h"

struct cryo_stream {
	int fd;
	uint64_t lost;
};

static int stream_new(struct cryo_ctx *ctx, sd_bus_message *reply, struct cryo_stream **ret_stream)
{
	_cleanup_free_ struct cryo_stream *stream = calloc(1, sizeof(*stream));
	int r;

	if (!stream)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	r = reply_take_fd(ctx, "OpenStream", reply, &stream->fd);
	if (r < 0)
		return r;
	*ret_stream = TAKE_PTR(stream);
	return 0;
}

int cryo_probe_open_stream(struct cryo_probe *probe, struct cryo_stream **ret_stream)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	if (!ret_stream)
		return -EINVAL;
	r = probe_call(probe, "OpenStream", &reply, NULL);
	return r < 0 ? r : stream_new(probe->ctx, reply, ret_stream);
}

int cryo_probe_open_stream_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
				 struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return probe_call_async(probe, "OpenStream", &twin, NULL);
}

int cryo_probe_open_stream_finish(struct cryo_call *call, struct cryo_stream **ret_stream)
{
	sd_bus_message *reply;
	int r = ret_stream ? call_reply(call, "OpenStream", &reply) : -EINVAL;

	return r < 0 ? r : stream_new(call->ctx, reply, ret_stream);
}

struct cryo_stream *cryo_stream_free(struct cryo_stream *stream)
{
	if (!stream)
		return NULL;
	close(stream->fd);
	free(stream);
	return NULL;
}

int cryo_stream_fd(const struct cryo_stream *stream)
{
	return stream ? stream->fd : -EINVAL;
}

uint64_t cryo_stream_lost(const struct cryo_stream *stream)
{
	return stream ? stream->lost : 0;
}

int cryo_stream_next(struct cryo_stream *stream, struct cryo_frame *ret_frame, size_t size)
{
	struct cryo_frame frame = { 0 };
	ssize_t n;

	if (!stream || !ret_frame || size < FRAME_BYTES_MIN)
		return -EINVAL;
	do
		n = recv(stream->fd, &frame, sizeof(frame), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return -EPIPE;
	if (n < 0)
		return -errno;
	if ((size_t)n < FRAME_BYTES_MIN || frame.bytes < (size_t)n)
		return -EBADMSG;
	stream->lost += frame.lost;
	memset(ret_frame, 0, size);
	memcpy(ret_frame, &frame, size < sizeof(frame) ? size : sizeof(frame));
	return 1;
}
