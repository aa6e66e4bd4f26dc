// SPDX-License-Identifier: GPL-2.0-or-later
/* The witness sees what it is there for, and accuses nobody of what he was asked to do. */
#include "selftests/fuzz/witness.h"
#include "selftests/unit/test.h"

#define MS 1000000LL
#define H0 1
#define H1 2
#define FLOWING (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT)

#define ARM(begin, end) { INTENT_ARM, H0, true, (begin) * MS, (end) * MS, 0 }
#define COMMAND(begin, end, expiry) \
	{ INTENT_COMMAND, H0, true, (begin) * MS, (end) * MS, (expiry) * MS }
#define STOP(begin, end) { INTENT_STOP, H0, true, (begin) * MS, (end) * MS, 0 }
#define FAILED_STOP(begin, end) { INTENT_STOP, H0, false, (begin) * MS, (end) * MS, 0 }
#define UNBIND(begin, end) { INTENT_UNBIND, H0, true, (begin) * MS, (end) * MS, 0 }
#define BIND(begin, end) { INTENT_BIND, H0, true, (begin) * MS, (end) * MS, 0 }
#define OTHERS(intent_kind, begin, end) \
	{ intent_kind, H1, true, (begin) * MS, (end) * MS, (end) * MS + 1000 * MS }

/* One edge at 100 ms, which energises @word; what the witness says to the story before it. */
static struct witness_report edge_after(struct intent *intents, size_t count, uint32_t word)
{
	const struct cryosim_edge edge = { .seq = 1, .time_ns = 100 * MS, .word = word };
	struct witness_report report;

	witness_check(intents, count, &edge, 1, &report);
	return report;
}

#define AFTER(word, ...) ({							\
	struct intent story_[] = { __VA_ARGS__ };				\
	edge_after(story_, sizeof(story_) / sizeof(story_[0]), word);		\
})

static size_t all_violations(const struct witness_report *report)
{
	size_t sum = 0;

	for (int i = 0; i < WITNESS_RULES; i++)
		sum += report->violations[i];
	return sum;
}

#define EXPECT_INNOCENT(word, ...) do {						\
	struct witness_report report_ = AFTER(word, __VA_ARGS__);		\
	EXPECT_EQ(all_violations(&report_), 0);					\
} while (0)

#define EXPECT_GUILTY(rule, word, ...) do {					\
	struct witness_report report_ = AFTER(word, __VA_ARGS__);		\
	EXPECT_EQ(report_.violations[rule], 1);					\
	EXPECT_EQ(report_.first[rule].time_ns, 100 * MS);			\
} while (0)

TEST(command_after_arming_opens)
{
	EXPECT_INNOCENT(FLOWING, ARM(10, 50), COMMAND(60, 80, 300));
	EXPECT_INNOCENT(CRYOSIM_OUT_THAW, ARM(10, 50), COMMAND(60, 80, 300));
}

TEST(call_that_is_still_going_on_opens)
{
	EXPECT_INNOCENT(FLOWING, ARM(10, 50), COMMAND(99, 150, 300));
	EXPECT_INNOCENT(FLOWING, ARM(10, 200), COMMAND(99, 150, 300));
}

TEST(nobody_asked)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, OTHERS(INTENT_ARM, 10, 50),
		      OTHERS(INTENT_COMMAND, 60, 80));
	EXPECT_GUILTY(WITNESS_ENERGISED_DISARMED, FLOWING, OTHERS(INTENT_ARM, 10, 50));
}

TEST(armed_is_not_asked)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, ARM(10, 50));
	EXPECT_INNOCENT(CRYOSIM_OUT_VENT, ARM(10, 50));
}

TEST(asked_is_not_armed)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, COMMAND(60, 80, 300));
	EXPECT_GUILTY(WITNESS_ENERGISED_DISARMED, CRYOSIM_OUT_VENT, COMMAND(60, 80, 300));
}

TEST(asked_before_arming)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, COMMAND(10, 20, 300), ARM(30, 50));
}

