// SPDX-License-Identifier: GPL-2.0-or-later
/* What a report says of a treatment in numbers: the course, the cycle table, recovery, alarms. */
#include "libcryo/tools/report-alarms.h"
#include "libcryo/tools/report-axis.h"
#include "libcryo/tools/report-protocol.h"
#include "libcryo/tools/report-recovery.h"
#include "libcryo/tools/report-remarks.h"
#include "selftests/report/course.h"
#include "selftests/unit/test.h"

struct outcome {
	struct report_course course;
	struct report_figures figures;
};

static struct outcome look(const struct record *r)
{
	struct outcome o = { 0 };

	EXPECT_EQ(report_course(&r->data, &o.course), 0);
	EXPECT_EQ(report_figures(&r->data, &o.course, &o.figures), 0);
	return o;
}

static void done(struct record *r, struct outcome *o)
{
	free(o->course.spans);
	free(o->figures.cycles);
	record_free(r);
}

TEST(a_record_without_samples_has_no_figures)
{
	struct record r = record_new();
	struct outcome o = look(&r);

	EXPECT_EQ(o.course.n, 0);
	EXPECT_EQ(o.figures.n_cycles, 0);
	EXPECT_EQ(o.figures.total.coldest_mdegc, CRYO_NOT_VALID);
	EXPECT_EQ(o.figures.total.duration_ns, 0);
	done(&r, &o);
}

TEST(the_course_has_a_span_for_each_phase)
{
	static const enum cryo_phase wanted[] = {
		CRYO_PHASE_SELF_TEST, CRYO_PHASE_READY, CRYO_PHASE_COOL, CRYO_PHASE_FREEZE,
		CRYO_PHASE_THAW, CRYO_PHASE_COOL, CRYO_PHASE_FREEZE, CRYO_PHASE_WARM, CRYO_PHASE_WITHDRAW,
	};
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	record_freeze(&r, -60000, 2, 10);
	record_end(&r);
	o = look(&r);
	ASSERT_EQ(o.course.n, 9);
	for (size_t i = 0; i < 9; i++) {
		EXPECT_EQ(o.course.spans[i].phase, wanted[i]);
		if (i)
			EXPECT_EQ(o.course.spans[i].start_ns, o.course.spans[i - 1].end_ns);
	}
	EXPECT_EQ(o.course.spans[8].last, r.data.n_frames - 1);
	done(&r, &o);
}

TEST(a_sample_without_a_phase_belongs_to_the_one_before)
{
	struct record r = record_new();
	struct outcome o;

	record_phase(&r, CRYO_PHASE_IDLE, 0.1, 37000);
	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	r.frames[400].phase = CRYO_PHASE_IDLE;
	r.frames[400].site = 0;
	r.frames[400].cycle = 0;
	r.frames[400].target_mdegc = CRYO_NOT_VALID;
	r.frames[400].ice_radius_um = 0;
	o = look(&r);
	EXPECT_EQ(o.course.n, 4);
	EXPECT_EQ(o.course.spans[0].first, 5);
	ASSERT_EQ(o.figures.n_cycles, 1);
	EXPECT_EQ(o.figures.cycles[0].ice_um, 3000);
	EXPECT(!o.figures.cycles[0].target_changed);
	done(&r, &o);
}

TEST(time_to_the_target_and_time_there)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	record_freeze(&r, -60000, 2, 15);
	record_end(&r);
	o = look(&r);
	ASSERT_EQ(o.figures.n_cycles, 2);
	EXPECT(o.figures.cycles[0].reached);
	EXPECT_EQ(o.figures.cycles[0].to_target_ns, 4 * SECOND_NS);
	EXPECT_EQ(o.figures.cycles[0].held_ns, 10 * SECOND_NS);
	EXPECT_EQ(o.figures.cycles[1].to_target_ns, 2 * SECOND_NS);
	EXPECT_EQ(o.figures.cycles[1].held_ns, 15 * SECOND_NS);
	EXPECT_EQ(o.figures.cycles[1].cycle, 2);
	EXPECT_EQ(o.figures.cycles[0].target_mdegc, -60000);
	EXPECT_EQ(o.figures.total.duration_ns, r.frames[r.data.n_frames - 1].time_ns);
	done(&r, &o);
}

