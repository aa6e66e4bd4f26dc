// SPDX-License-Identifier: LGPL-2.1-or-later
/* The cycle table of a report's page: a line for each freeze. */
#include <stdio.h>
#include <stdlib.h>

#include "report-parts.h"
#include "report-text.h"

#define ROW_HEIGHT	11.4
#define HEAD_HEIGHT	21.0
#define TITLE_HEIGHT	15.0
#define ROWS_MAX	12U

static const struct column {
	const char *head;
	double width;			/* share of the page's */
	const char *(*text)(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle);
} columns[];

static const char *site(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	snprintf(text, REPORT_TEXT_MAX, "%u", cycle->site);
	return text;
}

static const char *number(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	snprintf(text, REPORT_TEXT_MAX, "%u", cycle->cycle);
	return text;
}

static const char *target(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	char degrees[REPORT_TEXT_MAX];

	if (cycle->target_mdegc == CRYO_NOT_VALID)
		return "not recorded";
	snprintf(text, REPORT_TEXT_MAX, "%s%s", report_temperature(degrees, cycle->target_mdegc),
		 cycle->target_changed ? " *" : "");
	return text;
}

static const char *to_target(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	return cycle->reached ? report_seconds(text, cycle->to_target_ns) : "not reached";
}

static const char *held(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	return cycle->reached ? report_seconds(text, cycle->held_ns) : "not held";
}

static const char *hold_mean(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	if (!cycle->hold_known)
		return cycle->reached ? "no reading" : "not held";
	snprintf(text, REPORT_TEXT_MAX, "%.2f K", cycle->hold_mean_mk / 1000.0);
	return text;
}

static const char *hold_worst(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	if (!cycle->hold_known)
		return cycle->reached ? "no reading" : "not held";
	return report_deviation(text, cycle->hold_worst_mk);
}

static const char *coldest(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	return report_temperature(text, cycle->coldest_mdegc);
}

/* In mm, as the column's head says. */
static const char *measured(char text[REPORT_TEXT_MAX], uint32_t um, uint32_t error_um)
{
	if (!um)
		return "none";
	snprintf(text, REPORT_TEXT_MAX, "%.1f ± %.1f", um / 1000.0, error_um / 1000.0);
	return text;
}

static const char *ice(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	return measured(text, cycle->ice_um, cycle->ice_error_um);
}

static const char *ice_half(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	return measured(text, cycle->ice_half_um, cycle->ice_half_error_um);
}

static const char *isotherm(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	return measured(text, cycle->isotherm_um, cycle->isotherm_error_um);
}

static const char *isotherm_half(char text[REPORT_TEXT_MAX], const struct report_cycle *cycle)
{
	return measured(text, cycle->isotherm_half_um, cycle->isotherm_half_error_um);
}

static const struct column columns[] = {
	{ "Site", 0.04, site },
	{ "Freeze", 0.055, number },
	{ "Target\n ", 0.105, target },
	{ "Time to\ntarget", 0.085, to_target },
	{ "Time at\ntarget", 0.085, held },
	{ "Mean hold\nerror", 0.09, hold_mean },
	{ "Worst hold\nerror", 0.09, hold_worst },
	{ "Coldest\ntip", 0.09, coldest },
	{ "Ice radius\nmm", 0.085, ice },
	{ "Half length\nmm", 0.09, ice_half },
	{ "−20 °C rad.\nmm", 0.09, isotherm },
	{ "Half length\nmm", 0.095, isotherm_half },
};

double draw_title(struct canvas *canvas, double y, const char *title)
{
	struct style style = { .size = BODY + 0.8, .ink = INK_BLACK, .bold = true };

	canvas_line(canvas, INK_FAINT, 0.6, PAGE_LEFT, y, PAGE_RIGHT, y);
	canvas_text(canvas, &style, PAGE_LEFT, y + 2.5, PAGE_INNER, 1, title);
	return TITLE_HEIGHT;
}

static void draw_row(struct canvas *canvas, const struct style *style, double y,
		     const struct report_cycle *cycle)
{
	double x = PAGE_LEFT;

	for (size_t i = 0; i < N_ELEMENTS(columns); i++) {
		double width = columns[i].width * PAGE_INNER;
		struct style cell = *style;
		char text[REPORT_TEXT_MAX];

		cell.align = i < 2 ? ALIGN_LEFT : ALIGN_RIGHT;
		canvas_text(canvas, &cell, x, y, width, 1, columns[i].text(text, cycle));
		x += width;
	}
}

static void draw_head(struct canvas *canvas, double y)
{
	double x = PAGE_LEFT;

	for (size_t i = 0; i < N_ELEMENTS(columns); i++) {
		double width = columns[i].width * PAGE_INNER;
		struct style cell = {
			.size = SMALL, .ink = INK_GREY, .align = i < 2 ? ALIGN_LEFT : ALIGN_RIGHT,
		};

		canvas_text(canvas, &cell, x, y, width, 2, columns[i].head);
		x += width;
	}
	canvas_line(canvas, INK_GREY, 0.4, PAGE_LEFT, y + 18, PAGE_RIGHT, y + 18);
}

/* Lines for freezes; where there are more, the last one says so. */
static size_t rows(const struct report *report)
{
	return report->figures.n_cycles < ROWS_MAX ? report->figures.n_cycles : ROWS_MAX;
}

double cycles_height(const struct report *report)
{
	size_t n = rows(report);

	return TITLE_HEIGHT + (n ? HEAD_HEIGHT : 0) + (n ? n : 1) * ROW_HEIGHT + 4;
}

static void draw_left_out(struct canvas *canvas, const struct style *style, double y, size_t more)
{
	char text[REPORT_TEXT_MAX];

	snprintf(text, sizeof(text), "… and %zu more freezes, which `cryoctl export --format=json' tells", more);
	canvas_text(canvas, style, PAGE_LEFT, y, PAGE_INNER, 1, text);
}

double draw_cycles(struct canvas *canvas, const struct report *report, double y)
{
	const struct style body = { .size = BODY, .ink = INK_BLACK };
	size_t n = report->figures.n_cycles, shown = n > ROWS_MAX ? ROWS_MAX - 1 : n;
	double end = y + cycles_height(report);

	y += draw_title(canvas, y, "Freezes");
	if (n == 0) {
		canvas_text(canvas, &body, PAGE_LEFT, y, PAGE_INNER, 1, "Nothing was frozen.");
		return end;
	}
	draw_head(canvas, y);
	y += HEAD_HEIGHT;
	for (size_t i = 0; i < shown; i++)
		draw_row(canvas, &body, y + i * ROW_HEIGHT, &report->figures.cycles[i]);
	if (shown < n)
		draw_left_out(canvas, &body, y + shown * ROW_HEIGHT, n - shown);
	return end;
}
