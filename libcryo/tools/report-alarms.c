// SPDX-License-Identifier: LGPL-2.1-or-later
/* The alarms of a treatment, one entry for each kind, from the record's events. Pure. */
#include <stdlib.h>
#include <string.h>

#include "report-alarms.h"

static struct report_alarm *find(struct report_alarms *alarms, int64_t code)
{
	for (size_t i = 0; i < alarms->n; i++)
		if (alarms->alarm[i].code == code)
			return &alarms->alarm[i];
	return NULL;
}

static void add(struct report_alarms *alarms, const struct report_event *event)
{
	struct report_alarm *alarm = find(alarms, event->new);

	if (!alarm && alarms->n == REPORT_ALARMS_MAX) {
		alarms->left_out++;
		return;
	}
	if (!alarm) {
		alarm = &alarms->alarm[alarms->n++];
		*alarm = (struct report_alarm){
			.code = event->new, .priority = event->old, .text = event->text,
			.first_ns = event->time_ns,
		};
	}
	alarm->last_ns = event->time_ns;
	alarm->times++;
}

static int by_urgency(const void *left, const void *right)
{
	const struct report_alarm *a = left, *b = right;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	return (a->first_ns > b->first_ns) - (a->first_ns < b->first_ns);
}

struct report_alarms report_alarms(const struct report_data *data)
{
	struct report_alarms alarms = { .n = 0 };

	for (size_t i = 0; i < data->n_events; i++)
		if (!strcmp(data->events[i].source, "core") && !strcmp(data->events[i].kind, "alarm"))
			add(&alarms, &data->events[i]);
	qsort(alarms.alarm, alarms.n, sizeof(alarms.alarm[0]), by_urgency);
	return alarms;
}
