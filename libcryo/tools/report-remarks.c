// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a report must say besides its figures: what happened, and what is missing. Pure. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report-remarks.h"

__attribute__((format(printf, 2, 3)))
static void say(struct report_remarks *remarks, const char *format, ...)
{
	va_list args;

	if (remarks->n == REPORT_REMARKS_MAX) {
		remarks->left_out++;
		return;
	}
	va_start(args, format);
	vsnprintf(remarks->text[remarks->n++], REPORT_TEXT_MAX, format, args);
	va_end(args);
}

static unsigned int count(const struct report_data *data, const char *source, const char *kind)
{
	unsigned int n = 0;

	for (size_t i = 0; i < data->n_events; i++)
		n += !strcmp(data->events[i].source, source) && !strcmp(data->events[i].kind, kind);
	return n;
}

static const char *times(unsigned int n)
{
	return n == 1 ? "time" : "times";
}

static void say_of_record(struct report_remarks *remarks, const struct report *report)
{
	const struct report_data *data = report->data;
	const struct report_total *total = &report->figures.total;
	char text[REPORT_TEXT_MAX];

	if (!data->n_frames)
		say(remarks, "The record has no samples.");
	if (total->missing)
		say(remarks, "The record lacks %llu samples, for %s at the longest.",
		    (unsigned long long)total->missing, report_seconds(text, total->longest_gap_ns));
	if (total->unread_ns)
		say(remarks, "The tip could not be read for %s in all; figures leave that time out.",
		    report_seconds(text, total->unread_ns));
}

/* What the freezes at a site have done to the nerve that the protocol names, from its first to its last. */
static void say_of_site(struct report_remarks *remarks, const struct report_cycle *cycle, size_t n)
{
	uint32_t held_ms = 0;
	bool adequate = false;

	for (size_t i = 0; i < n; i++) {
		held_ms = cycle[i].nerve_held_ms > held_ms ? cycle[i].nerve_held_ms : held_ms;
		adequate |= cycle[i].adequate;
	}
	if (cycle->nerve_um)
		say(remarks, "Site %u: −20 °C was surely at the nerve, at %.1f mm, for %u s: %s.", cycle->site,
		    cycle->nerve_um / 1000.0, held_ms / 1000,
		    adequate ? "as long as the protocol asks" : "shorter than the protocol asks");
}

static void say_of_nerve(struct report_remarks *remarks, const struct report_figures *figures)
{
	size_t first = 0;

	for (size_t i = 1; i <= figures->n_cycles; i++) {
		if (i < figures->n_cycles && figures->cycles[i].site == figures->cycles[first].site)
			continue;
		say_of_site(remarks, &figures->cycles[first], i - first);
		first = i;
	}
}

static void say_of_freezes(struct report_remarks *remarks, const struct report *report)
{
	const struct report_data *data = report->data;
	unsigned int pauses = count(data, "core", "paused"), repeats = count(data, "core", "repeat");
	bool changed = false;

	for (size_t i = 0; i < report->figures.n_cycles; i++)
		changed |= report->figures.cycles[i].target_changed;
	if (changed)
		say(remarks, "* The target was changed in this freeze, as out of reach; the one shown is the last.");
	if (pauses)
		say(remarks, "The operator paused the treatment %u %s; figures include that time.", pauses,
		    times(pauses));
	if (repeats)
		say(remarks, "The operator added %u freeze%s to the protocol.", repeats,
		    repeats == 1 ? "" : "s");
}

/* Those of before the first flow belong to the self-test. */
static void say_of_faults(struct report_remarks *remarks, const struct report *report)
{
	const struct report_data *data = report->data;
	char text[REPORT_TEXT_MAX];

	for (size_t i = 0; report->figures.n_cycles && i < data->n_events; i++) {
		const struct report_event *event = &data->events[i];

		if (!strcmp(event->source, "kernel") && !strcmp(event->kind, "fault") &&
		    event->time_ns >= report->figures.cycles[0].start_ns)
			say(remarks, "The interlock closed the valves at %s: fault %s.",
			    report_clock(text, event->time_ns), event->text);
	}
}

struct report_remarks report_remarks(const struct report *report)
{
	struct report_remarks remarks = { .n = 0 };

	say_of_nerve(&remarks, &report->figures);
	say_of_record(&remarks, report);
	say_of_freezes(&remarks, report);
	say_of_faults(&remarks, report);
	return remarks;
}
