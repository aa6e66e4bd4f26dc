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
	struct trace trace = trace_new();
	struct ice_figures f;

	ASSERT(trace.point && trace.ice);
	for (int i = 0; i < 60; i++)
		*trace_add_ice(&trace) = (struct trace_ice){
			.time_s = (float)(i * TRACE_ICE_S), .edge_mm = 3, .isotherm_mm = 1,
			.said = { [READER_CORE] = { .edge_mm = i < 20 ? 9 : 3.25f,
						    .isotherm_mm = 0.5f, .error_mm = 0.5f } },
			.phase = i < 50 ? PHASE_FREEZE : PHASE_THAW, .cycle = 1,
		};
	f = ice_figures(&trace, READER_CORE);
	EXPECT_EQ(f.samples, 8);
	EXPECT(near(f.edge_mm[0], 0.25, 1e-6));
	EXPECT(near(f.isotherm_mm[7], -0.5, 1e-6));
	EXPECT(near(ice_largest_mm(&trace, 1), 3, 0));
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
