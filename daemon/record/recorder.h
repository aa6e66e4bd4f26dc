/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The recorder: a thread at normal priority that reads the records of every probe from its char
 * device and writes those of a running treatment to the store. It alone waits for the disk. The main
 * thread talks to it by messages and never waits for it; when it does not keep up, messages are
 * dropped and counted, and the record is reported as failing. While the disk cannot be written the
 * thread writes nothing, and tries twice a second; then the record says which samples it lacks.
 */
#pragma once

#include <systemd/sd-event.h>

#include "daemon/probe/probe-io.h"
#include "daemon/record/store-expire.h"
#include "daemon/record/store.h"

struct recorder;

struct recorder_listener {
	/* The record cannot be kept: -errno; or can again: 0. */
	void (*health)(int error, void *userdata);
	/* Something in the kernel happened to probe @key. */
	void (*event)(uint64_t key, const struct cryoprobe_event *event, void *userdata);
	/* The question @id is answered: 0, or -errno; @answer is to be freed. */
	void (*answered)(uint64_t id, int error, struct answer *answer, void *userdata);
	/* The record of @treatment has expired. */
	void (*expired)(uint64_t treatment, void *userdata);
	void *userdata;
};

/*
 * Start the recorder on the database at @path, marking what an earlier run left open as interrupted.
 * A database that cannot be opened is reported to the listener, and tried again twice a second.
 * -ENOMEM, -EMFILE and what threads and sockets give.
 */
int recorder_new(sd_event *event, const char *path, const struct recorder_listener *listener,
		 struct recorder **ret);

/* Write what there is and end; gives up on a disk that does not answer within a second. */
void recorder_free(struct recorder *recorder);

/* What is kept from now on; without it, everything is. */
void recorder_limit(struct recorder *recorder, const struct store_limits *limits);

/* @fd is an open of the probe for reading, and becomes the recorder's; it is closed through @io. */
void recorder_add_probe(struct recorder *recorder, uint64_t key, const struct probe_io *io, int fd,
			const struct channel_map *map);
void recorder_remove_probe(struct recorder *recorder, uint64_t key);

/* The number that the next treatment gets. */
uint64_t recorder_next_treatment(struct recorder *recorder);

/* Takes over @treatment->details. */
void recorder_begin(struct recorder *recorder, uint64_t key, const struct store_treatment *treatment);

/* The record of an interrupted treatment goes on: of its probe's thaw, until recorder_end(). */
void recorder_resume(struct recorder *recorder, uint64_t key, uint64_t treatment);

void recorder_step(struct recorder *recorder, uint64_t key, const struct cryo_frame *frame);
void recorder_event(struct recorder *recorder, uint64_t key, const struct treatment_event *event);
void recorder_end(struct recorder *recorder, uint64_t key, enum outcome outcome);

/* The treatment of that probe which was cut off and whose thaw nobody has watched since; NULL if none. */
const struct store_frozen *recorder_frozen(struct recorder *recorder, const char *serial);
void recorder_set_frozen(struct recorder *recorder, const struct store_frozen *frozen);
void recorder_set_thawed(struct recorder *recorder, const char *serial);

/*
 * Ask the record; its file stays the caller's, and open, until `answered` is called with @id. -EXFULL: the
 * recorder does not keep up.
 */
int recorder_ask(struct recorder *recorder, uint64_t id, const struct store_question *question);