TEST(hold_errors_are_of_the_time_at_the_target_only)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	/* Of 500 samples at the target: 100 by half a kelvin too warm, one by 2.5 too cold. */
	for (size_t i = 0; i < 100; i++)
		r.frames[r.data.n_frames - 1 - i].tip_mdegc = -59500;
	r.frames[r.data.n_frames - 200].tip_mdegc = -62500;
	record_end(&r);
	o = look(&r);
	EXPECT(o.figures.cycles[0].hold_known);
	EXPECT_EQ(o.figures.cycles[0].hold_mean_mk, 105);
	EXPECT_EQ(o.figures.cycles[0].hold_worst_mk, -2500);
	EXPECT_EQ(o.figures.cycles[0].coldest_mdegc, -62500);
	done(&r, &o);
}

TEST(the_tip_may_be_coldest_after_the_flow_has_ended)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	record_phase(&r, CRYO_PHASE_THAW, 0.4, -61700);
	record_end(&r);
	o = look(&r);
	EXPECT_EQ(o.figures.cycles[0].coldest_mdegc, -61700);
	EXPECT_EQ(o.figures.cycles[0].hold_worst_mk, 0);
	done(&r, &o);
}

TEST(a_freeze_that_was_cut_short_has_no_times)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 3, 0);
	record_end(&r);
	o = look(&r);
	ASSERT_EQ(o.figures.n_cycles, 1);
	EXPECT(!o.figures.cycles[0].reached);
	EXPECT(!o.figures.cycles[0].hold_known);
	EXPECT_EQ(o.figures.cycles[0].held_ns, 0);
	EXPECT_EQ(o.figures.cycles[0].target_mdegc, -60000);
	done(&r, &o);
}

TEST(a_lowered_target_belongs_to_the_same_freeze)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -70000, 4, 2);
	r.now.target_mdegc = -60000;
	record_phase(&r, CRYO_PHASE_COOL, 1, -60000);
	record_phase(&r, CRYO_PHASE_FREEZE, 6, -60000);
	o = look(&r);
	ASSERT_EQ(o.figures.n_cycles, 1);
	EXPECT(o.figures.cycles[0].target_changed);
	EXPECT_EQ(o.figures.cycles[0].target_mdegc, -60000);
	EXPECT_EQ(o.figures.cycles[0].to_target_ns, 4 * SECOND_NS);
	EXPECT_NEAR(o.figures.cycles[0].held_ns / 1e9, 8, 0.03);
	done(&r, &o);
}

TEST(ice_is_told_as_it_was_when_the_flow_ended)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	record_end(&r);
	o = look(&r);
	EXPECT_EQ(o.figures.cycles[0].ice_um, 3000);
	EXPECT_EQ(o.figures.cycles[0].isotherm_um, 1800);
	EXPECT_EQ(o.figures.cycles[0].ice_error_um, 200);
	EXPECT_EQ(o.figures.cycles[0].ice_half_um, 6000);
	EXPECT_EQ(o.figures.cycles[0].ice_half_error_um, 300);
	EXPECT_EQ(o.figures.cycles[0].isotherm_error_um, 150);
	EXPECT_EQ(o.figures.cycles[0].isotherm_half_um, 3600);
	EXPECT_EQ(o.figures.cycles[0].isotherm_half_error_um, 250);
	EXPECT_EQ(o.figures.cycles[0].nerve_um, 0);
	EXPECT_EQ(o.figures.total.ice_um, 3000);
	done(&r, &o);
}

TEST(each_site_has_its_own_cycles)
{
	struct record r = record_new();
	struct outcome o;

	for (r.now.site = 1; r.now.site <= 3; r.now.site++) {
		record_begin(&r);
		record_freeze(&r, -60000, 4, 5);
		record_end(&r);
	}
	o = look(&r);
	ASSERT_EQ(o.figures.n_cycles, 3);
	EXPECT_EQ(o.figures.cycles[2].site, 3);
	EXPECT_EQ(o.figures.cycles[2].cycle, 1);
	EXPECT_EQ(o.figures.total.sites, 3);
	EXPECT_EQ(o.figures.cycles[2].to_target_ns, 4 * SECOND_NS);
	done(&r, &o);
}

