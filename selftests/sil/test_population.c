// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A few patients of the tuning set: the same in any company, all of them safe, and what
 * docs/control.md says of nearly everybody is true of them. And the clairvoyant beside them.
 */
#include "selftests/unit/test.h"

#include <math.h>
#include <string.h>

#include "selftests/sil/population.h"

#define PATIENTS	24
/* Half of docs/control.md's bars and less: what is reached is kept. */
#define NAMED_MM	0.15
#define OTHER_MM	0.2
#define COMPANY		4

static void draw(struct subject *subject, size_t n)
{
	memset(subject, 0, n * sizeof(*subject));
	for (size_t i = 0; i < n; i++)
		traits_draw(&subject[i].traits, SEED_TUNING + i);
}

TEST(company_changes_nothing)
{
	static struct subject alone[COMPANY], together[COMPANY];

	draw(alone, COMPANY);
	draw(together, COMPANY);
	ASSERT_EQ(population_treat(alone, COMPANY, 1, 1, false), 0);
	ASSERT_EQ(population_treat(together, COMPANY, 1, 3, false), 0);
	for (int i = 0; i < COMPANY; i++)
		EXPECT(!memcmp(&alone[i].course[LAW_CORE].cycle, &together[i].course[LAW_CORE].cycle,
			       sizeof(alone[i].course[LAW_CORE].cycle)));
}

static void expect_safe(const struct subject *s)
{
	const struct course *c = &s->course[LAW_CORE];

	DIAG("seed %llu: lowest tip %.1f degC above the floor, withdrawn at %.1f degC or above",
	     (unsigned long long)s->traits.seed, c->floor_margin_degc, c->withdraw_tip_degc);
	EXPECT_GE(c->floor_margin_degc, 0.0);
	EXPECT(!c->flow_at_end);
	EXPECT_GT(c->withdraw_tip_degc, 0.0);
}

static void expect_hold(const struct freeze_figures *f)
{
	EXPECT_LE(f->overshoot_degc, 1.5);
	EXPECT_GE(f->within_share, 0.99);
	EXPECT_LE(f->rms_degc, 0.5);
}

static void expect_bars(const struct subject *s)
{
	const struct course *c = &s->course[LAW_CORE];

	if (subject_saturates(s))
		EXPECT_LT(c->saturated_s, 15.1);
	if (!subject_counts(s))
		return;
	EXPECT(c->completed);
	EXPECT_LT(s->beyond_mm, 0.2);
	for (unsigned int i = 0; i < c->cycles; i++) {
		EXPECT_LE(c->cycle[i].freeze.openings_s, ORACLE_OPENINGS_S);
		/* The others are judged by numbers, see docs/control.md. */
		if (subject_has_room(s))
			expect_hold(&c->cycle[i].freeze);
	}
}

/* Samples of the ice's edge and of -20 degC, and how many of them are farther off than a bar. */
struct known {
	size_t samples, far;
};

static void count(struct known *k, const struct ice_figures *ice, double most_mm)
{
	static const enum axis radii[] = { AXIS_EDGE, AXIS_ISOTHERM };

	for (size_t i = 0; i < 2 * ice->samples; i++) {
		double off = ice->off_mm[radii[i % 2]][i / 2];

		if (isinf(off))
			continue;
		k->samples++;
		k->far += fabs(off) > most_mm;
	}
}

static void expect_known(const struct known *k, const char *who)
{
	DIAG("%s: %zu of %zu samples of the ice beyond the bar", who, k->far, k->samples);
	EXPECT_GT(k->samples, 0);
	EXPECT_LE(k->far, k->samples / 20);
}

TEST(everybody_is_safe_and_held_and_the_ice_is_known)
{
	static struct subject subject[PATIENTS];
	struct known core = { 0 }, sensed = { 0 };
	size_t held = 0;

	draw(subject, PATIENTS);
	ASSERT_EQ(population_treat(subject, PATIENTS, 0, 2, false), 0);
	for (int i = 0; i < PATIENTS; i++) {
		bool named = subject[i].traits.value[TRAIT_CLASS_NAMED] > 0;

		expect_safe(&subject[i]);
		expect_bars(&subject[i]);
		if (!subject_counts(&subject[i]))
			continue;
		held += subject_has_room(&subject[i]);
		count(&core, &subject[i].ice[READER_CORE], named ? NAMED_MM : OTHER_MM);
		count(&sensed, &subject[i].ice[READER_TISSUE], OTHER_MM);
	}
	DIAG("%zu are asked for all of the hold", held);
	EXPECT_GT(held, PATIENTS / 2);
	expect_known(&core, "by tip and flow");
	expect_known(&sensed, "with a thermocouple");
}

