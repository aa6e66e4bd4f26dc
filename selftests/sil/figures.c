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

/* What the tip is to be in. */
struct band {
	double target, half;
};

static bool within(const struct trace_point *p, const struct band *band)
{
	return fabs(p->tip_degc - band->target) <= band->half;
}

/* Where the tip first is at or below @degc, @n if never. */
static size_t first_below(const struct trace_point *point, size_t n, double degc)
{
	size_t i = 0;

	while (i < n && point[i].tip_degc > degc)
		i++;
	return i;
}

/* Since when it is within the band without exception. */
static size_t always_within(const struct trace_point *point, size_t n, const struct band *band)
{
	while (n > 0 && within(&point[n - 1], band))
		n--;
	return n;
}

/* Since when it is within the band for CALM_S, not before @from; @n if never. */
static size_t calm(const struct trace_point *point, size_t from, size_t n, const struct band *band)
{
	size_t inside = 0;

	for (size_t i = from; i < n; i++) {
		inside = within(&point[i], band) ? inside + 1 : 0;
		if (inside == CALM_POINTS)
			return i + 1 - inside;
	}
	return n;
}

static size_t outside(const struct trace_point *point, size_t from, size_t n,
		      const struct band *band)
{
	size_t found = 0;

	for (size_t i = from; i < n; i++)
		found += !within(&point[i], band);
	return found;
}

/* Since when it is calm, and outside for no more than OUTSIDE_SHARE of the rest; @n if never. */
static size_t settled(const struct trace_point *point, size_t n, const struct band *band)
{
	size_t at = calm(point, 0, n, band);

	while (at < n && outside(point, at, n, band) > OUTSIDE_SHARE * (n - at)) {
		while (at < n && within(&point[at], band))
			at++;
		at = calm(point, at, n, band);
	}
	return at;
}

static void note_hold(const struct trace_point *point, size_t n, const struct band *band,
		      struct freeze_figures *f)
{
	double squares = 0, sum = 0;
	size_t inside = 0;

	f->hold_s = n * TRACE_STEP_S;
	if (!n)
		return;
	f->worst_degc = 0;
	for (size_t i = 0; i < n; i++) {
		double deviation = point[i].tip_degc - band->target;

		inside += within(&point[i], band);
		sum += deviation;
		squares += deviation * deviation;
		f->worst_degc = fmax(f->worst_degc, fabs(deviation));
	}
	f->within_share = (double)inside / n;
	f->rms_degc = sqrt(squares / n);
	f->steady_degc = sum / n;
	f->hold_drawn_g = point[n - 1].drawn_g - point[0].drawn_g;
	/* At an even pace the time holds one opening more than it holds whole cycles. */
	f->openings_s = fmax(point[n - 1].openings - point[0].openings - 1, 0) / f->hold_s;
}

static double mean_magnitude(const struct trace_point *point, size_t n, double target)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabs(point[i].tip_degc - target);
	return n ? sum / n : INFINITY;
}

/* The hold begins when the tip is calm, or, if it never is, when it first comes into the band. */
static void note_settling(const struct trace_point *point, size_t n, const struct band *band,
			  struct freeze_figures *f)
{
	size_t reached = first_below(point, n, band->target + band->half);
	size_t at = settled(point, n, band), first = calm(point, 0, n, band);

	if (at < n)
		f->settling_s = at * TRACE_STEP_S;
	at = always_within(point, n, band);
	if (at < n)
		f->last_outside_s = at * TRACE_STEP_S;
	f->tracking_degc = mean_magnitude(point + reached, n - reached, band->target);
	at = first < n ? first : reached;
	note_hold(point + at, n - at, band, f);
}

struct freeze_figures freeze_figures(const struct trace_point *point, size_t n, double target_degc,
				     double offset_degc, double band_degc)
{
	struct freeze_figures f = {
		.settling_s = INFINITY, .last_outside_s = INFINITY, .response_s = INFINITY,
		.rms_degc = INFINITY, .steady_degc = INFINITY, .worst_degc = INFINITY,
		.openings_s = INFINITY,
	};
	struct band band = { target_degc - offset_degc, band_degc };
	size_t flow = first_flow(point, n), at;

	point += flow;
	n -= flow;
	if (!n)
		return f;
	f.total_s = n * TRACE_STEP_S;
	f.drawn_g = point[n - 1].drawn_g - point[0].drawn_g;
	at = first_below(point, n, band.target + 0.1 * (point[0].tip_degc - band.target));
	if (at < n)
		f.response_s = at * TRACE_STEP_S;
	for (size_t i = 0; i < n; i++)
		f.overshoot_degc = fmax(f.overshoot_degc, band.target - point[i].tip_degc);
	note_settling(point, n, &band, &f);
	f.absolute_degc = f.steady_degc - offset_degc;
	return f;
}
