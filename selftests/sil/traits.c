// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The population: ranges of everything that differs between patients, and where they come from.
 *
 * Sources: [1] component model of tissue (Choi-Okos, Miles, Levy; the classes of
 * selftests/plant/tissue.c); [2] measured latent heat of tissue, 140 to 160 kJ/kg (DSC, Sci. Rep.
 * 2021 s41598-021-95204-2), against 220 to 250 in models; [3] saturation of nitrous oxide
 * (selftests/data/cryogen); [4] valves of this kind: open in 5 to 20 ms, close in 10 to 30 ms
 * (from memory of data sheets); [5] ADS1115 data sheet (SBAS444), gains of 256 to 2048 mV;
 * [6] IT'IS 4 (from memory), spread assumed; [7] the protocols' published targets are -60 to -78
 * degC, a stick is -10 degC or below. "assumed" has no source.
 */
#include "selftests/sil/traits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "selftests/plant/rng.h"

enum spread {
	EVEN,		/* from low to high */
	RATIO,		/* the same for its logarithm */
	WHOLE,		/* whole numbers, low and high included */
	CHANCE,		/* 1 with the chance @high, else 0 */
};

/**
 * struct range - how a trait is drawn
 * @trait: which one
 * @spread, @low, @high: see above
 * @nominal: of the nominal patient
 * @source: where the range comes from
 * @given: the row counts only for patients whose trait @given is @is; the first that counts does
 */
struct range {
	enum trait trait;
	enum spread spread;
	double low, high, nominal;
	const char *source;
	enum trait given;
	double is;
};

#define ANY TRAIT_COUNT, 0

