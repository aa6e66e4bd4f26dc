// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel/thermocouple.c against the ITS-90 reference functions in double precision, in every
 * nanovolt.
 */
#include <errno.h>
#include <math.h>

#include "kernel/thermocouple.h"
#include "selftests/unit/its90.h"
#include "selftests/unit/test.h"

#define UNTOUCHED 123456789

static const struct tested_type {
	enum cryo_tc_type type;
	char letter;
} tested_types[] = {
	{ CRYO_TC_E, 'E' },
	{ CRYO_TC_J, 'J' },
	{ CRYO_TC_K, 'K' },
	{ CRYO_TC_N, 'N' },
	{ CRYO_TC_T, 'T' },
};

#define FOR_EACH_TYPE(t)							\
	for (const struct tested_type *t = tested_types;			\
	     t < tested_types + ARRAY_SIZE(tested_types); t++)

/* The least and the greatest voltage of the range, rounded inwards. */
static s32 first_nv(const struct its90_type *its90)
{
	return ceil(its90_emf_nv(its90, CRYO_TC_MIN_MDEGC / 1000.0));
}

static s32 last_nv(const struct its90_type *its90)
{
	return floor(its90_emf_nv(its90, CRYO_TC_MAX_MDEGC / 1000.0));
}

/*
 * The reference functions themselves: printed values of NIST's tables (SRD 60), in microvolts.
 */
TEST(reference_agrees_with_printed_tables)
{
	static const struct {
		char letter;
		int degc, uv;
	} printed[] = {
		{ 'E', -200, -8825 }, { 'E', -100, -5237 }, { 'E', 25, 1495 }, { 'E', 100, 6319 },
		{ 'J', -200, -7890 }, { 'J', -100, -4633 }, { 'J', 25, 1277 }, { 'J', 100, 5269 },
		{ 'K', -200, -5891 }, { 'K', -100, -3554 }, { 'K', 25, 1000 }, { 'K', 100, 4096 },
		{ 'N', -200, -3990 }, { 'N', -100, -2407 }, { 'N', 25, 659 }, { 'N', 100, 2774 },
		{ 'T', -200, -5603 }, { 'T', -100, -3379 }, { 'T', 25, 992 }, { 'T', 100, 4279 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(printed); i++) {
		struct its90_type its90;

		ASSERT_EQ(its90_load(printed[i].letter, &its90), 0);
		EXPECT_NEAR(its90_emf_nv(&its90, printed[i].degc) / 1000, printed[i].uv, 0.5);
	}
}

/* The worst error of cryo_tc_temp_mdegc() in m degC, over every nanovolt of the range. */
static double worst_temp_error(const struct tested_type *t, const struct its90_type *its90)
{
	s32 first = first_nv(its90), last = last_nv(its90), cell = CRYO_TC_MIN_MDEGC;
	double low = its90_emf_nv(its90, cell / 1000.0);
	double high = its90_emf_nv(its90, (cell + 1) / 1000.0);
	double worst = 0;

	/* The curve is straight within a cell of 1 m degC, to better than a nanodegree. */
	for (s32 nv = first; nv <= last; nv++) {
		s32 mdegc;

		while (nv > high) {
			cell++;
			low = high;
			high = its90_emf_nv(its90, (cell + 1) / 1000.0);
		}
		if (cryo_tc_temp_mdegc(t->type, nv, &mdegc))
			return INFINITY;
		worst = fmax(worst, fabs(mdegc - (cell + (nv - low) / (high - low))));
	}
	return worst;
}

TEST(temperature_is_within_a_millidegree)
{
	FOR_EACH_TYPE(t) {
		struct its90_type its90;
		double worst;

		ASSERT_EQ(its90_load(t->letter, &its90), 0);
		worst = worst_temp_error(t, &its90);
		DIAG("type %c: temperature at most %.3f m degC off, rounding included", t->letter,
		     worst);
		EXPECT_LE(worst, 1.0);
	}
}

TEST(voltage_is_within_a_nanovolt)
{
	FOR_EACH_TYPE(t) {
		struct its90_type its90;
		double worst = 0;

		ASSERT_EQ(its90_load(t->letter, &its90), 0);
		for (s32 mdegc = CRYO_TC_MIN_MDEGC; mdegc <= CRYO_TC_MAX_MDEGC; mdegc++) {
			s32 nv;

			ASSERT_EQ(cryo_tc_emf_nv(t->type, mdegc, &nv), 0);
			worst = fmax(worst, fabs(nv - its90_emf_nv(&its90, mdegc / 1000.0)));
		}
		DIAG("type %c: voltage at most %.3f nV off, rounding included", t->letter, worst);
		EXPECT_LE(worst, 1.0);
	}
}

TEST(temperature_never_falls_with_voltage)
{
	FOR_EACH_TYPE(t) {
		s32 before = S32_MIN, falls = 0;
		struct its90_type its90;

		ASSERT_EQ(its90_load(t->letter, &its90), 0);
		for (s32 nv = first_nv(&its90); nv <= last_nv(&its90); nv++) {
			s32 mdegc = S32_MIN;

			cryo_tc_temp_mdegc(t->type, nv, &mdegc);
			falls += mdegc < before;
			before = mdegc;
		}
		EXPECT_EQ(falls, 0);
	}
}

TEST(out_of_range_voltage_is_refused)
{
	FOR_EACH_TYPE(t) {
		struct its90_type its90;
		s32 mdegc = UNTOUCHED;

		ASSERT_EQ(its90_load(t->letter, &its90), 0);
		EXPECT_EQ(cryo_tc_temp_mdegc(t->type, first_nv(&its90) - 2, &mdegc), -ERANGE);
		EXPECT_EQ(cryo_tc_temp_mdegc(t->type, last_nv(&its90) + 2, &mdegc), -ERANGE);
		EXPECT_EQ(cryo_tc_temp_mdegc(t->type, S32_MIN, &mdegc), -ERANGE);
		EXPECT_EQ(cryo_tc_temp_mdegc(t->type, S32_MAX, &mdegc), -ERANGE);
		EXPECT_EQ(mdegc, UNTOUCHED);
		EXPECT_EQ(cryo_tc_temp_mdegc(t->type, first_nv(&its90), &mdegc), 0);
		EXPECT_EQ(cryo_tc_temp_mdegc(t->type, last_nv(&its90), &mdegc), 0);
	}
}

TEST(cold_junction_is_compensated)
{
	FOR_EACH_TYPE(t) {
		struct its90_type its90;
		double worst = 0;

		ASSERT_EQ(its90_load(t->letter, &its90), 0);
		for (s32 junction = CRYO_TC_COLD_JUNCTION_MIN_MDEGC;
		     junction <= CRYO_TC_COLD_JUNCTION_MAX_MDEGC; junction += 2500) {
			double junction_nv = its90_emf_nv(&its90, junction / 1000.0);

			for (s32 tip = -199990; tip < CRYO_TC_MAX_MDEGC; tip += 97) {
				double tip_nv = its90_emf_nv(&its90, tip / 1000.0);
				s32 mdegc;

				ASSERT_EQ(cryo_tc_linearise(t->type, lround(tip_nv - junction_nv),
							    junction, &mdegc), 0);
				worst = fmax(worst, abs(mdegc - tip));
			}
		}
		DIAG("type %c: compensated temperature at most %.0f m degC off", t->letter, worst);
		EXPECT_LE(worst, 1);
	}
}

TEST_MAIN()
