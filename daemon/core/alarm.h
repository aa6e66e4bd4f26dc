/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of alarms, after IEC 60601-1-8: priorities, latching, acknowledgement.
 * A latching alarm stays listed after its condition has gone until it is acknowledged.
 */
#pragma once

#include "daemon/core/treatment.h"

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
