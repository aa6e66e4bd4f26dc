// SPDX-License-Identifier: GPL-2.0-or-later
/* The calls of libcryo that do not wait, against the mock of cryod on a private bus. */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include <cryo.h>

#include "selftests/libcryo/bus.h"
#include "selftests/unit/test.h"

#define WAIT_MS 10000		/* far beyond anything but a failure */

static struct cryo_ctx *ctx;
static int answers;		/* how often the handler was called */

static bool set_up(void)
{
	ctx = cryo_ctx_unref(ctx);
	answers = 0;
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

static void count_answer(struct cryo_call *call, void *userdata)
{
	answers++;
	if (userdata)
		*(int *)userdata = cryo_call_finish(call);
}

/* By the descriptor and dispatch alone, as an event loop does it. */
static bool wait_for_answers(int n)
{
	struct pollfd fd = { .fd = cryo_ctx_fd(ctx), .events = POLLIN };
	time_t end = time(NULL) + WAIT_MS / 1000;

	while (answers < n)
		if (poll(&fd, 1, WAIT_MS) <= 0 || cryo_ctx_dispatch(ctx) < 0 || time(NULL) > end)
			return false;
	return true;
}

static void take_treatment(struct cryo_call *call, void *userdata)
{
	answers++;
	EXPECT(cryo_call_is_done(call));
	EXPECT_EQ(cryo_probe_start_finish(call, userdata), 0);
}

TEST(a_start_is_answered_later)
{
	uint64_t treatment = 0;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start_async(probe(), "demo", take_treatment, &treatment, NULL), 0);
	EXPECT_EQ(answers, 0);
	EXPECT(wait_for_answers(1));
	EXPECT_EQ(treatment, 1);
	tear_down();
}

TEST(a_start_with_options_is_answered_later)
{
	const struct cryo_start options = { .patient = "P-7" };
	uint64_t treatment = 0;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start_with_async(probe(), "demo", &options, sizeof(options), take_treatment,
					      &treatment, NULL), 0);
	EXPECT(wait_for_answers(1));
	EXPECT_EQ(treatment, 1);
	EXPECT_EQ(cryo_probe_refresh(probe()), 0);
	EXPECT_STREQ(cryo_probe_model(probe()), "patient=P-7 ");
	tear_down();
}

typedef int (*verb_t)(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
		      struct cryo_call **ret_call);

TEST(every_verb_has_its_twin)
{
	static const verb_t verbs[] = {
		cryo_probe_advance_async, cryo_probe_take_over_async, cryo_probe_pause_async,
		cryo_probe_resume_async,
		cryo_probe_repeat_async, cryo_probe_end_phase_async, cryo_probe_abort_async,
		cryo_probe_clear_fault_async,
	};
	const int n = sizeof(verbs) / sizeof(verbs[0]);
	int result;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);
	for (int i = 0; i < n; i++) {
		result = 1;
		EXPECT_EQ(verbs[i](probe(), count_answer, &result, NULL), 0);
		EXPECT(wait_for_answers(i + 1));
		EXPECT_EQ(result, 0);
	}
	EXPECT_EQ(cryo_probe_phase(probe()), CRYO_PHASE_WARM);
	EXPECT(mock_call("Set", "sss", "SN-1", "Alarms", "fault"));
	EXPECT_EQ(cryo_probe_acknowledge_async(probe(), "fault", count_answer, &result, NULL), 0);
	EXPECT(wait_for_answers(n + 1));
	EXPECT_EQ(result, 0);
	EXPECT_EQ(cryo_probe_pause_audio_async(probe(), 60, count_answer, &result, NULL), 0);
	EXPECT(wait_for_answers(n + 2));
	EXPECT_EQ(result, 0);
	for (int i = 0; i < n; i++)
		EXPECT_EQ(verbs[i](NULL, count_answer, NULL, NULL), -EINVAL);
	tear_down();
}