TEST(readings_that_are_lost_are_counted_and_not_averaged)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	for (size_t i = 0; i < 50; i++)
		r.frames[r.data.n_frames - 100 + i].tip_mdegc = CRYO_NOT_VALID;
	o = look(&r);
	EXPECT_EQ(o.figures.cycles[0].unread_ns, SECOND_NS);
	EXPECT_EQ(o.figures.total.unread_ns, SECOND_NS);
	EXPECT_EQ(o.figures.cycles[0].hold_mean_mk, 0);
	EXPECT_EQ(o.figures.cycles[0].coldest_mdegc, -60000);
	done(&r, &o);
}

TEST(a_tip_that_was_never_read_has_no_figures)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	for (size_t i = 0; i < r.data.n_frames; i++)
		r.frames[i].tip_mdegc = CRYO_NOT_VALID;
	o = look(&r);
	EXPECT(!o.figures.cycles[0].hold_known);
	EXPECT_EQ(o.figures.cycles[0].coldest_mdegc, CRYO_NOT_VALID);
	EXPECT_EQ(report_recovery(&o.figures.total, 120).state, RECOVERY_UNREAD);
	done(&r, &o);
}

TEST(missing_samples_are_counted)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	r.now.seq += 49;
	r.now.time_ns += 49 * PERIOD_NS;
	record_freeze(&r, -60000, 4, 10);
	o = look(&r);
	EXPECT_EQ(o.figures.total.missing, 49);
	EXPECT_EQ(o.figures.total.longest_gap_ns, SECOND_NS);
	done(&r, &o);
}

TEST(recovery_is_the_distance_at_a_millimetre_a_day)
{
	struct report_total total = { .coldest_mdegc = -60000, .isotherm_um = 1800 };
	struct report_recovery r = report_recovery(&total, 121);

	EXPECT_EQ(r.state, RECOVERY_EXPECTED);
	EXPECT_EQ(r.days, 121);
	EXPECT_EQ(r.days_min, 61);
	EXPECT_EQ(r.days_max, 242);
}

TEST(recovery_is_not_told_where_it_cannot_be)
{
	struct report_total total = { .coldest_mdegc = -60000, .isotherm_um = 1800 };

	EXPECT_EQ(report_recovery(&total, 0).state, RECOVERY_NO_DISTANCE);
	total.isotherm_um = 0;
	EXPECT_EQ(report_recovery(&total, 120).state, RECOVERY_NO_LESION);
	total = (struct report_total){ .coldest_mdegc = -12000, .isotherm_um = 100 };
	EXPECT_EQ(report_recovery(&total, 120).state, RECOVERY_NO_LESION);
	total.coldest_mdegc = -100001;
	EXPECT_EQ(report_recovery(&total, 120).state, RECOVERY_TOO_COLD);
	EXPECT_EQ(report_recovery(&total, 120).days, 0);
}

TEST(alarms_of_a_kind_are_one_entry_and_the_urgent_come_first)
{
	struct record r = record_new();
	struct report_alarms alarms;

	record_event(&r, "core", "alarm", 1, 13, "The supply will not last");
	record_phase(&r, CRYO_PHASE_SELF_TEST, 1, 37000);
	record_event(&r, "core", "alarm", 3, 2, "The tip's temperature cannot be read");
	record_event(&r, "core", "alarm-gone", 3, 2, "The tip's temperature cannot be read");
	record_event(&r, "kernel", "fault", 0, 2, "tip");
	record_phase(&r, CRYO_PHASE_SELF_TEST, 1, 37000);
	record_event(&r, "core", "alarm", 3, 2, "The tip's temperature cannot be read");
	alarms = report_alarms(&r.data);
	ASSERT_EQ(alarms.n, 2);
	EXPECT_EQ(alarms.alarm[0].code, 2);
	EXPECT_EQ(alarms.alarm[0].times, 2);
	EXPECT_EQ(alarms.alarm[0].first_ns, SECOND_NS);
	EXPECT_EQ(alarms.alarm[0].last_ns, 2 * SECOND_NS);
	EXPECT_EQ(alarms.alarm[1].priority, 1);
	EXPECT_EQ(alarms.left_out, 0);
	record_free(&r);
}

TEST(more_kinds_of_alarms_than_there_is_room_for_are_counted)
{
	struct record r = record_new();
	struct report_alarms alarms;

	for (int i = 0; i < REPORT_ALARMS_MAX + 3; i++)
		record_event(&r, "core", "alarm", 1, i, "something");
	alarms = report_alarms(&r.data);
	EXPECT_EQ(alarms.n, REPORT_ALARMS_MAX);
	EXPECT_EQ(alarms.left_out, 3);
	record_free(&r);
}

