/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of treatments: one SQLite database. What the kernel measured and did (`samples`), what
 * core/ made of it (`steps`) and what happened (`events`) are kept apart and meet in the sample's
 * number. Rows become durable with store_commit(); a crash loses at most what came after it.
 *
 * A store belongs to one thread at a time. Functions return 0 or -errno: -EIO, -ENOSPC, -EBADMSG
 * (damaged or not a database), -EROFS, -ENOMEM.
 */
#pragma once

#include <stdbool.h>

#include "daemon/probe/convert.h"
#include "daemon/core/protocol.h"

struct store;
struct store_export;

struct store_treatment {
	uint64_t id;
	char serial[32];
	char model[32];
	uint32_t cryogen;
	uint32_t gauge;
	char protocol[PROTOCOL_NAME_MAX];
	int64_t started_ns;			/* CLOCK_MONOTONIC */
};

struct store_event {
	int64_t time_ns;
	uint64_t sample_seq;
	const char *source;			/* "kernel", "core" or "cryod" */
	const char *kind;
	int64_t old;
	int64_t new;
	const char *text;
};

int store_open(const char *path, struct store **ret);
void store_close(struct store *store);
static inline void store_closep(struct store **store)
{
	store_close(*store);
}

int store_begin(struct store *store, const struct store_treatment *treatment);
int store_sample(struct store *store, uint64_t treatment, const struct channel_map *map,
		 const struct cryoprobe_sample *sample);
int store_step(struct store *store, uint64_t treatment, const struct cryo_frame *frame);
int store_event(struct store *store, uint64_t treatment, const struct store_event *event);
int store_end(struct store *store, uint64_t treatment, const char *outcome);
int store_commit(struct store *store);

/* Gives up what was not committed, after a write has failed. */
void store_rollback(struct store *store);

/* Where an interrupted treatment's record goes on. */
struct store_place {
	uint64_t last_seq;			/* of its samples, 0 if there are none */
	int64_t time_offset_ns;			/* from this boot's CLOCK_MONOTONIC to the one of its start */
};

/*
 * Within a boot the clock goes on; between boots the wall clock tells how much time has passed.
 * -ENOENT: no such treatment.
 */
int store_resume(struct store *store, uint64_t treatment, struct store_place *ret);

/* The largest treatment number in use, 0 if there is none. */
int store_last_treatment(struct store *store, uint64_t *ret);

/* Records that were never ended get the outcome "interrupted". */
int store_mark_interrupted(struct store *store);

/* A probe whose latest interrupted treatment was not watched until it had thawed. */
struct store_frozen {
	char serial[32];
	uint64_t treatment;
	char protocol[PROTOCOL_NAME_MAX];
};

/* Calls @found with each of them. */
int store_list_frozen(struct store *store,
		      void (*found)(const struct store_frozen *frozen, void *userdata),
		      void *userdata);
int store_mark_thawed(struct store *store, const char *serial);

/*
 * A treatment as CSV text into @fd, a piece at a time. store_export_some() gives 1 while there is
 * more, 0 at the end. -ENOENT: no such treatment. The descriptor stays the caller's.
 */
int store_export_new(struct store *store, uint64_t treatment, int fd, struct store_export **ret);
int store_export_some(struct store_export *export, unsigned int rows);
void store_export_free(struct store_export *export);
