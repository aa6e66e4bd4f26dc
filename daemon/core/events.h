/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a treatment tells, in a ring that waits for its one reader; a full one drops the oldest. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define EVENTS_MAX	128

enum treatment_event_kind {
	TREATMENT_EVENT_PHASE = 1,	/* from phase `old` to `new`, for `reason` */
	TREATMENT_EVENT_PROMPT,		/* the operator is asked, see `reason` */
	TREATMENT_EVENT_ALARM,		/* `new` = alarm_code raised, `old` = priority */
	TREATMENT_EVENT_ALARM_GONE,	/* `new` = alarm_code */
	TREATMENT_EVENT_PAUSED,
	TREATMENT_EVENT_RESUMED,
	TREATMENT_EVENT_OUTCOME,	/* `new` = enum outcome */
	TREATMENT_EVENT_REPEAT,		/* `new` = freezes at this site, with one more */
	TREATMENT_EVENT_ACKNOWLEDGED,	/* `new` = alarm_code that the operator has seen */
	TREATMENT_EVENT_AUDIO_PAUSED,	/* `new` = seconds, 0 = the operator has ended it */
	TREATMENT_EVENT_TAKEN_OVER,	/* by user `new` */
};

struct treatment_event {
	enum treatment_event_kind kind;
	int32_t old;
	int32_t new;
	uint32_t detail;		/* of an alarm */
	uint64_t sample_seq;
	int64_t time_ns;
	const char *reason;		/* static text, never NULL */
};

struct event_ring {
	struct treatment_event event[EVENTS_MAX];
	unsigned int first;
	unsigned int count;
};

void events_push(struct event_ring *ring, const struct treatment_event *event);

/* Takes the oldest; false if there is none. */
bool events_pop(struct event_ring *ring, struct treatment_event *ret);
