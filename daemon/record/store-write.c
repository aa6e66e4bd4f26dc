// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens in a treatment, as rows of the record. */
#include <sys/utsname.h>

#include "daemon/record/store-index.h"

/* What is not valid, or not given, is NULL in the database. */
static struct chain_value value_of(int32_t value)
{
	return value == CRYO_FRAME_NOT_VALID ? chain_text(NULL) : CHAIN_NUMBER(value);
}

static struct chain_value given(const char *text)
{
	return chain_text(text[0] ? text : NULL);
}

int store_begin(struct store *store, const struct store_treatment *t)
{
	static const struct store_details none;
	const struct store_details *details = t->details ?: &none;
	struct utsname system;
	int r;

	uname(&system);
	r = store_append(store, TABLE_TREATMENTS, (const struct chain_value[]){
		CHAIN_NUMBER(t->id), chain_text(t->serial), chain_text(t->model),
		CHAIN_NUMBER(t->cryogen), CHAIN_NUMBER(t->gauge),
		t->active_um ? CHAIN_NUMBER(t->active_um) : chain_text(NULL), chain_text(t->protocol),
		chain_text(t->details ? t->details->protocol_text : NULL), given(details->operator),
		given(details->patient), given(details->nerve),
		details->end_organ_mm ? CHAIN_NUMBER(details->end_organ_mm) : chain_text(NULL),
		chain_text(store->boot_id), CHAIN_NUMBER(t->started_ns), CHAIN_NUMBER(store_now_us()),
		chain_text(CRYO_VERSION), chain_text(system.release), CHAIN_NUMBER(t->driver_abi),
	});
	/* That a treatment was begun must be known whatever comes next. */
	return r < 0 ? r : store_commit(store);
}

int store_sample(struct store *store, uint64_t treatment, const struct channel_map *map,
		 const struct cryoprobe_sample *sample)
{
	return store_append(store, TABLE_SAMPLES, (const struct chain_value[]){
		CHAIN_NUMBER(treatment), CHAIN_NUMBER(sample->seq), CHAIN_NUMBER(sample->time_ns),
		CHAIN_NUMBER(sample->state), CHAIN_NUMBER(sample->outputs),
		CHAIN_NUMBER(sample->flow_permille), CHAIN_NUMBER(sample->thaw_permille),
		value_of(value_from_sample(sample, map->tip)),
		value_of(value_from_sample(sample, map->shaft)),
		value_of(value_from_sample(sample, map->tissue)),
		value_of(value_from_sample(sample, map->infrared)),
		value_of(value_from_sample(sample, map->cold_junction)),
		value_of(value_from_sample(sample, map->pressure)),
		CHAIN_NUMBER(sample->missed), CHAIN_NUMBER(sample->command_seq),
		CHAIN_NUMBER(sample->fault_mask),
	});
}

/* How far the ice reaches otherwise, and what that is worth; most of a treatment there is nothing to tell. */
static int append_ice(struct store *store, uint64_t treatment, const struct cryo_frame *frame)
{
	if (!frame->ice_radius_um && !frame->isotherm_distance_um && !frame->adequate)
		return 0;
	return store_append(store, TABLE_ICE, (const struct chain_value[]){
		CHAIN_NUMBER(treatment), CHAIN_NUMBER(frame->seq),
		CHAIN_NUMBER(frame->ice_half_length_error_um),
		CHAIN_NUMBER(frame->isotherm_half_length_um), CHAIN_NUMBER(frame->isotherm_error_um),
		CHAIN_NUMBER(frame->isotherm_half_length_error_um), CHAIN_NUMBER(frame->boundary_ms),
		CHAIN_NUMBER(frame->isotherm_distance_um), CHAIN_NUMBER(frame->isotherm_held_ms),
		CHAIN_NUMBER(frame->adequate),
	});
}

int store_step(struct store *store, uint64_t treatment, const struct cryo_frame *frame)
{
	int r = store_append(store, TABLE_STEPS, (const struct chain_value[]){
		CHAIN_NUMBER(treatment), CHAIN_NUMBER(frame->seq),
		chain_text(phase_to_string(frame->phase)), CHAIN_NUMBER(frame->site),
		CHAIN_NUMBER(frame->cycle), CHAIN_NUMBER(frame->cycles), CHAIN_NUMBER(frame->phase_ms),
		CHAIN_NUMBER(frame->phase_left_ms), value_of(frame->target_mdegc),
		CHAIN_NUMBER(frame->flow_asked_permille), CHAIN_NUMBER(frame->ice_radius_um),
		CHAIN_NUMBER(frame->ice_half_length_um), CHAIN_NUMBER(frame->isotherm_radius_um),
		CHAIN_NUMBER(frame->ice_error_um),
	});

	return r < 0 ? r : append_ice(store, treatment, frame);
}

int store_event(struct store *store, uint64_t treatment, const struct store_event *event)
{
	return store_append(store, TABLE_EVENTS, (const struct chain_value[]){
		CHAIN_NUMBER(treatment), CHAIN_NUMBER(event->time_ns), CHAIN_NUMBER(event->sample_seq),
		chain_text(event->source), chain_text(event->kind), CHAIN_NUMBER(event->old),
		CHAIN_NUMBER(event->new), chain_text(event->text),
	});
}

int store_mark(struct store *store, uint64_t treatment, int64_t time_us, const char *kind, const char *text)
{
	return store_append(store, TABLE_MARKS, (const struct chain_value[]){
		CHAIN_NUMBER(treatment), CHAIN_NUMBER(time_us), chain_text(kind), chain_text(text),
	});
}

int store_close_record(struct store *store, uint64_t treatment, int64_t time_us, const char *kind,
		       const char *text)
{
	int r = store_mark(store, treatment, time_us, kind, text);

	return r < 0 ? r : index_add(store, treatment, false);
}

int store_end(struct store *store, uint64_t treatment, const char *outcome)
{
	int r = store_close_record(store, treatment, store_now_us(), "ended", outcome);

	return r < 0 ? r : store_commit(store);
}
