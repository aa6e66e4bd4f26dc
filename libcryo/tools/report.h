/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that a page or an export says of a record, worked out once. Pure. */
#pragma once

#include "report-alarms.h"
#include "report-recovery.h"

struct report {
	const struct report_data *data;
	struct report_course course;
	struct report_figures figures;
	struct report_recovery recovery;
	struct report_alarms alarms;
};

/* @data is borrowed. 0, or -ENOMEM. */
int report_read(const struct report_data *data, struct report *ret);
void report_release(struct report *report);

/* Why the last freeze ended, in the daemon's words; "" where no event tells it. */
const char *report_reason(const struct report_data *data);

/* Whether the record's own chain speaks against it. */
bool report_is_damaged(const struct report_data *data);
