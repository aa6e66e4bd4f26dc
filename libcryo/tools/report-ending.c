// SPDX-License-Identifier: LGPL-2.1-or-later
/* The end of a report's page: what recovery to expect, who signs, and what the page was made from. */
#include <stdio.h>

#include "report-parts.h"
#include "report-text.h"

#define RECOVERY_HEIGHT		46.0
#define SIGNATURE_HEIGHT	48.0
#define FOOTER_HEIGHT		24.0

static const struct style small = { .size = SMALL, .ink = INK_GREY };

double ending_height(void)
{
	return RECOVERY_HEIGHT + SIGNATURE_HEIGHT + FOOTER_HEIGHT;
}

static void expected(const struct report *report, char *text, size_t size)
{
	const struct report_recovery *r = &report->recovery;
	int64_t start_us = report->data->started_us;
	char from[REPORT_TEXT_MAX], to[REPORT_TEXT_MAX];

	if (start_us)
		snprintf(text, size, "About %u days, between %u and %u days: from %s to %s.", r->days,
			 r->days_min, r->days_max, report_day(from, start_us, r->days_min),
			 report_day(to, start_us, r->days_max));
	else
		snprintf(text, size, "About %u days, between %u and %u days.", r->days, r->days_min,
			 r->days_max);
}

static void recovery_in_words(const struct report *report, char *text, size_t size)
{
	switch (report->recovery.state) {
	case RECOVERY_EXPECTED:
		expected(report, text, size);
		break;
	case RECOVERY_NO_DISTANCE:
		snprintf(text, size, "No estimate: the distance to the nerve's end organ was not recorded.");
		break;
	case RECOVERY_NO_LESION:
		snprintf(text, size, "No estimate: nothing around the needle came to −20 °C, so that no "
			 "axons are thought to be interrupted.");
		break;
	case RECOVERY_TOO_COLD:
		snprintf(text, size, "No estimate: the tip was below −100 °C, where the nerve's sheaths may not "
			 "have been spared.");
		break;
	case RECOVERY_UNREAD:
		snprintf(text, size, "No estimate: the tip's temperature was never read.");
		break;
	}
}

static void draw_recovery(struct canvas *canvas, const struct report *report, double y)
{
	const struct style body = { .size = BODY + 0.4, .ink = INK_BLACK };
	char text[512];

	y += draw_title(canvas, y, "Expected recovery");
	recovery_in_words(report, text, sizeof(text));
	y += canvas_text(canvas, &body, PAGE_LEFT, y, PAGE_INNER, 1, text) + 1;
	if (report->recovery.state != RECOVERY_EXPECTED)
		return;
	snprintf(text, sizeof(text), "Axons grow about 1 mm a day (range 0.5 to 2 mm) over the %u mm from here "
		 "along the nerve to its end organ, where they were within the −20 °C zone.",
		 report->data->end_organ_mm);
	canvas_text(canvas, &small, PAGE_LEFT, y, PAGE_INNER, 2, text);
}

static void draw_signature(struct canvas *canvas, double y)
{
	static const char *const labels[] = { "Name", "Signature", "Date" };
	static const double widths[] = { 0.36, 0.40, 0.16 };
	double x = PAGE_LEFT, rule = y + SIGNATURE_HEIGHT - 14;

	for (size_t i = 0; i < N_ELEMENTS(labels); i++) {
		canvas_line(canvas, INK_BLACK, 0.6, x, rule, x + widths[i] * PAGE_INNER, rule);
		canvas_text(canvas, &small, x, rule + 1.5, widths[i] * PAGE_INNER, 1, labels[i]);
		x += (widths[i] + 0.04) * PAGE_INNER;
	}
}

static const char *or_unknown(const char *text)
{
	return *text ? text : "unknown";
}

static void draw_footer(struct canvas *canvas, const struct report_data *data, double y)
{
	char text[512];

	canvas_line(canvas, INK_FAINT, 0.6, PAGE_LEFT, y, PAGE_RIGHT, y);
	snprintf(text, sizeof(text), "Ice and the −20 °C radius are estimated from the tip's temperature, not "
		 "measured. cryo is not certified as a medical device.");
	y += 2.5 + canvas_text(canvas, &small, PAGE_LEFT, y + 2.5, PAGE_INNER, 1, text);
	snprintf(text, sizeof(text), "cryod %s, Linux %s. Record: %s%s%.64s", or_unknown(data->cryod_version),
		 or_unknown(data->kernel_version), *data->verdict ? data->verdict : "not verified",
		 *data->head ? ", chain " : "", data->head);
	canvas_text(canvas, &small, PAGE_LEFT, y, PAGE_INNER, 1, text);
}

void draw_ending(struct canvas *canvas, const struct report *report)
{
	double y = PAGE_BOTTOM - ending_height();

	draw_recovery(canvas, report, y);
	draw_signature(canvas, y + RECOVERY_HEIGHT);
	draw_footer(canvas, report->data, y + RECOVERY_HEIGHT + SIGNATURE_HEIGHT);
}
