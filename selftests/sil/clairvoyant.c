// SPDX-License-Identifier: GPL-2.0-or-later
/* The best forecast of the boundary for a class of tissue, by calculation. */
#include "selftests/sil/clairvoyant.h"

#include <math.h>
#include <stdlib.h>

#include "daemon/core/ice-field.h"
#include "selftests/sil/course.h"
#include "selftests/sil/ice-figures.h"
#include "selftests/sil/patient-tissue.h"

#define EDGE_DEGC	(-1.0)
#define FIRST_SEED	900000	/* of the class: tuning seeds that were used for nothing else */

/* One patient of the class while his ice grows. */
struct growth {
	struct ice_geometry geometry;
	struct ice_tissue tissue;
	double enthalpy[ICE_SHELLS];
	double step_s, now_s;
	double warmer_k;		/* the tip, than in the trace */
	struct ice_place half, boundary;
};

static struct ice_tissue tissue_of(const struct traits *traits)
{
	struct tissue t = patient_tissue(traits);

	return (struct ice_tissue){
		t.k_frozen, t.k_freezing, t.k_unfrozen, t.c_frozen, t.c_unfrozen, t.latent,
		t.freeze_end_degc, t.freeze_start_degc, t.perfusion, t.metabolic,
	};
}

static struct growth growth_of(const struct traits *traits, double boundary_m)
{
	struct probe_profile profile = {
		.gauge = (uint32_t)traits->value[TRAIT_GAUGE],
		.active_um = (uint32_t)lround(traits->value[TRAIT_ACTIVE_MM] * 1e3),
	};
	struct growth g = { .tissue = tissue_of(traits) };

	ice_geometry_init(&g.geometry, &profile);
	g.step_s = ice_field_step_s(&g.geometry, &g.tissue);
	g.boundary = ice_field_place(&g.geometry, boundary_m);
	g.half = ice_field_place(&g.geometry, fmax(boundary_m / 2, g.geometry.radius_m));
	for (int i = 0; i < ICE_SHELLS; i++)
		g.enthalpy[i] = ice_tissue_enthalpy(&g.tissue, ICE_BODY_DEGC);
	return g;
}

static void note_time(const struct growth *g, const struct ice_wall *wall,
		      const struct ice_place *place, double *time_s)
{
	if (isinf(*time_s) && ice_field_degc(&g->tissue, g->enthalpy, wall, place) <= EDGE_DEGC)
		*time_s = g->now_s;
}

static void grow(struct growth *g, const struct trace *t, double *half_s, double *passes_s)
{
	*half_s = *passes_s = INFINITY;
	for (size_t i = 0; i < t->points && isinf(*passes_s); i++) {
		const struct trace_point *p = &t->point[i];
		struct ice_wall wall = { p->tip_degc + g->warmer_k, true };

		if (!course_is_freeze(p, 1))
			continue;
		if (!g->now_s)
			g->now_s = p->time_s;
		while (g->now_s < p->time_s) {
			ice_field_step(&g->geometry, &g->tissue, g->enthalpy, &wall, g->step_s);
			g->now_s += g->step_s;
			note_time(g, &wall, &g->half, half_s);
			note_time(g, &wall, &g->boundary, passes_s);
		}
	}
}

void clairvoyant_look(struct foresight *f, enum clairvoyant who, const struct traits *traits,
		      const struct trace *trace, double boundary_mm)
{
	for (size_t i = 0; i < CLAIRVOYANT_CLASS; i++) {
		struct traits tissue = *traits, other;
		struct growth g;

		traits_draw(&other, FIRST_SEED + i);
		traits_draw_tissue(&tissue, FIRST_SEED + i);
		g = growth_of(&tissue, boundary_mm * 1e-3);
		if (who == CLAIRVOYANT_SENSOR)
			g.warmer_k = traits->value[TRAIT_OFFSET_DEGC] -
				     other.value[TRAIT_OFFSET_DEGC];
		grow(&g, trace, &f->half_s[i], &f->passes_s[i]);
	}
}

/* An end of the times that are right for one patient. */
struct end {
	double at_s;
	int right;		/* patients, more from here on */
};

static int compare(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

/* For how many patients the best time is right. */
static int most(struct end *end, size_t n)
{
	int right = 0, best = 0;

	qsort(end, n, sizeof(*end), compare);
	for (size_t i = 0; i < n; i++) {
		right += end[i].right;
		best = right > best ? right : best;
	}
	return best;
}

static void ask(const struct foresight *f, double now_s, struct forecast_share *sum)
{
	struct end end[2 * CLAIRVOYANT_CLASS];
	size_t n = 0;

	for (size_t i = 0; i < CLAIRVOYANT_CLASS; i++) {
		double left_s = f->passes_s[i] - now_s;

		if (now_s < f->half_s[i] || left_s <= 0 || isinf(left_s))
			continue;
		end[n++] = (struct end){ left_s * (1 - FORECAST_WITHIN), 1 };
		end[n++] = (struct end){ left_s * (1 + FORECAST_WITHIN), -1 };
	}
	sum->asked += n / 2.0f / CLAIRVOYANT_CLASS;
	sum->right += (float)most(end, n) / CLAIRVOYANT_CLASS;
}

struct forecast_share clairvoyant_share(const struct foresight *f, const struct trace *trace)
{
	struct forecast_share sum = { 0 };

	for (size_t i = 0; i < trace->ices; i++)
		if (ice_is_freeze(&trace->ice[i], 1))
			ask(f, trace->ice[i].time_s, &sum);
	return sum;
}