TEST(a_self_test_is_answered_later)
{
	CRYO_CLEANUP(cryo_call_unref) struct cryo_call *call = NULL;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_self_test_async(probe(), count_answer, NULL, &call), 0);
	EXPECT_EQ(cryo_probe_self_test_finish(call), -EINPROGRESS);
	EXPECT(wait_for_answers(1));
	EXPECT_EQ(cryo_probe_self_test_finish(call), 1);
	EXPECT_EQ(cryo_probe_self_test_finish(call), 1);
	EXPECT_EQ(cryo_probe_test_count(probe()), 3);
	EXPECT_EQ(cryo_probe_self_test_async(NULL, count_answer, NULL, NULL), -EINVAL);
	tear_down();
}

TEST(a_refusal_has_its_errno_and_reason)
{
	CRYO_CLEANUP(cryo_call_unref) struct cryo_call *call = NULL;
	struct cryo_stream *stream = NULL;
	uint64_t treatment = 77;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start_async(probe(), "nonsense", count_answer, NULL, &call), 0);
	EXPECT(!cryo_call_is_done(call));
	EXPECT_EQ(cryo_probe_start_finish(call, &treatment), -EINPROGRESS);
	EXPECT(wait_for_answers(1));
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(cryo_probe_start_finish(call, &treatment), -ENOENT);
		EXPECT_STREQ(cryo_ctx_error(ctx), "no such protocol");
	}
	EXPECT_EQ(cryo_probe_open_stream_finish(call, &stream), -EINVAL);
	EXPECT_EQ(treatment, 77);
	tear_down();
}

TEST(a_call_is_cancelled_by_its_last_reference)
{
	struct cryo_call *call = NULL;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_abort_async(probe(), count_answer, NULL, &call), 0);
	EXPECT(cryo_call_ref(call) == call);
	EXPECT(!cryo_call_unref(call));
	EXPECT(!cryo_call_unref(call));
	EXPECT_EQ(cryo_probe_refresh(probe()), 0);
	EXPECT_EQ(cryo_ctx_dispatch(ctx), 0);
	EXPECT_EQ(answers, 0);
	tear_down();
}

TEST(a_silent_daemon_is_given_up)
{
	int result = 1;

	ASSERT(set_up());
	EXPECT(mock_call("Hang", "b", true));
	EXPECT_EQ(cryo_ctx_set_timeout(ctx, 50), 0);
	EXPECT_EQ(cryo_probe_pause_async(probe(), count_answer, &result, NULL), 0);
	EXPECT(wait_for_answers(1));
	EXPECT_EQ(result, -ETIMEDOUT);
	EXPECT_STREQ(cryo_ctx_error(ctx), "cryod gave no answer to Pause within 50 ms");
	EXPECT(mock_call("Hang", "b", false));
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);
	tear_down();
}

TEST(calls_end_with_their_context)
{
	CRYO_CLEANUP(cryo_call_unref) struct cryo_call *call = NULL;

	ASSERT(set_up());
	EXPECT(mock_call("Hang", "b", true));
	EXPECT_EQ(cryo_probe_pause_async(probe(), count_answer, NULL, &call), 0);
	EXPECT_EQ(cryo_probe_pause_async(probe(), count_answer, NULL, NULL), 0);
	tear_down();
	EXPECT(cryo_call_is_done(call));
	EXPECT_EQ(cryo_call_finish(call), -ECANCELED);
	EXPECT_EQ(answers, 0);
}

TEST(an_answer_outlives_its_context)
{
	CRYO_CLEANUP(cryo_call_unref) struct cryo_call *call = NULL;
	uint64_t treatment = 0;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start_async(probe(), "demo", count_answer, NULL, &call), 0);
	EXPECT(wait_for_answers(1));
	tear_down();
	EXPECT_EQ(cryo_probe_start_finish(call, &treatment), 0);
	EXPECT_EQ(treatment, 1);
}

