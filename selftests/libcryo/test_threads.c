// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules that libcryo states for threads, under the thread sanitizer: contexts are independent, one
 * may be handed from thread to thread, a stream is read beside its context.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>

#include <cryo.h>

#include "selftests/libcryo/bus.h"
#include "selftests/unit/test.h"

#define THREADS	3
#define TURNS	20
#define FRAMES	500
#define WAIT_MS	10000		/* far beyond anything but a failure */

static bool set_up(void)
{
	return bus_start() && mock_start() && mock_call("AddProbe", "s", "SN-0") &&
	       mock_call("AddProbe", "s", "SN-1") && mock_call("AddProbe", "s", "SN-2");
}

/* Treats with @probe; how many calls went well. */
static int treat(struct cryo_ctx *ctx, struct cryo_probe *probe)
{
	int good = 0;

	for (int i = 0; i < TURNS; i++) {
		good += cryo_probe_start(probe, i ? "nonsense" : "demo", NULL) == (i ? -ENOENT : 0);
		good += cryo_probe_refresh(probe) == 0;
		good += *cryo_ctx_error(ctx) || !i;
		good += cryo_explain("floor") != NULL;
		cryo_ctx_dispatch(ctx);
	}
	return good;
}

static void *treat_alone(void *serial)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	struct cryo_probe *probe;

	if (cryo_ctx_new(&ctx) < 0)
		return NULL;
	probe = cryo_ctx_find_probe(ctx, serial);
	return probe ? (void *)(intptr_t)treat(ctx, probe) : NULL;
}

TEST(contexts_are_independent)
{
	static char *const serials[THREADS] = { "SN-0", "SN-1", "SN-2" };
	pthread_t threads[THREADS];
	void *good;

	ASSERT(set_up());
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, treat_alone, serials[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &good);
		EXPECT_EQ((intptr_t)good, 4 * TURNS);
	}
	bus_stop();
}

static struct {
	pthread_mutex_t lock;
	struct cryo_ctx *ctx;
	int answers;
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void count_answer(struct cryo_call *call, void *userdata)
{
	(void)userdata;
	shared.answers += cryo_call_finish(call) == 0;
}

static void *take_turns(void *userdata)
{
	for (int i = 0; i < TURNS; i++) {
		pthread_mutex_lock(&shared.lock);
		cryo_probe_refresh_async(cryo_ctx_probe(shared.ctx, 0), count_answer, NULL, NULL);
		cryo_ctx_dispatch(shared.ctx);
		pthread_mutex_unlock(&shared.lock);
	}
	return userdata;
}

TEST(a_context_is_handed_from_thread_to_thread)
{
	pthread_t threads[THREADS];

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_new(&shared.ctx), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, take_turns, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	while (shared.answers < THREADS * TURNS && cryo_ctx_wait(shared.ctx, WAIT_MS) > 0)
		;
	EXPECT_EQ(shared.answers, THREADS * TURNS);
	shared.ctx = cryo_ctx_unref(shared.ctx);
	bus_stop();
}

static void *read_frames(void *stream)
{
	struct pollfd fd = { .fd = cryo_stream_fd(stream), .events = POLLIN };
	struct cryo_frame frame;
	uint64_t seq = 0;

	while (seq < FRAMES && poll(&fd, 1, WAIT_MS) == 1)
		while (cryo_stream_next(stream, &frame, sizeof(frame)) > 0)
			seq = frame.seq;
	return (void *)(uintptr_t)seq;
}

TEST(a_stream_is_read_beside_its_context)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	struct cryo_stream *stream = NULL;
	pthread_t thread;
	void *last;

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_new(&ctx), 0);
	ASSERT_EQ(cryo_probe_open_stream(cryo_ctx_probe(ctx, 0), &stream), 0);
	pthread_create(&thread, NULL, read_frames, stream);
	for (int i = 0; i < FRAMES / 50; i++) {
		EXPECT(mock_call("Frames", "su", "SN-0", 50));
		EXPECT_EQ(cryo_probe_refresh(cryo_ctx_probe(ctx, 0)), 0);
	}
	pthread_join(thread, &last);
	EXPECT_EQ((intptr_t)last, FRAMES);
	cryo_stream_free(stream);
	bus_stop();
}

TEST_MAIN()
