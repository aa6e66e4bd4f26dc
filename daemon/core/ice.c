// SPDX-License-Identifier: GPL-2.0-or-later
/* The ice ball's estimate: tissues that go on side by side, and what they say together. */
#include <math.h>
#include <string.h>

#include "daemon/core/ice-parts.h"

/* Lean tissue is muscle or nerve in muscle: between them, and as far as either is from that. */
#define SPREAD_LEAN	1.2
/* Of the way to a class's slow and fast tissue: nearly all patients are nearer to the usual one. */
#define BAND		0.40
/* Twice what the model and the tip's own sensor are off by, whatever the tissue. */
#define RADIUS_M	0.05e-3
#define EDGE_LENGTH_M	0.19e-3
#define ISOTHERM_LENGTH_M	0.135e-3
#define FALL_S		1.0	/* in which a fall of the tip is taken for its rate */
#define STEP_MAX_NS	2000000000LL
#define FREEZE_MAX_MS	600000

static void choose_kind(struct ice *ice, int kind, struct ice_tissue usual, double spread)
{
	struct ice_tissue *tissue = &ice->tissue[kind * ICE_OF_A_KIND];

	tissue[ICE_SLOW] = ice_tissue_varied(&usual, -spread);
	tissue[ICE_USUAL] = usual;
	tissue[ICE_FAST] = ice_tissue_varied(&usual, spread);
	ice->evidence[kind] = (struct ice_evidence){ .spread = spread, .doubt = 1 };
}

static void choose_tissues(struct ice *ice, enum ice_class class)
{
	ice->kinds = 1;
	if (class != ICE_UNKNOWN) {
		choose_kind(ice, 0, ice_tissue_usual(class), 1);
		return;
	}
	ice->kinds = ICE_KINDS;
	choose_kind(ice, ICE_KIND_LEAN, ice_tissue_lean(), SPREAD_LEAN);
	choose_kind(ice, ICE_KIND_FAT, ice_tissue_usual(ICE_FAT), 1);
}

static void warm_up(const struct ice_tissue *tissue, double enthalpy[ICE_SHELLS])
{
	for (int i = 0; i < ICE_SHELLS; i++)
		enthalpy[i] = ice_tissue_enthalpy(tissue, ICE_BODY_DEGC);
}

void ice_init(struct ice *ice, const struct probe_profile *profile, enum ice_class tissue)
{
	*ice = (struct ice){
		.wall.degc = ICE_BODY_DEGC,
		.step_s = INFINITY,
		.capacity_j_k = needle_capacity_j_k(profile),
		.full_flow_w = needle_full_flow_w(profile),
	};
	choose_tissues(ice, tissue);
	ice_geometry_init(&ice->geometry, profile);
	for (int t = 0; t < ice->kinds * ICE_OF_A_KIND; t++) {
		ice->step_s = fmin(ice->step_s, ice_field_step_s(&ice->geometry, &ice->tissue[t]));
		warm_up(&ice->tissue[t], ice->enthalpy[t]);
	}
}

void ice_step(struct ice *ice, const struct reading *tip, int64_t dt_ns)
{
	double dt_s = (dt_ns > STEP_MAX_NS ? STEP_MAX_NS : dt_ns) * 1e-9;
	int steps;

	if (dt_ns <= 0)
		return;
	ice->wall.known = tip->valid;
	ice->fall_k = tip->valid ? ice->wall.degc - tip->mdegc * 1e-3 : 0;
	if (tip->valid)
		ice->wall.degc = tip->mdegc * 1e-3;
	ice->fall_k_s += (ice->fall_k / dt_s - ice->fall_k_s) * -expm1(-dt_s / FALL_S);
	steps = (int)ceil(dt_s / ice->step_s);
	for (int s = 0; s < steps; s++)
		for (int t = 0; t < ice->kinds * ICE_OF_A_KIND; t++)
			ice_field_step(&ice->geometry, &ice->tissue[t], ice->enthalpy[t],
				       &ice->wall, dt_s / steps);
}

/* A length and how far it may be off. */
struct length {
	double m, error_m;
};

/* What one kind's tissues say of one isotherm. */
struct opinion {
	struct length radius, half_length;
};