static struct report_remarks remarks_of(struct record *r)
{
	struct report report;
	struct report_remarks remarks;

	EXPECT_EQ(report_read(&r->data, &report), 0);
	remarks = report_remarks(&report);
	report_release(&report);
	record_free(r);
	return remarks;
}

TEST(faults_of_the_self_test_are_not_remarked)
{
	struct record r = record_new();
	struct report_remarks remarks;

	record_event(&r, "kernel", "fault", 0, 0, "bound");
	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	record_event(&r, "kernel", "fault", 0, 1, "estop");
	remarks = remarks_of(&r);
	ASSERT_EQ(remarks.n, 1);
	EXPECT_STREQ(remarks.text[0], "The interlock closed the valves at 0:17: fault estop.");
}

/* The last @n samples had -20 degC at the nerve for so long. */
static void hold_nerve(struct record *r, size_t n, uint32_t held_ms, bool adequate)
{
	for (size_t i = r->data.n_frames - n; i < r->data.n_frames; i++) {
		r->frames[i].isotherm_distance_um = 1500;
		r->frames[i].isotherm_held_ms = held_ms;
		r->frames[i].adequate = adequate;
	}
}

TEST(freeze_that_the_nerve_ends_is_adequate)
{
	struct record r = record_new();
	struct outcome o;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	record_phase(&r, CRYO_PHASE_FREEZE, 2, -60000);
	hold_nerve(&r, 100, 9980, false);
	record_phase(&r, CRYO_PHASE_WARM, 0.1, -60000);
	hold_nerve(&r, 1, 10000, true);
	o = look(&r);
	ASSERT_EQ(o.figures.n_cycles, 1);
	EXPECT(o.figures.cycles[0].adequate);
	EXPECT_EQ(o.figures.cycles[0].nerve_held_ms, 10000);
	done(&r, &o);
}

TEST(nerve_is_remarked_for_each_site)
{
	struct record r = record_new();
	struct report_remarks remarks;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	hold_nerve(&r, 100, 7000, false);
	record_freeze(&r, -60000, 4, 10);
	hold_nerve(&r, 100, 9900, true);
	record_end(&r);
	r.now.site = 2;
	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	hold_nerve(&r, 100, 3000, false);
	remarks = remarks_of(&r);
	ASSERT_EQ(remarks.n, 2);
	EXPECT_STREQ(remarks.text[0], "Site 1: −20 °C was surely at the nerve, at 1.5 mm, for 9 s: "
		     "as long as the protocol asks.");
	EXPECT_STREQ(remarks.text[1], "Site 2: −20 °C was surely at the nerve, at 1.5 mm, for 3 s: "
		     "shorter than the protocol asks.");
}

TEST(remarks_without_room_are_counted)
{
	struct record r = record_new();
	struct report_remarks remarks;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	for (int i = 0; i < REPORT_REMARKS_MAX + 3; i++)
		record_event(&r, "kernel", "fault", 0, 1, "estop");
	remarks = remarks_of(&r);
	EXPECT_EQ(remarks.n, REPORT_REMARKS_MAX);
	EXPECT_EQ(remarks.left_out, 3);
}

TEST(pauses_and_repeats_are_remarked)
{
	struct record r = record_new();
	struct report_remarks remarks;

	record_begin(&r);
	record_freeze(&r, -60000, 4, 10);
	record_event(&r, "core", "paused", 0, 0, "");
	record_event(&r, "core", "repeat", 0, 3, "");
	record_event(&r, "core", "repeat", 0, 4, "");
	remarks = remarks_of(&r);
	ASSERT_EQ(remarks.n, 2);
	EXPECT_STREQ(remarks.text[0], "The operator paused the treatment 1 time; figures include that time.");
	EXPECT_STREQ(remarks.text[1], "The operator added 2 freezes to the protocol.");
}

TEST(why_the_last_freeze_ended)
{
	struct record r = record_new();

	EXPECT_STREQ(report_reason(&r.data), "");
	record_event(&r, "core", "phase", CRYO_PHASE_FREEZE, CRYO_PHASE_THAW, "frozen for the protocol's time");
	record_event(&r, "core", "phase", CRYO_PHASE_FREEZE, CRYO_PHASE_WARM, "aborted by the operator");
	record_event(&r, "core", "phase", CRYO_PHASE_WARM, CRYO_PHASE_IDLE, "over");
	EXPECT_STREQ(report_reason(&r.data), "aborted by the operator");
	record_free(&r);
}

