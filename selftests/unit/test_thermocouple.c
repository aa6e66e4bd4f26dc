// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernel/thermocouple.c in integers: against points of the ITS-90 reference functions, against
 * itself, and what it refuses.
 */
#include "kernel/thermocouple.h"
#include "its90-points.h"
#include "selftests/unit/test.h"

#define UNTOUCHED 123456789

static const enum cryo_tc_type tested_types[] = {
	CRYO_TC_E, CRYO_TC_J, CRYO_TC_K, CRYO_TC_N, CRYO_TC_T,
};

#define FOR_EACH_TYPE(t)							\
	for (const enum cryo_tc_type *t = tested_types;				\
	     t < tested_types + ARRAY_SIZE(tested_types); t++)

TEST(reference_points_are_met)
{
	for (size_t i = 0; i < ARRAY_SIZE(its90_points); i++) {
		const struct its90_point *point = &its90_points[i];
		s32 nv, mdegc;

		ASSERT_EQ(cryo_tc_emf_nv(point->type, point->mdegc, &nv), 0);
		EXPECT_NEAR(nv, point->nv, 1);
		ASSERT_EQ(cryo_tc_temp_mdegc(point->type, point->nv, &mdegc), 0);
		EXPECT_NEAR(mdegc, point->mdegc, 1);
	}
}

TEST(voltage_rises_with_every_millidegree)
{
	FOR_EACH_TYPE(t) {
		s32 before = S32_MIN;

		for (s32 mdegc = CRYO_TC_MIN_MDEGC; mdegc <= CRYO_TC_MAX_MDEGC; mdegc++) {
			s32 nv;

			ASSERT_EQ(cryo_tc_emf_nv(*t, mdegc, &nv), 0);
			ASSERT_GT(nv, before);
			before = nv;
		}
	}
}

TEST(there_and_back_is_within_a_millidegree)
{
	FOR_EACH_TYPE(t) {
		/* Rounding the voltage may leave the range at its very ends. */
		for (s32 mdegc = CRYO_TC_MIN_MDEGC + 1; mdegc < CRYO_TC_MAX_MDEGC; mdegc++) {
			s32 nv, back;

			ASSERT_EQ(cryo_tc_emf_nv(*t, mdegc, &nv), 0);
			ASSERT_EQ(cryo_tc_temp_mdegc(*t, nv, &back), 0);
			ASSERT_NEAR(back, mdegc, 1);
		}
	}
}

TEST(zero_is_zero)
{
	FOR_EACH_TYPE(t) {
		s32 nv = UNTOUCHED, mdegc = UNTOUCHED;

		EXPECT_EQ(cryo_tc_emf_nv(*t, 0, &nv), 0);
		EXPECT_EQ(nv, 0);
		EXPECT_EQ(cryo_tc_temp_mdegc(*t, 0, &mdegc), 0);
		EXPECT_EQ(mdegc, 0);
	}
}

TEST(out_of_range_temperature_is_refused)
{
	static const s32 outside[] = {
		CRYO_TC_MIN_MDEGC - 1, CRYO_TC_MAX_MDEGC + 1, S32_MIN, S32_MAX,
	};

	FOR_EACH_TYPE(t) {
		s32 nv = UNTOUCHED;

		for (size_t i = 0; i < ARRAY_SIZE(outside); i++)
			EXPECT_EQ(cryo_tc_emf_nv(*t, outside[i], &nv), -ERANGE);
		EXPECT_EQ(nv, UNTOUCHED);
		EXPECT_EQ(cryo_tc_emf_nv(*t, CRYO_TC_MIN_MDEGC, &nv), 0);
		EXPECT_EQ(cryo_tc_emf_nv(*t, CRYO_TC_MAX_MDEGC, &nv), 0);
	}
}

TEST(same_temperature_is_no_voltage)
{
	FOR_EACH_TYPE(t) {
		s32 mdegc = UNTOUCHED;

		EXPECT_EQ(cryo_tc_linearise(*t, 0, 23456, &mdegc), 0);
		EXPECT_NEAR(mdegc, 23456, 1);
	}
}

TEST(cold_junction_out_of_range_is_refused)
{
	FOR_EACH_TYPE(t) {
		s32 mdegc = UNTOUCHED;

		EXPECT_EQ(cryo_tc_linearise(*t, 0, CRYO_TC_COLD_JUNCTION_MIN_MDEGC - 1,
					    &mdegc), -ERANGE);
		EXPECT_EQ(cryo_tc_linearise(*t, 0, CRYO_TC_COLD_JUNCTION_MAX_MDEGC + 1,
					    &mdegc), -ERANGE);
		EXPECT_EQ(mdegc, UNTOUCHED);
	}
}

/* An open thermocouple is driven to full scale; the sum with the junction must not wrap around. */
TEST(extreme_voltage_is_refused_with_any_junction)
{
	FOR_EACH_TYPE(t) {
		s32 mdegc = UNTOUCHED;

		EXPECT_EQ(cryo_tc_linearise(*t, S32_MAX, 85000, &mdegc), -ERANGE);
		EXPECT_EQ(cryo_tc_linearise(*t, S32_MIN, -40000, &mdegc), -ERANGE);
		EXPECT_EQ(cryo_tc_linearise(*t, 256000000, 25000, &mdegc), -ERANGE);
		EXPECT_EQ(mdegc, UNTOUCHED);
	}
}

TEST(unknown_type_is_refused)
{
	static const u32 unknown[] = { 0, 5, 6, 8, 255, U32_MAX };
	s32 value = UNTOUCHED;

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT(!cryo_tc_type_known(unknown[i]));
		EXPECT_EQ(cryo_tc_emf_nv(unknown[i], 0, &value), -EINVAL);
		EXPECT_EQ(cryo_tc_temp_mdegc(unknown[i], 0, &value), -EINVAL);
		EXPECT_EQ(cryo_tc_linearise(unknown[i], 0, 25000, &value), -EINVAL);
	}
	EXPECT_EQ(value, UNTOUCHED);
	FOR_EACH_TYPE(t)
		EXPECT(cryo_tc_type_known(*t));
}

TEST_MAIN()
