// SPDX-License-Identifier: GPL-2.0-or-later
/* Classes of tissue, and their curves of enthalpy and conductivity. */
#include "daemon/core/ice-tissue.h"

/* What patients of a class differ by. */
#define SPREAD_K	0.1
#define SPREAD_C	0.1
#define SPREAD_LATENT	0.15
#define SPREAD_PERFUSION 0.5

/*
 * By composition (Choi-Okos, Miles' share of ice, Levy's conductivity), 37 degC and between -20
 * and -40 degC; nerve is half nerve and half muscle, with 165 kJ/kg between those and measured
 * latent heats; gel is water. Blood flow and metabolism: IT'IS. Unknown: one whose ice grows to
 * the middle between fat and muscle.
 * Warm tissue conducts 2 % less here than by its composition, fat 8 %: the shells bring too much
 * heat from afar, the more the less of it is latent. Fitted to patients of the tuning set.
 */
static const struct ice_tissue nominal[ICE_CLASSES] = {
	[ICE_UNKNOWN] = { 0.62, 0.50, 0.28, 2.0e6, 2.9e6, 95e6, -6, -0.6, 2500, 1000 },
	[ICE_MUSCLE] = { 1.40, 1.00, 0.50, 2.2e6, 3.8e6, 225e6, -6, -0.6, 2500, 1000 },
	[ICE_NERVE] = { 1.26, 0.91, 0.47, 2.2e6, 3.6e6, 171e6, -6, -0.6, 6800, 1800 },
	[ICE_FAT] = { 0.30, 0.27, 0.203, 1.9e6, 2.2e6, 47e6, -6, -0.6, 1900, 460 },
	[ICE_GEL] = { 2.2, 1.4, 0.58, 1.95e6, 4.2e6, 330e6, -1, -0.1, 0, 0 },
};

static const struct ice_tissue lean = {
	1.33, 0.955, 0.485, 2.2e6, 3.7e6, 198e6, -6, -0.6, 4600, 1400
};

struct ice_tissue ice_tissue_usual(enum ice_class class)
{
	return nominal[class];
}

struct ice_tissue ice_tissue_lean(void)
{
	return lean;
}

struct ice_tissue ice_tissue_varied(const struct ice_tissue *t, double share)
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

static double freezing_heat(const struct ice_tissue *t)
{
	return t->latent + (t->c_frozen + t->c_unfrozen) / 2 * (t->liquid_degc - t->solid_degc);
}

double ice_tissue_enthalpy(const struct ice_tissue *t, double degc)
{
	if (degc >= t->liquid_degc)
		return t->c_unfrozen * (degc - t->liquid_degc);
	if (degc >= t->solid_degc)
		return freezing_heat(t) * (degc - t->liquid_degc) /
		       (t->liquid_degc - t->solid_degc);
	return t->c_frozen * (degc - t->solid_degc) - freezing_heat(t);
}

double ice_tissue_degc(const struct ice_tissue *t, double enthalpy)
{
	double freezing = freezing_heat(t);

	if (enthalpy >= 0)
		return t->liquid_degc + enthalpy / t->c_unfrozen;
	if (enthalpy >= -freezing)
		return t->liquid_degc + enthalpy / freezing * (t->liquid_degc - t->solid_degc);
	return t->solid_degc + (enthalpy + freezing) / t->c_frozen;
}

double ice_tissue_theta(const struct ice_tissue *t, double degc)
{
	if (degc >= t->liquid_degc)
		return t->k_unfrozen * (degc - t->liquid_degc);
	if (degc >= t->solid_degc)
		return t->k_freezing * (degc - t->liquid_degc);
	return t->k_frozen * (degc - t->solid_degc) +
	       t->k_freezing * (t->solid_degc - t->liquid_degc);
}

double ice_tissue_degc_of_theta(const struct ice_tissue *t, double theta)
{
	double solid = t->k_freezing * (t->solid_degc - t->liquid_degc);

	if (theta >= 0)
		return t->liquid_degc + theta / t->k_unfrozen;
	if (theta >= solid)
		return t->liquid_degc + theta / t->k_freezing;
	return t->solid_degc + (theta - solid) / t->k_frozen;
}