TEST(figures_read_well)
{
	char text[REPORT_TEXT_MAX];

	EXPECT_STREQ(report_temperature(text, -60249), "−60.2 °C");
	EXPECT_STREQ(report_temperature(text, -49), "0.0 °C");
	EXPECT_STREQ(report_temperature(text, CRYO_NOT_VALID), "no reading");
	EXPECT_STREQ(report_deviation(text, 1950), "+2.0 K");
	EXPECT_STREQ(report_deviation(text, -400), "−0.4 K");
	EXPECT_STREQ(report_seconds(text, 9700000000), "9.7 s");
	EXPECT_STREQ(report_seconds(text, 100 * SECOND_NS), "1:40");
	EXPECT_STREQ(report_clock(text, -600000000), "−0:01");
	EXPECT_STREQ(report_clock(text, -400000000), "0:00");
	EXPECT_STREQ(report_clock(text, 3661 * SECOND_NS), "1:01:01");
	EXPECT_STREQ(report_radius(text, 2750), "2.8 mm");
	EXPECT_STREQ(report_radius(text, 0), "none");
}

TEST(the_protocol_tells_its_title_and_boundary)
{
	static const char text[] = "# Title=no\n[Protocol]\nTitle=Genicular nerve, knee \r\n[Freeze]\n"
				   "BoundaryX=1 mm\n Boundary = 7.5 mm ; about\nDepth=3 cm\nNone=";
	char value[32];

	EXPECT_STREQ(report_protocol_value(text, "Title", value, sizeof(value)), "Genicular nerve, knee");
	EXPECT_STREQ(report_protocol_value(text, "Title", value, 5), "Geni");
	EXPECT_STREQ(report_protocol_value(text, "None", value, sizeof(value)), "");
	EXPECT_STREQ(report_protocol_value(text, "Weather", value, sizeof(value)), "");
	EXPECT_STREQ(report_protocol_value("", "Title", value, sizeof(value)), "");
	EXPECT_EQ(report_protocol_um(text, "Boundary"), 7500);
	EXPECT_EQ(report_protocol_um(text, "Depth"), 0);
	EXPECT_EQ(report_protocol_um(text, "Isotherm"), 0);
	EXPECT_EQ(report_protocol_um("Boundary=1e9 mm", "Boundary"), 0);
	EXPECT_EQ(report_protocol_um("Boundary=7500um", "Boundary"), 7500);
	EXPECT_EQ(report_protocol_um("Boundary=7.5", "Boundary"), 7500);
}

TEST(days_are_of_the_clock_here)
{
	char text[REPORT_TEXT_MAX];

	setenv("TZ", "UTC", 1);
	EXPECT_STREQ(report_moment(text, 1700000000000000), "2023-11-14 22:13:20 +0000");
	EXPECT_STREQ(report_moment(text, 0), "not recorded");
	EXPECT_STREQ(report_day(text, 1700000000000000, 120), "2024-03-13");
}

TEST(scales_have_steps_that_people_count_in)
{
	struct scale scale = { .from = -60, .to = 40, .at_from = 300, .at_to = 100 };

	EXPECT_NEAR(axis_step(110, 10), 20, 1e-9);
	EXPECT_NEAR(axis_step(100, 10), 10, 1e-9);
	EXPECT_NEAR(axis_step(2.8, 4), 1, 1e-9);
	EXPECT_NEAR(axis_step(0.3, 4), 0.1, 1e-9);
	EXPECT_NEAR(axis_step(0, 4), 1, 1e-9);
	EXPECT_NEAR(axis_time_step(83, 12), 10, 1e-9);
	EXPECT_NEAR(axis_time_step(3600, 12), 300, 1e-9);
	EXPECT_NEAR(axis_time_step(6 * 3600, 12), 1800, 1e-9);
	EXPECT_NEAR(axis_time_step(60 * 3600, 12), 5 * 3600, 1e-9);
	EXPECT_NEAR(scale_place(&scale, -60), 300, 1e-9);
	EXPECT_NEAR(scale_place(&scale, 15), 150, 1e-9);
	EXPECT_NEAR(scale_place(&scale, 99), 100, 1e-9);
}

TEST_MAIN()