TEST(refused_is_not_asked)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, ARM(10, 50),
		      { INTENT_COMMAND, H0, false, 60 * MS, 80 * MS, 300 * MS });
	EXPECT_GUILTY(WITNESS_ENERGISED_DISARMED, CRYOSIM_OUT_VENT,
		      { INTENT_ARM, H0, false, 10 * MS, 50 * MS, 0 });
}

TEST(command_has_expired)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, ARM(10, 50), COMMAND(60, 80, 99));
}

TEST(asked_too_late)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, ARM(10, 50), COMMAND(101, 110, 300));
}

TEST(stopped_since)
{
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, ARM(10, 50), COMMAND(60, 65, 300),
		      STOP(70, 90));
	EXPECT_GUILTY(WITNESS_ENERGISED_DISARMED, CRYOSIM_OUT_VENT, ARM(10, 50), STOP(70, 90));
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, ARM(10, 50), STOP(60, 65),
		      COMMAND(70, 90, 300));
}

TEST(stop_that_may_have_been_earlier_or_later)
{
	EXPECT_INNOCENT(FLOWING, ARM(10, 50), COMMAND(60, 75, 300), STOP(40, 90));
	EXPECT_INNOCENT(FLOWING, ARM(10, 50), COMMAND(60, 65, 300), STOP(70, 110));
	EXPECT_INNOCENT(FLOWING, ARM(10, 50), COMMAND(60, 65, 300), FAILED_STOP(70, 90));
}

TEST(armed_again_after_a_stop)
{
	EXPECT_INNOCENT(FLOWING, ARM(1, 5), STOP(6, 7), ARM(10, 50), COMMAND(60, 65, 300));
}

TEST(unbound_is_off)
{
	EXPECT_GUILTY(WITNESS_ENERGISED_UNBOUND, FLOWING, ARM(10, 20), COMMAND(30, 40, 300),
		      UNBIND(50, 60));
	EXPECT_INNOCENT(FLOWING, UNBIND(1, 2), BIND(3, 4), ARM(10, 50), COMMAND(60, 65, 300));
	EXPECT_INNOCENT(CRYOSIM_OUT_PULSE | CRYOSIM_OUT_ALARM, UNBIND(50, 60));
}

TEST(freeze_and_thaw)
{
	EXPECT_GUILTY(WITNESS_FREEZE_AND_THAW, CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_THAW,
		      ARM(10, 50), COMMAND(60, 80, 300));
}

TEST(one_valve_may_be_tried_after_arming)
{
	EXPECT_INNOCENT(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT, ARM(10, 200));
	EXPECT_INNOCENT(CRYOSIM_OUT_FREEZE, ARM(10, 90));
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, CRYOSIM_OUT_FREEZE, ARM(-20000, -19901));
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, CRYOSIM_OUT_FREEZE, ARM(10, 50), STOP(70, 90));
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, CRYOSIM_OUT_THAW, ARM(10, 200));
	EXPECT_GUILTY(WITNESS_OPENED_UNASKED, FLOWING, ARM(10, 200));
}

TEST(only_rising_edges_open)
{
	const struct cryosim_edge edges[] = {
		{ .seq = 1, .time_ns = 100 * MS, .word = FLOWING },
		{ .seq = 2, .time_ns = 110 * MS, .word = FLOWING | CRYOSIM_OUT_PULSE },
		{ .seq = 3, .time_ns = 120 * MS, .word = CRYOSIM_OUT_SUPPLY },
		{ .seq = 4, .time_ns = 500 * MS, .word = 0 },
	};
	struct intent story[] = { ARM(10, 50), COMMAND(60, 80, 105) };
	struct witness_report report;

	witness_check(story, 2, edges, 4, &report);
	EXPECT_EQ(all_violations(&report), 0);
	EXPECT_EQ(report.openings, 1);
	EXPECT_EQ(report.edges, 4);
}

TEST_MAIN()