/* In whom the model lost its liquid, the valve its pace, and the filter its power. */
TEST(rare_pulses_mislead_nobody)
{
	static const uint64_t seeds[] = { 1001921, 1002883, 1002983 };
	static struct subject subject[sizeof(seeds) / sizeof(seeds[0])];
	const size_t n = sizeof(seeds) / sizeof(seeds[0]);

	for (size_t i = 0; i < n; i++)
		traits_draw(&subject[i].traits, seeds[i]);
	ASSERT_EQ(population_treat(subject, n, 0, 2, false), 0);
	for (size_t i = 0; i < n; i++) {
		EXPECT(subject[i].course[LAW_CORE].completed);
		expect_safe(&subject[i]);
	}
}

/* Ice at @half_s and @passes_s, of the first @n patients of the class. */
static struct foresight class_of_two(size_t n, double half_s, double passes_s, double others_s)
{
	struct foresight f;

	for (size_t i = 0; i < CLAIRVOYANT_CLASS; i++) {
		f.half_s[i] = half_s;
		f.passes_s[i] = i < n ? passes_s : others_s;
	}
	return f;
}

static void freeze_for(struct trace *t, int seconds)
{
	for (int i = 0; i < seconds; i++)
		*trace_add_ice(t) = (struct trace_ice){
			.time_s = (float)i, .phase = PHASE_FREEZE, .cycle = 1,
		};
}

TEST(a_clairvoyant_gives_what_is_right_for_most)
{
	struct trace trace = trace_new();
	struct foresight alike = class_of_two(CLAIRVOYANT_CLASS, 10, 50, 50);
	struct foresight two = class_of_two(CLAIRVOYANT_CLASS / 4 * 3, 10, 1000, 2000);
	struct foresight never = class_of_two(CLAIRVOYANT_CLASS / 2, 10, 50, INFINITY);
	struct forecast_share share;

	ASSERT(trace.point && trace.ice);
	freeze_for(&trace, 60);
	share = clairvoyant_share(&alike, &trace);
	EXPECT_NEAR(share.asked, 40, 1e-3);
	EXPECT_NEAR(share.right, 40, 1e-3);
	share = clairvoyant_share(&two, &trace);
	EXPECT_NEAR(share.asked, 50, 1e-3);
	EXPECT_NEAR(share.right, 37.5, 1e-3);
	share = clairvoyant_share(&never, &trace);
	EXPECT_NEAR(share.asked, 20, 1e-3);
	trace_free(&trace);
}

/* The range of muscle around a nominal tip at -60 degC; see docs/control.md. */
TEST(a_class_passes_a_boundary_one_after_the_other)
{
	struct traits traits = traits_nominal();
	struct trace trace = trace_new();
	struct foresight true_tip, by_sensor;
	double first_s = INFINITY, last_s = 0, sensor_first_s = INFINITY;

	ASSERT(trace.point && trace.ice);
	for (int i = 0; i < 7000; i++)
		*trace_add_point(&trace) = (struct trace_point){
			.time_s = (float)(i * TRACE_STEP_S), .tip_degc = -60,
			.phase = PHASE_FREEZE, .cycle = 1,
		};
	clairvoyant_look(&true_tip, CLAIRVOYANT_TRUTH, &traits, &trace, 3);
	clairvoyant_look(&by_sensor, CLAIRVOYANT_SENSOR, &traits, &trace, 3);
	for (size_t i = 0; i < CLAIRVOYANT_CLASS; i++) {
		EXPECT_LT(true_tip.half_s[i], true_tip.passes_s[i] / 3);
		first_s = fmin(first_s, true_tip.passes_s[i]);
		last_s = fmax(last_s, true_tip.passes_s[i]);
		sensor_first_s = fmin(sensor_first_s, by_sensor.passes_s[i]);
	}
	DIAG("3 mm after %.1f to %.1f s", first_s, last_s);
	EXPECT(first_s > 28 && first_s < 37);
	EXPECT(last_s > 41 && last_s < 57);
	EXPECT(fabs(sensor_first_s - first_s) > 0.01);
	trace_free(&trace);
}

TEST(another_patients_tissue_is_of_the_same_class)
{
	struct traits t, other;

	traits_draw(&t, 17);
	other = t;
	traits_draw_tissue(&other, 18);
	EXPECT(other.value[TRAIT_K_SHARE] != t.value[TRAIT_K_SHARE]);
	EXPECT(other.value[TRAIT_LATENT_KJ_KG] != t.value[TRAIT_LATENT_KJ_KG]);
	for (enum trait i = 0; i < TRAIT_COUNT; i++)
		if (i < TRAIT_LATENT_KJ_KG || i > TRAIT_VESSEL_TIMES)
			EXPECT_EQ(other.value[i], t.value[i]);
}

TEST_MAIN()
