// SPDX-License-Identifier: GPL-2.0-or-later
/* Streams of frames to any number of readers. */
#include <stdlib.h>
#include <sys/socket.h>

#include "daemon/probe/stream.h"
#include "daemon/util.h"

/* Small, so that a slow reader's oldest frames are in our queue, where they can be dropped. */
#define SOCKET_BYTES	4096

struct reader {
	struct reader *next;
	struct stream *stream;
	int fd;
	sd_event_source *ready;
	uint32_t first;			/* oldest queued frame */
	uint32_t queued;
	uint32_t lost;			/* dropped before the oldest queued frame */
	struct cryo_frame queue[STREAM_QUEUE];
};

struct stream {
	sd_event *event;
	struct reader *readers;
};

static void reader_free(struct reader *reader)
{
	struct reader **at = &reader->stream->readers;

	while (*at && *at != reader)
		at = &(*at)->next;
	if (*at)
		*at = reader->next;
	sd_event_source_disable_unref(reader->ready);
	safe_close(reader->fd);
	free(reader);
}

static void reader_queue(struct reader *reader, const struct cryo_frame *frame)
{
	if (reader->queued == STREAM_QUEUE) {
		reader->first = (reader->first + 1) % STREAM_QUEUE;
		reader->queued--;
		reader->lost++;
	}
	reader->queue[(reader->first + reader->queued) % STREAM_QUEUE] = *frame;
	reader->queued++;
}

/* Sends what the socket takes. -errno if the reader is gone. */
static int reader_flush(struct reader *reader)
{
	while (reader->queued) {
		struct cryo_frame *frame = &reader->queue[reader->first];

		frame->lost = reader->lost;
		if (send(reader->fd, frame, sizeof(*frame), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return errno == EAGAIN ? 0 : -errno;
		reader->lost = 0;
		reader->first = (reader->first + 1) % STREAM_QUEUE;
		reader->queued--;
	}
	return 0;
}

/* Sends, and waits for room only while something is left. A reader that is gone is freed. */
static void reader_serve(struct reader *reader)
{
	int r = reader_flush(reader);

	if (r < 0)
		reader_free(reader);
	else
		sd_event_source_set_io_events(reader->ready, reader->queued ? EPOLLOUT : 0);
}

static int reader_on_ready(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct reader *reader = userdata;

	(void)source;
	(void)fd;
	if (revents & (EPOLLHUP | EPOLLERR))
		reader_free(reader);
	else
		reader_serve(reader);
	return 0;
}

unsigned int stream_readers(const struct stream *stream)
{
	unsigned int n = 0;

	for (const struct reader *reader = stream->readers; reader; reader = reader->next)
		n++;
	return n;
}

int stream_open(struct stream *stream, int *ret_fd)
{
	struct reader *reader;
	int pair[2], bytes = SOCKET_BYTES, r;

	if (stream_readers(stream) >= STREAM_READERS_MAX)
		return -EUSERS;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
		free(reader);
		return -errno;
	}
	reader->stream = stream;
	reader->fd = pair[0];
	setsockopt(reader->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	shutdown(reader->fd, SHUT_RD);
	r = sd_event_add_io(stream->event, &reader->ready, reader->fd, 0, reader_on_ready, reader);
	if (r < 0) {
		safe_close(pair[1]);
		reader_free(reader);
		return r;
	}
	reader->next = stream->readers;
	stream->readers = reader;
	*ret_fd = pair[1];
	return 0;
}

void stream_send(struct stream *stream, const struct cryo_frame *frame)
{
	struct reader *next;

	for (struct reader *reader = stream->readers; reader; reader = next) {
		next = reader->next;
		reader_queue(reader, frame);
		reader_serve(reader);
	}
}

int stream_new(sd_event *event, struct stream **ret)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return -ENOMEM;
	stream->event = event;
	*ret = stream;
	return 0;
}

void stream_free(struct stream *stream)
{
	if (!stream)
		return;
	while (stream->readers)
		reader_free(stream->readers);
	free(stream);
}
