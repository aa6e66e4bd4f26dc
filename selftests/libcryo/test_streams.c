// SPDX-License-Identifier: GPL-2.0-or-later
/* Streams as libcryo gives them, against the mock of cryod on a private bus. */
#include <errno.h>
#include <poll.h>

#include <cryo.h>

#include "selftests/libcryo/bus.h"
#include "selftests/unit/test.h"

#define WAIT_MS 10000		/* far beyond anything but a failure */

static struct cryo_ctx *ctx;

static bool set_up(void)
{
	ctx = cryo_ctx_unref(ctx);
	return bus_start() && mock_start() && mock_call("AddProbe", "s", "SN-1") &&
	       cryo_ctx_new(&ctx) >= 0;
}

static void tear_down(void)
{
	ctx = cryo_ctx_unref(ctx);
	bus_stop();
}

static struct cryo_probe *probe(void)
{
	return cryo_ctx_probe(ctx, 0);
}

TEST(frames_come_in_order)
{
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct cryo_frame frame = { .seq = 77 };
	struct pollfd fd = { .events = POLLIN };

	ASSERT(set_up());
	ASSERT_EQ(cryo_probe_open_stream(probe(), &stream), 0);
	EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), 0);
	EXPECT_EQ(frame.seq, 77);
	EXPECT(mock_call("Frames", "su", "SN-1", 3));
	fd.fd = cryo_stream_fd(stream);
	EXPECT_EQ(poll(&fd, 1, WAIT_MS), 1);
	for (uint64_t seq = 1; seq <= 3; seq++) {
		ASSERT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), 1);
		EXPECT_EQ(frame.seq, seq);
		EXPECT_EQ(frame.tip_mdegc, 35000);
		EXPECT_EQ(frame.shaft_mdegc, CRYO_NOT_VALID);
		EXPECT_EQ(frame.lost, 0);
	}
	EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), 0);
	tear_down();
}

TEST(frames_fit_callers_of_other_ages)
{
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct {
		struct cryo_frame frame;
		uint64_t newer;
	} large = { .newer = 77 };

	ASSERT(set_up());
	ASSERT_EQ(cryo_probe_open_stream(probe(), &stream), 0);
	EXPECT(mock_call("Frames", "su", "SN-1", 1));
	EXPECT_EQ(cryo_stream_next(stream, &large.frame, 16), -EINVAL);
	EXPECT_EQ(cryo_stream_next(stream, &large.frame, sizeof(large)), 1);
	EXPECT_EQ(large.frame.seq, 1);
	EXPECT_EQ(large.newer, 0);
	tear_down();
}

TEST(packets_that_are_no_frames_are_dropped)
{
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct cryo_frame frame = { .seq = 77 };

	ASSERT(set_up());
	ASSERT_EQ(cryo_probe_open_stream(probe(), &stream), 0);
	EXPECT(mock_call("Packet", "su", "SN-1", 1));
	EXPECT(mock_call("Packet", "su", "SN-1", (uint32_t)sizeof(frame) - 1));
	EXPECT(mock_call("Packet", "su", "SN-1", 4096));
	EXPECT(mock_call("Frames", "su", "SN-1", 1));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), -EBADMSG);
	EXPECT_EQ(frame.seq, 77);
	EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), 1);
	EXPECT_EQ(frame.seq, 1);
	tear_down();
}

TEST(a_slow_reader_is_told_what_it_lost)
{
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct cryo_frame frame;
	uint64_t expected = 1, lost = 0;

	ASSERT(set_up());
	ASSERT_EQ(cryo_probe_open_stream(probe(), &stream), 0);
	EXPECT(mock_call("Frames", "su", "SN-1", 10000));
	while (cryo_stream_next(stream, &frame, sizeof(frame)) > 0)
		EXPECT_EQ(frame.seq, expected++);
	EXPECT_LT(expected, 10000);
	EXPECT_EQ(cryo_stream_lost(stream), 0);
	EXPECT(mock_call("Frames", "su", "SN-1", 1));
	ASSERT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), 1);
	lost = frame.seq - expected;
	EXPECT_EQ(frame.lost, lost);
	EXPECT_EQ(cryo_stream_lost(stream), lost);
	tear_down();
}

TEST(a_stream_ends_with_its_probe)
{
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct cryo_frame frame;

	ASSERT(set_up());
	ASSERT_EQ(cryo_probe_open_stream(probe(), &stream), 0);
	EXPECT(mock_call("Frames", "su", "SN-1", 1));
	EXPECT(mock_call("RemoveProbe", "s", "SN-1"));
	EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), 1);
	EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), -EPIPE);
	EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), -EPIPE);
	tear_down();
}

TEST_MAIN()
