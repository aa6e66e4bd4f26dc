/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report must say besides its figures: what happened, and what is missing. Pure. */
#pragma once

#include "report-text.h"

#define REPORT_REMARKS_MAX	8

struct report_remarks {
	char text[REPORT_REMARKS_MAX][REPORT_TEXT_MAX];
	size_t n;
	size_t left_out;		/* that had no room */
};

struct report_remarks report_remarks(const struct report *report);
