// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prediction of the tip: a straight line by least squares through the newest
 * readings. A difference of two readings would be all noise, as the lead is
 * many periods long.
 */
#include "slope.h"

/* Readings older than this say nothing about the rate now. */
#define WINDOW_NS	300000000LL
#define POINTS_MIN	3
/*
 * Time is counted in units of 2^18 ns: fine enough for 100 Hz, and coarse
 * enough for the sums of 16 points to fit the 32-bit divisor of div_s64().
 */
#define UNIT_SHIFT	18

/* Sums of the line's equations; times count from the newest reading. */
struct sums {
	s64 n, t, v, tt, tv;
};

static u32 newest(const struct cryo_slope *slope)
{
	return (slope->count - 1) % CRYO_SLOPE_POINTS;
}

static struct sums sum_up(const struct cryo_slope *slope)
{
	u32 i, points = min(slope->count, CRYO_SLOPE_POINTS);
	s64 now_ns = slope->time_ns[newest(slope)];
	struct sums s = {};

	for (i = 0; i < points; i++) {
		s64 age_ns = now_ns - slope->time_ns[i];
		s64 t = -(age_ns >> UNIT_SHIFT);
		s64 v = slope->mdegc[i];

		if (age_ns > WINDOW_NS)
			continue;
		s.n++;
		s.t += t;
		s.v += v;
		s.tt += t * t;
		s.tv += t * v;
	}
	return s;
}

/**
 * cryo_slope_add() - one more reading
 * @slope: the newest readings, zeroed at first
 * @time_ns: when it was taken
 * @mdegc: what it was
 */
void cryo_slope_add(struct cryo_slope *slope, s64 time_ns, s32 mdegc)
{
	u32 i = slope->count++ % CRYO_SLOPE_POINTS;

	slope->time_ns[i] = time_ns;
	slope->mdegc[i] = mdegc;
}

/**
 * cryo_slope_lowest() - lowest temperature now and until some time ahead
 * @slope: the newest readings, at least one
 * @lead_ns: how far to look ahead, up to 20 seconds
 *
 * Return: the newest reading, or what becomes of it at the present rate if
 * that is lower.
 */
s32 cryo_slope_lowest(const struct cryo_slope *slope, s64 lead_ns)
{
	s32 now_mdegc = slope->mdegc[newest(slope)];
	struct sums s = sum_up(slope);
	s64 divisor = s.n * s.tt - s.t * s.t;
	s64 change;

	if (s.n < POINTS_MIN || !divisor)
		return now_mdegc;
	change = div_s64((s.n * s.tv - s.t * s.v) * (lead_ns >> UNIT_SHIFT), divisor);
	return clamp(now_mdegc + change, (s64)S32_MIN, (s64)now_mdegc);
}
