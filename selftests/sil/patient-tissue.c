// SPDX-License-Identifier: GPL-2.0-or-later
/* From a patient's traits to the plant's tissue. */
#include "selftests/sil/patient-tissue.h"

static double between(double a, double b, double share)
{
	return a + (b - a) * share;
}

/* The class, before what differs between patients. Nerve lies in muscle: half of each. */
static struct tissue tissue_class(enum tissue_class class)
{
	const struct tissue *muscle = tissue_find("muscle"), *nerve = tissue_find("nerve");
	struct tissue t = class == TISSUE_FAT ? *tissue_find("fat") : *muscle;

	if (class != TISSUE_NERVE)
		return t;
	t.k_frozen = between(muscle->k_frozen, nerve->k_frozen, 0.5);
	t.k_freezing = between(muscle->k_freezing, nerve->k_freezing, 0.5);
	t.k_unfrozen = between(muscle->k_unfrozen, nerve->k_unfrozen, 0.5);
	t.c_frozen = between(muscle->c_frozen, nerve->c_frozen, 0.5);
	t.c_unfrozen = between(muscle->c_unfrozen, nerve->c_unfrozen, 0.5);
	t.perfusion = between(muscle->perfusion, nerve->perfusion, 0.5);
	t.metabolic = between(muscle->metabolic, nerve->metabolic, 0.5);
	return t;
}

struct tissue patient_tissue(const struct traits *traits)
{
	static const double density_kg_m3[TISSUE_CLASSES] = { 1047, 1038, 938 };
	enum tissue_class class = (enum tissue_class)traits->value[TRAIT_TISSUE];
	struct tissue t = tissue_class(class);

	t.k_frozen *= traits->value[TRAIT_K_SHARE];
	t.k_freezing *= traits->value[TRAIT_K_SHARE];
	t.k_unfrozen *= traits->value[TRAIT_K_SHARE];
	t.c_frozen *= traits->value[TRAIT_C_SHARE];
	t.c_unfrozen *= traits->value[TRAIT_C_SHARE];
	t.perfusion *= traits->value[TRAIT_PERFUSION_SHARE];
	t.latent = traits->value[TRAIT_LATENT_KJ_KG] * 1e3 * density_kg_m3[class];
	t.blood_degc = traits->value[TRAIT_BLOOD_DEGC];
	return t;
}
