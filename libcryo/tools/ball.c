// SPDX-License-Identifier: LGPL-2.1-or-later
/* The ice ball across the needle, to scale against its boundary. Pure. */
#include <string.h>

#include "ball.h"

#define EXTENT_MIN_UM	3000		/* without ice and boundary there is still a scale */
#define EXTENT_MAX_UM	1000000		/* no ice is a metre thick */

static int64_t at_most(int64_t um, int64_t limit_um)
{
	return um < limit_um ? um : limit_um;
}

/* Of the picture's middle row, upwards and downwards. */
static int64_t extent_um(const struct ball *ball)
{
	int64_t um = ball->boundary_um > ball->ice_um ? ball->boundary_um : ball->ice_um;

	um = at_most(um + um / 8, EXTENT_MAX_UM);
	return um > EXTENT_MIN_UM ? um : EXTENT_MIN_UM;
}

/* Whether the square of a distance is within that of a radius; 0: there is none. */
static bool is_within(int64_t square, int64_t radius_um)
{
	radius_um = at_most(radius_um, 2 * EXTENT_MAX_UM);
	return radius_um > 0 && square <= radius_um * radius_um;
}

static const char *cell(const struct ball *ball, int64_t square, int64_t step_um, bool utf8)
{
	int64_t boundary = ball->boundary_um;

	if (is_within(square, ball->isotherm_um))
		return utf8 ? "█" : "#";
	if (is_within(square, ball->ice_um))
		return utf8 ? "▒" : "+";
	if (boundary && is_within(square, boundary + step_um / 2) &&
	    !is_within(square, boundary - step_um / 2))
		return utf8 ? "·" : ".";
	return " ";
}

void ball_row(const struct ball *ball, int row, bool utf8, char line[BALL_ROW_MAX])
{
	int64_t step_um = 2 * extent_um(ball) / BALL_ROWS;
	int64_t y_um = (row - BALL_ROWS / 2) * step_um;
	char *end = line;

	for (int column = 0; column < BALL_COLUMNS; column++) {
		/* The needle's axis is the edge between the two middle columns. */
		int64_t x_um = (2 * column + 1 - BALL_COLUMNS) * step_um / 4;

		end = stpcpy(end, cell(ball, x_um * x_um + y_um * y_um, step_um, utf8));
	}
}
