// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The supply. Its contents are taken as isothermal: a treatment draws a few grams of several
 * hundred.
 */
#include "selftests/plant/cylinder.h"

#include <math.h>

#define DEWAR_KPA 250
#define DEWAR_FILL 0.9
#define N2O_FILL_G_L 680	/* what cylinders are filled to at most, 0.68 kg a litre */

struct cylinder cylinder_full(enum cryogen cryogen, double degc)
{
	struct cylinder c = { .cryogen = cryogen, .degc = degc, .volume_l = 1.0 };

	if (cryogen == CRYOGEN_LN2) {
		c.degc = cryogen_boiling_degc(cryogen, DEWAR_KPA);
		c.volume_l = 5.0;
		c.mass_g = DEWAR_FILL * cryogen_liquid_density(cryogen, c.degc) * c.volume_l;
	} else {
		c.mass_g = N2O_FILL_G_L * c.volume_l;
	}
	return c;
}

/* Mass of vapour alone that fills the volume at saturation. */
static double vapour_g(const struct cylinder *c)
{
	return cryogen_vapour_density(c->cryogen, c->degc) * c->volume_l;
}

void cylinder_draw(struct cylinder *c, double mass_g)
{
	c->mass_g = fmax(c->mass_g - mass_g, 0);
}

void cylinder_leave(struct cylinder *c, double liquid_g)
{
	c->mass_g = fmin(c->mass_g, vapour_g(c) + liquid_g);
}

void cylinder_empty(struct cylinder *c)
{
	c->mass_g = fmin(c->mass_g, vapour_g(c) / 8);
}

bool cylinder_has_liquid(const struct cylinder *c)
{
	return c->mass_g > vapour_g(c);
}

double cylinder_kpa(const struct cylinder *c)
{
	double saturation = cryogen_saturation_kpa(c->cryogen, c->degc);
	double kpa = cylinder_has_liquid(c) ? saturation : saturation * c->mass_g / vapour_g(c);

	return kpa * (1 - c->lost_share);
}
