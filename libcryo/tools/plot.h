/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tip's last two minutes, drawn with text. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLOT_COLUMNS	48
#define PLOT_COLUMN_NS	2500000000LL
#define PLOT_ROWS	8
/* A row: a scale of 8 characters and PLOT_COLUMNS of up to 3 bytes. */
#define PLOT_ROW_MAX	(16 + 3 * PLOT_COLUMNS + 1)

struct plot {
	bool started;
	int64_t newest;				/* number of the newest column since time 0 */
	struct plot_column {
		int32_t low_mdegc, high_mdegc;	/* low > high: no sample */
		int32_t target_mdegc;		/* CRYO_NOT_VALID: none */
	} columns[PLOT_COLUMNS];		/* column number modulo PLOT_COLUMNS */
};

/*
 * Temperatures may be CRYO_NOT_VALID; those beyond 300 degC either way are taken for that. Times go
 * forward; a gap stays empty.
 */
void plot_add(struct plot *plot, int64_t time_ns, int32_t tip_mdegc, int32_t target_mdegc);

/* Row 0 is the top one of PLOT_ROWS. */
void plot_row(const struct plot *plot, int row, bool utf8, char text[PLOT_ROW_MAX]);
