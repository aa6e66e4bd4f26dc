// SPDX-License-Identifier: LGPL-2.1-or-later
/* Scales of a plot. Pure. */
#include <math.h>
#include <stddef.h>

#include "report-axis.h"

double scale_place(const struct scale *scale, double value)
{
	double share = (value - scale->from) / (scale->to - scale->from);

	return scale->at_from + fmin(fmax(share, 0), 1) * (scale->at_to - scale->at_from);
}

double axis_step(double range, int lines)
{
	static const double steps[] = { 1, 2, 5, 10 };
	double least = range > 0 ? range / lines : 1;
	double power = pow(10, floor(log10(least)));
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) && steps[i] * power < least * (1 - 1e-9))
		i++;
	return steps[i] * power;
}

double axis_time_step(double range_s, int lines)
{
	static const double steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i] * lines >= range_s)
			return steps[i];
	return 3600 * axis_step(range_s / 3600, lines);
}
