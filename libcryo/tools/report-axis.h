/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scales of a plot: from values to places, and where the lines of the grid lie. Pure. */
#pragma once

struct scale {
	double from, to;		/* values */
	double at_from, at_to;		/* their places on the page, points */
};

/* Values beyond the scale's ends lie at its ends. */
double scale_place(const struct scale *scale, double value);

/* The smallest step of 1, 2, 5, 10 ... that makes at most @lines of a range; above 0. */
double axis_step(double range, int lines);

/* The same of seconds, by what a clock has: 1, 2, 5, 10, 15, 30, 60 ... */
double axis_time_step(double range_s, int lines);
