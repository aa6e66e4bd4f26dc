/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hardware between the driver's lines and the valves: effective supply = word AND one-shot
 * AND E-stop contact.
 */
#ifndef CRYO_PLANT_GATE_H
#define CRYO_PLANT_GATE_H

#include "selftests/plant/oneshot.h"

struct gate {
	uint32_t word;		/* CRYOSIM_OUT_* as driven */
	bool estop_pressed, estop_welded;
	struct oneshot oneshot;
	int oneshot_stuck;	/* its output: +1 on, -1 off */
	uint64_t pulse_edges;
};

/* A new output word at @now_ns; a change of its pulse bit feeds the one-shot. */
void gate_word(struct gate *g, uint32_t word, int64_t now_ns);

/* The one-shot's output. */
bool gate_oneshot(const struct gate *g);

/* The valve supply's state, as the sense line has it. */
bool gate_supplies(const struct gate *g);

/* The lines that are really powered: supply, freeze, vent and thaw, or none. */
uint32_t gate_effective(const struct gate *g);

#endif
