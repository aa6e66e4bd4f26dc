/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One treatment's record on its way to the store. While the store cannot be written nothing of it is:
 * so that what is missing is one run of samples, which the record names as soon as it can be written
 * again, and what was owed besides is made good.
 */
#pragma once

#include "daemon/record/store.h"

struct recording {
	struct store_treatment treatment;	/* id 0: there is none */
	bool resumed;				/* an earlier run of cryod began it */
	bool begun;				/* the store knows it, or where it goes on */
	const char *outcome;			/* once it has ended, else NULL */
	struct store_place place;		/* 0 unless resumed */
	uint64_t seq_offset;			/* added to the kernel's numbers, which may begin anew */
	uint64_t first_seq;			/* of all samples handed in; 0 before the first */
	uint64_t last_seq;
	uint64_t kept_seq;			/* the last one known to be kept */
};

/* What the kernel had queued before the start does not belong to it. */
static inline bool recording_has(const struct recording *r, int64_t time_ns)
{
	return r->resumed || time_ns >= r->treatment.started_ns;
}

/*
 * What the rest may do is told by the store: the first error means that nothing more is to be handed
 * in before recording_settle() has succeeded. Each returns 0 or -errno, as the store.
 */
int recording_sample(struct recording *r, struct store *store, const struct channel_map *map,
		     const struct cryoprobe_sample *sample);
int recording_step(struct recording *r, struct store *store, const struct cryo_frame *frame);
int recording_event(struct recording *r, struct store *store, const struct store_event *event);

/* A sample that cannot be handed in now. */
void recording_miss(struct recording *r, const struct cryoprobe_sample *sample);

/* Everything that was handed in has been committed. */
void recording_kept(struct recording *r);

/* Nothing of it is needed any more. */
void recording_done(struct recording *r);

/*
 * Makes good what is owed: beginning, end, and the words on what is missing because of @error, 0 if
 * nothing failed.
 */
int recording_settle(struct recording *r, struct store *store, int error);
