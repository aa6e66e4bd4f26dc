// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of alarms and the ring of events. */
#include "selftests/unit/test.h"

#include <errno.h>

#include "daemon/core/alarm-audio.h"
#include "daemon/core/alarm.h"
#include "daemon/core/events.h"
#include "daemon/core/names.h"
#include "daemon/core/types.h"

static enum alarm_change set(struct alarm_list *list, enum alarm_code code, bool present,
			     int64_t now)
{
	return alarm_set(list, code, present, 0, now);
}

TEST(non_latching_alarm_goes_with_its_condition)
{
	struct alarm_list list = { 0 };
	struct alarm sorted[ALARM_COUNT];

	EXPECT_EQ(set(&list, ALARM_SATURATED, true, 1), ALARM_RAISED);
	EXPECT_EQ(set(&list, ALARM_SATURATED, true, 2), ALARM_UNCHANGED);
	EXPECT_EQ(alarm_sorted(&list, sorted), 1);
	EXPECT_EQ(sorted[0].since_ns, 1);
	EXPECT_EQ(set(&list, ALARM_SATURATED, false, 3), ALARM_GONE);
	EXPECT_EQ(set(&list, ALARM_SATURATED, false, 4), ALARM_UNCHANGED);
	EXPECT_EQ(alarm_sorted(&list, sorted), 0);
}

TEST(latching_alarm_waits_to_be_acknowledged)
{
	struct alarm_list list = { 0 };
	struct alarm sorted[ALARM_COUNT];
	enum alarm_change change;

	set(&list, ALARM_FAULT, true, 1);
	EXPECT_EQ(set(&list, ALARM_FAULT, false, 2), ALARM_UNCHANGED);
	EXPECT_EQ(alarm_sorted(&list, sorted), 1);
	EXPECT(!sorted[0].present);
	EXPECT_EQ(alarm_acknowledge(&list, ALARM_FAULT, &change), 0);
	EXPECT_EQ(change, ALARM_GONE);
	EXPECT_EQ(alarm_sorted(&list, sorted), 0);
}

TEST(acknowledged_alarm_stays_while_its_condition_does)
{
	struct alarm_list list = { 0 };
	struct alarm sorted[ALARM_COUNT];
	enum alarm_change change;

	set(&list, ALARM_TIP_LOST, true, 1);
	EXPECT_EQ(alarm_acknowledge(&list, ALARM_TIP_LOST, &change), 0);
	EXPECT_EQ(change, ALARM_UNCHANGED);
	EXPECT_EQ(alarm_acknowledge(&list, ALARM_TIP_LOST, &change), -EALREADY);
	EXPECT_EQ(alarm_sorted(&list, sorted), 1);
	EXPECT(sorted[0].acknowledged);
	EXPECT_EQ(set(&list, ALARM_TIP_LOST, false, 2), ALARM_GONE);
}

TEST(alarm_that_comes_back_is_new)
{
	struct alarm_list list = { 0 };
	struct alarm sorted[ALARM_COUNT];

	set(&list, ALARM_BOUNDARY, true, 1);
	set(&list, ALARM_BOUNDARY, false, 2);
	EXPECT_EQ(set(&list, ALARM_BOUNDARY, true, 3), ALARM_RAISED);
	EXPECT_EQ(alarm_sorted(&list, sorted), 1);
	EXPECT_EQ(sorted[0].since_ns, 3);
	EXPECT(!sorted[0].acknowledged);
}

TEST(most_urgent_first)
{
	struct alarm_list list = { 0 };
	struct alarm sorted[ALARM_COUNT];
	enum alarm_change change;

	set(&list, ALARM_RECORD, true, 9);		/* low */
	set(&list, ALARM_PROMPT_TIMEOUT, true, 1);	/* medium */
	set(&list, ALARM_SATURATED, true, 5);		/* medium, newer */
	set(&list, ALARM_FAULT, true, 2);		/* high, acknowledged */
	set(&list, ALARM_TIP_LOST, true, 1);		/* high */
	EXPECT_EQ(alarm_acknowledge(&list, ALARM_FAULT, &change), 0);
	ASSERT_EQ(alarm_sorted(&list, sorted), 5);
	EXPECT_EQ(sorted[0].code, ALARM_TIP_LOST);
	EXPECT_EQ(sorted[1].code, ALARM_FAULT);
	EXPECT_EQ(sorted[2].code, ALARM_SATURATED);
	EXPECT_EQ(sorted[3].code, ALARM_PROMPT_TIMEOUT);
	EXPECT_EQ(sorted[4].code, ALARM_RECORD);
}

TEST(acknowledging_what_is_not_there)
{
	struct alarm_list list = { 0 };
	enum alarm_change change;

	EXPECT_EQ(alarm_acknowledge(&list, ALARM_FAULT, &change), -ENOENT);
	EXPECT_EQ(alarm_acknowledge(&list, (enum alarm_code)0, &change), -EINVAL);
	EXPECT_EQ(alarm_acknowledge(&list, ALARM_COUNT, &change), -EINVAL);
}

/* SM-ALARM */
TEST(every_code_has_a_name_and_a_priority)
{
	for (int code = ALARM_FAULT; code < ALARM_COUNT; code++) {
		EXPECT(strcmp(alarm_to_string(code), "unknown"));
		EXPECT_GE(alarm_priority(code), ALARM_LOW);
		EXPECT_LE(alarm_priority(code), ALARM_HIGH);
	}
	EXPECT_STREQ(alarm_to_string((enum alarm_code)99), "unknown");
	EXPECT_STREQ(phase_to_string((enum phase)99), "unknown");
	EXPECT_STREQ(outcome_to_string((enum outcome)-1), "unknown");
	for (int phase = 0; phase < PHASE_COUNT; phase++)
		EXPECT(strcmp(phase_to_string(phase), "unknown"));
}

