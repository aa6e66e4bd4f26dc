/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A treatment's record as reports and exports take it. Pure: whoever fills it in owns what it points
 * to. Texts are never NULL; "" and 0 stand for what the record does not have.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <cryo.h>

/* As io.cryo1.Records.Events tells them. */
struct report_event {
	int64_t time_ns;		/* since the treatment's start */
	const char *source;		/* "kernel", "core", "cryod" */
	const char *kind;
	int64_t old;
	int64_t new;
	const char *text;
};

struct report_data {
	uint64_t treatment;
	const char *serial, *model, *cryogen, *protocol, *protocol_text;
	const char *operator_name, *patient, *nerve;
	const char *outcome;		/* "none" while it runs */
	const char *cryod_version, *kernel_version;
	const char *head;		/* of the record's hash chain, hexadecimal */
	const char *verdict;		/* as io.cryo1.Records.Verify tells it; "": was not asked */
	const char *verdict_detail;
	uint32_t gauge, active_length_um;
	uint32_t end_organ_mm;		/* from the site to what the nerve supplies, along the nerve */
	int64_t started_us, ended_us;	/* since 1970; ended 0: it still runs, or was cut off */
	const struct cryo_frame *frames;	/* time_ns since the treatment's start */
	size_t n_frames;
	const struct report_event *events;
	size_t n_events;
};