static struct length length_of(const double of[ICE_OF_A_KIND], const struct ice_evidence *e,
			       double model_m)
{
	double above = fabs(of[ICE_FAST] - of[ICE_USUAL]), below = fabs(of[ICE_USUAL] - of[ICE_SLOW]);
	double apart = fmax(above, below) * BAND;

	return (struct length){
		ice_between(of, e->share), apart > 0 ? hypot(apart * e->doubt, model_m) : 0,
	};
}

static struct opinion ask(const struct ice *ice, int kind, double degc, double length_m)
{
	double radius[ICE_OF_A_KIND], half_length[ICE_OF_A_KIND];

	for (int i = 0; i < ICE_OF_A_KIND; i++) {
		int t = kind * ICE_OF_A_KIND + i;
		struct ice_axes axes = ice_field_isotherm(&ice->geometry, &ice->tissue[t],
							  ice->enthalpy[t], &ice->wall, degc);

		radius[i] = axes.radius_m;
		half_length[i] = axes.half_length_m;
	}
	return (struct opinion){
		length_of(radius, &ice->evidence[kind], RADIUS_M),
		length_of(half_length, &ice->evidence[kind], length_m),
	};
}

static uint32_t micrometres(double metres)
{
	return (uint32_t)lround(metres * 1e6);
}

/* In the middle between two kinds either may be true. */
static void tell(const struct length *lean, const struct length *fat, double share,
		 uint32_t *ret_um, uint32_t *ret_error_um)
{
	bool some = lean->error_m > 0 || fat->error_m > 0;
	double error_m = lean->error_m + (fat->error_m - lean->error_m) * share +
			 2 * share * (1 - share) * fabs(lean->m - fat->m);

	*ret_um = micrometres(lean->m + (fat->m - lean->m) * share);
	/* However unlikely the one that has not thawed. */
	*ret_error_um = some ? micrometres(fmax(error_m, 1e-6)) : 0;
}

void ice_estimate(const struct ice *ice, struct ice_estimate *ret)
{
	struct opinion edge[ICE_KINDS], isotherm[ICE_KINDS];
	double share = ice_fat_share(ice), ms = ice->ahead.passes_s * 1e3;

	for (int i = 0; i < ICE_KINDS; i++) {
		int kind = i < ice->kinds ? i : ICE_KIND_LEAN;

		edge[i] = ask(ice, kind, ICE_EDGE_DEGC, EDGE_LENGTH_M);
		isotherm[i] = ask(ice, kind, ICE_ISOTHERM_DEGC, ISOTHERM_LENGTH_M);
	}
	tell(&edge[0].radius, &edge[1].radius, share, &ret->radius_um, &ret->error_um);
	tell(&edge[0].half_length, &edge[1].half_length, share, &ret->half_length_um,
	     &ret->half_length_error_um);
	tell(&isotherm[0].radius, &isotherm[1].radius, share, &ret->isotherm_radius_um,
	     &ret->isotherm_error_um);
	tell(&isotherm[0].half_length, &isotherm[1].half_length, share,
	     &ret->isotherm_half_length_um, &ret->isotherm_half_length_error_um);
	ret->boundary_ms = ms > 0 && ms < FREEZE_MAX_MS ? (uint32_t)ceil(ms) : 0;
}

uint32_t ice_forecast_um(const struct probe_profile *profile, enum ice_class class,
			 int32_t target_mdegc, uint32_t freeze_ms)
{
	double seconds = fmin(freeze_ms, FREEZE_MAX_MS) * 1e-3, step_s, enthalpy[ICE_SHELLS];
	struct ice_wall wall = { target_mdegc * 1e-3, true };
	struct ice_tissue tissue = ice_tissue_usual(class);
	struct ice_geometry geometry;

	ice_geometry_init(&geometry, profile);
	warm_up(&tissue, enthalpy);
	step_s = ice_field_step_s(&geometry, &tissue);
	for (double s = 0; s < seconds; s += step_s)
		ice_field_step(&geometry, &tissue, enthalpy, &wall, step_s);
	return micrometres(ice_field_isotherm(&geometry, &tissue, enthalpy, &wall,
					      ICE_EDGE_DEGC).radius_m);
}
