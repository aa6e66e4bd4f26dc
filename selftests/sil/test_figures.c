// SPDX-License-Identifier: GPL-2.0-or-later
/* Figures of courses whose answers are known, and the population's table. */
#include "selftests/unit/test.h"

#include <math.h>

#include "daemon/core/treatment.h"
#include "selftests/sil/figures.h"
#include "selftests/sil/ice-figures.h"
#include "selftests/sil/traits.h"

#define POINTS	6000
#define TARGET	(-60.0)

static struct trace_point course[POINTS];

/* Falls from 40 degC by 10 degC/s to 2 degC below the target, rises by 1 degC/s, then swings. */
static double shape(double s, double swing)
{
	if (s < 10.2)
		return 40 - 10 * s;
	if (s < 12.2)
		return TARGET - 2 + (s - 10.2);
	return TARGET + swing * sin(2 * M_PI * (s - 12.2));
}

static void make_course(double swing)
{
	for (size_t i = 0; i < POINTS; i++)
		course[i] = (struct trace_point){
			.time_s = (float)(i * TRACE_STEP_S),
			.tip_degc = (float)shape(i * TRACE_STEP_S, swing),
			.flow_permille = 500,
			.openings = (uint16_t)(i / 50),
			.drawn_g = (float)(i * TRACE_STEP_S * 0.05),
		};
}

static bool near(double a, double b, double by)
{
	if (fabs(a - b) > by)
		DIAG("%g is not %g +- %g", a, b, by);
	return fabs(a - b) <= by;
}

TEST(a_known_course_has_known_figures)
{
	struct freeze_figures f;

	make_course(0.5);
	f = freeze_figures(course, POINTS, TARGET, 0, BAND_DEGC);
	EXPECT(near(f.response_s, 9, 0.02));
	EXPECT(near(f.settling_s, 11.2, 0.02));
	EXPECT(near(f.overshoot_degc, 2, 0.02));
	EXPECT(near(f.within_share, 1, 0));
	EXPECT(near(f.rms_degc, 0.5 / sqrt(2), 0.01));
	EXPECT(near(f.worst_degc, 1, 0.02));
	EXPECT(near(f.steady_degc, 0, 0.02));
	EXPECT(near(f.openings_s, 2, 0.05));
	EXPECT(near(f.drawn_g, 3, 0.01));
	EXPECT(near(f.total_s, 60, 0.01));
}

TEST(a_swing_beyond_the_band_never_settles)
{
	struct freeze_figures f;

	make_course(1.5);
	f = freeze_figures(course, POINTS, TARGET, 0, BAND_DEGC);
	EXPECT(isinf(f.settling_s));
	EXPECT_LT(f.within_share, 0.6);
	EXPECT_GT(f.rms_degc, 1.0);
}

/* The sensor reads a degree too high: the tip is held a degree too low. Control has no part in it. */
TEST(the_offset_is_the_sensors)
{
	struct freeze_figures f;

	make_course(0.1);
	f = freeze_figures(course, POINTS, TARGET + 1, 1, BAND_DEGC);
	EXPECT(near(f.steady_degc, 0, 0.02));
	EXPECT(near(f.absolute_degc, -1, 0.02));
}

TEST(no_flow_has_no_figures)
{
	struct freeze_figures f;

	make_course(0.1);
	for (size_t i = 0; i < POINTS; i++)
		course[i].flow_permille = 0;
	f = freeze_figures(course, POINTS, TARGET, 0, BAND_DEGC);
	EXPECT(isinf(f.settling_s));
	EXPECT(isinf(f.rms_degc));
}

TEST(ice_is_judged_from_ten_seconds_on)
{
	static const double needle_mm[AXES] = { 0.8, 3, 0.8, 3 };
	struct trace trace = trace_new();
	struct ice_figures f;

	ASSERT(trace.point && trace.ice);
	for (int i = 0; i < 60; i++)
		*trace_add_ice(&trace) = (struct trace_ice){
			.time_s = (float)(i * TRACE_ICE_S),
			.mm = { [AXIS_EDGE] = 3, [AXIS_ISOTHERM] = 1 },
			.said = { [READER_CORE].mm = { [AXIS_EDGE] = i < 20 ? 9 : 3.25f } },
			.phase = i < 50 ? PHASE_FREEZE : PHASE_THAW, .cycle = 1,
		};
	f = ice_figures(&trace, READER_CORE, needle_mm);
	EXPECT_EQ(f.samples, 8);
	EXPECT(near(f.off_mm[AXIS_EDGE][0], 0.25, 1e-6));
	EXPECT(near(f.off_mm[AXIS_ISOTHERM][7], -0.2, 1e-6));
	EXPECT(isinf(f.off_mm[AXIS_EDGE_LENGTH][0]));
	EXPECT(near(ice_largest_mm(&trace, 1), 3, 0));
	trace_free(&trace);
}

