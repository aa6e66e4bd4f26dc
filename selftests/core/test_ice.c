// SPDX-License-Identifier: GPL-2.0-or-later
/* The reduced ice model against an independent two-dimensional solution, and its consistency. */
#include "selftests/unit/test.h"

#include <math.h>
#include <stdio.h>

#include "daemon/core/ice.h"

#define PERIOD_NS 20000000LL
#define REFERENCE "selftests/data/freezing/needle-ice.csv"

static struct probe_profile needle(uint32_t gauge)
{
	return (struct probe_profile){
		.cryogen = CRYOGEN_N2O, .gauge = gauge, .active_um = 7000,
	};
}

static void run(struct ice *ice, double degc, double seconds)
{
	struct reading tip = { (int32_t)(degc * 1000), true };

	for (int n = (int)(seconds / (PERIOD_NS * 1e-9) + 0.5); n > 0; n--)
		ice_step(ice, &tip, PERIOD_NS);
}

static struct ice_estimate after(uint32_t gauge, double degc, double seconds)
{
	struct probe_profile profile = needle(gauge);
	struct ice_estimate estimate;
	struct ice ice;

	ice_init(&ice, &profile, ICE_MUSCLE);
	run(&ice, degc, seconds);
	ice_estimate(&ice, &estimate);
	return estimate;
}

/* The reference's tissue: the set of Rabin & Shitzer and of Deng & Liu without blood flow. */
static const struct ice_tissue reference_tissue = {
	.k_frozen = 2.0, .k_freezing = 1.25, .k_unfrozen = 0.5, .c_frozen = 1.8e6,
	.c_unfrozen = 3.6e6, .latent = 250e6, .solid_degc = -8, .liquid_degc = -1,
};

static struct ice_estimate in_reference_tissue(uint32_t gauge, double degc, double seconds)
{
	struct probe_profile profile = needle(gauge);
	struct ice_estimate estimate;
	struct ice ice;

	ice_init(&ice, &profile, ICE_MUSCLE);
	for (int t = 0; t < ICE_TISSUES; t++) {
		ice.tissue[t] = reference_tissue;
		for (int i = 0; i < ICE_SHELLS; i++)
			ice.enthalpy[t][i] = 3.6e6 * (37 - reference_tissue.liquid_degc);
	}
	ice.step_s = ice_field_step_s(&ice.geometry, &reference_tissue);
	run(&ice, degc, seconds);
	ice_estimate(&ice, &estimate);
	return estimate;
}

static void compare(const char *line)
{
	double od_mm, active_mm, t_s, width_mm, length_mm;
	struct ice_estimate estimate;
	unsigned int gauge;

	if (sscanf(line, "%uG,%lf,%lf,%lf,%lf,%lf", &gauge, &od_mm, &active_mm, &t_s, &width_mm,
		   &length_mm) != 6)
		return;
	estimate = in_reference_tissue(gauge, -88, t_s);
	DIAG("%uG, %.0f s: width %.2f mm, reference %.1f; length %.2f, reference %.1f",
	     gauge, t_s, estimate.radius_um * 2e-3, width_mm, estimate.half_length_um * 2e-3,
	     length_mm);
	EXPECT_NEAR(estimate.radius_um * 2e-3 / width_mm, 1.0, 0.05);
	EXPECT_NEAR(estimate.half_length_um * 2e-3 / length_mm, 1.0, 0.05);
}

TEST(ice_agrees_with_the_reference)
{
	FILE *file = fopen(REFERENCE, "r");
	char line[256];
	int rows = 0;

	ASSERT(file);
	while (fgets(line, sizeof(line), file))
		if (line[2] == 'G') {
			compare(line);
			rows++;
		}
	fclose(file);
	EXPECT_EQ(rows, 8);
}

static struct ice_estimate of_class(enum ice_class class)
{
	struct probe_profile profile = needle(18);
	struct ice_estimate estimate;
	struct ice ice;

	ice_init(&ice, &profile, class);
	run(&ice, -60, 60);
	ice_estimate(&ice, &estimate);
	return estimate;
}

/* Who does not know the tissue must be less sure, and allow for every class there is in patients. */
TEST(an_unknown_tissue_is_any_of_them)
{
	static const enum ice_class classes[] = { ICE_MUSCLE, ICE_NERVE, ICE_FAT };
	struct ice_estimate unknown = of_class(ICE_UNKNOWN);

	for (int i = 0; i < 3; i++) {
		struct ice_estimate known = of_class(classes[i]);

		EXPECT_LT(known.error_um, unknown.error_um);
		EXPECT_NEAR(known.radius_um, unknown.radius_um, unknown.error_um);
	}
	EXPECT_GT(of_class(ICE_MUSCLE).radius_um, of_class(ICE_FAT).radius_um);
}

