/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened in one treatment, in memory: the truth every 10 ms, the ice every half second. */
#ifndef CRYO_SELFTESTS_SIL_TRACE_H
#define CRYO_SELFTESTS_SIL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "selftests/sil/traits.h"

#define TRACE_STEP_S	0.01
#define TRACE_ICE_S	0.5

/* Written by the console as the plant goes on; the last four are the course's. */
struct trace_point {
	float time_s;
	float tip_degc;			/* true */
	float drawn_g;
	uint16_t openings;		/* of the freeze valve, so far */
	bool open;			/* the freeze valve is energised */
	float reading_degc;		/* the sample before */
	uint16_t flow_permille;		/* granted */
	uint8_t phase, cycle;
};

/* Who says how large the ice is, see reader.h. */
enum reader {
	READER_CORE,			/* cryod */
	READER_TISSUE,			/* the same estimate with a thermocouple in the tissue */
	READER_LINE,			/* the nominal patient's tissue in one dimension */
	READERS
};

/* Half axes of the ice. */
enum axis {
	AXIS_EDGE,			/* radius of the -1 degC edge */
	AXIS_EDGE_LENGTH,
	AXIS_ISOTHERM,			/* radius of -20 degC */
	AXIS_ISOTHERM_LENGTH,
	AXES
};

/* A reader that says nothing of an axis or of its uncertainty leaves 0. */
struct said {
	float mm[AXES], error_mm[AXES];
	float boundary_s;		/* until the edge is at the boundary, 0 = not foreseen */
};

struct trace_ice {
	float time_s;
	float mm[AXES];			/* true; 0 = none */
	struct said said[READERS];
	uint8_t phase, cycle;
};

struct trace {
	struct trace_point *point;
	struct trace_ice *ice;
	size_t points, ices;
};

/* Room for the longest course; NULL pointers inside when memory is short. */
struct trace trace_new(void);
void trace_free(struct trace *t);

/* The next entry, zeroed; the last one again when it is full. */
struct trace_point *trace_add_point(struct trace *t);
struct trace_ice *trace_add_ice(struct trace *t);

/* Who it is as comment lines, then columns by name, one line a point; and one line an ice entry. */
void trace_print(const struct trace *t, const struct traits *traits, FILE *points, FILE *ice);

#endif
