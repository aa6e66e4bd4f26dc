// SPDX-License-Identifier: GPL-2.0-or-later
/* Tissue classes and their enthalpy curve. */
#include "selftests/plant/tissue.h"

#include <math.h>
#include <string.h>

/*
 * muscle, fat, nerve: component model (Choi-Okos, Miles ice fraction, Levy k) at 37 degC and
 * between -20 and -40 degC; the interval's end is where nine tenths of the ice are there; latent
 * heat is the enthalpy from there to -0.5 degC beyond the sensible. Perfusion and metabolism: IT'IS
 * v4, from memory.
 * generic: Rabin & Shitzer, Deng & Liu, as commonly used with all three phases.
 * gel: water with the interval of a 1 % agar phantom; no blood.
 * tissue, tissue-sharp, water: parameter sets of the exact solutions in selftests/data/freezing.
 */
static const struct tissue classes[] = {
	{ "muscle", 1.40, 1.00, 0.51, 2.22e6, 3.77e6, 2.02e8, -6.0, -0.6, 2540, 990, 37 },
	{ "fat", 0.30, 0.27, 0.216, 1.90e6, 2.20e6, 3.90e7, -6.0, -0.6, 1900, 460, 37 },
	{ "nerve", 1.13, 0.82, 0.45, 2.16e6, 3.51e6, 1.78e8, -6.0, -0.6, 11000, 2700, 37 },
	{ "generic", 2.0, 1.25, 0.5, 1.8e6, 3.6e6, 2.5e8, -8.0, -1.0, 1800, 4200, 37 },
	{ "gel", 2.22, 1.40, 0.58, 1.95e6, 4.17e6, 3.30e8, -1.0, -0.1, 0, 0, 37 },
	{ "tissue", 2.0, 1.25, 0.5, 1.8e6, 3.6e6, 2.5e8, -8.0, -1.0, 0, 0, 37 },
	{ "tissue-sharp", 2.0, 1.25, 0.5, 1.8e6, 3.6e6, 2.5e8, -1.0, -1.0, 0, 0, 37 },
	{ "water", 2.22, 1.388, 0.556, 2.05e6, 4.212e6, 3.3355e8, 0.0, 0.0, 0, 0, 20 },
};

const struct tissue *tissue_at(size_t index)
{
	return index < sizeof(classes) / sizeof(classes[0]) ? &classes[index] : NULL;
}

const struct tissue *tissue_find(const char *name)
{
	const struct tissue *t;

	for (size_t i = 0; (t = tissue_at(i)); i++)
		if (!strcmp(t->name, name))
			return t;
	return NULL;
}

static double interval(const struct tissue *t)
{
	return t->freeze_start_degc - t->freeze_end_degc;
}

double tissue_c_freezing(const struct tissue *t)
{
	return (t->c_frozen + t->c_unfrozen) / 2;
}

double tissue_enthalpy_frozen(const struct tissue *t)
{
	return -(t->latent + tissue_c_freezing(t) * interval(t));
}

double tissue_enthalpy(const struct tissue *t, double degc)
{
	if (degc >= t->freeze_start_degc)
		return t->c_unfrozen * (degc - t->freeze_start_degc);
	if (degc <= t->freeze_end_degc)
		return tissue_enthalpy_frozen(t) + t->c_frozen * (degc - t->freeze_end_degc);
	return tissue_enthalpy_frozen(t) * (t->freeze_start_degc - degc) / interval(t);
}

double tissue_degc(const struct tissue *t, double enthalpy)
{
	double frozen = tissue_enthalpy_frozen(t);

	if (enthalpy >= 0)
		return t->freeze_start_degc + enthalpy / t->c_unfrozen;
	if (enthalpy <= frozen)
		return t->freeze_end_degc + (enthalpy - frozen) / t->c_frozen;
	return t->freeze_start_degc - interval(t) * enthalpy / frozen;
}

double tissue_theta(const struct tissue *t, double degc)
{
	double below_start = fmin(degc - t->freeze_start_degc, 0);
	double below_end = fmin(degc - t->freeze_end_degc, 0);

	return t->k_unfrozen * fmax(degc - t->freeze_start_degc, 0) +
	       t->k_freezing * (below_start - below_end) + t->k_frozen * below_end;
}

double tissue_degc_of_theta(const struct tissue *t, double theta)
{
	double frozen = -t->k_freezing * interval(t);

	if (theta >= 0)
		return t->freeze_start_degc + theta / t->k_unfrozen;
	if (theta <= frozen)
		return t->freeze_end_degc + (theta - frozen) / t->k_frozen;
	return t->freeze_start_degc + theta / t->k_freezing;
}
