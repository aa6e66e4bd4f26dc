// SPDX-License-Identifier: LGPL-2.1-or-later
/* The list of a report's page: alarms in two columns, and remarks below them. */
#include <stdio.h>

#include "report-parts.h"
#include "report-remarks.h"

#define ROW_HEIGHT	10.4
#define TITLE_HEIGHT	15.0
#define COLUMNS_MAX	2U
#define ALARM_ROWS_MAX	7U
#define ALARMS_MAX	(COLUMNS_MAX * ALARM_ROWS_MAX)
#define GAP		12.0
#define NUMBER_WIDTH	14.0

static const struct style body = { .size = BODY - 0.2, .ink = INK_BLACK };

/* Alarms that have room. */
static size_t shown(const struct report *report)
{
	return report->alarms.n < ALARMS_MAX ? report->alarms.n : ALARMS_MAX;
}

static size_t left_out(const struct report *report)
{
	return report->alarms.n - shown(report) + report->alarms.left_out;
}

/* Words have room in one column, as long as it is enough. */
static size_t columns(const struct report *report)
{
	return shown(report) > ALARM_ROWS_MAX ? COLUMNS_MAX : 1;
}

static size_t alarm_rows(const struct report *report)
{
	size_t n = shown(report);

	return n ? (n + columns(report) - 1) / columns(report) : 1;
}

double list_height(const struct report *report)
{
	struct report_remarks remarks = report_remarks(report);
	size_t rows = alarm_rows(report) + remarks.n + (left_out(report) > 0) + (remarks.left_out > 0);

	return TITLE_HEIGHT + rows * ROW_HEIGHT + 5;
}

static const char *priority_in_words(int64_t priority)
{
	static const char *const words[] = { "", "low", "medium", "high" };

	return priority > 0 && priority < (int64_t)N_ELEMENTS(words) ? words[priority] : "unknown";
}

static void draw_alarm(struct canvas *canvas, const struct report_alarm *alarm, size_t index, double x,
		       double y, double width)
{
	struct style number = { .size = BODY - 0.2, .ink = INK_RED, .bold = true };
	char text[REPORT_TEXT_MAX], first[REPORT_TEXT_MAX], times[32] = "";

	if (alarm->times > 1)
		snprintf(times, sizeof(times), " (%u times)", alarm->times);
	snprintf(text, sizeof(text), "%zu", index + 1);
	canvas_text(canvas, &number, x, y, NUMBER_WIDTH, 1, text);
	snprintf(text, sizeof(text), "%s%s  %s: %s", report_clock(first, alarm->first_ns), times,
		 priority_in_words(alarm->priority), alarm->text);
	canvas_text(canvas, &body, x + NUMBER_WIDTH, y, width - NUMBER_WIDTH, 1, text);
}

static void draw_alarms(struct canvas *canvas, const struct report *report, double y)
{
	size_t rows = alarm_rows(report);
	double pitch = (PAGE_INNER + GAP) / columns(report);

	for (size_t i = 0; i < shown(report); i++)
		draw_alarm(canvas, &report->alarms.alarm[i], i, PAGE_LEFT + i / rows * pitch,
			   y + i % rows * ROW_HEIGHT, pitch - GAP);
	if (report->alarms.n == 0)
		canvas_text(canvas, &body, PAGE_LEFT, y, PAGE_INNER, 1, "No alarm was raised.");
}

static void draw_remarks(struct canvas *canvas, const struct report_remarks *remarks, double y)
{
	char text[REPORT_TEXT_MAX];

	for (size_t i = 0; i < remarks->n; i++, y += ROW_HEIGHT)
		canvas_text(canvas, &body, PAGE_LEFT, y, PAGE_INNER, 1, remarks->text[i]);
	if (!remarks->left_out)
		return;
	snprintf(text, sizeof(text), "… and %zu more remarks; `cryoctl export --format=json' tells every event",
		 remarks->left_out);
	canvas_text(canvas, &body, PAGE_LEFT, y, PAGE_INNER, 1, text);
}

double draw_list(struct canvas *canvas, const struct report *report, double y)
{
	struct report_remarks remarks = report_remarks(report);
	double end = y + list_height(report);
	char text[REPORT_TEXT_MAX];

	y += draw_title(canvas, y, "Alarms and remarks");
	draw_alarms(canvas, report, y);
	y += alarm_rows(report) * ROW_HEIGHT;
	if (left_out(report)) {
		snprintf(text, sizeof(text), "… and %zu more, less urgent or later, which "
			 "`cryoctl export --format=json' tells", left_out(report));
		canvas_text(canvas, &body, PAGE_LEFT, y, PAGE_INNER, 1, text);
		y += ROW_HEIGHT;
	}
	draw_remarks(canvas, &remarks, y);
	return end;
}
