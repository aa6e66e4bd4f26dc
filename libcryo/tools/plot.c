// SPDX-License-Identifier: LGPL-2.1-or-later
/* The tip's last two minutes, drawn with text: two levels to a character. Pure. */
#include <stdio.h>
#include <string.h>

#include <cryo.h>

#include "plot.h"

#define STEP_MDEGC	10000		/* the scale ends at full tens */
#define LIMIT_MDEGC	300000		/* nothing that is worth a picture lies beyond */
#define SPAN_MIN_MDEGC	20000
#define LEVELS		(2 * PLOT_ROWS)

struct scale {
	int32_t low_mdegc, high_mdegc;
};

static struct plot_column *column_at(struct plot *plot, int64_t number)
{
	return &plot->columns[number % PLOT_COLUMNS];
}

static void clear(struct plot_column *column)
{
	*column = (struct plot_column){ INT32_MAX, INT32_MIN, CRYO_NOT_VALID };
}

static void advance_to(struct plot *plot, int64_t number)
{
	int64_t first = plot->newest + 1;

	if (!plot->started || number - first >= PLOT_COLUMNS)
		first = number - PLOT_COLUMNS + 1;
	plot->started = true;
	for (int64_t i = first; i <= number; i++)
		clear(column_at(plot, i + PLOT_COLUMNS));
	if (number > plot->newest)
		plot->newest = number;
}

static bool can_be_drawn(int32_t mdegc)
{
	return mdegc >= -LIMIT_MDEGC && mdegc <= LIMIT_MDEGC;
}

void plot_add(struct plot *plot, int64_t time_ns, int32_t tip_mdegc, int32_t target_mdegc)
{
	struct plot_column *column;

	if (time_ns < 0)
		return;
	advance_to(plot, time_ns / PLOT_COLUMN_NS);
	column = column_at(plot, plot->newest);
	column->target_mdegc = can_be_drawn(target_mdegc) ? target_mdegc : CRYO_NOT_VALID;
	if (!can_be_drawn(tip_mdegc))
		return;
	if (tip_mdegc < column->low_mdegc)
		column->low_mdegc = tip_mdegc;
	if (tip_mdegc > column->high_mdegc)
		column->high_mdegc = tip_mdegc;
}

static void widen(struct scale *scale, int32_t mdegc)
{
	if (mdegc < scale->low_mdegc)
		scale->low_mdegc = mdegc;
	if (mdegc > scale->high_mdegc)
		scale->high_mdegc = mdegc;
}

/* To the next lower multiple of STEP_MDEGC, also below zero. */
static int32_t floor_step(int32_t mdegc)
{
	int32_t rest = mdegc % STEP_MDEGC;

	return mdegc - (rest < 0 ? rest + STEP_MDEGC : rest);
}

static struct scale find_scale(const struct plot *plot)
{
	struct scale scale = { INT32_MAX, INT32_MIN };

	for (size_t i = 0; plot->started && i < PLOT_COLUMNS; i++) {
		const struct plot_column *column = &plot->columns[i];

		if (column->low_mdegc <= column->high_mdegc) {
			widen(&scale, column->low_mdegc);
			widen(&scale, column->high_mdegc);
		}
		if (column->target_mdegc != CRYO_NOT_VALID)
			widen(&scale, column->target_mdegc);
	}
	if (scale.low_mdegc > scale.high_mdegc)
		return (struct scale){ 0, SPAN_MIN_MDEGC };
	scale.low_mdegc = floor_step(scale.low_mdegc);
	scale.high_mdegc = floor_step(scale.high_mdegc + STEP_MDEGC - 1);
	if (scale.high_mdegc < scale.low_mdegc + SPAN_MIN_MDEGC)
		scale.high_mdegc = scale.low_mdegc + SPAN_MIN_MDEGC;
	return scale;
}

/* 0 at the bottom of the plot to LEVELS - 1 at its top. */
static int level_of(const struct scale *scale, int32_t mdegc)
{
	int64_t span = scale->high_mdegc - scale->low_mdegc;
	int64_t level = (int64_t)(mdegc - scale->low_mdegc) * LEVELS / span;

	return level < LEVELS ? level : LEVELS - 1;
}

/* Which of a character's two halves the tip passes: bit 0 the lower, bit 1 the upper. */
static unsigned int halves(const struct plot_column *column, const struct scale *scale, int bottom)
{
	int low, high;

	if (column->low_mdegc > column->high_mdegc)
		return 0;
	low = level_of(scale, column->low_mdegc);
	high = level_of(scale, column->high_mdegc);
	return (low <= bottom && high >= bottom) | (low <= bottom + 1 && high >= bottom + 1) << 1;
}

static const char *cell(const struct plot_column *column, const struct scale *scale, int bottom,
			bool utf8)
{
	static const char *const blocks[] = { " ", "▄", "▀", "█" };
	static const char *const letters[] = { " ", ".", "'", "#" };
	unsigned int filled = halves(column, scale, bottom);
	int target;

	if (!filled && column->target_mdegc != CRYO_NOT_VALID) {
		target = level_of(scale, column->target_mdegc);
		if (target == bottom || target == bottom + 1)
			return utf8 ? "╌" : "-";
	}
	return utf8 ? blocks[filled] : letters[filled];
}

void plot_row(const struct plot *plot, int row, bool utf8, char text[PLOT_ROW_MAX])
{
	struct scale scale = find_scale(plot);
	int bottom = 2 * (PLOT_ROWS - 1 - row);
	char *end;

	if (row == 0 || row == PLOT_ROWS - 1)
		end = text + sprintf(text, "%+6d ", (row ? scale.low_mdegc : scale.high_mdegc) /
				     1000);
	else
		end = text + sprintf(text, "%7s", "");
	end = stpcpy(end, utf8 ? "│" : "|");
	for (int64_t i = 1; plot->started && i <= PLOT_COLUMNS; i++)
		end = stpcpy(end, cell(&plot->columns[(plot->newest + i) % PLOT_COLUMNS], &scale,
				       bottom, utf8));
	*end = 0;
}