TEST(a_lost_bus_ends_what_waits)
{
	int result = 1;

	ASSERT(set_up());
	EXPECT(mock_call("Hang", "b", true));
	EXPECT_EQ(cryo_probe_pause_async(probe(), count_answer, &result, NULL), 0);
	bus_kill();
	wait_for_answers(1);
	EXPECT_EQ(result, -ENOTCONN);
	EXPECT_EQ(cryo_probe_pause_async(probe(), count_answer, NULL, NULL), -ENOTCONN);
	tear_down();
}

static void take_tip(struct cryo_call *call, void *userdata)
{
	answers++;
	EXPECT_EQ(cryo_call_finish(call), 0);
	*(int32_t *)userdata = cryo_probe_tip_mdegc(probe());
}

TEST(a_refresh_is_taken_in_before_it_is_told)
{
	int32_t tip = 0;

	ASSERT(set_up());
	EXPECT(mock_call("Set", "sss", "SN-1", "Tip", "-45200"));
	EXPECT_EQ(cryo_probe_refresh_async(probe(), take_tip, &tip, NULL), 0);
	EXPECT(wait_for_answers(1));
	EXPECT_EQ(tip, -45200);
	tear_down();
}

static void drop_everything(struct cryo_call *call, void *userdata)
{
	answers++;
	EXPECT_EQ(cryo_call_finish(call), 0);
	EXPECT_EQ(cryo_ctx_dispatch(ctx), -EBUSY);
	EXPECT_EQ(cryo_probe_pause(probe()), 0);
	cryo_call_unref(*(struct cryo_call **)userdata);
	ctx = cryo_ctx_unref(ctx);
}

TEST(a_handler_may_call_and_drop_everything)
{
	struct pollfd fd = { .events = POLLIN };
	struct cryo_call *call;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);
	EXPECT_EQ(cryo_ctx_dispatch(ctx), 1);
	EXPECT_EQ(cryo_probe_advance_async(probe(), drop_everything, &call, &call), 0);
	fd.fd = cryo_ctx_fd(ctx);
	while (ctx && poll(&fd, 1, WAIT_MS) == 1)
		cryo_ctx_dispatch(ctx);
	EXPECT_EQ(answers, 1);
	tear_down();
}

TEST(texts_and_lists_come_later_too)
{
	static const char text[] = "[Protocol]\nTitle=Short double freeze\n";
	CRYO_CLEANUP(cryo_protocols_free) struct cryo_protocols *protocols = NULL;
	struct cryo_call *call[6] = { 0 };
	char *said[3] = { 0 };

	ASSERT(set_up());
	EXPECT_EQ(cryo_ctx_list_protocols_async(ctx, count_answer, NULL, &call[0]), 0);
	EXPECT_EQ(cryo_ctx_read_protocol_async(ctx, "demo", count_answer, NULL, &call[1]), 0);
	EXPECT_EQ(cryo_ctx_describe_protocol_async(ctx, "demo", count_answer, NULL, &call[2]), 0);
	EXPECT_EQ(cryo_ctx_daemon_version_async(ctx, count_answer, NULL, &call[3]), 0);
	EXPECT_EQ(cryo_ctx_validate_protocol_async(ctx, "nonsense", count_answer, NULL, &call[4]), 0);
	EXPECT_EQ(cryo_ctx_install_protocol_async(ctx, "mine", text, count_answer, NULL, &call[5]), 0);
	ASSERT(wait_for_answers(6));
	EXPECT_EQ(cryo_ctx_list_protocols_finish(call[0], &protocols), 0);
	EXPECT_EQ(cryo_protocols_count(protocols), 3);
	EXPECT_EQ(cryo_ctx_read_protocol_finish(call[1], &said[0]), 0);
	EXPECT_STREQ(said[0], text);
	EXPECT_EQ(cryo_ctx_describe_protocol_finish(call[2], &said[1]), 0);
	EXPECT_EQ(cryo_ctx_daemon_version_finish(call[3], &said[2]), 0);
	EXPECT_STREQ(said[2], "mock");
	EXPECT_EQ(cryo_ctx_validate_protocol_finish(call[4]), -ERANGE);
	EXPECT_STREQ(cryo_ctx_error(ctx), "line 1: no section");
	EXPECT_EQ(cryo_call_finish(call[5]), 0);
	for (int i = 0; i < 6; i++)
		cryo_call_unref(call[i]);
	for (int i = 0; i < 3; i++)
		free(said[i]);
	tear_down();
}

