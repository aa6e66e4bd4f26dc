/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The field around the needle: shells between confocal prolate spheroids around the active length,
 * on which the steady field of a heated line segment is constant. Conduction between shells is
 * exact there and heat loss at the ends is included. Close to the needle, ice is a cylinder and no
 * spheroid: shells have the volume for that.
 */
#pragma once

#include <stdbool.h>

#include "daemon/core/ice-tissue.h"
#include "daemon/core/types.h"

#define ICE_SHELLS	40

struct ice_geometry {
	double radius_m, half_m;		/* of the needle and its active length */
	double focus_m;				/* half distance of the foci */
	double xi[ICE_SHELLS + 1];		/* of the shells' centres; [0] is the wall */
	double phi[ICE_SHELLS + 1];		/* potential there */
	double conductance_m[ICE_SHELLS];	/* from centre i - 1 to i, per W/(m K) */
	double volume_m3[ICE_SHELLS];
};

/* The needle's surface; without a known temperature no heat passes it. */
struct ice_wall {
	double degc;
	bool known;
};

/* Between the centres @inner and @inner + 1, as a share of their difference in potential. */
struct ice_place {
	int inner;
	double share;
};

void ice_geometry_init(struct ice_geometry *geometry, const struct probe_profile *profile);

/* The longest stable step of ice_field_step() in this tissue, s. */
double ice_field_step_s(const struct ice_geometry *geometry, const struct ice_tissue *tissue);

/* One explicit step of @enthalpy (J/m3); the outermost shell stays at body temperature. */
void ice_field_step(const struct ice_geometry *geometry, const struct ice_tissue *tissue,
		    double enthalpy[ICE_SHELLS], const struct ice_wall *wall, double step_s);

/* What the needle takes, W. */
double ice_field_wall_w(const struct ice_geometry *geometry, const struct ice_tissue *tissue,
			const double enthalpy[ICE_SHELLS], double wall_degc);

/* Beside the middle of the active length, at least the needle's radius from the axis. */
struct ice_place ice_field_place(const struct ice_geometry *geometry, double radius_m);

double ice_field_degc(const struct ice_tissue *tissue, const double enthalpy[ICE_SHELLS],
		      const struct ice_wall *wall, const struct ice_place *place);

/* Of an isotherm, beside and along the needle from its active length's middle; 0 if there is none. */
struct ice_axes {
	double radius_m, half_length_m;
};

/* Of the outermost place that is as cold as @degc. */
struct ice_axes ice_field_isotherm(const struct ice_geometry *geometry,
				   const struct ice_tissue *tissue,
				   const double enthalpy[ICE_SHELLS], const struct ice_wall *wall,
				   double degc);