#define S	1000000000LL

TEST(the_most_urgent_is_heard_until_it_is_acknowledged)
{
	struct alarm_list list = { 0 };
	struct alarm_audio audio = { 0 };
	struct alarm sorted[ALARM_COUNT];
	enum alarm_change change;

	EXPECT_EQ(alarm_audio_heard(&audio, sorted, alarm_sorted(&list, sorted)), 0);
	set(&list, ALARM_SATURATED, true, 1);		/* medium */
	set(&list, ALARM_FAULT, true, 2);		/* high */
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, alarm_sorted(&list, sorted)), ALARM_HIGH);
	set(&list, ALARM_FAULT, false, 3);		/* latches: still heard */
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, alarm_sorted(&list, sorted)), ALARM_HIGH);
	alarm_acknowledge(&list, ALARM_FAULT, &change);
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, alarm_sorted(&list, sorted)), ALARM_MEDIUM);
	alarm_acknowledge(&list, ALARM_SATURATED, &change);
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, alarm_sorted(&list, sorted)), 0);
}

TEST(a_pause_is_for_what_is_listed_and_for_its_time)
{
	struct alarm_list list = { 0 };
	struct alarm_audio audio = { 0 };
	struct alarm sorted[ALARM_COUNT];
	uint32_t n;

	set(&list, ALARM_FAULT, true, 1);
	n = alarm_sorted(&list, sorted);
	EXPECT_EQ(alarm_audio_pause(&audio, sorted, n, 120, 10 * S), 0);
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, n), 0);
	EXPECT_EQ(alarm_audio_left_s(&audio, 10 * S), 120);
	EXPECT_EQ(alarm_audio_left_s(&audio, 129 * S + 1), 1);
	set(&list, ALARM_SATURATED, true, 2);
	n = alarm_sorted(&list, sorted);
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, n), ALARM_MEDIUM);
	EXPECT(!alarm_audio_step(&audio, sorted, n, 129 * S));
	EXPECT(alarm_audio_step(&audio, sorted, n, 130 * S));
	EXPECT(!alarm_audio_step(&audio, sorted, n, 131 * S));
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, n), ALARM_HIGH);
	EXPECT_EQ(alarm_audio_left_s(&audio, 130 * S), 0);
}

TEST(an_alarm_that_comes_back_in_a_pause_is_heard)
{
	struct alarm_list list = { 0 };
	struct alarm_audio audio = { 0 };
	struct alarm sorted[ALARM_COUNT];
	uint32_t n;

	set(&list, ALARM_SATURATED, true, 1);
	n = alarm_sorted(&list, sorted);
	EXPECT_EQ(alarm_audio_pause(&audio, sorted, n, ALARM_AUDIO_MAX_S, S), 0);
	set(&list, ALARM_SATURATED, false, 2);
	set(&list, ALARM_SATURATED, true, 3);
	n = alarm_sorted(&list, sorted);
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, n), ALARM_MEDIUM);
	/* Nothing that was paused is left. */
	EXPECT(alarm_audio_step(&audio, sorted, n, 2 * S));
}

TEST(pauses_have_their_range)
{
	struct alarm_list list = { 0 };
	struct alarm_audio audio = { 0 };
	struct alarm sorted[ALARM_COUNT] = { 0 };
	uint32_t n = 0;

	EXPECT_EQ(alarm_audio_pause(&audio, sorted, n, ALARM_AUDIO_MAX_S + 1, S), -ERANGE);
	EXPECT_EQ(alarm_audio_pause(&audio, sorted, n, ALARM_AUDIO_MAX_S, S), 0);
	EXPECT_EQ(alarm_audio_left_s(&audio, S), 0);	/* there is nothing to pause */
	set(&list, ALARM_FAULT, true, 1);
	n = alarm_sorted(&list, sorted);
	EXPECT_EQ(alarm_audio_pause(&audio, sorted, n, ALARM_AUDIO_MAX_HIGH_S, S), 0);
	EXPECT_EQ(alarm_audio_pause(&audio, sorted, n, ALARM_AUDIO_MAX_HIGH_S + 1, S), -ERANGE);
	EXPECT_EQ(alarm_audio_left_s(&audio, S), ALARM_AUDIO_MAX_HIGH_S);
	EXPECT_EQ(alarm_audio_pause(&audio, sorted, n, 0, S), 0);
	EXPECT_EQ(alarm_audio_heard(&audio, sorted, n), ALARM_HIGH);
}

TEST(events_come_in_order_and_the_oldest_are_dropped)
{
	static struct event_ring ring;
	struct treatment_event event = { .kind = TREATMENT_EVENT_PHASE };

	EXPECT(!events_pop(&ring, &event));
	for (int i = 0; i < EVENTS_MAX + 10; i++) {
		event.new = i;
		events_push(&ring, &event);
	}
	for (int i = 10; i < EVENTS_MAX + 10; i++) {
		ASSERT(events_pop(&ring, &event));
		EXPECT_EQ(event.new, i);
	}
	EXPECT(!events_pop(&ring, &event));
}

TEST_MAIN()
