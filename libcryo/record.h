/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a record is made of, for the files that fill it. */
#pragma once

#include "internal.h"

struct fact {
	const char *key, *text;		/* in facts_reply */
	int64_t number;
	bool is_number;
};

struct cryo_record_event {
	int64_t time_ns, old, new;
	uint64_t sample;
	const char *source, *kind, *text;	/* in events_reply */
};

struct cryo_record {
	uint64_t treatment;
	sd_bus_message *facts_reply, *events_reply;
	struct fact *facts;
	size_t n_facts;
	struct cryo_record_event *events;
	size_t n_events;
	struct cryo_frame *samples;
	size_t n_samples;
};
