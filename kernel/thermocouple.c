// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thermocouple voltage to temperature and back, ITS-90, integers only.
 *
 * Both directions are cubic Hermite curves through exact points of the ITS-90
 * reference functions. A program in tables/ makes the points when this is
 * built; a conversion only multiplies and shifts.
 */
#include "pure.h"
#include "thermocouple.h"

/**
 * struct tc_knot - point of a curve, in fixed point
 * @value: value of the curve
 * @rise: its slope, as the rise over the distance of two knots
 */
struct tc_knot {
	s32 value;
	s32 rise;
};

/**
 * struct tc_curve - a strictly rising function by its knots
 * @knots: points at equal distances, the one at zero twice: as the end of what
 *	is below and as the start of what is above, where its slope may differ
 * @first: least argument that is in range
 * @last: greatest argument that is in range
 * @base: argument of knots[0], at most @first
 * @shift: distance of two knots, as a power of two
 * @fraction_bits: fractional bits of the knots
 */
struct tc_curve {
	const struct tc_knot *knots;
	s32 first;
	s32 last;
	s32 base;
	u8 shift;
	u8 fraction_bits;
};

#include "thermocouple_tables.h"

/*
 * Every shift rounds down, together by less than four units of the last
 * fractional bit, which is below the rise for one step of x: the result never
 * falls.
 */
static s32 tc_evaluate(const struct tc_curve *curve, s32 x)
{
	u32 distance = x - curve->base;
	const struct tc_knot *knot = &curve->knots[(distance >> curve->shift) + (x >= 0)];
	s64 t = distance & (BIT(curve->shift) - 1);
	s64 rise = (s64)knot[1].value - knot[0].value;
	s64 square = 3 * rise - 2 * (s64)knot[0].rise - knot[1].rise;
	s64 cube = (s64)knot[0].rise + knot[1].rise - 2 * rise;
	s64 sum;

	sum = square + ((cube * t) >> curve->shift);
	sum = knot[0].rise + ((sum * t) >> curve->shift);
	sum = knot[0].value + ((sum * t) >> curve->shift);
	return (sum + BIT(curve->fraction_bits - 1)) >> curve->fraction_bits;
}

static int tc_convert(const struct tc_curve *curve, s32 x, s32 *ret)
{
	if (x < curve->first || x > curve->last)
		return -ERANGE;
	*ret = tc_evaluate(curve, x);
	return 0;
}

bool cryo_tc_type_known(u32 type)
{
	return type < ARRAY_SIZE(tc_curves) && tc_curves[type].emf;
}

int cryo_tc_emf_nv(enum cryo_tc_type type, s32 temp_mdegc, s32 *ret_nv)
{
	if (!cryo_tc_type_known(type))
		return -EINVAL;
	return tc_convert(tc_curves[type].emf, temp_mdegc, ret_nv);
}

int cryo_tc_temp_mdegc(enum cryo_tc_type type, s32 emf_nv, s32 *ret_mdegc)
{
	if (!cryo_tc_type_known(type))
		return -EINVAL;
	return tc_convert(tc_curves[type].temp, emf_nv, ret_mdegc);
}

int cryo_tc_linearise(enum cryo_tc_type type, s32 measured_nv,
		      s32 cold_junction_mdegc, s32 *ret_mdegc)
{
	s32 cold_junction_nv;
	s64 emf_nv;
	int ret;

	if (cold_junction_mdegc < CRYO_TC_COLD_JUNCTION_MIN_MDEGC ||
	    cold_junction_mdegc > CRYO_TC_COLD_JUNCTION_MAX_MDEGC)
		return -ERANGE;
	ret = cryo_tc_emf_nv(type, cold_junction_mdegc, &cold_junction_nv);
	if (ret)
		return ret;
	/* What does not fit is far out of range, and stays so. */
	emf_nv = (s64)measured_nv + cold_junction_nv;
	emf_nv = clamp(emf_nv, (s64)S32_MIN, (s64)S32_MAX);
	return cryo_tc_temp_mdegc(type, emf_nv, ret_mdegc);
}