static const struct range ranges[] = {
	{ TRAIT_NITROGEN, CHANCE, 0, 0.3, 0, "assumed", ANY },
	{ TRAIT_GAUGE, WHOLE, 16, 22, 18, "ISO 9626", ANY },
	{ TRAIT_ACTIVE_MM, EVEN, 5, 15, 7, "needles on the market", ANY },
	{ TRAIT_NOZZLE_SHARE, EVEN, 0.9, 1.1, 1, "assumed", ANY },
	{ TRAIT_ROOM_DEGC, EVEN, 10, 30, 20, "40 to 63 bar [3]", ANY },
	{ TRAIT_LIQUID_G, RATIO, 5, 400, 300, "a treatment uses 2 to 10", ANY },
	{ TRAIT_EXHAUST_KPA, EVEN, 101, 250, 110, "boils at -88 to -72 degC [3]", ANY },
	{ TRAIT_TAIL_S, EVEN, 0.4, 0.6, 0.5, "20 ul of trapped liquid", ANY },
	{ TRAIT_OPEN_MS, EVEN, 5, 20, 6, "[4]", ANY },
	{ TRAIT_CLOSE_MS, EVEN, 10, 30, 10, "[4]", ANY },
	{ TRAIT_VALVE_JITTER_MS, EVEN, 0, 2, 1, "assumed", ANY },
	{ TRAIT_HEATER, CHANCE, 0, 0.5, 0, "assumed", ANY },
	{ TRAIT_CLASS_NAMED, CHANCE, 0, 0.5, 0, "assumed", ANY },
	{ TRAIT_TISSUE, WHOLE, TISSUE_MUSCLE, TISSUE_FAT, TISSUE_MUSCLE, "assumed", ANY },
	/* Muscle and nerve in muscle: together 140 to 250, each within 15 % of its middle. */
	{ TRAIT_LATENT_KJ_KG, EVEN, 185, 250, 217, "[1] [2]", TRAIT_TISSUE, TISSUE_MUSCLE },
	{ TRAIT_LATENT_KJ_KG, EVEN, 140, 190, 165, "[1] [2]", TRAIT_TISSUE, TISSUE_NERVE },
	{ TRAIT_LATENT_KJ_KG, EVEN, 40, 60, 50, "[1]: 43 at 15 % water", TRAIT_TISSUE, TISSUE_FAT },
	{ TRAIT_K_SHARE, EVEN, 0.9, 1.1, 1, "assumed, of the class [1]", ANY },
	{ TRAIT_C_SHARE, EVEN, 0.9, 1.1, 1, "assumed, of the class [1]", ANY },
	{ TRAIT_PERFUSION_SHARE, RATIO, 0.5, 2, 1, "of the class [6]", ANY },
	{ TRAIT_BLOOD_DEGC, EVEN, 35.5, 37.5, 37, "assumed", ANY },
	/* A shell around the needle; one patient in three has a vessel within its reach of the ice. */
	{ TRAIT_VESSEL_MM, EVEN, 4, 20, 20, "assumed", ANY },
	{ TRAIT_VESSEL_THICK_MM, EVEN, 1, 2, 1, "assumed", ANY },
	{ TRAIT_VESSEL_TIMES, RATIO, 5, 50, 5, "assumed", ANY },
	{ TRAIT_CONTACT_M2K_W, RATIO, 3e-6, 3e-5, 1e-5, "assumed", ANY },
	{ TRAIT_TISSUE_NEEDLE_MM, EVEN, 3, 8, 5, "assumed", ANY },
	{ TRAIT_TISSUE_NEEDLE_OFF_MM, EVEN, -0.5, 0.5, 0, "assumed", ANY },
	{ TRAIT_TISSUE_OFFSET_DEGC, EVEN, -1, 1, 0, "type T, class 1", ANY },
	{ TRAIT_TIP_LAG_MS, RATIO, 20, 300, 60, "assumed", ANY },
	{ TRAIT_OFFSET_DEGC, EVEN, -1, 1, 0, "type T, class 1", ANY },
	{ TRAIT_NOISE_DEGC, RATIO, 0.01, 0.1, 0.03, "assumed", ANY },
	{ TRAIT_ADC_BITS_LOST, WHOLE, 0, 3, 0, "0.01 to 0.1 degC a step [5]", ANY },
	{ TRAIT_PLUG_DEGC, EVEN, 18, 35, 24, "assumed", ANY },
	{ TRAIT_PERIOD_MS, RATIO, 10, 40, 20, "25 to 100 Hz", ANY },
	{ TRAIT_JITTER_MS, EVEN, 0, 3, 1, "assumed", ANY },
	{ TRAIT_LATE_SHARE, RATIO, 0.001, 0.02, 0.001, "assumed", ANY },
	{ TRAIT_LOST_SHARE, RATIO, 0.001, 0.02, 0.001, "assumed", ANY },
	{ TRAIT_TARGET_DEGC, EVEN, -85, -10, -60, "[7]", TRAIT_NITROGEN, 0 },
	{ TRAIT_TARGET_DEGC, EVEN, -95, -10, -60, "[7]", TRAIT_NITROGEN, 1 },
	/* But never below the -100 degC of neurolysis. */
	{ TRAIT_FLOOR_BELOW_DEGC, EVEN, 20, 30, 30, "the shipped protocols", ANY },
	{ TRAIT_CYCLES, WHOLE, 1, 2, 1, "assumed", ANY },
	{ TRAIT_BOUNDARY_SHARE, EVEN, 0.5, 0.95, 0.8, "assumed", ANY },
};

