// SPDX-License-Identifier: GPL-2.0-or-later
/* Streams: every reader gets what it can take, and is told what it lost. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/probe/stream.h"
#include "selftests/unit/test.h"

#define FRAMES	(4 * STREAM_QUEUE)

static sd_event *event;
static struct stream *stream;

static void set_up(void)
{
	ASSERT(sd_event_new(&event) >= 0);
	ASSERT(stream_new(event, &stream) >= 0);
}

static void tear_down(void)
{
	stream_free(stream);
	sd_event_unref(event);
}

static void dispatch_all(void)
{
	while (sd_event_run(event, 0) > 0)
		;
}

static void send_frames(uint64_t first, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct cryo_frame frame = { .bytes = sizeof(frame), .seq = first + i };

		stream_send(stream, &frame);
	}
}

/* Reads until there is nothing more; checks that seq and lost agree. Gives the number of frames. */
static unsigned int read_all(int fd, uint64_t *seq, unsigned int *lost)
{
	struct cryo_frame frame;
	unsigned int n = 0;

	for (;;) {
		ssize_t size = recv(fd, &frame, sizeof(frame), MSG_DONTWAIT);

		if (size < 0) {
			EXPECT_EQ(errno, EAGAIN);
			dispatch_all();
			if (recv(fd, &frame, sizeof(frame), MSG_DONTWAIT | MSG_PEEK) < 0)
				return n;
			continue;
		}
		EXPECT_EQ(size, sizeof(frame));
		EXPECT_EQ(frame.seq, *seq + 1 + frame.lost);
		*seq = frame.seq;
		*lost += frame.lost;
		n++;
	}
}

TEST(reader_gets_every_frame)
{
	unsigned int lost = 0;
	uint64_t seq = 0;
	int fd;

	set_up();
	ASSERT_EQ(stream_open(stream, &fd), 0);
	for (int i = 0; i < 100; i++) {
		send_frames(seq + 1, 3);
		EXPECT_EQ(read_all(fd, &seq, &lost), 3);
	}
	EXPECT_EQ(lost, 0);
	close(fd);
	tear_down();
}

TEST(slow_reader_loses_its_own_oldest)
{
	unsigned int fast_lost = 0, slow_lost = 0, n;
	uint64_t fast_seq = 0, slow_seq = 0;
	int fast, slow;

	set_up();
	ASSERT_EQ(stream_open(stream, &fast), 0);
	ASSERT_EQ(stream_open(stream, &slow), 0);
	for (unsigned int i = 0; i < FRAMES; i++) {
		send_frames(i + 1, 1);
		EXPECT_EQ(read_all(fast, &fast_seq, &fast_lost), 1);
	}
	EXPECT_EQ(fast_lost, 0);
	n = read_all(slow, &slow_seq, &slow_lost);
	EXPECT_EQ(slow_seq, FRAMES);
	EXPECT_EQ(n + slow_lost, FRAMES);
	EXPECT_GE(n, STREAM_QUEUE);
	EXPECT_GT(slow_lost, 0);
	DIAG("%u read, %u lost", n, slow_lost);
	close(fast);
	close(slow);
	tear_down();
}

TEST(reader_that_is_gone_is_forgotten)
{
	int fd;

	set_up();
	ASSERT_EQ(stream_open(stream, &fd), 0);
	EXPECT_EQ(stream_readers(stream), 1);
	close(fd);
	dispatch_all();
	EXPECT_EQ(stream_readers(stream), 0);
	tear_down();
}

/* The reader goes between two frames, before the loop has told of it. */
TEST(send_to_a_reader_that_is_gone)
{
	int gone, here;
	unsigned int lost = 0;
	uint64_t seq = 0;

	set_up();
	ASSERT_EQ(stream_open(stream, &gone), 0);
	ASSERT_EQ(stream_open(stream, &here), 0);
	close(gone);
	send_frames(1, 1);
	EXPECT_EQ(read_all(here, &seq, &lost), 1);
	EXPECT_EQ(stream_readers(stream), 1);
	close(here);
	tear_down();
}

TEST(readers_are_limited)
{
	int fd[STREAM_READERS_MAX], one_more;

	set_up();
	for (int i = 0; i < STREAM_READERS_MAX; i++)
		ASSERT_EQ(stream_open(stream, &fd[i]), 0);
	EXPECT_EQ(stream_open(stream, &one_more), -EUSERS);
	for (int i = 0; i < STREAM_READERS_MAX; i++)
		close(fd[i]);
	tear_down();
}

TEST_MAIN()