/* Ice that grows by 0.1 mm/s from 0.8 mm on, and passes 3 mm at 22 s. */
static void grow_ice(struct trace *t, double said_share)
{
	for (int i = 0; i < 60; i++) {
		double time_s = i * TRACE_ICE_S, left_s = 22 - time_s;

		*trace_add_ice(t) = (struct trace_ice){
			.time_s = (float)time_s, .phase = PHASE_FREEZE, .cycle = 1,
			.mm = { [AXIS_EDGE] = (float)(0.8 + 0.1 * time_s) },
			.said = { [READER_CORE].boundary_s = i == 30 || left_s < 0 ? 0 :
				  (float)(left_s * said_share) },
		};
	}
}

TEST(a_forecast_is_judged_from_half_the_radius_on)
{
	struct trace trace = trace_new();
	struct forecast_figures f;

	ASSERT(trace.point && trace.ice);
	grow_ice(&trace, 1.1);
	EXPECT(near(ice_passes_s(&trace, 3), 22, 1e-4));
	EXPECT(isinf(ice_passes_s(&trace, 9)));
	f = forecast_figures(&trace, READER_CORE, 3, 22);
	EXPECT_NEAR(f.samples, 30, 1);
	EXPECT_EQ(f.silent, 1);
	EXPECT(near(f.left_s[0], 15, 0.51));
	EXPECT(near(f.off_s[0] / f.left_s[0], 0.1, 1e-4));
	EXPECT(near(f.whole_s, 22, 1e-4));
	trace_free(&trace);
}

/* What is drawn lies within the ranges, which are wide enough to be met from end to end. */
TEST(traits_spread_over_their_ranges)
{
	struct traits least, most, t;

	traits_draw(&least, 1);
	most = least;
	for (uint64_t seed = 1; seed <= 2000; seed++) {
		traits_draw(&t, seed);
		for (enum trait i = 0; i < TRAIT_COUNT; i++) {
			least.value[i] = fmin(least.value[i], t.value[i]);
			most.value[i] = fmax(most.value[i], t.value[i]);
		}
	}
	EXPECT_EQ(least.value[TRAIT_GAUGE], 16.0);
	EXPECT_EQ(most.value[TRAIT_GAUGE], 22.0);
	EXPECT_GE(least.value[TRAIT_TARGET_DEGC], -95.0);
	EXPECT_LT(least.value[TRAIT_TARGET_DEGC], -94.0);
	EXPECT_LE(most.value[TRAIT_TARGET_DEGC], -10.0);
	EXPECT_GE(least.value[TRAIT_LATENT_KJ_KG], 40.0);
	EXPECT_LE(most.value[TRAIT_LATENT_KJ_KG], 250.0);
	for (enum trait i = 0; i < TRAIT_COUNT; i++)
		EXPECT_LT(least.value[i], most.value[i]);
}

TEST(fat_has_the_latent_heat_of_fat)
{
	for (uint64_t seed = 1; seed <= 500; seed++) {
		struct traits t;
		bool fat;

		traits_draw(&t, seed);
		fat = t.value[TRAIT_TISSUE] == TISSUE_FAT;
		EXPECT(fat == (t.value[TRAIT_LATENT_KJ_KG] <= 60));
	}
}

TEST(traits_are_set_by_name)
{
	struct traits t = traits_nominal();

	EXPECT(traits_set(&t, "gauge=22"));
	EXPECT_EQ(t.value[TRAIT_GAUGE], 22.0);
	EXPECT(!traits_set(&t, "gauge=thin"));
	EXPECT(!traits_set(&t, "gaug=20"));
	EXPECT(!traits_set(&t, "gauge"));
	EXPECT_EQ(t.value[TRAIT_GAUGE], 22.0);
}

TEST_MAIN()
