/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tissue is to the cold, by class: enthalpy and conductivity in three straight pieces. */
#pragma once

#include "daemon/core/types.h"

#define ICE_BODY_DEGC	37.0

/* W/(m K), J/(m3 K), J/m3, degC, W/(m3 K), W/m3. */
struct ice_tissue {
	double k_frozen, k_freezing, k_unfrozen;
	double c_frozen, c_unfrozen;
	double latent;
	double solid_degc, liquid_degc;		/* interval of freezing */
	double perfusion, metabolic;
};

/* The middle of the class. */
struct ice_tissue ice_tissue_usual(enum ice_class class);

/* Between muscle and nerve in muscle. */
struct ice_tissue ice_tissue_lean(void);

/*
 * One whose ice grows faster (@share > 0) or slower: at 1 and -1 by as much as patients of a class
 * differ at most.
 */
struct ice_tissue ice_tissue_varied(const struct ice_tissue *tissue, double share);

/* Enthalpy in J/m3, 0 at the onset of freezing, and back. */
double ice_tissue_enthalpy(const struct ice_tissue *tissue, double degc);
double ice_tissue_degc(const struct ice_tissue *tissue, double enthalpy);

/* Integral of the conductivity from the onset of freezing, W/m: its gradient is the flux. */
double ice_tissue_theta(const struct ice_tissue *tissue, double degc);

/* The temperature at a theta. */
double ice_tissue_degc_of_theta(const struct ice_tissue *tissue, double theta);
