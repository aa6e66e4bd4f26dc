// SPDX-License-Identifier: GPL-2.0-or-later
/* From the course of a tip's temperature to figures. */
#include "selftests/sil/figures.h"

#include <math.h>

#define CALM_POINTS	((size_t)(CALM_S / TRACE_STEP_S))

static size_t first_flow(const struct trace_point *point, size_t n)
{
	size_t i = 0;

	while (i < n && !point[i].flow_permille)
		i++;
	return i;
}

static bool within(const struct trace_point *p, double target)
{
	return fabs(p->tip_degc - target) <= BAND_DEGC;
}

/* Where the tip first is at or below @degc, @n if never. */
static size_t first_below(const struct trace_point *point, size_t n, double degc)
{
	size_t i = 0;

	while (i < n && point[i].tip_degc > degc)
		i++;
	return i;
}

/* Since when it is within the band for good. */
static size_t settled_for_good(const struct trace_point *point, size_t n, double target)
{
	while (n > 0 && within(&point[n - 1], target))
		n--;
	return n;
}

/* Since when it is within the band for CALM_S, @n if never. */
static size_t settled(const struct trace_point *point, size_t n, double target)
{
	size_t calm = 0;

	for (size_t i = 0; i < n; i++) {
		calm = within(&point[i], target) ? calm + 1 : 0;
		if (calm == CALM_POINTS)
			return i + 1 - calm;
	}
	return n;
}

static void note_hold(const struct trace_point *point, size_t n, double target,
		      struct freeze_figures *f)
{
	double squares = 0, sum = 0;
	size_t inside = 0;

	f->hold_s = n * TRACE_STEP_S;
	if (!n)
		return;
	f->worst_degc = 0;
	for (size_t i = 0; i < n; i++) {
		double deviation = point[i].tip_degc - target;

		inside += within(&point[i], target);
		sum += deviation;
		squares += deviation * deviation;
		f->worst_degc = fmax(f->worst_degc, fabs(deviation));
	}
	f->within_share = (double)inside / n;
	f->rms_degc = sqrt(squares / n);
	f->steady_degc = sum / n;
	f->hold_drawn_g = point[n - 1].drawn_g - point[0].drawn_g;
	f->openings_s = (point[n - 1].openings - point[0].openings) / f->hold_s;
}

static double mean_magnitude(const struct trace_point *point, size_t n, double target)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabs(point[i].tip_degc - target);
	return n ? sum / n : INFINITY;
}

struct freeze_figures freeze_figures(const struct trace_point *point, size_t n, double target_degc,
				     double offset_degc)
{
	struct freeze_figures f = {
		.settling_s = INFINITY, .response_s = INFINITY, .rms_degc = INFINITY,
		.steady_degc = INFINITY, .worst_degc = INFINITY, .openings_s = INFINITY,
	};
	double target = target_degc - offset_degc;
	size_t flow = first_flow(point, n), at;

	point += flow;
	n -= flow;
	if (!n)
		return f;
	f.total_s = n * TRACE_STEP_S;
	f.drawn_g = point[n - 1].drawn_g - point[0].drawn_g;
	at = first_below(point, n, target + 0.1 * (point[0].tip_degc - target));
	if (at < n)
		f.response_s = at * TRACE_STEP_S;
	at = settled_for_good(point, n, target);
	if (at < n)
		f.settling_s = at * TRACE_STEP_S;
	for (size_t i = 0; i < n; i++)
		f.overshoot_degc = fmax(f.overshoot_degc, target - point[i].tip_degc);
	at = first_below(point, n, target + BAND_DEGC);
	f.tracking_degc = mean_magnitude(point + at, n - at, target);
	if (settled(point, n, target) < n)
		at = settled(point, n, target);
	note_hold(point + at, n - at, target, &f);
	f.absolute_degc = f.steady_degc - offset_degc;
	return f;
}
