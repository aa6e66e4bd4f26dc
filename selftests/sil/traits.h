/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes one virtual patient: anatomy, needle, supply, sensors, timing, and what is asked of
 * the treatment. All of it is drawn from a seed, by the one table in traits.c.
 */
#ifndef CRYO_SELFTESTS_SIL_TRAITS_H
#define CRYO_SELFTESTS_SIL_TRAITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seeds that may be used for tuning, and those that are kept for the final figures. */
#define SEED_TUNING	1
#define SEED_TEST	1014001

enum trait {
	TRAIT_NITROGEN,
	TRAIT_GAUGE,
	TRAIT_ACTIVE_MM,
	TRAIT_NOZZLE_SHARE,
	TRAIT_ROOM_DEGC,
	TRAIT_LIQUID_G,
	TRAIT_EXHAUST_KPA,
	TRAIT_TAIL_S,
	TRAIT_OPEN_MS,
	TRAIT_CLOSE_MS,
	TRAIT_VALVE_JITTER_MS,
	TRAIT_HEATER,
	TRAIT_CLASS_NAMED,	/* the protocol names the tissue's class */
	TRAIT_TISSUE,
	TRAIT_LATENT_KJ_KG,	/* from here to the vessel: the tissue within its class */
	TRAIT_K_SHARE,
	TRAIT_C_SHARE,
	TRAIT_PERFUSION_SHARE,
	TRAIT_BLOOD_DEGC,
	TRAIT_VESSEL_MM,
	TRAIT_VESSEL_THICK_MM,
	TRAIT_VESSEL_TIMES,
	TRAIT_CONTACT_M2K_W,
	TRAIT_TISSUE_NEEDLE_MM,
	TRAIT_TISSUE_NEEDLE_OFF_MM,	/* where it lies, against where it is said to lie */
	TRAIT_TISSUE_OFFSET_DEGC,
	TRAIT_TIP_LAG_MS,
	TRAIT_OFFSET_DEGC,
	TRAIT_NOISE_DEGC,
	TRAIT_ADC_BITS_LOST,
	TRAIT_PLUG_DEGC,
	TRAIT_PERIOD_MS,
	TRAIT_JITTER_MS,
	TRAIT_LATE_SHARE,
	TRAIT_LOST_SHARE,
	TRAIT_TARGET_DEGC,
	TRAIT_FLOOR_BELOW_DEGC,
	TRAIT_CYCLES,
	TRAIT_BOUNDARY_SHARE,
	TRAIT_COUNT
};

/* Values of TRAIT_TISSUE: classes that a protocol may name. */
enum tissue_class { TISSUE_MUSCLE, TISSUE_NERVE, TISSUE_FAT, TISSUE_CLASSES };

struct traits {
	uint64_t seed;			/* also of noise and jitter */
	double value[TRAIT_COUNT];
};

/* The patient of this seed; adding a trait to the table changes no other. */
void traits_draw(struct traits *t, uint64_t seed);

/* Another patient's tissue of the same class; needle, sensors and the rest stay as they are. */
void traits_draw_tissue(struct traits *t, uint64_t seed);

/* The middle of everything: 18G, 7 mm, nitrous oxide at 20 degC, muscle, -60 degC. */
struct traits traits_nominal(void);

/* "name=value"; false if there is no such trait or no number. */
bool traits_set(struct traits *t, const char *assignment);

const char *trait_name(enum trait trait);
const char *trait_unit(enum trait trait);
const char *tissue_class_name(enum tissue_class tissue);

#endif
