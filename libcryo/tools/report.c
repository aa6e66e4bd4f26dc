// SPDX-License-Identifier: LGPL-2.1-or-later
/* Everything that a page or an export says of a record, worked out once. Pure. */
#include <stdlib.h>
#include <string.h>

#include "report.h"

int report_read(const struct report_data *data, struct report *ret)
{
	struct report report = { .data = data };
	int r;

	r = report_course(data, &report.course);
	if (r >= 0)
		r = report_figures(data, &report.course, &report.figures);
	if (r < 0) {
		report_release(&report);
		return r;
	}
	report.recovery = report_recovery(&report.figures.total, data->end_organ_mm);
	report.alarms = report_alarms(data);
	*ret = report;
	return 0;
}

void report_release(struct report *report)
{
	free(report->course.spans);
	free(report->figures.cycles);
	*report = (struct report){ .data = NULL };
}

const char *report_reason(const struct report_data *data)
{
	for (size_t i = data->n_events; i-- > 0;) {
		const struct report_event *event = &data->events[i];

		if (!strcmp(event->source, "core") && !strcmp(event->kind, "phase") &&
		    event->new == CRYO_PHASE_WARM)
			return event->text;
	}
	return "";
}

bool report_is_damaged(const struct report_data *data)
{
	return !strcmp(data->verdict, "damaged");
}
