// SPDX-License-Identifier: LGPL-2.1-or-later
/* The heading of a report's page: whose treatment it was, when, with what, and how it ended. */
#include <stdio.h>
#include <string.h>

#include "report-parts.h"
#include "report-protocol.h"
#include "report-text.h"

#define LABEL_WIDTH	56.0
#define COLUMN_GAP	16.0
#define COLUMN_WIDTH	((PAGE_INNER - COLUMN_GAP) / 2)

struct fact {
	const char *label;
	char value[512];		/* "": not recorded */
};

static const struct style headline = { .size = 15, .ink = INK_BLACK, .bold = true };
static const struct style label = { .size = BODY, .ink = INK_GREY };
static const struct style value = { .size = BODY + 0.6, .ink = INK_BLACK };
static const struct style missing = { .size = BODY, .ink = INK_GREY, .italic = true };

static void fill_people(const struct report_data *data, struct fact facts[4])
{
	char title[256];

	facts[0].label = "Patient";
	facts[1].label = "Nerve";
	facts[2].label = "Operator";
	facts[3].label = "Protocol";
	snprintf(facts[0].value, sizeof(facts[0].value), "%s", data->patient);
	snprintf(facts[1].value, sizeof(facts[1].value), "%s", data->nerve);
	snprintf(facts[2].value, sizeof(facts[2].value), "%s", data->operator_name);
	report_protocol_value(data->protocol_text, "Title", title, sizeof(title));
	snprintf(facts[3].value, sizeof(facts[3].value), "%s%s%s", data->protocol, *title ? ": " : "", title);
}

static void fill_probe(const struct report_data *data, struct fact *fact)
{
	char gauge[REPORT_TEXT_MAX] = "", length[REPORT_TEXT_MAX] = "", active[REPORT_TEXT_MAX];

	fact->label = "Probe";
	if (data->gauge)
		snprintf(gauge, sizeof(gauge), ", %uG", data->gauge);
	if (data->active_length_um)
		snprintf(length, sizeof(length), ", %s active",
			 report_radius(active, data->active_length_um));
	snprintf(fact->value, sizeof(fact->value), "%s%s%s%s%s%s%s", data->serial,
		 *data->model ? ", " : "", data->model, gauge, length, *data->cryogen ? ", " : "",
		 report_cryogen(data->cryogen));
}

static bool is_open(const struct report_data *data)
{
	return !strcmp(data->outcome, "none") || !*data->outcome;
}

static void fill_times(const struct report *report, struct fact facts[2])
{
	char text[REPORT_TEXT_MAX];

	facts[0].label = "Started";
	facts[1].label = "Ended";
	if (report->data->started_us)
		snprintf(facts[0].value, sizeof(facts[0].value), "%s",
			 report_moment(text, report->data->started_us));
	if (report->data->ended_us)
		snprintf(facts[1].value, sizeof(facts[1].value), "%s",
			 report_moment(text, report->data->ended_us));
	else if (is_open(report->data))
		snprintf(facts[1].value, sizeof(facts[1].value), "not yet");
}

/* "2 freezes at 1 site, recorded for 1:23" */
static void fill_extent(const struct report *report, struct fact *fact)
{
	const struct report_figures *figures = &report->figures;
	char text[REPORT_TEXT_MAX];

	fact->label = "Extent";
	if (report->data->n_frames == 0)
		return;
	snprintf(fact->value, sizeof(fact->value), "%zu freeze%s at %u site%s, recorded for %s",
		 figures->n_cycles, figures->n_cycles == 1 ? "" : "s", figures->total.sites,
		 figures->total.sites == 1 ? "" : "s", report_clock(text, figures->total.duration_ns));
}

static double draw_fact(struct canvas *canvas, const struct fact *fact, double x, double y)
{
	const struct style *style = *fact->value ? &value : &missing;

	canvas_text(canvas, &label, x, y + 0.6, LABEL_WIDTH, 1, fact->label);
	return canvas_text(canvas, style, x + LABEL_WIDTH, y, COLUMN_WIDTH - LABEL_WIDTH, 3,
			   *fact->value ? fact->value : "not recorded");
}

static double draw_facts(struct canvas *canvas, const struct report *report, double y)
{
	struct fact left[4] = { { .value = "" } }, right[4] = { { .value = "" } };

	fill_people(report->data, left);
	fill_times(report, right);
	fill_probe(report->data, &right[2]);
	fill_extent(report, &right[3]);
	for (size_t i = 0; i < N_ELEMENTS(left); i++) {
		double one = draw_fact(canvas, &left[i], PAGE_LEFT, y);
		double other = draw_fact(canvas, &right[i], PAGE_LEFT + COLUMN_WIDTH + COLUMN_GAP, y);

		y += (one > other ? one : other) + 2;
	}
	return y;
}

static const char *outcome_in_words(const struct report_data *data, struct ink *ink)
{
	const char *outcome = data->outcome;

	*ink = INK_RED;
	if (!strcmp(outcome, "completed")) {
		*ink = INK_GREEN;
		return "Completed";
	}
	if (is_open(data)) {
		*ink = INK_BLACK;
		return "Not over when this was made";
	}
	if (!strcmp(outcome, "aborted"))
		return "Aborted";
	if (!strcmp(outcome, "fault"))
		return "Ended by a fault";
	return strcmp(outcome, "interrupted") ? outcome : "Interrupted";
}

static double draw_outcome(struct canvas *canvas, const struct report *report, double y)
{
	struct style style = { .size = 11, .align = ALIGN_RIGHT, .bold = true };
	struct style why = { .size = BODY, .ink = INK_GREY, .align = ALIGN_RIGHT };
	const char *words = outcome_in_words(report->data, &style.ink);

	y += canvas_text(canvas, &style, PAGE_LEFT + PAGE_INNER / 2, y, PAGE_INNER / 2, 1, words);
	return y + canvas_text(canvas, &why, PAGE_LEFT + PAGE_INNER / 2, y, PAGE_INNER / 2, 2,
			       report_reason(report->data));
}

/* Across the page, so that nobody signs it unseen. */
static double draw_warning(struct canvas *canvas, const struct report_data *data, double y)
{
	static const struct style style = { .size = 9, .ink = { 1, 1, 1 }, .bold = true };
	char text[512];

	if (!report_is_damaged(data))
		return y;
	snprintf(text, sizeof(text), "Do not rely on this page: the record is not as it was written%s%.200s",
		 *data->verdict_detail ? ": " : "", data->verdict_detail);
	canvas_box(canvas, INK_RED, PAGE_LEFT, y, PAGE_INNER, 26);
	canvas_text(canvas, &style, PAGE_LEFT + 5, y + 2, PAGE_INNER - 10, 2, text);
	return y + 31;
}

double draw_heading(struct canvas *canvas, const struct report *report, double y)
{
	struct style number = { .size = 9.5, .ink = INK_GREY };
	double outcome_end = draw_outcome(canvas, report, y + 2);
	char text[64];

	snprintf(text, sizeof(text), "Treatment %llu", (unsigned long long)report->data->treatment);
	y += canvas_text(canvas, &headline, PAGE_LEFT, y, PAGE_INNER / 2, 1, "Cryoneurolysis record");
	y += canvas_text(canvas, &number, PAGE_LEFT, y, PAGE_INNER / 2, 1, text);
	y = (y > outcome_end ? y : outcome_end) + 4;
	canvas_line(canvas, INK_BLACK, 1.0, PAGE_LEFT, y, PAGE_RIGHT, y);
	y = draw_warning(canvas, report->data, y + 5);
	return draw_facts(canvas, report, y);
}
