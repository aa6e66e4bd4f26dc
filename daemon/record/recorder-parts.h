/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the recorder's thread have in common; nobody else includes this. */
#pragma once

#include <systemd/sd-event.h>

#include "daemon/record/recorder-message.h"
#include "daemon/record/recording.h"

#define PROBES_MAX		16
#define OWED_MAX		16

struct source {
	struct recorder_thread *thread;
	uint64_t key;
	const struct probe_io *io;
	int fd;
	struct channel_map map;
	bool ended;			/* there is nothing more to come */
	struct recording recording;
};

struct job;

struct recorder_thread {
	const struct recorder_setup *setup;
	sd_event *event;
	struct store *store;
	struct source source[PROBES_MAX];	/* free where fd < 0 */
	sd_event_source *tick;
	unsigned int ticks;
	int reported;			/* of the record's health */
	int error;			/* why nothing can be written now, 0 if it can */
	struct recording owed[OWED_MAX];	/* treatments that ended while it could not */
	unsigned int n_owed;
	char thawed[OWED_MAX][32];	/* serial numbers that are owed the mark */
	unsigned int n_thawed;
	struct job *jobs;
	struct store_limits limits;
	bool expiring;			/* there is more to do */
};

/*
 * recorder-health.c: what the main thread is told, and whether the record can be kept. False: the main
 * thread does not read.
 */
bool recorder_tell(struct recorder_thread *t, const struct recorder_report *report);

/* The main thread is told if @error is another one than before; 0: none. */
void health_tell(struct recorder_thread *t, int error);

/* Something can be written now. */
bool health_good(struct recorder_thread *t);

/* The same, after the store was opened if it was not. */
bool health_store(struct recorder_thread *t);

/* The result of a write. */
void health_wrote(struct recorder_thread *t, int r);
void health_commit(struct recorder_thread *t);

/* Once a second, and at the end. */
void health_look(struct recorder_thread *t);

/* What is still owed then is lost. */
void health_forget(struct recorder_thread *t);

/* A treatment has ended: its last row is written now, or as soon as it can be. */
void health_close(struct recorder_thread *t, struct recording *recording);

/* What that probe had frozen has thawed: marked now, or as soon as it can be. */
void health_thawed(struct recorder_thread *t, const char *serial);

/* recorder-source.c: a probe's records */
struct source *source_find(struct recorder_thread *t, uint64_t key);
void source_add(struct recorder_thread *t, const struct recorder_message *message);
void source_remove(struct source *source);

/* Takes all that the kernel has. */
void source_read(struct source *source);
void source_begin(struct source *source, const struct recording *recording);
void source_step(struct source *source, const struct recorder_message *message);
void source_event(struct source *source, const struct treatment_event *event);
void source_end(struct source *source, enum outcome outcome);

/* recorder-expire.c: what is kept, and in each tick a part of what is to go */
void expire_limit(struct recorder_thread *t, const struct store_limits *limits);
void expire_look(struct recorder_thread *t);

/* recorder-jobs.c: a question to the record, answered a part at a time, told when it is done */
void job_begin(struct recorder_thread *t, const struct recorder_message *message);

/* At the end: what is not answered by then never is. */
void jobs_forget(struct recorder_thread *t);
