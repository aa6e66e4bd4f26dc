// SPDX-License-Identifier: LGPL-2.1-or-later
/* What monitor shows of a probe. Pure. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "view.h"

#define BAR_CELLS 20

/* Ends @line after @width characters; UTF-8's continuation bytes belong to theirs. */
static void cut(char *line, int width)
{
	for (; *line; line++) {
		if ((*line & 0xc0) == 0x80)
			continue;
		if (width-- == 0)
			*line = 0;
		if (!*line)
			break;
	}
}

static const char *phase_text(const struct view *view, char text[TEXT_MAX])
{
	snprintf(text, TEXT_MAX, "%s%s",
		 cryo_phase_to_string((enum cryo_phase)view->frame.phase),
		 view->paused ? " (paused)" : "");
	return text;
}

static const char *bar(const struct view *view, char text[3 * BAR_CELLS + 1])
{
	uint32_t full = (view->frame.flow_permille * BAR_CELLS + 500) / 1000;
	char *end = text;

	for (uint32_t i = 0; i < BAR_CELLS; i++)
		end = stpcpy(end, i < full ? (view->utf8 ? "█" : "#") : (view->utf8 ? "░" : "."));
	return text;
}

static void draw_numbers(const struct view *view, char temperatures[VIEW_LINE_MAX],
			 char flow[VIEW_LINE_MAX])
{
	const struct cryo_frame *f = &view->frame;
	char tip[TEXT_MAX], target[TEXT_MAX], phase[TEXT_MAX], left[TEXT_MAX];
	char share[TEXT_MAX], ice[TEXT_MAX], isotherm[TEXT_MAX], cells[3 * BAR_CELLS + 1];

	snprintf(temperatures, VIEW_LINE_MAX, "  tip %s   target %s   %s   cycle %u/%u   left %s",
		 text_temperature(tip, f->tip_mdegc, view->utf8),
		 text_temperature(target, f->target_mdegc, view->utf8), phase_text(view, phase),
		 f->cycle, f->cycles, text_left(left, f->phase_left_ms));
	snprintf(flow, VIEW_LINE_MAX, "  flow %s %5s   ice %s   -20 %s at %s", bar(view, cells),
		 text_share(share, f->flow_permille), text_length(ice, f->ice_radius_um),
		 view->utf8 ? "°C" : "degC", text_length(isotherm, f->isotherm_radius_um));
}

static void draw_lost(const struct view *view, char line[VIEW_LINE_MAX])
{
	line[0] = 0;
	if (view->lost)
		snprintf(line, VIEW_LINE_MAX, "  %llu samples lost: this terminal is too slow",
			 (unsigned long long)view->lost);
}

static void draw_prompt(const struct view *view, char line[VIEW_LINE_MAX])
{
	line[0] = 0;
	if (*view->prompt)
		snprintf(line, VIEW_LINE_MAX, "  > %s%s", view->prompt,
			 view->confirm ? VIEW_CONFIRM : "");
}

static void draw_lead(char line[VIEW_LINE_MAX], const char *lead, const char *text)
{
	line[0] = 0;
	if (*text)
		snprintf(line, VIEW_LINE_MAX, "  %s%s", lead, text);
}

void view_picture(const struct view *view, int width, char lines[VIEW_LINES][VIEW_LINE_MAX])
{
	int n = 0;

	snprintf(lines[n++], VIEW_LINE_MAX, "%s", view->title);
	draw_numbers(view, lines[n], lines[n + 1]);
	n += 2;
	for (int row = 0; row < PLOT_ROWS; row++)
		plot_row(&view->plot, row, view->utf8, lines[n++]);
	snprintf(lines[n++], VIEW_LINE_MAX, "%7s%s 2 minutes", "", view->utf8 ? "└" : "+");
	draw_prompt(view, lines[n++]);
	draw_lead(lines[n++], "! ", view->alarm);
	draw_lost(view, lines[n++]);
	draw_lead(lines[n++], "", view->note);
	for (int i = 0; i < n; i++)
		cut(lines[i], width);
}

void view_line(const struct view *view, int64_t time_ns, char line[VIEW_LINE_MAX])
{
	const struct cryo_frame *f = &view->frame;
	char tip[TEXT_MAX], target[TEXT_MAX], phase[TEXT_MAX], left[TEXT_MAX];
	char share[TEXT_MAX], ice[TEXT_MAX];

	snprintf(line, VIEW_LINE_MAX,
		 "%7.1f s  %-10s %u/%u  tip %s  target %s  flow %s  ice %s  left %s",
		 time_ns / 1e9, phase_text(view, phase), f->cycle, f->cycles,
		 text_temperature(tip, f->tip_mdegc, view->utf8),
		 text_temperature(target, f->target_mdegc, view->utf8),
		 text_share(share, f->flow_permille), text_length(ice, f->ice_radius_um),
		 text_left(left, f->phase_left_ms));
}
