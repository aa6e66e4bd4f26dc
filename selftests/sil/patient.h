/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtual patient for the software in the loop: plant, valve modulator and converters, behind
 * plain numbers, because plant and core share no header.
 */
#ifndef CRYO_SELFTESTS_SIL_PATIENT_H
#define CRYO_SELFTESTS_SIL_PATIENT_H

#include <stdbool.h>
#include <stdint.h>

struct patient;

struct patient_config {
	bool nitrogen;			/* else nitrous oxide */
	int gauge;
	double active_mm;
	const char *tissue;		/* a class of the plant */
	double room_degc;		/* sets the cylinder's pressure */
	double cell_mm;			/* of the plant's grid at the needle */
	uint64_t seed;
};

/* What the sensors read, and the truth behind them. */
struct patient_view {
	int32_t tip_mdegc, shaft_mdegc, tissue_mdegc;
	int32_t pressure_kpa;
	double true_tip_degc;
	double lowest_tip_degc;		/* of the truth since the reset */
	int32_t predicted_mdegc;	/* what the kernel compares with its floor */
	double ice_radius_mm, ice_half_length_mm, isotherm_radius_mm;
	double cryogen_g;
};

/* 18G, 7 mm, nitrous oxide, muscle. */
struct patient_config patient_defaults(void);

/* NULL when memory is short or there is no such tissue. */
struct patient *patient_new(const struct patient_config *config);
void patient_free(struct patient *p);

/* One sampling period with this flow and thaw power granted, in permille. */
void patient_step(struct patient *p, uint32_t flow_permille, uint32_t thaw_permille,
		  int64_t period_ns);

/* Once each period. The ice is measured only if @with_ice: it costs more than a step. */
struct patient_view patient_look(struct patient *p, bool with_ice);

#endif
