/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nobody can foresee better: one who knows the needle, the course that its tip has had and is
 * going to have, and the class of the tissue, but not which patient of the class it is. At each
 * moment he gives the one time to the boundary that is right for most of the class.
 */
#ifndef CRYO_SELFTESTS_SIL_CLAIRVOYANT_H
#define CRYO_SELFTESTS_SIL_CLAIRVOYANT_H

#include "selftests/sil/trace.h"
#include "selftests/sil/traits.h"

#define CLAIRVOYANT_CLASS	64	/* patients of the class that are tried */

/* How he knows the tip. */
enum clairvoyant {
	CLAIRVOYANT_TRUTH,		/* as it is */
	CLAIRVOYANT_SENSOR,		/* by a sensor with the population's offset */
	CLAIRVOYANTS
};

/* When ice is at half of a boundary's radius and at the boundary, by patient; infinite if never. */
struct foresight {
	double half_s[CLAIRVOYANT_CLASS], passes_s[CLAIRVOYANT_CLASS];
};

/* Forecasts of a class of patients, each counted by its share of the class. */
struct forecast_share {
	float asked, right;
};

/*
 * The first freeze in @trace, once with each patient's tissue, by the reduced model; vessels and
 * the blood's temperature are left out of it, so he knows these, too.
 */
void clairvoyant_look(struct foresight *f, enum clairvoyant who, const struct traits *traits,
		      const struct trace *trace, double boundary_mm);

/* At each moment of the ice in the first freeze of @trace, as forecast_figures() counts them. */
struct forecast_share clairvoyant_share(const struct foresight *f, const struct trace *trace);

#endif
