// SPDX-License-Identifier: LGPL-2.1-or-later
/* A record fetched from cryod, as reports and exports take it. */
#include <errno.h>
#include <stdlib.h>

#include "record-load.h"

static const char *text(const struct cryo_record *record, const char *fact)
{
	const char *value = cryo_record_text(record, fact);

	return value ? value : "";
}

static int64_t number(const struct cryo_record *record, const char *fact)
{
	int64_t value = 0;

	cryo_record_number(record, fact, &value);
	return value;
}

static void fill_facts(struct report_data *data, const struct cryo_record *record)
{
	data->treatment = cryo_record_treatment(record);
	data->serial = text(record, "serial");
	data->model = text(record, "model");
	data->cryogen = text(record, "cryogen");
	data->protocol = text(record, "protocol");
	data->protocol_text = text(record, "protocol-text");
	data->operator_name = text(record, "operator");
	data->patient = text(record, "patient");
	data->nerve = text(record, "nerve");
	data->outcome = text(record, "outcome");
	data->cryod_version = text(record, "cryod-version");
	data->kernel_version = text(record, "kernel-version");
	data->head = text(record, "head");
	data->gauge = number(record, "gauge");
	data->active_length_um = number(record, "active-length-um");
	data->end_organ_mm = number(record, "end-organ-mm");
	data->started_us = number(record, "started-us");
	data->ended_us = number(record, "ended-us");
}

static int fill_frames(struct record_copy *copy)
{
	size_t n = cryo_record_sample_count(copy->record);

	copy->frames = calloc(n ? n : 1, sizeof(*copy->frames));
	if (!copy->frames)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		cryo_record_sample(copy->record, i, &copy->frames[i], sizeof(copy->frames[i]));
	copy->data.frames = copy->frames;
	copy->data.n_frames = n;
	return 0;
}

static int fill_events(struct record_copy *copy)
{
	size_t n = cryo_record_event_count(copy->record);

	copy->events = calloc(n ? n : 1, sizeof(*copy->events));
	if (!copy->events)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct cryo_record_event *event = cryo_record_event(copy->record, i);

		copy->events[i] = (struct report_event){
			.time_ns = cryo_record_event_time_ns(event),
			.source = cryo_record_event_source(event),
			.kind = cryo_record_event_kind(event),
			.old = cryo_record_event_old(event),
			.new = cryo_record_event_new(event),
			.text = cryo_record_event_text(event),
		};
	}
	copy->data.events = copy->events;
	copy->data.n_events = n;
	return 0;
}

static int fetch(struct cryo_ctx *ctx, uint64_t treatment, struct record_copy *copy)
{
	enum cryo_verdict verdict;
	int r;

	r = cryo_ctx_get_record(ctx, treatment, &copy->record);
	if (r >= 0)
		r = cryo_ctx_fetch_samples(ctx, copy->record);
	if (r >= 0)
		r = cryo_ctx_verify_record(ctx, treatment, &verdict, &copy->detail);
	if (r < 0)
		return r;
	fill_facts(&copy->data, copy->record);
	copy->data.verdict = cryo_verdict_to_string(verdict);
	copy->data.verdict_detail = copy->detail;
	r = fill_frames(copy);
	return r < 0 ? r : fill_events(copy);
}

int record_fetch(struct cryo_ctx *ctx, uint64_t treatment, struct record_copy *ret)
{
	struct record_copy copy = { .record = NULL };
	int r = fetch(ctx, treatment, &copy);

	if (r < 0)
		record_copy_release(&copy);
	else
		*ret = copy;
	return r;
}

void record_copy_release(struct record_copy *copy)
{
	cryo_record_free(copy->record);
	free(copy->frames);
	free(copy->events);
	free(copy->detail);
}