static const struct {
	const char *name, *unit;
} words[TRAIT_COUNT] = {
	[TRAIT_NITROGEN] = { "nitrogen", "" },
	[TRAIT_GAUGE] = { "gauge", "" },
	[TRAIT_ACTIVE_MM] = { "active", "mm" },
	[TRAIT_NOZZLE_SHARE] = { "nozzle", "of nominal flow" },
	[TRAIT_ROOM_DEGC] = { "room", "degC" },
	[TRAIT_LIQUID_G] = { "liquid", "g" },
	[TRAIT_EXHAUST_KPA] = { "exhaust", "kPa" },
	[TRAIT_TAIL_S] = { "tail", "s" },
	[TRAIT_OPEN_MS] = { "open-delay", "ms" },
	[TRAIT_CLOSE_MS] = { "close-delay", "ms" },
	[TRAIT_VALVE_JITTER_MS] = { "valve-jitter", "ms" },
	[TRAIT_HEATER] = { "heater", "" },
	[TRAIT_CLASS_NAMED] = { "class-named", "" },
	[TRAIT_TISSUE] = { "tissue", "" },
	[TRAIT_LATENT_KJ_KG] = { "latent", "kJ/kg" },
	[TRAIT_K_SHARE] = { "conductivity", "of the class" },
	[TRAIT_C_SHARE] = { "heat-capacity", "of the class" },
	[TRAIT_PERFUSION_SHARE] = { "perfusion", "of the class" },
	[TRAIT_BLOOD_DEGC] = { "blood", "degC" },
	[TRAIT_VESSEL_MM] = { "vessel", "mm from the axis" },
	[TRAIT_VESSEL_THICK_MM] = { "vessel-thick", "mm" },
	[TRAIT_VESSEL_TIMES] = { "vessel-times", "of the perfusion" },
	[TRAIT_CONTACT_M2K_W] = { "contact", "m2 K/W" },
	[TRAIT_TISSUE_NEEDLE_MM] = { "tissue-needle", "mm from the axis" },
	[TRAIT_TISSUE_NEEDLE_OFF_MM] = { "tissue-needle-off", "mm" },
	[TRAIT_TISSUE_OFFSET_DEGC] = { "tissue-offset", "degC" },
	[TRAIT_TIP_LAG_MS] = { "tip-lag", "ms" },
	[TRAIT_OFFSET_DEGC] = { "tip-offset", "degC" },
	[TRAIT_NOISE_DEGC] = { "noise", "degC" },
	[TRAIT_ADC_BITS_LOST] = { "adc-bits-lost", "" },
	[TRAIT_PLUG_DEGC] = { "plug", "degC" },
	[TRAIT_PERIOD_MS] = { "period", "ms" },
	[TRAIT_JITTER_MS] = { "jitter", "ms" },
	[TRAIT_LATE_SHARE] = { "late", "of commands" },
	[TRAIT_LOST_SHARE] = { "lost", "of samples" },
	[TRAIT_TARGET_DEGC] = { "target", "degC" },
	[TRAIT_FLOOR_BELOW_DEGC] = { "floor-below", "degC" },
	[TRAIT_CYCLES] = { "cycles", "" },
	[TRAIT_BOUNDARY_SHARE] = { "boundary", "of the ice without one" },
};

/* Each trait has a stream of its own, found by its name: the others stay when one is added. */
static double chance(enum trait trait, uint64_t seed)
{
	uint64_t hash = 0xcbf29ce484222325u;	/* FNV-1a */
	struct rng rng;

	for (const char *c = words[trait].name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
	rng = rng_seeded(hash ^ seed * 0x9e3779b97f4a7c15u);
	rng_uniform(&rng);
	return rng_uniform(&rng);
}

static double place(const struct range *r, double share)
{
	switch (r->spread) {
	case EVEN:
		return r->low + (r->high - r->low) * share;
	case RATIO:
		return r->low * pow(r->high / r->low, share);
	case WHOLE:
		return r->low + floor((r->high - r->low + 1) * share);
	case CHANCE:
		return share < r->high;
	}
	return r->nominal;
}

static bool counts(const struct range *r, const struct traits *t)
{
	return r->given == TRAIT_COUNT || t->value[r->given] == r->is;
}

void traits_draw(struct traits *t, uint64_t seed)
{
	*t = (struct traits){ .seed = seed };
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (counts(&ranges[i], t))
			t->value[ranges[i].trait] = place(&ranges[i],
							  chance(ranges[i].trait, seed));
}

void traits_draw_tissue(struct traits *t, uint64_t seed)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		enum trait trait = ranges[i].trait;

		if (trait >= TRAIT_LATENT_KJ_KG && trait <= TRAIT_VESSEL_TIMES &&
		    counts(&ranges[i], t))
			t->value[trait] = place(&ranges[i], chance(trait, seed));
	}
}

struct traits traits_nominal(void)
{
	struct traits t = { .seed = 1 };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (counts(&ranges[i], &t))
			t.value[ranges[i].trait] = ranges[i].nominal;
	return t;
}

bool traits_set(struct traits *t, const char *assignment)
{
	const char *value = strchr(assignment, '=');
	char *end;
	double number;

	if (!value)
		return false;
	number = strtod(value + 1, &end);
	if (end == value + 1 || *end)
		return false;
	for (enum trait i = 0; i < TRAIT_COUNT; i++) {
		size_t length = strlen(words[i].name);

		if (length == (size_t)(value - assignment) &&
		    !strncmp(words[i].name, assignment, length)) {
			t->value[i] = number;
			return true;
		}
	}
	return false;
}

const char *trait_name(enum trait trait)
{
	return words[trait].name;
}

const char *trait_unit(enum trait trait)
{
	return words[trait].unit;
}

const char *tissue_class_name(enum tissue_class tissue)
{
	static const char *const names[] = { "muscle", "nerve in muscle", "fat" };

	return names[tissue];
}
