// SPDX-License-Identifier: GPL-2.0-or-later
/* Sizes and powers of needles. */
#include <math.h>

#include "daemon/core/needle.h"

#define GAUGE_MIN	16
#define GAUGE_MAX	22
#define GAUGE_USUAL	18

/* Steel at 3.6 MJ/(m3 K) and a third for what is inside the tube. */
#define STEEL_J_M3K	4.7e6
/* Needles cool by about this share of the highest load that perfect contact could ask for. */
#define POWER_SHARE	0.8

static uint32_t row(uint32_t gauge)
{
	return (gauge >= GAUGE_MIN && gauge <= GAUGE_MAX ? gauge : GAUGE_USUAL) - GAUGE_MIN;
}

double needle_radius_m(uint32_t gauge)
{
	/* Outer diameters by ISO 9626. */
	static const double diameter_mm[] = { 1.651, 1.473, 1.270, 1.067, 0.908, 0.819, 0.718 };

	return diameter_mm[row(gauge)] * 0.5e-3;
}

double needle_capacity_j_k(const struct probe_profile *profile)
{
	/* Walls of regular tubes by ISO 9626. */
	static const double wall_mm[] = { 0.229, 0.203, 0.216, 0.191, 0.152, 0.152, 0.152 };
	double wall_m = wall_mm[row(profile->gauge)] * 1e-3;
	double middle_m = needle_radius_m(profile->gauge) - wall_m / 2;

	return STEEL_J_M3K * 2 * M_PI * middle_m * wall_m * profile->active_um * 1e-6;
}

double needle_area_m2(const struct probe_profile *profile)
{
	double radius_m = needle_radius_m(profile->gauge);

	return 2 * M_PI * radius_m * (profile->active_um * 1e-6 + radius_m / 2);
}

/*
 * Highest heat load per cm of active length in W, tip at -60 degC within 5 s, by gauge: perfect
 * contact, one-dimensional solution. A needle's nozzle is made for a fifth more.
 */
double needle_full_flow_w(const struct probe_profile *profile)
{
	static const double load_w_cm[] = { 7.1, 6.5, 5.9, 5.4, 4.9, 4.6, 4.3 };
	/* Both ends cool like a millimetre each. */
	double length_cm = (profile->active_um + 2000) * 1e-4;

	return POWER_SHARE * 1.2 * load_w_cm[row(profile->gauge)] * length_cm;
}