TEST(records_come_later_too)
{
	CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = NULL;
	enum cryo_verdict verdict = CRYO_VERDICT_UNKNOWN;
	struct cryo_call *call[2] = { 0 };
	char *detail = NULL;

	ASSERT(set_up());
	EXPECT_EQ(cryo_ctx_list_records_async(ctx, 0, 0, count_answer, NULL, NULL), -EINVAL);
	EXPECT_EQ(cryo_ctx_list_records_async(ctx, 1, 0, count_answer, NULL, &call[0]), 0);
	EXPECT_EQ(cryo_ctx_verify_record_async(ctx, 1, count_answer, NULL, &call[1]), 0);
	ASSERT(wait_for_answers(2));
	EXPECT_EQ(cryo_ctx_list_records_finish(call[0], &records), 0);
	EXPECT_EQ(cryo_records_count(records), 1);
	EXPECT_EQ(cryo_ctx_verify_record_finish(call[1], &verdict, &detail), 0);
	EXPECT_EQ(verdict, CRYO_VERDICT_INTACT);
	EXPECT_EQ(cryo_ctx_verify_record_finish(call[0], &verdict, NULL), -EINVAL);
	free(detail);
	cryo_call_unref(call[0]);
	cryo_call_unref(call[1]);
	tear_down();
}

static void take_stream(struct cryo_call *call, void *userdata)
{
	answers++;
	EXPECT_EQ(cryo_probe_open_stream_finish(call, userdata), 0);
}

TEST(a_stream_is_opened_later)
{
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct cryo_frame frame;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_open_stream_async(probe(), take_stream, &stream, NULL), 0);
	ASSERT(wait_for_answers(1));
	EXPECT(mock_call("Frames", "su", "SN-1", 1));
	EXPECT_EQ(cryo_stream_next(stream, &frame, sizeof(frame)), 1);
	EXPECT_EQ(frame.seq, 1);
	tear_down();
}

static void take_event(struct cryo_ctx *from, enum cryo_event event, struct cryo_probe *changed,
		       void *userdata)
{
	(void)from, (void)changed;
	answers++;
	*(enum cryo_event *)userdata = event;
}

TEST(a_context_is_made_without_waiting)
{
	enum cryo_event event = CRYO_EVENT_PROBE_CHANGED;

	ASSERT(set_up());
	ctx = cryo_ctx_unref(ctx);
	ASSERT_EQ(cryo_ctx_new_async(&ctx), 0);
	cryo_ctx_set_handler(ctx, take_event, &event);
	EXPECT(!cryo_ctx_daemon_runs(ctx));
	EXPECT(wait_for_answers(2));
	EXPECT_EQ(event, CRYO_EVENT_DAEMON_UP);
	EXPECT(cryo_ctx_daemon_runs(ctx));
	EXPECT_EQ(cryo_ctx_probe_count(ctx), 1);
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);

	mock_kill();
	ctx = cryo_ctx_unref(ctx);
	answers = 0;
	ASSERT_EQ(cryo_ctx_new_async(&ctx), 0);
	cryo_ctx_set_handler(ctx, take_event, &event);
	EXPECT(wait_for_answers(1));
	EXPECT_EQ(event, CRYO_EVENT_DAEMON_GONE);
	answers = 0;
	ASSERT(mock_start());
	EXPECT(wait_for_answers(1));
	EXPECT_EQ(event, CRYO_EVENT_DAEMON_UP);
	tear_down();
}

TEST_MAIN()