TEST(no_ice_without_cold)
{
	struct ice_estimate estimate = after(18, 37, 10);

	EXPECT_EQ(estimate.radius_um, 0);
	EXPECT_EQ(estimate.half_length_um, 0);
	EXPECT_EQ(estimate.isotherm_radius_um, 0);
	EXPECT_EQ(estimate.error_um, 0);
	estimate = after(18, 1, 60);
	EXPECT_EQ(estimate.radius_um, 0);
}

TEST(ice_grows_with_time_and_cold_and_needle)
{
	uint32_t before = 0;

	for (int seconds = 1; seconds <= 60; seconds *= 2) {
		struct ice_estimate estimate = after(18, -60, seconds);

		EXPECT_GT(estimate.radius_um, before);
		EXPECT_LT(estimate.isotherm_radius_um, estimate.radius_um);
		EXPECT_GT(estimate.half_length_um, estimate.radius_um);
		before = estimate.radius_um;
	}
	EXPECT_GT(after(18, -80, 30).radius_um, after(18, -60, 30).radius_um);
	for (uint32_t gauge = 16; gauge < 22; gauge++)
		EXPECT_GT(after(gauge, -60, 30).radius_um, after(gauge + 1, -60, 30).radius_um);
}

TEST(ice_is_the_needle_at_least)
{
	struct ice_estimate estimate = after(18, -60, 0.1);

	EXPECT_GE(estimate.radius_um, 635);	/* 1.27 mm across */
}

TEST(ice_thaws_and_goes)
{
	struct probe_profile profile = needle(18);
	struct ice_estimate estimate;
	struct ice ice;

	ice_init(&ice, &profile, ICE_MUSCLE);
	run(&ice, -60, 30);
	run(&ice, 10, 200);
	ice_estimate(&ice, &estimate);
	EXPECT_EQ(estimate.radius_um, 0);
	EXPECT_EQ(estimate.error_um, 0);
}

TEST(a_lost_tip_neither_cools_nor_warms)
{
	struct probe_profile profile = needle(18);
	struct reading lost = { -60000, false };
	struct ice_estimate before, later;
	struct ice ice;

	ice_init(&ice, &profile, ICE_MUSCLE);
	run(&ice, -60, 30);
	ice_estimate(&ice, &before);
	for (int n = 0; n < 50 * 30; n++)
		ice_step(&ice, &lost, PERIOD_NS);
	ice_estimate(&ice, &later);
	EXPECT_LT(later.radius_um, before.radius_um);
	for (int n = 0; n < 50 * 300; n++)
		ice_step(&ice, &lost, PERIOD_NS);
	ice_estimate(&ice, &later);
	EXPECT_EQ(later.radius_um, 0);
}

/* Steps of any length, also hostile ones, give finite and similar results. */
TEST(step_length_hardly_matters)
{
	static const int64_t dt_ns[] = { 1000000, 10000000, 50000000, 200000000, 1000000000 };
	struct probe_profile profile = needle(18);
	struct reading tip = { -60000, true };
	double reference = after(18, -60, 20).radius_um;

	for (int i = 0; i < 5; i++) {
		struct ice_estimate estimate;
		struct ice ice;

		ice_init(&ice, &profile, ICE_MUSCLE);
		for (int64_t t = 0; t < 20000000000LL; t += dt_ns[i])
			ice_step(&ice, &tip, dt_ns[i]);
		ice_estimate(&ice, &estimate);
		EXPECT_NEAR(estimate.radius_um, reference, 15);
		ice_step(&ice, &tip, INT64_MAX);
		ice_step(&ice, &tip, -5);
		ice_estimate(&ice, &estimate);
		EXPECT_LT(estimate.radius_um, 30000);
	}
}

TEST(forecast_agrees_with_the_model)
{
	struct probe_profile profile = needle(20);

	EXPECT_NEAR(ice_forecast_um(&profile, ICE_MUSCLE, -70000, 60000), after(20, -70, 60).radius_um, 15);
	EXPECT_LT(ice_forecast_um(&profile, ICE_MUSCLE, -70000, UINT32_MAX), 30000);
}

/* A needle at -60 degC in this very tissue. */
struct patient {
	struct ice_geometry geometry;
	struct ice_tissue tissue;
	double enthalpy[ICE_SHELLS];
};

static struct patient patient_of(const struct ice_tissue *tissue)
{
	struct probe_profile profile = needle(18);
	struct patient p = { .tissue = *tissue };

