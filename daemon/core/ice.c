// SPDX-License-Identifier: GPL-2.0-or-later
/* The ice ball's estimate: freezing of tissue between confocal spheroids, in enthalpy. */
#include <math.h>
#include <string.h>

#include "daemon/core/ice.h"

#define BODY_DEGC	37.0
#define EDGE_DEGC	(-1.0)
#define ISOTHERM_DEGC	(-20.0)
#define REACH_M		0.03
#define FIRST_SHELL_M	0.25e-3
/* What patients of a class differ by. */
#define SPREAD_K	0.1
#define SPREAD_C	0.1
#define SPREAD_LATENT	0.15
#define SPREAD_PERFUSION 0.5
/* Lean tissue is muscle or nerve in muscle: between them, and as far as either is from that. */
#define SPREAD_LEAN	1.2
#define STEP_MAX_NS	2000000000LL

enum { SLOW, USUAL, FAST, OF_A_KIND };
enum { LEAN, FAT };

/* Heat of late: with this weight of the past. */
#define LATE_S		30.0
/* As found on patients of the tuning set. */
#define ENOUGH_FLOW	0.3
#define SHAFT_POWER	0.4
/* Of what a flow is expected to give and what a tissue takes, as natural logarithm. */
#define HEAT_BIAS	0.1
#define HEAT_SPREAD	0.35

/*
 * By composition (Choi-Okos, Miles' share of ice, Levy's conductivity), 37 degC and between -20
 * and -40 degC; nerve is half nerve and half muscle, with 165 kJ/kg between those and measured
 * latent heats; gel is water. Blood flow and metabolism: IT'IS. Unknown: one whose ice grows to
 * the middle between fat and muscle.
 */
static const struct ice_tissue nominal[ICE_CLASSES] = {
	[ICE_UNKNOWN] = { 0.62, 0.50, 0.28, 2.0e6, 2.9e6, 95e6, -6, -0.6, 2500, 1000 },
	[ICE_MUSCLE] = { 1.40, 1.00, 0.51, 2.2e6, 3.8e6, 225e6, -6, -0.6, 2500, 1000 },
	[ICE_NERVE] = { 1.26, 0.91, 0.48, 2.2e6, 3.6e6, 171e6, -6, -0.6, 6800, 1800 },
	[ICE_FAT] = { 0.30, 0.27, 0.22, 1.9e6, 2.2e6, 47e6, -6, -0.6, 1900, 460 },
	[ICE_GEL] = { 2.2, 1.4, 0.58, 1.95e6, 4.2e6, 330e6, -1, -0.1, 0, 0 },
};

/* Between muscle and nerve in muscle. */
static const struct ice_tissue lean = {
	1.33, 0.955, 0.495, 2.2e6, 3.7e6, 198e6, -6, -0.6, 4600, 1400
};

static double freezing_heat(const struct ice_tissue *t)
{
	return t->latent + (t->c_frozen + t->c_unfrozen) / 2 * (t->liquid_degc - t->solid_degc);
}

static double enthalpy_of(const struct ice_tissue *t, double degc)
{
	if (degc >= t->liquid_degc)
		return t->c_unfrozen * (degc - t->liquid_degc);
	if (degc >= t->solid_degc)
		return freezing_heat(t) * (degc - t->liquid_degc) /
		       (t->liquid_degc - t->solid_degc);
	return t->c_frozen * (degc - t->solid_degc) - freezing_heat(t);
}

static double degc_of(const struct ice_tissue *t, double enthalpy)
{
	double freezing = freezing_heat(t);

	if (enthalpy >= 0)
		return t->liquid_degc + enthalpy / t->c_unfrozen;
	if (enthalpy >= -freezing)
		return t->liquid_degc + enthalpy / freezing * (t->liquid_degc - t->solid_degc);
	return t->solid_degc + (enthalpy + freezing) / t->c_frozen;
}

/* Integral of the conductivity from the onset of freezing, W/m: its gradient is the flux. */
static double theta_of(const struct ice_tissue *t, double degc)
{
	if (degc >= t->liquid_degc)
		return t->k_unfrozen * (degc - t->liquid_degc);
	if (degc >= t->solid_degc)
		return t->k_freezing * (degc - t->liquid_degc);
	return t->k_frozen * (degc - t->solid_degc) +
	       t->k_freezing * (t->solid_degc - t->liquid_degc);
}

