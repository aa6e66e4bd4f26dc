/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saturation and cooling of nitrous oxide and nitrogen. */
#ifndef CRYO_PLANT_CRYOGEN_H
#define CRYO_PLANT_CRYOGEN_H

enum cryogen { CRYOGEN_N2O, CRYOGEN_LN2 };

/*
 * Boiling temperature at an absolute pressure, degC; N2O 88 to 6300 kPa, nitrogen 39 to 500 kPa,
 * held at the ends.
 */
double cryogen_boiling_degc(enum cryogen c, double pressure_kpa);

/* Pressure of saturated liquid, absolute kPa; the inverse of cryogen_boiling_degc(). */
double cryogen_saturation_kpa(enum cryogen c, double degc);

/*
 * Heat that a gram of saturated liquid takes up when it is throttled from @supply_degc to
 * @back_kpa (absolute), leaves as saturated vapour there, and the vapour is warmed by
 * @superheat_k; J/g.
 */
double cryogen_cooling_j_g(enum cryogen c, double supply_degc, double back_kpa, double superheat_k);

/* Densities of saturated liquid and vapour, kg/m3 = g/l. */
double cryogen_liquid_density(enum cryogen c, double degc);
double cryogen_vapour_density(enum cryogen c, double degc);

#endif
