// SPDX-License-Identifier: GPL-2.0-or-later
/* Events and alarms of a treatment. */
#include "daemon/core/names.h"
#include "daemon/core/notices.h"

void notice(struct treatment *t, enum treatment_event_kind kind, int32_t old, int32_t new,
	    const char *reason)
{
	events_push(&t->events, &(struct treatment_event){
		.kind = kind,
		.old = old,
		.new = new,
		.sample_seq = t->last.seq,
		.time_ns = t->last.time_ns,
		.reason = reason,
	});
}

static void push_alarm(struct treatment *t, enum treatment_event_kind kind, enum alarm_code code,
		       uint32_t detail)
{
	events_push(&t->events, &(struct treatment_event){
		.kind = kind,
		.old = alarm_priority(code),
		.new = code,
		.detail = detail,
		.sample_seq = t->last.seq,
		.time_ns = t->last.time_ns,
		.reason = alarm_title(code),
	});
}

void notice_alarm(struct treatment *t, enum alarm_code code, bool present, uint32_t detail)
{
	switch (alarm_set(&t->alarms, code, present, detail, t->last.time_ns)) {
	case ALARM_RAISED:
		push_alarm(t, TREATMENT_EVENT_ALARM, code, detail);
		break;
	case ALARM_GONE:
		push_alarm(t, TREATMENT_EVENT_ALARM_GONE, code, detail);
		break;
	case ALARM_UNCHANGED:
		break;
	}
}

int notice_acknowledged(struct treatment *t, enum alarm_code code)
{
	enum alarm_change change;
	int r = alarm_acknowledge(&t->alarms, code, &change);

	if (r < 0)
		return r;
	push_alarm(t, TREATMENT_EVENT_ACKNOWLEDGED, code, 0);
	if (change == ALARM_GONE)
		push_alarm(t, TREATMENT_EVENT_ALARM_GONE, code, 0);
	return 0;
}

void notice_mark(struct treatment *t, enum alarm_code code, uint32_t detail)
{
	notice_alarm(t, code, true, detail);
	notice_alarm(t, code, false, detail);
}
