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
 * @shaft_degc: error of the shaft thermocouple
 * @pressure_share: change of the supply's pressure as a share of it
 * @pressure_fall_1_s: share of the supply's pressure that is lost each second
 * @transducer_open, @line_transducer_open: the pressure signal falls to 0 V
 * @cylinder_empty: the liquid is gone
 * @freeze_stuck, @supply_stuck: +1 open, -1 closed
 * @vent_blocked: the line cannot be vented
 * @leak_share: of full flow past both closed valves, whatever is in the line between them
 * @freeze_leak_share, @supply_leak_share: of full flow past one closed valve at full pressure
 * @exhaust_kpa: added to the exhaust's pressure
 * @bus_bits, @line_bits: CRYOSIM_BUS_* and CRYOSIM_LINE_* bits for the handpiece
 * @detect_lost: the handpiece's plug
 * @sense_inverted: the supply sense line tells the opposite
 * @estop_wire_broken: the sense line of the emergency stop reads as pressed
 * @estop_welded: the emergency stop's contact does not break the valve supply
 * @oneshot_stuck: +1 on, -1 off
 */
struct disturbances {
	double tip_open, tip_short, tip_reversed;
	double tip_noise_degc, tip_step_degc;
	double shaft_open, tissue_open;
	double cold_junction_degc, infrared_degc, shaft_degc;
	double pressure_share, pressure_fall_1_s, cylinder_empty;
	double transducer_open, line_transducer_open;
	double freeze_stuck, supply_stuck, vent_blocked;
	double leak_share, freeze_leak_share, supply_leak_share;
	double exhaust_kpa;
	double bus_bits, line_bits;
	double detect_lost, sense_inverted, estop_wire_broken, estop_welded, oneshot_stuck;
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
