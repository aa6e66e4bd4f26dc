/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults of handpiece and supply: each is one row of a table, which adds to the disturbances the
 * plant knows.
 */
#ifndef CRYO_PLANT_FAULTS_H
#define CRYO_PLANT_FAULTS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct disturbances - everything that can be wrong, 0 where nothing is
 * @tip_open, @tip_short, @tip_reversed: state of the tip thermocouple's wires
 * @tip_noise_degc, @tip_step_degc: added to what it sees
 * @shaft_open, @tissue_open: other thermocouples
 * @cold_junction_degc, @infrared_degc: error of the two readings of the infrared chip
 * @pressure_share: change of the supply's pressure as a share of it
 * @transducer_open: the pressure signal falls to 0 V
 * @cylinder_empty: the liquid is gone
 * @freeze_stuck, @supply_stuck: +1 open, -1 closed
 * @vent_blocked: the line cannot be vented
 * @leak_share: of full flow past the closed freeze valve, fed past the closed supply valve
 * @exhaust_kpa: added to the exhaust's pressure
 * @bus_bits, @line_bits: CRYOSIM_BUS_* and CRYOSIM_LINE_* bits for the handpiece
 * @detect_lost: the handpiece's plug
 * @sense_inverted: the supply sense line tells the opposite
 */
struct disturbances {
	double tip_open, tip_short, tip_reversed;
	double tip_noise_degc, tip_step_degc;
	double shaft_open, tissue_open;
	double cold_junction_degc, infrared_degc;
	double pressure_share, transducer_open, cylinder_empty;
	double freeze_stuck, supply_stuck, vent_blocked, leak_share;
	double exhaust_kpa;
	double bus_bits, line_bits;
	double detect_lost, sense_inverted;
};

struct fault {
	const char *name;
	size_t field;		/* in struct disturbances */
	double value;		/* added to it */
	const char *what;
};

/* The fault with this index, or NULL past the last; at most 64. */
const struct fault *fault_at(size_t index);

/* Index of a name, or -1. */
int fault_find(const char *name);

/* What a set of faults (bit by index) does together. */
struct disturbances fault_disturbances(uint64_t set);

#endif
