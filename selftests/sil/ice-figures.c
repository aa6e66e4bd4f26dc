// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said of the ice against what is there. */
#include "selftests/sil/ice-figures.h"

#include <math.h>

#include "daemon/core/treatment.h"

static bool freezes(const struct trace_ice *ice)
{
	return ice->phase == PHASE_COOL || ice->phase == PHASE_FREEZE;
}

static void add(struct ice_figures *f, const struct trace_ice *ice, enum reader reader,
		const double needle_mm[AXES])
{
	const struct said *said = &ice->said[reader];
	size_t i = f->samples;

	if (i == ICE_SAMPLES)
		return;
	for (enum axis a = 0; a < AXES; a++) {
		bool some = ice->mm[a] > 0 || said->mm[a] > 0;
		double off = fmax(said->mm[a], needle_mm[a]) - fmax(ice->mm[a], needle_mm[a]);

		f->off_mm[a][i] = some ? (float)off : INFINITY;
		f->error_mm[a][i] = said->error_mm[a];
	}
	f->samples++;
}

struct ice_figures ice_figures(const struct trace *t, enum reader reader,
			       const double needle_mm[AXES])
{
	struct ice_figures f = { 0 };
	unsigned int cycle = 0;
	double next_s = 0;

	for (size_t i = 0; i < t->ices; i++) {
		const struct trace_ice *ice = &t->ice[i];

		if (!freezes(ice))
			continue;
		if (ice->cycle != cycle)
			next_s = ice->time_s + ICE_AFTER_S;
		cycle = ice->cycle;
		if (ice->time_s < next_s)
			continue;
		next_s += ICE_EVERY_S;
		add(&f, ice, reader, needle_mm);
	}
	return f;
}

bool ice_is_freeze(const struct trace_ice *ice, unsigned int cycle)
{
	return freezes(ice) && ice->cycle == cycle;
}

double ice_largest_mm(const struct trace *t, unsigned int cycle)
{
	double largest = 0;

	for (size_t i = 0; i < t->ices; i++)
		if (t->ice[i].cycle <= cycle)
			largest = fmax(largest, t->ice[i].mm[AXIS_EDGE]);
	return largest;
}

double ice_passes_s(const struct trace *t, double boundary_mm)
{
	for (size_t i = 1; i < t->ices; i++) {
		const struct trace_ice *before = &t->ice[i - 1], *ice = &t->ice[i];
		double from = before->mm[AXIS_EDGE], to = ice->mm[AXIS_EDGE];

		if (!ice_is_freeze(ice, 1) || to < boundary_mm)
			continue;
		return before->time_s + (ice->time_s - before->time_s) *
					(boundary_mm - from) / (to - from);
	}
	return INFINITY;
}

struct forecast_figures forecast_figures(const struct trace *t, enum reader reader,
					 double boundary_mm, double passes_s)
{
	struct forecast_figures f = { 0 };
	double begun_s = INFINITY;

	for (size_t i = 0; i < t->ices && isfinite(passes_s); i++) {
		const struct trace_ice *ice = &t->ice[i];
		double said_s = ice->said[reader].boundary_s, left_s = passes_s - ice->time_s;

		if (!ice_is_freeze(ice, 1))
			continue;
		begun_s = fmin(begun_s, ice->time_s);
		if (ice->mm[AXIS_EDGE] < boundary_mm / 2 || left_s <= 0 ||
		    f.samples - f.silent == FORECAST_SAMPLES)
			continue;
		f.samples++;
		f.silent += said_s <= 0;
		if (said_s <= 0)
			continue;
		f.left_s[f.samples - f.silent - 1] = (float)left_s;
		f.off_s[f.samples - f.silent - 1] = (float)(said_s - left_s);
	}
	f.whole_s = passes_s - begun_s;
	return f;
}
