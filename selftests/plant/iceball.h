/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where an isotherm of the tissue lies, by interpolation between cells. */
#ifndef CRYO_PLANT_ICEBALL_H
#define CRYO_PLANT_ICEBALL_H

#include "selftests/plant/bioheat.h"

/**
 * struct iceball - extent of the tissue colder than a temperature
 * @radius_m: largest radius from the axis, 0 when there is none
 * @beyond_m: how far it reaches past the end of the tip, 0 when there is none
 * @along_m: how far it reaches from the end of the tip towards the shaft
 */
struct iceball {
	double radius_m, beyond_m, along_m;
};

/* Extent of what is colder than @degc. */
struct iceball iceball_measure(const struct bioheat *b, double degc);

/* Half of the whole length along the needle, m. */
double iceball_half_length_m(const struct iceball *ball);

#endif
