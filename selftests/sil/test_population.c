// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A few patients of the tuning set: the same in any company, all of them safe, and what
 * docs/control.md says of nearly everybody is true of them.
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
#define CALM_BAND_DEGC	0.6	/* of the oracle, with the valve's own jitter */

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

/* Whom pulses leave room: the others are judged by numbers, see docs/control.md. */
static bool is_calm(const struct subject *s)
{
	return s->oracle.band_degc < CALM_BAND_DEGC;
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
		if (is_calm(s))
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
	size_t calm = 0;

	draw(subject, PATIENTS);
	ASSERT_EQ(population_treat(subject, PATIENTS, 0, 2, false), 0);
	for (int i = 0; i < PATIENTS; i++) {
		bool named = subject[i].traits.value[TRAIT_CLASS_NAMED] > 0;

		expect_safe(&subject[i]);
		expect_bars(&subject[i]);
		if (!subject_counts(&subject[i]))
			continue;
		calm += is_calm(&subject[i]);
		count(&core, &subject[i].ice[READER_CORE], named ? NAMED_MM : OTHER_MM);
		count(&sensed, &subject[i].ice[READER_TISSUE], OTHER_MM);
	}
	DIAG("%zu are asked for all of the hold", calm);
	EXPECT_GT(calm, PATIENTS / 4);
	expect_known(&core, "by tip and flow");
	expect_known(&sensed, "with a thermocouple");
}

TEST_MAIN()
