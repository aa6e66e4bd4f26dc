/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The phases that a treatment went through, from its samples. Pure. */
#pragma once

#include "report-data.h"

struct report_span {
	enum cryo_phase phase;
	unsigned int site;		/* from 1 */
	unsigned int cycle;		/* as the samples have it */
	size_t first, last;		/* frames */
	int64_t start_ns, end_ns;	/* the end is where the next one starts */
};

struct report_course {
	struct report_span *spans;	/* free() */
	size_t n;
};

/*
 * A sample without a phase belongs to the one before, those before the first phase to none. 0, or
 * -ENOMEM.
 */
int report_course(const struct report_data *data, struct report_course *ret);
