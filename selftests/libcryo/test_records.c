// SPDX-License-Identifier: GPL-2.0-or-later
/* The records of libcryo against the mock of cryod, whose records are the scenes of the report's tests. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "libcryo/cryo.h"
#include "selftests/libcryo/bus.h"
#include "selftests/libcryo/mock-records.h"
#include "selftests/report/scenes.h"
#include "selftests/unit/test.h"

#define WAIT_MS 10000		/* far beyond anything but a failure */

static struct cryo_ctx *ctx;

static bool set_up(void)
{
	ctx = cryo_ctx_unref(ctx);
	return bus_start() && mock_start() && cryo_ctx_new(&ctx) >= 0;
}

static void tear_down(void)
{
	ctx = cryo_ctx_unref(ctx);
	bus_stop();
}

/* The number of the scene of this name. */
static uint64_t number_of(const char *name)
{
	for (size_t i = 0; i < n_scenes; i++)
		if (!strcmp(scenes[i].name, name))
			return i + 1;
	return 0;
}

TEST(records_are_listed_newest_first)
{
	CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = NULL;

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_list_records(ctx, CRYO_RECORDS_MAX, 0, &records), 0);
	ASSERT_EQ(cryo_records_count(records), n_scenes);
	for (size_t i = 0; i < n_scenes; i++)
		EXPECT_EQ(cryo_records_treatment(records, i), n_scenes - i);
	EXPECT_STREQ(cryo_records_serial(records, n_scenes - 1), "SN-0001");
	EXPECT_STREQ(cryo_records_operator(records, n_scenes - 1), "Dr. A. Tester");
	EXPECT_STREQ(cryo_records_protocol(records, n_scenes - 1), "demo");
	EXPECT_EQ(cryo_records_outcome(records, n_scenes - 1), CRYO_OUTCOME_COMPLETED);
	EXPECT_EQ(cryo_records_started_us(records, n_scenes - 1), 1700000000000000 + 86400000000);
	EXPECT_EQ(cryo_records_ended_us(records, n_scenes - number_of("too-cold")), 0);
	tear_down();
}

TEST(past_the_end_of_the_list_is_nothing)
{
	CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = NULL;

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_list_records(ctx, 1, 2, &records), 0);
	ASSERT_EQ(cryo_records_count(records), 1);
	EXPECT_EQ(cryo_records_treatment(records, 0), 1);
	EXPECT_EQ(cryo_records_treatment(records, 1), 0);
	EXPECT(!cryo_records_serial(records, 1));
	EXPECT_EQ(cryo_records_outcome(records, 1), CRYO_OUTCOME_UNKNOWN);
	EXPECT_EQ(cryo_records_count(NULL), 0);
	tear_down();
}

TEST(the_limit_has_its_range)
{
	struct cryo_records *records = NULL;

	ASSERT(set_up());
	EXPECT_EQ(cryo_ctx_list_records(ctx, 0, 0, &records), -EINVAL);
	EXPECT_EQ(cryo_ctx_list_records(ctx, 1001, 0, &records), -EINVAL);
	EXPECT_STREQ(cryo_ctx_error(ctx), "limit of 1001 records is outside 1 to 1000");
	EXPECT_EQ(cryo_ctx_list_records(NULL, 1, 0, &records), -EINVAL);
	EXPECT(!records);
	tear_down();
}

TEST(a_record_has_facts_by_name)
{
	CRYO_CLEANUP(cryo_record_free) struct cryo_record *record = NULL;
	int64_t number = 42;
	size_t n = 0;

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_get_record(ctx, 1, &record), 0);
	EXPECT_EQ(cryo_record_treatment(record), 1);
	EXPECT_STREQ(cryo_record_text(record, "patient"), "P-4711");
	EXPECT(!cryo_record_text(record, "gauge"));
	EXPECT(!cryo_record_text(record, "weather"));
	EXPECT_EQ(cryo_record_number(record, "patient", &number), -ENOENT);
	EXPECT_EQ(number, 42);
	EXPECT_EQ(cryo_record_number(record, "gauge", &number), 0);
	EXPECT_EQ(number, 18);
	EXPECT_EQ(cryo_record_number(record, "started-us", &number), 0);
	EXPECT_EQ(number, 1700000000000000 + 86400000000);
	while (cryo_record_fact(record, n))
		n++;
	/* 12 texts and 7 numbers: what is of a type that nobody knows is not told. */
	EXPECT_EQ(n, 19);
	tear_down();
}

TEST(a_record_has_events_in_order)
{
	CRYO_CLEANUP(cryo_record_free) struct cryo_record *record = NULL;
	const struct cryo_record_event *event;

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_get_record(ctx, number_of("sensor-lost"), &record), 0);
	ASSERT_EQ(cryo_record_event_count(record), 4);
	event = cryo_record_event(record, 0);
	EXPECT_EQ(cryo_record_event_time_ns(event), 31 * SECOND_NS);
	EXPECT_STREQ(cryo_record_event_source(event), "kernel");
	EXPECT_STREQ(cryo_record_event_kind(event), "fault");
	EXPECT_EQ(cryo_record_event_new(event), 8);
	EXPECT_STREQ(cryo_record_event_text(event), "sensor-open");
	event = cryo_record_event(record, 3);
	EXPECT_EQ(cryo_record_event_old(event), CRYO_PHASE_FREEZE);
	EXPECT_EQ(cryo_record_event_sample(event), 3);
	EXPECT(!cryo_record_event(record, 4));
	tear_down();
}

