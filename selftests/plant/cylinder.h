/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The supply: a cylinder of N2O, or a dewar of liquid nitrogen under its own pressure. */
#ifndef CRYO_PLANT_CYLINDER_H
#define CRYO_PLANT_CYLINDER_H

#include <stdbool.h>

#include "selftests/plant/cryogen.h"

/**
 * struct cylinder - contents, drawn as liquid through a dip tube
 * @cryogen: what is in it
 * @degc: temperature of the contents: the room's, or the dewar's boiling point
 * @volume_l: inner volume
 * @mass_g: contents
 * @lost_share: of the pressure, on its way to the console
 */
struct cylinder {
	enum cryogen cryogen;
	double degc, volume_l, mass_g;
	double lost_share;
};

/*
 * A full one at room temperature @degc; a dewar's own pressure is 250 kPa absolute whatever the
 * room.
 */
struct cylinder cylinder_full(enum cryogen cryogen, double degc);

/* Draws @mass_g, not more than is there. */
void cylinder_draw(struct cylinder *c, double mass_g);

/* Leaves @liquid_g of the liquid, and the vapour above it; more than there is changes nothing. */
void cylinder_leave(struct cylinder *c, double liquid_g);

/* Lets all liquid out and leaves an eighth of the vapour that would fill it. */
void cylinder_empty(struct cylinder *c);

bool cylinder_has_liquid(const struct cylinder *c);

/*
 * Absolute pressure at the console, kPa: saturation while there is liquid, then falling with the
 * contents; less what is lost on the way.
 */
double cylinder_kpa(const struct cylinder *c);

#endif
