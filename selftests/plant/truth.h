/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a handpiece is really like at an instant, and its text forms for log and control socket. */
#ifndef CRYO_PLANT_TRUTH_H
#define CRYO_PLANT_TRUTH_H

#include <stdio.h>

#include "selftests/plant/gate.h"
#include "selftests/plant/handpiece.h"

/**
 * struct truth - a handpiece at an instant
 * @time_s: simulated since the last reset
 * @ice_radius_mm, @ice_half_length_mm: extent of the -1 degC isotherm from the needle's axis and
 *	along it; @m20_* of -20 degC
 * @supply_kpa, @line_kpa: before the valves and between them, gauge
 * @word: CRYOSIM_OUT_* as driven, without the pulse line; @effective: what of it is powered
 * @faults: by index of the table
 */
struct truth {
	int64_t host_ns;
	unsigned int handpiece;
	double time_s;
	double tip_degc, sensor_degc, tissue_degc;
	double ice_radius_mm, ice_half_length_mm, m20_radius_mm, m20_half_length_mm;
	double flow_mg_s, drawn_g;
	double supply_kpa, line_kpa, boiling_degc;
	uint32_t word, effective;
	bool oneshot, estop_pressed;
	uint64_t pulse_edges, faults;
};

struct truth truth_take(const struct handpiece *h, const struct gate *g, unsigned int number,
			int64_t host_ns);

/* The names of truth_print_row()'s columns, as a line. */
void truth_print_header(FILE *f);
void truth_print_row(FILE *f, const struct truth *t);

/* The same as name=value words on one line. */
void truth_print_words(FILE *f, const struct truth *t);

#endif