	ice_geometry_init(&p.geometry, &profile);
	for (int i = 0; i < ICE_SHELLS; i++)
		p.enthalpy[i] = ice_tissue_enthalpy(tissue, 37);
	return p;
}

static const struct ice_wall cold = { -60, true };

static double patient_radius_um(const struct patient *p)
{
	return 1e6 * ice_field_isotherm(&p->geometry, &p->tissue, p->enthalpy, &cold, -1).radius_m;
}

#define SENSOR_UM 4000

/* A minute of freezing, with the estimate beside it; the thermocouple shows @error_degc more. */
static struct ice_estimate freeze(struct patient *p, struct ice *ice, double error_degc)
{
	struct ice_place place = ice_field_place(&p->geometry, SENSOR_UM * 1e-6);
	struct reading tip = { -60000, true };
	struct ice_estimate estimate;

	for (int n = 0; n < 60 * 50; n++) {
		struct reading tissue = { .valid = true };

		for (int i = 0; i < 4; i++)
			ice_field_step(&p->geometry, &p->tissue, p->enthalpy, &cold, 0.005);
		tissue.mdegc = (int32_t)((ice_field_degc(&p->tissue, p->enthalpy, &cold, &place) +
					  error_degc) * 1000);
		ice_step(ice, &tip, PERIOD_NS);
		ice_compare(ice, &tissue);
	}
	ice_estimate(ice, &estimate);
	return estimate;
}

/* What is said with a thermocouple, or without one. */
static struct ice_estimate with_sensor(const struct ice_tissue *tissue, enum ice_class class,
				       bool sensor, double error_degc)
{
	struct probe_profile profile = needle(18);
	struct patient patient = patient_of(tissue);
	struct ice ice;

	ice_init(&ice, &profile, class);
	if (sensor)
		ice_place_sensor(&ice, SENSOR_UM);
	return freeze(&patient, &ice, error_degc);
}

TEST(a_thermocouple_tells_fat_from_lean)
{
	static const enum ice_class classes[] = { ICE_MUSCLE, ICE_NERVE, ICE_FAT };

	for (int i = 0; i < 3; i++) {
		struct ice_tissue tissue = ice_tissue_usual(classes[i]);
		struct ice_estimate named = with_sensor(&tissue, classes[i], false, 0);
		struct ice_estimate blind = with_sensor(&tissue, ICE_UNKNOWN, false, 0);
		struct ice_estimate sensed = with_sensor(&tissue, ICE_UNKNOWN, true, 0);

		DIAG("%u um, said %u +- %u, with a thermocouple %u +- %u", named.radius_um,
		     blind.radius_um, blind.error_um, sensed.radius_um, sensed.error_um);
		EXPECT_NEAR(sensed.radius_um, named.radius_um, 100);
		EXPECT_LT(sensed.error_um, blind.error_um);
	}
}

TEST(a_thermocouple_finds_fast_and_slow_patients)
{
	struct ice_tissue muscle = ice_tissue_usual(ICE_MUSCLE);

	for (int share = -1; share <= 1; share += 2) {
		struct ice_tissue tissue = ice_tissue_varied(&muscle, share);
		struct patient patient = patient_of(&tissue);
		struct probe_profile profile = needle(18);
		struct ice_estimate blind, sensed;
		struct ice ice;

		ice_init(&ice, &profile, ICE_MUSCLE);
		blind = freeze(&patient, &ice, 0);
		sensed = with_sensor(&tissue, ICE_MUSCLE, true, 0);
		DIAG("%.0f um, said %u, with a thermocouple %u", patient_radius_um(&patient),
		     blind.radius_um, sensed.radius_um);
		EXPECT_LT(fabs(sensed.radius_um - patient_radius_um(&patient)),
			  0.9 * fabs(blind.radius_um - patient_radius_um(&patient)));
		EXPECT_LT(sensed.error_um, blind.error_um);
	}
}

TEST(what_cannot_be_is_not_believed)
{
	struct ice_tissue muscle = ice_tissue_usual(ICE_MUSCLE);
	struct ice_estimate blind = with_sensor(&muscle, ICE_MUSCLE, false, 0);
	struct ice_estimate wrong = with_sensor(&muscle, ICE_MUSCLE, true, -40);

	EXPECT_EQ(wrong.radius_um, blind.radius_um);
	EXPECT_EQ(wrong.error_um, blind.error_um);
}

