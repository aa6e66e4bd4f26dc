/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A record fetched from cryod, as reports and exports take it. */
#pragma once

#include "report-data.h"

struct record_copy {
	struct report_data data;	/* points into what follows */
	struct cryo_record *record;
	struct cryo_frame *frames;
	struct report_event *events;
	char *detail;
};

/*
 * Fetches the record with its samples, and asks whether it is what was written. 0, or the library's
 * error. record_copy_release() what was got.
 */
int record_fetch(struct cryo_ctx *ctx, uint64_t treatment, struct record_copy *ret);
void record_copy_release(struct record_copy *copy);
