// SPDX-License-Identifier: GPL-2.0-or-later
/* What is watched whatever the phase: leak, vent, infrared, cylinder; each alone. */
#include "selftests/unit/test.h"

#include <math.h>

#include "daemon/core/cylinder.h"
#include "daemon/core/infrared.h"
#include "daemon/core/leak.h"
#include "daemon/core/vent.h"

#define DT_NS	20000000LL
#define DT_S	0.02

static struct probe_sample sample_at(double tip_degc)
{
	return (struct probe_sample){
		.tip = { (int32_t)(tip_degc * 1000), true },
		.cold_junction = { 24000, true },
	};
}

/* Goes to @to_degc in @seconds; whether a leak was seen on the way. */
static bool leak_on_the_way(struct leak_watch *w, double from_degc, double to_degc, double seconds)
{
	bool seen = false;

	for (double t = 0; t < seconds; t += DT_S) {
		struct probe_sample sample = sample_at(from_degc + (to_degc - from_degc) * t / seconds);

		leak_step(w, &sample, DT_NS);
		seen |= w->leaks;
	}
	return seen;
}

/* A freeze to @degc and its valves' closing. */
static struct leak_watch after_flow(double degc)
{
	struct leak_watch w = { 0 };
	struct probe_sample sample = sample_at(degc);

	sample.flow_permille = 500;
	leak_step(&w, &sample, DT_NS);
	return w;
}

TEST(a_thaw_is_no_leak)
{
	struct leak_watch w = after_flow(-60);

	EXPECT(!leak_on_the_way(&w, -60, -2, 30));
	EXPECT(!leak_on_the_way(&w, -2, -1, 60));
	EXPECT(!leak_on_the_way(&w, -1, 34, 60));
}

TEST(the_tail_is_no_leak)
{
	struct leak_watch w = after_flow(-50);

	EXPECT(!leak_on_the_way(&w, -50, -58, 1.5));
	EXPECT(!leak_on_the_way(&w, -58, -20, 20));
}

/* SM-LEAK */
TEST(cooling_without_flow_is_a_leak)
{
	struct leak_watch w = after_flow(-60);

	EXPECT(!leak_on_the_way(&w, -60, -20, 10));
	EXPECT(!leak_on_the_way(&w, -20, -22.5, 2));	/* not beyond doubt */
	EXPECT(leak_on_the_way(&w, -22.5, -30, 4));
	EXPECT_NEAR(w.fallen_mdegc, 10000, 200);
	EXPECT(leak_on_the_way(&w, -30, -20, 4));
	EXPECT(!w.leaks);
}

TEST(a_warm_idle_tip_that_gets_cold_is_a_leak)
{
	struct leak_watch w = { 0 };

	EXPECT(!leak_on_the_way(&w, 24, 24, 60));
	EXPECT(leak_on_the_way(&w, 24, 15, 30));
}

TEST(coming_out_of_a_body_is_no_leak)
{
	struct leak_watch w = { 0 };

	EXPECT(!leak_on_the_way(&w, 36, 36, 10));
	EXPECT(!leak_on_the_way(&w, 36, 24, 3));
	EXPECT(!leak_on_the_way(&w, 24, 22.5, 30));
	EXPECT(leak_on_the_way(&w, 22.5, 10, 30));
}

TEST(one_bad_second_is_no_leak)
{
	struct leak_watch w = { 0 };

	EXPECT(!leak_on_the_way(&w, 24, 24, 10));
	EXPECT(!leak_on_the_way(&w, 0, 0, 0.8));
	EXPECT(!leak_on_the_way(&w, 24, 24, 10));
}

TEST(falling_back_after_heat_is_no_leak)
{
	struct leak_watch w = after_flow(-60);
	struct probe_sample heated = sample_at(15);

	EXPECT(!leak_on_the_way(&w, -60, -10, 10));
	heated.thaw_permille = 1000;
	leak_step(&w, &heated, DT_NS);
	EXPECT(!leak_on_the_way(&w, 15, 0, 8));
	EXPECT(!leak_on_the_way(&w, 0, -1, 10));
	EXPECT(leak_on_the_way(&w, -1, -9, 10));
}

TEST(an_unreadable_tip_neither_leaks_nor_clears)
{
	struct leak_watch w = { 0 };
	struct probe_sample lost = sample_at(-100);

	EXPECT(!leak_on_the_way(&w, 24, 24, 10));
	lost.tip.valid = false;
	for (int i = 0; i < 500; i++)
		leak_step(&w, &lost, DT_NS);
	EXPECT(!w.leaks);
	EXPECT(leak_on_the_way(&w, 10, 10, 2));
}

TEST(test_of_the_valves_is_no_leak)
{
	struct leak_watch w = { 0 };
	struct probe_sample testing = sample_at(10);

	EXPECT(!leak_on_the_way(&w, 24, 24, 10));
	testing.testing = true;
	for (int i = 0; i < 500; i++)
		leak_step(&w, &testing, DT_NS);
	EXPECT(!w.leaks);
}

/* Closed, with a line that loses its pressure with this time constant; whether it is told. */
static bool vents(double working_kpa, double tau_s)
{
	struct probe_sample sample = { .line_kpa = working_kpa, .line_valid = true, .energised = true };
	struct vent_watch w = { 0 };

	for (int i = 0; i < 100; i++)
		vent_step(&w, &sample, DT_NS);
	EXPECT(!w.blocked);
	sample.energised = false;
	for (double t = 0; t < 10; t += DT_S) {
		sample.line_kpa = (int32_t)(working_kpa * exp(-t / tau_s));
		vent_step(&w, &sample, DT_NS);
		if (w.blocked)
			return false;
	}
	return true;
}

