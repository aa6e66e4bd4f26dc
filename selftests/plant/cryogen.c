// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables from published equations of state: Lemmon & Span 2006 for N2O, Span et al. 2000 for
 * nitrogen, by CoolProp. Between knots the logarithm of the pressure is linear in 1/T
 * (Clausius-Clapeyron), the rest linear in T.
 */
#include "selftests/plant/cryogen.h"

#include <math.h>
#include <stddef.h>

struct knot {
	double degc, kpa, liquid, vapour;
	double cooling_j_g;	/* liquid at degc throttled to 1 atm, leaving as saturated vapour */
};

static const struct knot n2o[] = {
	{ -90.80, 87.9459, 1237.29, 2.6145, 374.3 }, { -88.466, 101.325, 1230.45, 2.9820, 374.3 },
	{ -82.15, 145.7055, 1211.70, 4.1800, 363.4 }, { -77.15, 190.5900, 1196.62, 5.3682, 354.7 },
	{ -72.15, 245.5340, 1181.29, 6.8012, 346.0 }, { -67.15, 311.9418, 1165.68, 8.5120, 337.3 },
	{ -62.15, 391.2830, 1149.77, 10.536, 328.5 }, { -57.15, 485.0853, 1133.53, 12.912, 319.7 },
	{ -52.15, 594.9277, 1116.92, 15.683, 310.8 }, { -42.15, 869.2750, 1082.43, 22.603, 292.8 },
	{ -10, 2393.37, 954.93, 63.29, 230.09 }, { 0, 3122.08, 907.07, 85.17, 208.71 },
	{ 5, 3541.61, 880.71, 98.82, 197.45 }, { 10, 4001.20, 852.17, 114.91, 185.68 },
	{ 15, 4503.72, 820.71, 134.20, 173.25 }, { 20, 5052.51, 785.10, 157.99, 159.89 },
	{ 25, 5651.80, 742.93, 188.77, 145.09 }, { 30, 6307.55, 688.11, 232.70, 127.57 },
};

static const struct knot nitrogen[] = {
	{ -203.15, 38.5448, 838.51, 1.8960, 208.1 }, { -199.15, 66.9138, 821.11, 3.1475, 205.9 },
	{ -195.795, 101.325, 806.08, 4.6121, 199.18 }, { -193.15, 136.8718, 793.94, 6.0894, 193.7 },
	{ -190.15, 187.7984, 779.80, 8.1680, 187.5 }, { -187.15, 251.7359, 765.23, 10.742, 181.3 },
	{ -183.15, 360.4580, 745.02, 15.079, 172.8 }, { -179.15, 500.1953, 723.77, 20.654, 164.2 },
};

struct properties {
	const struct knot *knot;
	size_t n;
	double vapour_j_gk;	/* heat capacity of the vapour on its way along the tip */
	double back_j_g;	/* gain in cooling per factor e of back pressure */
};

static const struct properties table[] = {
	[CRYOGEN_N2O] = { n2o, sizeof(n2o) / sizeof(n2o[0]), 0.80, 10.25 },
	[CRYOGEN_LN2] = { nitrogen, sizeof(nitrogen) / sizeof(nitrogen[0]), 1.05, 12.0 },
};

#define KELVIN 273.15

static double blend(double a, double b, double share)
{
	return a + (b - a) * share;
}

/* The lower of the two knots about a temperature, and the share of the way to the upper. */
static const struct knot *knot_at(enum cryogen c, double degc, double *ret_share)
{
	const struct properties *p = &table[c];
	size_t i = 0;

	while (i + 2 < p->n && p->knot[i + 1].degc <= degc)
		i++;
	*ret_share = fmin(fmax((degc - p->knot[i].degc) /
			       (p->knot[i + 1].degc - p->knot[i].degc), 0), 1);
	return &p->knot[i];
}

double cryogen_boiling_degc(enum cryogen c, double pressure_kpa)
{
	const struct properties *p = &table[c];
	size_t i = 0;
	double share, inverse;

	while (i + 2 < p->n && p->knot[i + 1].kpa <= pressure_kpa)
		i++;
	share = log(fmax(pressure_kpa, p->knot[0].kpa) / p->knot[i].kpa) /
		log(p->knot[i + 1].kpa / p->knot[i].kpa);
	inverse = blend(1 / (p->knot[i].degc + KELVIN), 1 / (p->knot[i + 1].degc + KELVIN),
			fmin(share, 1));
	return 1 / inverse - KELVIN;
}

double cryogen_saturation_kpa(enum cryogen c, double degc)
{
	double share;
	const struct knot *k = knot_at(c, degc, &share);
	double low = 1 / (k[0].degc + KELVIN), high = 1 / (k[1].degc + KELVIN);
	double at = fmax(fmin(1 / (degc + KELVIN), low), high);

	return k[0].kpa * exp(log(k[1].kpa / k[0].kpa) * (at - low) / (high - low));
}

double cryogen_cooling_j_g(enum cryogen c, double supply_degc, double back_kpa, double superheat_k)
{
	double share;
	const struct knot *k = knot_at(c, supply_degc, &share);

	return blend(k[0].cooling_j_g, k[1].cooling_j_g, share) +
	       table[c].back_j_g * log(back_kpa / 101.325) +
	       table[c].vapour_j_gk * fmax(superheat_k, 0);
}

double cryogen_liquid_density(enum cryogen c, double degc)
{
	double share;
	const struct knot *k = knot_at(c, degc, &share);

	return blend(k[0].liquid, k[1].liquid, share);
}

double cryogen_vapour_density(enum cryogen c, double degc)
{
	double share;
	const struct knot *k = knot_at(c, degc, &share);

	return blend(k[0].vapour, k[1].vapour, share);
}
