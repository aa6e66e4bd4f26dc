/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The alarms of a treatment, one entry for each kind, from the record's events. Pure. */
#pragma once

#include "report-data.h"

#define REPORT_ALARMS_MAX 32

struct report_alarm {
	int64_t code;			/* of the daemon's alarms */
	int64_t priority;		/* 1 low, 2 medium, 3 high */
	const char *text;		/* of its first event */
	int64_t first_ns, last_ns;	/* when it was raised */
	unsigned int times;
};

struct report_alarms {
	struct report_alarm alarm[REPORT_ALARMS_MAX];	/* most urgent first, then by time */
	size_t n;
	size_t left_out;		/* events of more kinds than there is room for */
};

struct report_alarms report_alarms(const struct report_data *data);
