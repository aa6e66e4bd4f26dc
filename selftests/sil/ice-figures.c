// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said of the ice against what is there. */
#include "selftests/sil/ice-figures.h"

#include <math.h>

#include "daemon/core/treatment.h"

static void add(struct ice_figures *f, const struct trace_ice *ice, enum reader reader)
{
	const struct said *said = &ice->said[reader];
	size_t i = f->samples;

	if (i == ICE_SAMPLES)
		return;
	f->edge_mm[i] = said->edge_mm - ice->edge_mm;
	f->isotherm_mm[i] = ice->isotherm_mm > 0 || said->isotherm_mm > 0 ?
			    said->isotherm_mm - ice->isotherm_mm : INFINITY;
	f->error_mm[i] = said->error_mm;
	f->samples++;
}

struct ice_figures ice_figures(const struct trace *t, enum reader reader)
{
	struct ice_figures f = { 0 };
	unsigned int cycle = 0;
	double next_s = 0;

	for (size_t i = 0; i < t->ices; i++) {
		const struct trace_ice *ice = &t->ice[i];

		if (ice->phase != PHASE_COOL && ice->phase != PHASE_FREEZE)
			continue;
		if (ice->cycle != cycle)
			next_s = ice->time_s + ICE_AFTER_S;
		cycle = ice->cycle;
		if (ice->time_s < next_s)
			continue;
		next_s += ICE_EVERY_S;
		add(&f, ice, reader);
	}
	return f;
}

double ice_largest_mm(const struct trace *t, unsigned int cycle)
{
	double largest = 0;

	for (size_t i = 0; i < t->ices; i++)
		if (t->ice[i].cycle <= cycle)
			largest = fmax(largest, t->ice[i].edge_mm);
	return largest;
}
