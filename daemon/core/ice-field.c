// SPDX-License-Identifier: GPL-2.0-or-later
/* Freezing between confocal spheroids, in enthalpy. */
#include <math.h>

#include "daemon/core/ice-field.h"
#include "daemon/core/needle.h"

#define REACH_M		0.03
#define FIRST_SHELL_M	0.2e-3

/*
 * Fitted to a two-dimensional solution of needles of 16 to 22G with 5 to 15 mm, in muscle, nerve and
 * fat at -20, -50 and -85 degC for two minutes: the radius is then off by 0.02 mm RMS, the half
 * length by 0.1 mm.
 */
#define END_RADII	1.4	/* by which the spheroid is longer than the active length */
#define SLENDER		0.42	/* radius in half lengths, up to which ice is a cylinder */
#define SLENDER_POWER	3.75

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

/* A thin spheroid has two thirds of the volume of the cylinder that is as long and as thick. */
static double fullness(double radius_m, double half_m)
{
	return 1 + 0.5 / (1 + pow(radius_m / half_m / SLENDER, SLENDER_POWER));
}

void ice_geometry_init(struct ice_geometry *g, const struct probe_profile *profile)
{
	double radius = needle_radius_m(profile->gauge);
	double half = profile->active_um * 0.5e-6 + radius * END_RADII;
	double growth = shell_growth(), thickness = FIRST_SHELL_M, edge = radius;

	g->radius_m = radius;
	g->half_m = profile->active_um * 0.5e-6;
	g->focus_m = sqrt(fmax(half * half - radius * radius, half * half * 0.01));
	g->xi[0] = xi_of_radius(g->focus_m, radius);
	g->phi[0] = potential(g->xi[0]);
	for (int i = 0; i < ICE_SHELLS; i++, thickness *= growth) {
		double inner = xi_of_radius(g->focus_m, edge);
		double outer = xi_of_radius(g->focus_m, edge + thickness);

		g->xi[i + 1] = xi_of_radius(g->focus_m, edge + thickness / 2);
		g->phi[i + 1] = potential(g->xi[i + 1]);
		g->conductance_m[i] = 4 * M_PI * g->focus_m / (g->phi[i] - g->phi[i + 1]);
		g->volume_m3[i] = fullness(edge + thickness / 2, half) *
				  (spheroid_m3(g->focus_m, outer) - spheroid_m3(g->focus_m, inner));
		edge += thickness;
	}
}

double ice_field_step_s(const struct ice_geometry *g, const struct ice_tissue *t)
{
	double frozen = t->k_frozen / t->c_frozen, unfrozen = t->k_unfrozen / t->c_unfrozen;
	double diffusivity = fmax(frozen, unfrozen), step_s = INFINITY;

	for (int i = 0; i < ICE_SHELLS; i++) {
		double out = i + 1 < ICE_SHELLS ? g->conductance_m[i + 1] : 0;
		double rate = diffusivity * (g->conductance_m[i] + out) / g->volume_m3[i];

		step_s = fmin(step_s, 0.9 / rate);
	}
	return step_s;
}

void ice_field_step(const struct ice_geometry *g, const struct ice_tissue *t,
		    double enthalpy[ICE_SHELLS], const struct ice_wall *wall, double step_s)
{
	double degc = ice_tissue_degc(t, enthalpy[0]);
	double theta = ice_tissue_theta(t, degc);
	double inward = wall->known ? ice_field_wall_w(g, t, enthalpy, wall->degc) : 0;

	for (int i = 0; i + 1 < ICE_SHELLS; i++) {
		double next_degc = ice_tissue_degc(t, enthalpy[i + 1]);
		double next_theta = ice_tissue_theta(t, next_degc);
		double from_outside = g->conductance_m[i + 1] * (next_theta - theta);
		double source = degc > t->liquid_degc ?
				t->perfusion * (ICE_BODY_DEGC - degc) + t->metabolic : 0;

		enthalpy[i] += step_s * ((from_outside - inward) / g->volume_m3[i] + source);
		inward = from_outside;
		degc = next_degc;
		theta = next_theta;
	}
}

/* At the centre of shell @i - 1; the wall itself at 0, taken for body temperature if it is unknown. */
static double theta_at(const struct ice_tissue *t, const double *enthalpy,
		       const struct ice_wall *wall, int i)
{
	if (i)
		return ice_tissue_theta(t, ice_tissue_degc(t, enthalpy[i - 1]));
	return ice_tissue_theta(t, wall->known ? wall->degc : ICE_BODY_DEGC);
}

double ice_field_wall_w(const struct ice_geometry *g, const struct ice_tissue *t,
			const double enthalpy[ICE_SHELLS], double wall_degc)
{
	struct ice_wall wall = { wall_degc, true };

	return g->conductance_m[0] *
	       (theta_at(t, enthalpy, &wall, 1) - theta_at(t, enthalpy, &wall, 0));
}

struct ice_place ice_field_place(const struct ice_geometry *g, double radius_m)
{
	double phi = potential(xi_of_radius(g->focus_m, radius_m));
	int inner = 0;

	while (inner + 2 <= ICE_SHELLS && g->phi[inner + 1] > phi)
		inner++;
	return (struct ice_place){
		inner, (phi - g->phi[inner]) / (g->phi[inner + 1] - g->phi[inner]),
	};
}

double ice_field_degc(const struct ice_tissue *t, const double enthalpy[ICE_SHELLS],
		      const struct ice_wall *wall, const struct ice_place *place)
{
	double inner = theta_at(t, enthalpy, wall, place->inner);
	double outer = theta_at(t, enthalpy, wall, place->inner + 1);

	return ice_tissue_degc_of_theta(t, inner + place->share * (outer - inner));
}

/* Past its ends ice grows less than beside the needle, and the less so the longer that is. */
static struct ice_axes axes(const struct ice_geometry *g, double xi)
{
	double radius_m = radius_of_xi(g->focus_m, xi), depth_m = radius_m - g->radius_m;

	return (struct ice_axes){
		radius_m, g->half_m + 0.13 * g->radius_m +
			  depth_m * (0.37 + 0.47 * depth_m / (depth_m + g->half_m)),
	};
}

struct ice_axes ice_field_isotherm(const struct ice_geometry *g, const struct ice_tissue *t,
				   const double enthalpy[ICE_SHELLS], const struct ice_wall *wall,
				   double degc)
{
	double wanted = ice_tissue_theta(t, degc);
	double outer = ice_tissue_theta(t, ICE_BODY_DEGC);

	for (int i = ICE_SHELLS; i >= 0; i--) {
		double theta = theta_at(t, enthalpy, wall, i), share, phi;

		if (theta > wanted) {
			outer = theta;
			continue;
		}
		if (i == ICE_SHELLS)
			return axes(g, g->xi[i]);
		share = (wanted - theta) / (outer - theta);
		phi = g->phi[i] + share * (g->phi[i + 1] - g->phi[i]);
		return axes(g, 1 / tanh(phi));	/* inverse of potential() */
	}
	return (struct ice_axes){ 0, 0 };
}