/* SM-VENT */
TEST(a_line_that_keeps_its_pressure_is_told)
{
	EXPECT(vents(5000, 0.07));
	EXPECT(vents(5000, 1));
	EXPECT(!vents(5000, 5));
	EXPECT(!vents(5000, 1e9));
	EXPECT(vents(150, 0.07));	/* liquid nitrogen's own pressure */
	EXPECT(!vents(150, 1e9));
}

TEST(vent_is_good_again_when_the_pressure_has_gone_or_the_valves_work)
{
	struct probe_sample sample = { .line_kpa = 4000, .line_valid = true };
	struct vent_watch w = { 0 };

	for (int i = 0; i < 200; i++)
		vent_step(&w, &sample, DT_NS);
	EXPECT(w.blocked);		/* trapped since before we looked */
	sample.line_kpa = 20;
	vent_step(&w, &sample, DT_NS);
	EXPECT(!w.blocked);
	sample.line_kpa = 4000;
	vent_step(&w, &sample, DT_NS);
	EXPECT(w.blocked);
	sample.energised = true;
	vent_step(&w, &sample, DT_NS);
	EXPECT(!w.blocked);
	sample.energised = sample.line_valid = false;
	for (int i = 0; i < 200; i++)
		vent_step(&w, &sample, DT_NS);
	EXPECT(!w.blocked);
}

/* Both at their places for @seconds; whether they were told to disagree. */
static bool apart(double tip_degc, double infrared_degc, double seconds)
{
	struct probe_sample sample = sample_at(tip_degc);
	struct infrared_watch w = { 0 };

	sample.infrared = (struct reading){ (int32_t)(infrared_degc * 1000), true };
	for (double t = 0; t < seconds; t += DT_S)
		infrared_step(&w, &sample, DT_NS);
	return w.apart;
}

/* SM-INFRARED */
TEST(infrared_and_thermocouple_are_compared_where_both_are_believed)
{
	EXPECT(!apart(-40, -34.5, 10));
	EXPECT(apart(-40, -33, 10));
	EXPECT(apart(-33, -40, 10));
	EXPECT(!apart(-40, -20, 1.9));
	EXPECT(!apart(-61, -40, 10));	/* the thermometer ends not far below */
	EXPECT(!apart(-50, -65, 10));
	EXPECT(!apart(61, 20, 10));
	EXPECT(apart(59, 20, 10));
}

TEST(a_fast_fall_is_no_disagreement)
{
	struct infrared_watch w = { 0 };
	double tip = 37, infrared = 37;

	for (double t = 0; t < 15; t += DT_S) {
		double truth = fmax(37 - 12 * t, -55);
		struct probe_sample sample;

		tip += (truth - tip) * DT_S / 0.06;
		infrared += (truth - infrared) * DT_S / 0.15;
		sample = sample_at(tip);
		sample.infrared = (struct reading){ (int32_t)(infrared * 1000), true };
		infrared_step(&w, &sample, DT_NS);
		EXPECT(!w.apart);
	}
}

TEST(infrared_that_cannot_be_read_is_not_compared)
{
	struct probe_sample sample = sample_at(-40);
	struct infrared_watch w = { 0 };

	for (int i = 0; i < 500; i++)
		infrared_step(&w, &sample, DT_NS);
	EXPECT(!w.apart);
}

/* Deterministic noise of about 5 kPa, as a transducer's. */
static double noise(uint32_t *state)
{
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		*state = *state * 1664525 + 1013904223;
		sum += (*state >> 8) / 8388608.0 - 1;
	}
	return sum * 5;
}

/* A supply that loses @kpa_s from @start_s on; when it was told, in s, or -1 within @seconds. */
static double told_after(struct cylinder_watch *w, double from_kpa, double kpa_s, double start_s,
			 double seconds, int32_t empty_kpa)
{
	uint32_t state = 7;

	*w = (struct cylinder_watch){ 0 };
	for (double t = 0; t < seconds; t += DT_S) {
		double kpa = from_kpa - kpa_s * fmax(t - start_s, 0) + noise(&state);
		struct probe_sample sample = { .pressure_kpa = (int32_t)kpa, .pressure_valid = true };

		cylinder_step(w, &sample, empty_kpa, DT_NS);
		if (w->ending)
			return t;
	}
	return -1;
}

TEST(a_supply_that_keeps_its_pressure_is_not_ending)
{
	struct cylinder_watch w;

	EXPECT_EQ(told_after(&w, 5000, 0, 0, 600, 3000), -1);
	EXPECT_EQ(told_after(&w, 5000, 5, 0, 30, 3000), -1);	/* lasts for 400 s */
	EXPECT_EQ(told_after(&w, 150, 0, 0, 600, 50), -1);
	EXPECT_EQ(told_after(&w, 3010, 0, 0, 600, 3000), -1);
}

/* SM-CYLINDER */
TEST(a_supply_that_falls_is_told_with_the_time_left)
{
	struct cylinder_watch w;
	double told = told_after(&w, 5000, 40, 20, 100, 3000);

	EXPECT_GT(told, 25);
	EXPECT_LT(told, 40);
	EXPECT_NEAR(w.left_s, 50 - (told - 20), 8);
	DIAG("20 s of 50 s gone: told after %.1f s, %u s left", told - 20, w.left_s);
}

TEST(a_step_when_a_valve_opens_is_no_end)
{
	struct cylinder_watch w = { 0 };
	bool told = false;

	for (double t = 0; t < 60; t += DT_S) {
		struct probe_sample sample = {
			.pressure_kpa = t < 10 ? 5000 : 4850, .pressure_valid = true,
		};

		cylinder_step(&w, &sample, 3000, DT_NS);
		told |= w.ending;
	}
	EXPECT(!told);
}

TEST_MAIN()
