// SPDX-License-Identifier: GPL-2.0-or-later
/* One treatment's record on its way to the store. */
#include <inttypes.h>
#include <stdio.h>

#include "daemon/record/recording.h"
#include "daemon/util.h"

/* The kernel counts from 1 whenever its driver is bound; the record's numbers go on. */
static void set_offset(struct recording *r)
{
	r->seq_offset = r->first_seq && r->first_seq <= r->place.last_seq ? r->place.last_seq : 0;
}

static void place(struct recording *r, uint64_t seq)
{
	if (r->first_seq)
		return;
	r->first_seq = seq;
	r->kept_seq = r->last_seq = seq - 1;
	set_offset(r);
}

int recording_sample(struct recording *r, struct store *store, const struct channel_map *map,
		     const struct cryoprobe_sample *sample)
{
	struct cryoprobe_sample row = *sample;

	place(r, sample->seq);
	r->last_seq = sample->seq;
	row.seq += r->seq_offset;
	row.time_ns += r->place.time_offset_ns;
	return store_sample(store, r->treatment.id, map, &row);
}

int recording_step(struct recording *r, struct store *store, const struct cryo_frame *frame)
{
	struct cryo_frame row = *frame;

	place(r, frame->seq);
	row.seq += r->seq_offset;
	return store_step(store, r->treatment.id, &row);
}

int recording_event(struct recording *r, struct store *store, const struct store_event *event)
{
	struct store_event row = *event;

	row.sample_seq += r->seq_offset;
	row.time_ns += r->place.time_offset_ns;
	return store_event(store, r->treatment.id, &row);
}

void recording_miss(struct recording *r, const struct cryoprobe_sample *sample)
{
	place(r, sample->seq);
	r->last_seq = sample->seq;
}

void recording_kept(struct recording *r)
{
	r->kept_seq = r->last_seq;
}

void recording_done(struct recording *r)
{
	free(r->treatment.details);
	*r = (struct recording){ .begun = false };
}

static int begin(struct recording *r, struct store *store)
{
	int e = r->resumed ? store_resume(store, r->treatment.id, &r->place)
			   : store_begin(store, &r->treatment);

	/* Deleted in the meantime: it goes on all the same. */
	if (r->resumed && e == -ENOENT)
		e = 0;
	r->begun = e >= 0;
	set_offset(r);
	return e;
}

/* The gap, if there is one, in the record's own numbers. */
static int tell_missing(struct recording *r, struct store *store, int error)
{
	char text[128];
	struct store_event event = {
		.time_ns = now_ns(), .sample_seq = r->last_seq, .source = "cryod",
		.kind = "not-written", .old = r->kept_seq + 1 + r->seq_offset,
		.new = r->last_seq + r->seq_offset, .text = text,
	};

	if (!error || r->kept_seq == r->last_seq)
		return 0;
	snprintf(text, sizeof(text), "samples %" PRIi64 " to %" PRIi64 " could not be written: %s",
		 event.old, event.new, store_error_text(error));
	return recording_event(r, store, &event);
}

int recording_settle(struct recording *r, struct store *store, int error)
{
	int e = r->begun ? 0 : begin(r, store);

	if (e >= 0)
		e = tell_missing(r, store, error);
	if (e >= 0 && r->outcome)
		e = store_end(store, r->treatment.id, r->outcome);
	return e;
}
