/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of alarms, after IEC 60601-1-8: priorities, latching, acknowledgement.
 * A latching alarm stays listed after its condition has gone until it is acknowledged.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum alarm_priority {
	ALARM_LOW = 1,
	ALARM_MEDIUM = 2,
	ALARM_HIGH = 3,
};

enum alarm_code {
	ALARM_FAULT = 1,		/* the kernel latched a fault, detail is its code */
	ALARM_TIP_LOST = 2,		/* the tip's temperature is not valid */
	ALARM_SATURATED = 3,		/* full flow and still above the target */
	ALARM_BOUNDARY = 4,		/* ice ball at its boundary */
	ALARM_PROMPT_TIMEOUT = 5,
	ALARM_PAUSE_TIMEOUT = 6,
	ALARM_FROZEN_FOUND = 7,		/* a tip below +5 degC was found without a treatment */
	ALARM_PRESSURE = 8,		/* supply pressure outside the cryogen's usual range */
	ALARM_RECORD = 9,		/* the record cannot be kept */
	ALARM_LEAK = 10,		/* the tip cools without flow */
	ALARM_VENT = 11,		/* the line between the valves keeps its pressure */
	ALARM_INFRARED = 12,		/* infrared and thermocouple disagree */
	ALARM_CYLINDER = 13,		/* the supply will not last */
	ALARM_BUS = 14,			/* nobody could abort over the bus */
	ALARM_COUNT
};

struct alarm {
	enum alarm_code code;
	enum alarm_priority priority;
	uint32_t detail;
	int64_t since_ns;
	bool present;			/* condition still there */
	bool acknowledged;
};

struct alarm_list {
	struct alarm alarm[ALARM_COUNT];	/* by code; code 0 = not listed */
};

enum alarm_change {
	ALARM_UNCHANGED,
	ALARM_RAISED,
	ALARM_GONE,
};

enum alarm_priority alarm_priority(enum alarm_code code);

/* Tells the list whether the condition of @code is there. @detail is kept while it is. */
enum alarm_change alarm_set(struct alarm_list *list, enum alarm_code code, bool present,
			    uint32_t detail, int64_t now_ns);

/* -EINVAL no such code, -ENOENT not listed, -EALREADY. *ret_change: ALARM_GONE if it left. */
int alarm_acknowledge(struct alarm_list *list, enum alarm_code code, enum alarm_change *ret_change);

/*
 * Copies the listed alarms, most urgent first: by priority, then those not acknowledged, then the
 * newest. Returns how many.
 */
uint32_t alarm_sorted(const struct alarm_list *list, struct alarm ret[ALARM_COUNT]);