TEST(samples_are_fetched_when_they_are_asked_for)
{
	CRYO_CLEANUP(cryo_record_free) struct cryo_record *record = NULL;
	struct record wanted = record_new();
	struct cryo_frame frame;

	ASSERT(set_up());
	scenes[0].play(&wanted);
	ASSERT_EQ(cryo_ctx_get_record(ctx, 1, &record), 0);
	EXPECT_EQ(cryo_record_sample_count(record), 0);
	for (int twice = 0; twice < 2; twice++) {
		ASSERT_EQ(cryo_ctx_fetch_samples(ctx, record), 0);
		ASSERT_EQ(cryo_record_sample_count(record), wanted.data.n_frames);
	}
	for (size_t i = 0; i < wanted.data.n_frames; i++) {
		EXPECT_EQ(cryo_record_sample(record, i, &frame, sizeof(frame)), 1);
		EXPECT(!memcmp(&frame, &wanted.frames[i], sizeof(frame)));
	}
	EXPECT_EQ(cryo_record_sample(record, wanted.data.n_frames, &frame, sizeof(frame)), 0);
	EXPECT_EQ(cryo_record_sample(record, 0, &frame, 8), -EINVAL);
	record_free(&wanted);
	tear_down();
}

TEST(samples_of_a_newer_daemon_are_understood)
{
	CRYO_CLEANUP(cryo_record_free) struct cryo_record *record = NULL;
	struct record wanted = record_new();
	struct cryo_frame frame;
	size_t last;

	ASSERT(set_up());
	scenes[0].play(&wanted);
	last = wanted.data.n_frames - 1;
	ASSERT_EQ(cryo_ctx_get_record(ctx, MOCK_NEWER, &record), 0);
	ASSERT_EQ(cryo_ctx_fetch_samples(ctx, record), 0);
	ASSERT_EQ(cryo_record_sample_count(record), last + 1);
	EXPECT_EQ(cryo_record_sample(record, last, &frame, sizeof(frame)), 1);
	EXPECT_EQ(frame.seq, wanted.frames[last].seq);
	EXPECT_EQ(frame.tip_mdegc, wanted.frames[last].tip_mdegc);
	EXPECT_EQ(frame.site, 1);
	record_free(&wanted);
	tear_down();
}

TEST(what_is_wrong_with_a_record_is_told)
{
	CRYO_CLEANUP(cryo_record_free) struct cryo_record *record = NULL;

	ASSERT(set_up());
	EXPECT_EQ(cryo_ctx_get_record(ctx, 77, &record), -ESRCH);
	EXPECT_EQ(cryo_ctx_get_record(ctx, 0, &record), -EINVAL);
	EXPECT_EQ(cryo_ctx_get_record(ctx, MOCK_DAMAGED, &record), -EUCLEAN);
	EXPECT_STREQ(cryo_ctx_error(ctx), "treatment 98");
	EXPECT(!record);
	ASSERT_EQ(cryo_ctx_get_record(ctx, MOCK_CUT, &record), 0);
	EXPECT_EQ(cryo_ctx_fetch_samples(ctx, record), -EBADMSG);
	EXPECT_EQ(cryo_record_sample_count(record), 0);
	tear_down();
}

TEST(a_record_is_verified_and_so_are_all)
{
	enum cryo_verdict verdict = CRYO_VERDICT_UNKNOWN;
	char *detail = NULL;

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_verify_record(ctx, 1, &verdict, NULL), 0);
	EXPECT_EQ(verdict, CRYO_VERDICT_INTACT);
	ASSERT_EQ(cryo_ctx_verify_record(ctx, number_of("nothing"), &verdict, NULL), 0);
	EXPECT_EQ(verdict, CRYO_VERDICT_OPEN);
	ASSERT_EQ(cryo_ctx_verify_record(ctx, 0, &verdict, &detail), 0);
	EXPECT_EQ(verdict, CRYO_VERDICT_DAMAGED);
	EXPECT_STREQ(detail, "treatments, 12, serial");
	free(detail);
	EXPECT_EQ(cryo_ctx_verify_record(ctx, 77, &verdict, NULL), -ESRCH);
	tear_down();
}

TEST(a_record_is_exported_to_any_descriptor)
{
	char text[64] = "";
	int fds[2];

	ASSERT(set_up());
	ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
	EXPECT_EQ(cryo_ctx_export_record(ctx, 1, fds[1]), 0);
	EXPECT_GT(read(fds[0], text, sizeof(text) - 1), 0);
	EXPECT(!strncmp(text, "time_s,tip_degc\n", 16));
	EXPECT_EQ(cryo_ctx_export_record(ctx, 77, fds[1]), -ESRCH);
	EXPECT_EQ(cryo_ctx_export_record(ctx, 1, -1), -EINVAL);
	close(fds[0]);
	close(fds[1]);
	tear_down();
}

static void count_changes(struct cryo_ctx *from, enum cryo_event event, struct cryo_probe *probe,
			  void *userdata)
{
	int *changes = userdata;

	(void)from;
	*changes += event == CRYO_EVENT_RECORDS_CHANGED && !probe;
}

TEST(an_application_hears_that_a_record_has_ended)
{
	int changes = 0;

	ASSERT(set_up());
	cryo_ctx_set_handler(ctx, count_changes, &changes);
	ASSERT(mock_call("RecordChanged", "ts", (uint64_t)1, "completed"));
	while (changes == 0)
		ASSERT_GT(cryo_ctx_wait(ctx, WAIT_MS), 0);
	EXPECT_EQ(changes, 1);
	tear_down();
}

TEST(verdicts_have_words)
{
	EXPECT_STREQ(cryo_verdict_to_string(CRYO_VERDICT_INTACT), "intact");
	EXPECT_STREQ(cryo_verdict_to_string(CRYO_VERDICT_EXPIRED), "expired");
	EXPECT_STREQ(cryo_verdict_to_string(CRYO_VERDICT_UNKNOWN), "unknown");
}

TEST_MAIN()
