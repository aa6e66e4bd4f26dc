// SPDX-License-Identifier: GPL-2.0-or-later
/* The forecast: the likeliest tissue goes on faster than time until its ice is at the boundary. */
#include <math.h>

#include "daemon/core/ice-parts.h"

#define HORIZON_S	600.0
#define SLOWEST_S	10.0	/* of a tip on its way to its target, to a third of the way */
/* Of one tissue, in one call: below 20 us. */
#define STEPS		40

static double temperature(const struct ice *ice, int tissue, int shell)
{
	return ice_tissue_degc(&ice->tissue[tissue], ice->enthalpy[tissue][shell]);
}

/*
 * From what is known now: the likelier kind's tissue of the share that was found. The tip goes on as
 * it falls now, and the slower the nearer its target is.
 */
static void begin(struct ice *ice, double target_degc)
{
	int kind = ice_fat_share(ice) > 0.5 ? ICE_KIND_FAT : ICE_KIND_LEAN;
	int first = kind * ICE_OF_A_KIND;
	double share = ice->evidence[kind].share;
	struct ice_ahead *a = &ice->ahead;

	a->tissue = ice_tissue_varied(&ice->tissue[first + ICE_USUAL],
				      share * ice->evidence[kind].spread);
	a->step_s = ice_field_step_s(&ice->geometry, &a->tissue);
	a->ahead_s = 0;
	a->age_s = 0;
	a->wall_degc = ice->wall.degc;
	a->approach_s = fmin((ice->wall.degc - target_degc) / fmax(ice->fall_k_s, 0), SLOWEST_S);
	for (int i = 0; i < ICE_SHELLS; i++) {
		double degc[] = {
			temperature(ice, first + ICE_SLOW, i), temperature(ice, first + ICE_USUAL, i),
			temperature(ice, first + ICE_FAST, i),
		};

		a->enthalpy[i] = ice_tissue_enthalpy(&a->tissue, ice_between(degc, share));
	}
}

static void choose_boundary(struct ice *ice, uint32_t boundary_um)
{
	ice->ahead.boundary_um = boundary_um;
	ice->ahead.boundary = ice_field_place(&ice->geometry, boundary_um * 1e-6);
	ice->ahead.passes_s = 0;
}

static void step(struct ice *ice, double target_degc)
{
	struct ice_ahead *a = &ice->ahead;
	struct ice_wall wall = { a->wall_degc, true };

	ice_field_step(&ice->geometry, &a->tissue, a->enthalpy, &wall, a->step_s);
	a->ahead_s += a->step_s;
	a->wall_degc += (target_degc - a->wall_degc) * fmin(a->step_s / fmax(a->approach_s, 1e-3), 1);
}

/* At the boundary, or too far ahead. */
static bool is_there(const struct ice_ahead *a)
{
	struct ice_wall wall = { a->wall_degc, true };

	return a->ahead_s >= HORIZON_S ||
	       ice_field_degc(&a->tissue, a->enthalpy, &wall, &a->boundary) <= ICE_EDGE_DEGC;
}

void ice_look_ahead(struct ice *ice, uint32_t boundary_um, int32_t target_mdegc, int64_t dt_ns)
{
	double target_degc = target_mdegc * 1e-3;
	struct ice_ahead *a = &ice->ahead;

	if (boundary_um != a->boundary_um) {
		choose_boundary(ice, boundary_um);
		begin(ice, target_degc);
	}
	if (!boundary_um || dt_ns <= 0)
		return;
	a->age_s += dt_ns * 1e-9;
	a->passes_s = fmax(a->passes_s - dt_ns * 1e-9, 0);
	for (int s = 0; s < STEPS && !is_there(a); s++)
		step(ice, target_degc);
	if (!is_there(a))
		return;
	a->passes_s = a->ahead_s < HORIZON_S ? fmax(a->ahead_s - a->age_s, 0) : INFINITY;
	begin(ice, target_degc);
}