TEST(a_lost_thermocouple_is_none)
{
	struct ice_tissue tissue = ice_tissue_usual(ICE_MUSCLE);
	struct patient patient = patient_of(&tissue);
	struct probe_profile profile = needle(18);
	struct reading lost = { 0, false };
	struct ice_estimate before, after;
	struct ice ice;

	ice_init(&ice, &profile, ICE_MUSCLE);
	ice_place_sensor(&ice, SENSOR_UM);
	before = freeze(&patient, &ice, 2);
	ice_compare(&ice, &lost);
	ice_estimate(&ice, &after);
	EXPECT_LT(before.error_um, after.error_um);
	EXPECT_EQ(after.radius_um, with_sensor(&tissue, ICE_MUSCLE, false, 0).radius_um);
}

#define BOUNDARY_UM 3000

/* Seconds until the edge is at the boundary; all that was said of it, from half the radius on. */
static double grow_to_boundary(struct ice *ice, double said_s[100], double at_s[100], int *ret_said)
{
	struct reading tip = { -60000, true };
	struct ice_estimate e;
	double now_s = 0;

	*ret_said = 0;
	do {
		ice_step(ice, &tip, PERIOD_NS);
		ice_look_ahead(ice, BOUNDARY_UM, tip.mdegc, PERIOD_NS);
		ice_estimate(ice, &e);
		now_s += PERIOD_NS * 1e-9;
		if (e.radius_um < BOUNDARY_UM / 2 || *ret_said == 100 || now_s < *ret_said)
			continue;
		at_s[*ret_said] = now_s;
		said_s[(*ret_said)++] = e.boundary_ms * 1e-3;
	} while (e.radius_um < BOUNDARY_UM && now_s < 300);
	return now_s;
}

TEST(the_forecast_comes_true)
{
	struct probe_profile profile = needle(18);
	double said_s[100], at_s[100], passed_s;
	struct ice ice;
	int said;

	ice_init(&ice, &profile, ICE_MUSCLE);
	passed_s = grow_to_boundary(&ice, said_s, at_s, &said);
	DIAG("at the boundary after %.1f s; first said at %.1f s: in %.1f s", passed_s, at_s[0],
	     said_s[0]);
	EXPECT_GT(said, 20);
	for (int i = 0; i < said; i++)
		EXPECT_NEAR(at_s[i] + said_s[i], passed_s, 0.02 * passed_s);
}

TEST(no_boundary_no_forecast)
{
	struct probe_profile profile = needle(18);
	struct reading tip = { -10000, true };
	struct ice_estimate e;
	struct ice ice;

	ice_init(&ice, &profile, ICE_MUSCLE);
	for (int n = 0; n < 50 * 60; n++) {
		ice_step(&ice, &tip, PERIOD_NS);
		ice_look_ahead(&ice, 8000, tip.mdegc, PERIOD_NS);	/* never, at -10 degC */
		ice_estimate(&ice, &e);
		ASSERT_EQ(e.boundary_ms, 0);
	}
	ice_look_ahead(&ice, 2000, -80000, PERIOD_NS);
	for (int n = 0; n < 50 * 20; n++)
		ice_look_ahead(&ice, 2000, -80000, PERIOD_NS);
	ice_estimate(&ice, &e);
	EXPECT_GT(e.boundary_ms, 0);
	ice_look_ahead(&ice, 0, -80000, PERIOD_NS);
	ice_estimate(&ice, &e);
	EXPECT_EQ(e.boundary_ms, 0);
}

TEST(all_half_axes_have_their_uncertainty)
{
	struct ice_estimate e = after(18, -60, 60);

	EXPECT_GT(e.half_length_um, e.isotherm_half_length_um);
	EXPECT_GT(e.isotherm_half_length_um, 3500);
	EXPECT_GT(e.error_um, e.isotherm_error_um);
	EXPECT_GT(e.isotherm_error_um, 0);
	EXPECT_GT(e.half_length_error_um, 0);
	EXPECT_GT(e.isotherm_half_length_error_um, 0);
	e = after(18, -15, 60);
	EXPECT_GT(e.error_um, 0);
	EXPECT_EQ(e.isotherm_half_length_um, 0);
	EXPECT_EQ(e.isotherm_error_um, 0);
}

TEST(short_and_long_tips_make_a_grid)
{
	static const uint32_t lengths[] = { 1000, 1500, 2000, 40000 };

	for (int i = 0; i < 4; i++)
		for (uint32_t gauge = 16; gauge <= 22; gauge++) {
			struct probe_profile profile = needle(gauge);
			struct ice_estimate estimate;
			struct ice ice;

			profile.active_um = lengths[i];
			ice_init(&ice, &profile, ICE_MUSCLE);
			EXPECT_GT(ice.step_s, 0.001);
			run(&ice, -80, 30);
			ice_estimate(&ice, &estimate);
			EXPECT_GT(estimate.radius_um, 1000);
			EXPECT_LT(estimate.radius_um, 8000);
		}
}

TEST_MAIN()
