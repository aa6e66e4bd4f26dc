/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ice ball across the needle, to scale against its boundary. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BALL_ROWS	9
#define BALL_COLUMNS	22		/* a character is about twice as high as wide */
#define BALL_ROW_MAX	(3 * BALL_COLUMNS + 1)

struct ball {
	uint32_t ice_um;		/* radii */
	uint32_t isotherm_um;		/* -20 degC */
	uint32_t boundary_um;		/* 0: none */
};

/*
 * Row 0 is the top one of BALL_ROWS. What is colder than -20 degC is full, other ice is half full, the
 * boundary is dotted; the picture ends a little outside the boundary, or what ice there is.
 */
void ball_row(const struct ball *ball, int row, bool utf8, char line[BALL_ROW_MAX]);