/* Steady potential outside a spheroid: 1/2 ln((xi + 1) / (xi - 1)). */
static double potential(double xi)
{
	return 0.5 * log((xi + 1) / (xi - 1));
}

static double xi_of_radius(double focus_m, double radius_m)
{
	return sqrt(1 + (radius_m / focus_m) * (radius_m / focus_m));
}

static double radius_of_xi(double focus_m, double xi)
{
	return focus_m * sqrt(xi * xi - 1);
}

static double spheroid_m3(double focus_m, double xi)
{
	return 4.0 / 3 * M_PI * focus_m * focus_m * focus_m * xi * (xi * xi - 1);
}

/* Ratio of neighbouring shells' thicknesses that makes ICE_SHELLS of them reach REACH_M. */
static double shell_growth(void)
{
	double low = 1.0001, high = 2;

	for (int i = 0; i < 40; i++) {
		double middle = (low + high) / 2;
		double sum = FIRST_SHELL_M * (pow(middle, ICE_SHELLS) - 1) / (middle - 1);

		if (sum < REACH_M)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void geometry_step(struct ice_geometry *g)
{
	/* A gel's ice conducts best and stores least, and a fast one a tenth more and less. */
	const double diffusivity = (2.2 * 1.1) / (1.95e6 * 0.9);

	g->step_s = INFINITY;
	for (int i = 0; i < ICE_SHELLS; i++) {
		double out = i + 1 < ICE_SHELLS ? g->conductance_m[i + 1] : 0;
		double rate = diffusivity * (g->conductance_m[i] + out) / g->volume_m3[i];

		g->step_s = fmin(g->step_s, 0.9 / rate);
	}
}

static void geometry_init(struct ice_geometry *g, const struct probe_profile *profile)
{
	double radius = needle_radius_m(profile->gauge);
	double half = profile->active_um * 0.5e-6 + radius * 0.5;
	double growth = shell_growth(), thickness = FIRST_SHELL_M, edge = radius;

	/* A spheroid as thick as the needle; its end face counts as half a radius of length. */
	g->focus_m = sqrt(fmax(half * half - radius * radius, half * half * 0.01));
	g->xi[0] = xi_of_radius(g->focus_m, radius);
	g->phi[0] = potential(g->xi[0]);
	for (int i = 0; i < ICE_SHELLS; i++, thickness *= growth) {
		double inner = xi_of_radius(g->focus_m, edge);
		double outer = xi_of_radius(g->focus_m, edge + thickness);

		g->xi[i + 1] = xi_of_radius(g->focus_m, edge + thickness / 2);
		g->phi[i + 1] = potential(g->xi[i + 1]);
		g->conductance_m[i] = 4 * M_PI * g->focus_m / (g->phi[i] - g->phi[i + 1]);
		g->volume_m3[i] = spheroid_m3(g->focus_m, outer) - spheroid_m3(g->focus_m, inner);
		edge += thickness;
	}
	geometry_step(g);
}

/* One that freezes faster by @share, at most and least by what patients of a class differ. */
static struct ice_tissue varied(const struct ice_tissue *t, double share)
{
	struct ice_tissue v = *t;

	v.k_frozen *= 1 + share * SPREAD_K;
	v.k_freezing *= 1 + share * SPREAD_K;
	v.k_unfrozen *= 1 - share * SPREAD_K;
	v.c_frozen *= 1 - share * SPREAD_C;
	v.c_unfrozen *= 1 - share * SPREAD_C;
	v.latent *= 1 - share * SPREAD_LATENT;
	v.perfusion *= 1 - share * SPREAD_PERFUSION;
	return v;
}

static void choose_kind(struct ice *ice, int kind, const struct ice_tissue *usual, double spread)
{
	struct ice_tissue *tissue = &ice->tissue[kind * OF_A_KIND];

	tissue[SLOW] = varied(usual, -spread);
	tissue[USUAL] = *usual;
	tissue[FAST] = varied(usual, spread);
}

static void choose_tissues(struct ice *ice, enum ice_class class)
{
	ice->kinds = 1;
	if (class != ICE_UNKNOWN) {
		choose_kind(ice, 0, &nominal[class], 1);
		return;
	}
	ice->kinds = ICE_KINDS;
	choose_kind(ice, LEAN, &lean, SPREAD_LEAN);
	choose_kind(ice, FAT, &nominal[ICE_FAT], 1);
}

void ice_init(struct ice *ice, const struct probe_profile *profile, enum ice_class tissue)
{
	*ice = (struct ice){
		.wall_degc = BODY_DEGC,
		.capacity_j_k = needle_capacity_j_k(profile),
		.full_flow_w = needle_full_flow_w(profile),
	};
	choose_tissues(ice, tissue);
	geometry_init(&ice->geometry, profile);
	for (int t = 0; t < ice->kinds * OF_A_KIND; t++)
		for (int i = 0; i < ICE_SHELLS; i++)
			ice->enthalpy[t][i] = enthalpy_of(&ice->tissue[t], BODY_DEGC);
}

/* One explicit step of one tissue; the outermost shell stays at body temperature. */
static void tissue_step(const struct ice_geometry *g, const struct ice_tissue *t, double *enthalpy,
			double wall_degc, bool wall_known, double step_s)
{
	double degc = degc_of(t, enthalpy[0]), theta = theta_of(t, degc);
	double inward = wall_known ? g->conductance_m[0] * (theta - theta_of(t, wall_degc)) : 0;

	for (int i = 0; i + 1 < ICE_SHELLS; i++) {
		double next_degc = degc_of(t, enthalpy[i + 1]);
		double next_theta = theta_of(t, next_degc);
		double from_outside = g->conductance_m[i + 1] * (next_theta - theta);
		double source = degc > t->liquid_degc ?
				t->perfusion * (BODY_DEGC - degc) + t->metabolic : 0;

		enthalpy[i] += step_s * ((from_outside - inward) / g->volume_m3[i] + source);
		inward = from_outside;
		degc = next_degc;
		theta = next_theta;
	}
}

void ice_step(struct ice *ice, const struct reading *tip, int64_t dt_ns)
{
	double dt_s = (dt_ns > STEP_MAX_NS ? STEP_MAX_NS : dt_ns) * 1e-9;
	int steps;

	if (dt_ns <= 0)
		return;
	ice->wall_known = tip->valid;
	ice->fall_k = tip->valid ? ice->wall_degc - tip->mdegc * 1e-3 : 0;
	if (tip->valid)
		ice->wall_degc = tip->mdegc * 1e-3;
	steps = (int)ceil(dt_s / ice->geometry.step_s);
	for (int s = 0; s < steps; s++)
		for (int t = 0; t < ice->kinds * OF_A_KIND; t++)
			tissue_step(&ice->geometry, &ice->tissue[t], ice->enthalpy[t],
				    ice->wall_degc, ice->wall_known, dt_s / steps);
}

/* What the needle takes from this kind's usual tissue, W. */
static double tissue_w(const struct ice *ice, int kind)
{
	int t = kind * OF_A_KIND + USUAL;
	const struct ice_tissue *tissue = &ice->tissue[t];
	double theta = theta_of(tissue, degc_of(tissue, ice->enthalpy[t][0]));

	return ice->geometry.conductance_m[0] * (theta - theta_of(tissue, ice->wall_degc));
}

void ice_weigh(struct ice *ice, uint32_t flow_permille, int64_t dt_ns)
{
	double dt_s = dt_ns * 1e-9, share = -expm1(-dt_s / LATE_S);

	if (dt_ns <= 0 || !ice->wall_known)
		return;
	ice->flow += (flow_permille * 1e-3 - ice->flow) * share;
	for (int kind = 0; kind < ice->kinds; kind++) {
		double steel_w = ice->capacity_j_k * ice->fall_k / dt_s;

		ice->taken_w[kind] += (tissue_w(ice, kind) + steel_w - ice->taken_w[kind]) * share;
	}
}

/* What the flow of late is expected to give: a shaft that little flow leaves warm takes its part. */
static double given_w(const struct ice *ice)
{
	return ice->full_flow_w * ice->flow * pow(fmin(ice->flow / ENOUGH_FLOW, 1), SHAFT_POWER);
}

/* How likely it is fat, 0 to 1: heat given and taken differ by a factor that is about log-normal. */
static double fat_share(const struct ice *ice)
{
	double lean, fat;

	if (ice->kinds < ICE_KINDS)
		return 0;
	if (ice->flow <= 0 || ice->taken_w[LEAN] <= 0 || ice->taken_w[FAT] <= 0)
		return 0.5;
	lean = (log(given_w(ice) / ice->taken_w[LEAN]) - HEAT_BIAS) / HEAT_SPREAD;
	fat = (log(given_w(ice) / ice->taken_w[FAT]) - HEAT_BIAS) / HEAT_SPREAD;
	return 1 / (1 + exp((fat * fat - lean * lean) / 2));
}

/* xi of the outermost place that is as cold as @degc, 0 if there is none. */
static double isotherm_xi(const struct ice *ice, int tissue, double degc)
{
	const struct ice_geometry *g = &ice->geometry;
	const struct ice_tissue *t = &ice->tissue[tissue];
	double wanted = theta_of(t, degc);
	double outer = theta_of(t, BODY_DEGC);

	for (int i = ICE_SHELLS; i >= 0; i--) {
		double theta = outer, share, phi;

		if (i)
			theta = theta_of(t, degc_of(t, ice->enthalpy[tissue][i - 1]));
		else if (ice->wall_known)
			theta = theta_of(t, ice->wall_degc);
		if (theta > wanted) {
			outer = theta;
			continue;
		}
		if (i == ICE_SHELLS)
			return g->xi[i];
		share = (wanted - theta) / (outer - theta);
		phi = g->phi[i] + share * (g->phi[i + 1] - g->phi[i]);
		return 1 / tanh(phi);	/* inverse of potential() */
	}
	return 0;
}

static double isotherm_radius_m(const struct ice *ice, int tissue, double degc)
{
	double xi = isotherm_xi(ice, tissue, degc);

	return xi > 0 ? radius_of_xi(ice->geometry.focus_m, xi) : 0;
}

static uint32_t micrometres(double metres)
{
	return (uint32_t)lround(metres * 1e6);
}

/* What one kind's tissues say. */
struct opinion {
	double radius_m, half_length_m, isotherm_m, error_m;
};

static struct opinion ask(const struct ice *ice, int kind)
{
	int first = kind * OF_A_KIND;
	double radius = isotherm_radius_m(ice, first + USUAL, EDGE_DEGC);
	double above = isotherm_radius_m(ice, first + FAST, EDGE_DEGC) - radius;
	double below = radius - isotherm_radius_m(ice, first + SLOW, EDGE_DEGC);

	return (struct opinion){
		.radius_m = radius,
		.half_length_m = isotherm_xi(ice, first + USUAL, EDGE_DEGC) *
				 ice->geometry.focus_m,
		.isotherm_m = isotherm_radius_m(ice, first + USUAL, ISOTHERM_DEGC),
		.error_m = fmax(fabs(above), fabs(below)),
	};
}

static double between(double a, double b, double share)
{
	return a + (b - a) * share;
}

/* In the middle between two kinds either may be true. */
void ice_estimate(const struct ice *ice, struct ice_estimate *ret)
{
	struct opinion lean = ask(ice, LEAN), fat = ice->kinds > FAT ? ask(ice, FAT) : lean;
	double share = fat_share(ice), apart_m = fabs(lean.radius_m - fat.radius_m);
	bool some = lean.error_m > 0 || fat.error_m > 0;
	double error_m = between(lean.error_m, fat.error_m, share) +
			 2 * share * (1 - share) * apart_m;

	ret->radius_um = micrometres(between(lean.radius_m, fat.radius_m, share));
	ret->half_length_um = micrometres(between(lean.half_length_m, fat.half_length_m, share));
	ret->isotherm_radius_um = micrometres(between(lean.isotherm_m, fat.isotherm_m, share));
	/* However unlikely the one that has not thawed. */
	ret->error_um = some ? micrometres(fmax(error_m, 1e-6)) : 0;
}

uint32_t ice_forecast_um(const struct probe_profile *profile, enum ice_class tissue,
			 int32_t target_mdegc, uint32_t freeze_ms)
{
	struct ice ice;
	int steps;

	ice_init(&ice, profile, ICE_MUSCLE);
	ice.tissue[USUAL] = nominal[tissue];
	for (int i = 0; i < ICE_SHELLS; i++)
		ice.enthalpy[USUAL][i] = enthalpy_of(&nominal[tissue], BODY_DEGC);
	ice.wall_degc = target_mdegc * 1e-3;
	ice.wall_known = true;
	steps = (int)ceil(fmin(freeze_ms, 600000) * 1e-3 / ice.geometry.step_s);
	for (int s = 0; s < steps; s++)
		tissue_step(&ice.geometry, &nominal[tissue], ice.enthalpy[USUAL], ice.wall_degc,
			    true, ice.geometry.step_s);
	return micrometres(isotherm_radius_m(&ice, USUAL, EDGE_DEGC));
}
