// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of alarms: what is there, what has been seen, what comes first. */
#include <errno.h>

#include "daemon/core/alarm.h"
#include "faults-table.h"

/* One table for what is told, everywhere (SM-ALARM). */
#define SAME_NUMBER(code, symbol, ...) \
	_Static_assert((int)ALARM_##symbol == code, "docs/faults.md numbers alarms as we do");
ALARMS(SAME_NUMBER)

static const struct alarm_class {
	enum alarm_priority priority;
	bool latching;
} class_of[ALARM_COUNT] = {
#define CLASS(code, symbol, name, title, cause, action, message, priority, latching, detail) \
	[ALARM_##symbol] = { ALARM_##priority, latching },
	ALARMS(CLASS)
#undef CLASS
};

enum alarm_priority alarm_priority(enum alarm_code code)
{
	return class_of[code].priority;
}

static enum alarm_change alarm_raise(struct alarm *alarm, enum alarm_code code, uint32_t detail,
				     int64_t now_ns)
{
	if (alarm->code && alarm->present) {
		alarm->detail = detail;
		return ALARM_UNCHANGED;
	}
	*alarm = (struct alarm){
		.code = code,
		.priority = class_of[code].priority,
		.detail = detail,
		.since_ns = now_ns,
		.present = true,
	};
	return ALARM_RAISED;
}

static enum alarm_change alarm_end(struct alarm *alarm, bool latching)
{
	if (!alarm->code || !alarm->present)
		return ALARM_UNCHANGED;
	if (latching && !alarm->acknowledged) {
		alarm->present = false;
		return ALARM_UNCHANGED;
	}
	*alarm = (struct alarm){ 0 };
	return ALARM_GONE;
}

enum alarm_change alarm_set(struct alarm_list *list, enum alarm_code code, bool present,
			    uint32_t detail, int64_t now_ns)
{
	struct alarm *alarm = &list->alarm[code];

	if (present)
		return alarm_raise(alarm, code, detail, now_ns);
	return alarm_end(alarm, class_of[code].latching);
}

int alarm_acknowledge(struct alarm_list *list, enum alarm_code code, enum alarm_change *ret_change)
{
	struct alarm *alarm;

	if (code < ALARM_FAULT || code >= ALARM_COUNT)
		return -EINVAL;
	alarm = &list->alarm[code];
	if (!alarm->code)
		return -ENOENT;
	if (alarm->acknowledged)
		return -EALREADY;
	alarm->acknowledged = true;
	*ret_change = ALARM_UNCHANGED;
	if (!alarm->present) {
		*alarm = (struct alarm){ 0 };
		*ret_change = ALARM_GONE;
	}
	return 0;
}

static bool more_urgent(const struct alarm *a, const struct alarm *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	if (a->acknowledged != b->acknowledged)
		return b->acknowledged;
	return a->since_ns > b->since_ns;
}

uint32_t alarm_sorted(const struct alarm_list *list, struct alarm ret[ALARM_COUNT])
{
	uint32_t n = 0;

	for (int code = ALARM_FAULT; code < ALARM_COUNT; code++) {
		const struct alarm *alarm = &list->alarm[code];
		uint32_t at = n;

		if (!alarm->code)
			continue;
		for (; at && more_urgent(alarm, &ret[at - 1]); at--)
			ret[at] = ret[at - 1];
		ret[at] = *alarm;
		n++;
	}
	return n;
}
