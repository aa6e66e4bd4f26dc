// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Isotherms of the tissue, interpolated in Kirchhoff's transform, in which profiles have no
 * kink.
 */
#include "selftests/plant/iceball.h"

#include <math.h>

/* Where theta crosses @level on the way from a cell that is below it to its neighbour. */
static double crossing(double at, double theta, double next_at, double next_theta, double level)
{
	return at + (next_at - at) * (level - theta) / (next_theta - theta);
}

static double row_radius(const struct bioheat *b, size_t j, double level)
{
	size_t i = bioheat_columns(b) - 1;

	if (bioheat_cell_theta(b, i, j) < level)
		return bioheat_column_m(b, i);
	while (i > 0 && bioheat_is_tissue(b, i - 1, j)) {
		double theta = bioheat_cell_theta(b, --i, j);

		if (theta < level)
			return crossing(bioheat_column_m(b, i), theta, bioheat_column_m(b, i + 1),
					bioheat_cell_theta(b, i + 1, j), level);
	}
	return 0;
}

static double end_crossing(const struct bioheat *b, size_t i, size_t j, size_t next, double level)
{
	if (!bioheat_is_tissue(b, i, next))
		return bioheat_row_m(b, j);
	return crossing(bioheat_row_m(b, j), bioheat_cell_theta(b, i, j), bioheat_row_m(b, next),
			bioheat_cell_theta(b, i, next), level);
}

static bool is_below(const struct bioheat *b, size_t i, size_t j, double level)
{
	return bioheat_is_tissue(b, i, j) && bioheat_cell_theta(b, i, j) < level;
}

static void extend_along(const struct bioheat *b, size_t i, double level, struct iceball *ball)
{
	size_t rows = bioheat_rows(b), first = 1, last = rows - 2;

	while (first < rows - 1 && !is_below(b, i, first, level))
		first++;
	if (first == rows - 1)
		return;
	while (!is_below(b, i, last, level))
		last--;
	ball->beyond_m = fmax(ball->beyond_m, -end_crossing(b, i, first, first - 1, level));
	ball->along_m = fmax(ball->along_m, end_crossing(b, i, last, last + 1, level));
}

struct iceball iceball_measure(const struct bioheat *b, double degc)
{
	double level = tissue_theta(bioheat_tissue(b), degc);
	struct iceball ball = { 0 };

	for (size_t j = 0; j < bioheat_rows(b); j++)
		ball.radius_m = fmax(ball.radius_m, row_radius(b, j, level));
	if (ball.radius_m > 0 && bioheat_rows(b) > 2)
		for (size_t i = 0; i < bioheat_columns(b); i++)
			extend_along(b, i, level, &ball);
	return ball;
}

double iceball_half_length_m(const struct iceball *ball)
{
	return (ball->beyond_m + ball->along_m) / 2;
}
