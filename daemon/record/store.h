/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of treatments: one SQLite database, described in docs/records.md. What the kernel measured
 * and did (`samples`), what core/ made of it (`steps`) and what happened (`events`) are kept apart and
 * meet in the sample's number. Rows are only ever added, each to its treatment's chain. They become
 * durable with store_commit(); a crash loses at most what came after it.
 *
 * A store belongs to one thread at a time. Functions return 0 or -errno: -EIO, -ENOSPC, -EBADMSG
 * (damaged or not a database), -EROFS, -ENOMEM; store_error_text() says more.
 */
#pragma once

#include <stdbool.h>

#include "daemon/probe/convert.h"
#include "daemon/core/protocol.h"

struct answer;
struct store;
struct store_reader;

#define STORE_TEXT_MAX		257	/* 64 characters of UTF-8 */

/* What is told at the start beside the probe; empty or 0 where it was not. */
struct store_details {
	char operator[STORE_TEXT_MAX];
	char patient[STORE_TEXT_MAX];		/* a reference that the clinic chooses */
	char nerve[STORE_TEXT_MAX];
	uint32_t end_organ_mm;			/* from the freeze, along the nerve */
	char protocol_text[];			/* as it is used */
};

struct store_treatment {
	uint64_t id;
	char serial[32];
	char model[32];
	uint32_t cryogen;
	uint32_t gauge;
	uint32_t active_um;			/* 0: not known */
	uint32_t driver_abi;
	char protocol[PROTOCOL_NAME_MAX];
	int64_t started_ns;			/* CLOCK_MONOTONIC */
	struct store_details *details;		/* on the heap, NULL if there are none */
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

/*
 * Creates the database if there is none, and brings one of an older cryod up to date: about 0.2 s for
 * each ten minutes of treatment in it. -EPROTO: a newer cryod made it, and it is left as it is.
 */
int store_open(const char *path, struct store **ret);
void store_close(struct store *store);
static inline void store_closep(struct store **store)
{
	store_close(*store);
}

/* What SQLite has to say, with its code, on whichever thread; to be set before the first store is opened. */
typedef void (*store_saying)(void *unused, int code, const char *text);
void store_listen(store_saying say);

/* An error of the store in words. */
const char *store_error_text(int error);

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

/* The largest treatment number that was ever used, 0 if there is none. */
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
 * Something to be read, a piece at a time, so that others have their turn in between. Texts and numbers
 * go to @answer, files into @fd; both stay the caller's.
 */
enum store_question_kind {
	STORE_LIST,			/* a(tsssxxs) of io.cryo1.Records, and so on */
	STORE_FACTS,
	STORE_EVENTS,
	STORE_SAMPLES,			/* a file of struct cryo_frame */
	STORE_CSV,
	STORE_VERIFY,			/* of store-verify.h; treatment 0: all */
};

struct store_question {
	enum store_question_kind kind;
	uint64_t treatment;		/* of STORE_LIST: only those before it, 0 for all */
	uint32_t limit;			/* of STORE_LIST */
	struct answer *answer;
	int fd;
};

/* -ENOENT: no such record. */
int store_reader_new(struct store *store, const struct store_question *question,
		     struct store_reader **ret);

/* 1 while there is more, 0 at the end. */
int store_reader_some(struct store_reader *reader, unsigned int rows);
void store_reader_free(struct store_reader *reader);
