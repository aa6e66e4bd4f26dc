/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What cryod is made of, in the main thread: the probes, the recorder, the bus, and what happens
 * between them. Nothing here waits for anybody.
 */
#pragma once

#include <limits.h>

#include "daemon/alarm-sound.h"
#include "daemon/bus/bus.h"
#include "daemon/inhibit.h"
#include "daemon/metrics-file.h"
#include "daemon/metrics.h"
#include "daemon/probe/probes.h"
#include "daemon/protocols.h"
#include "daemon/record/recorder.h"
#include "daemon/record/treatments.h"
#include "daemon/status.h"

struct waiting;

struct manager {
	sd_event *event;
	const struct probe_io *io;
	time_t started_s;		/* wall clock, as devices have it */
	struct probe_listener listener;
	struct treatments treatments;
	struct bus *bus;
	struct inhibit *inhibit;
	struct alarm_sound *sound;	/* NULL: nobody wants any */
	struct probes probes;
	uint64_t last_key;
	struct waiting *waiting;	/* devices that another process holds */
	sd_event_source *retry;
	sd_event_source *bus_lost;	/* on while a treatment has nobody who could abort it */
	sd_event_source *look;		/* at the control threads */
	unsigned int looks;
	char status[STATUS_MAX];	/* as it was told */
	struct metrics metrics;
	struct metrics_file *metrics_file;
	char metrics_path[PATH_MAX];	/* "": nobody wants them */
	int metrics_error;
	bool control_lost;		/* one of them stands still; only the process' end helps */
};

struct manager_setup {
	const struct probe_io *io;
	const char *const *protocol_path;
	const char *protocol_store;	/* one of them, for those that clients install */
	const char *bus_address;	/* "system", "session" or a D-Bus address */
	const char *record_path;
	const char *sound_program;	/* as of alarm_sound_new(); NULL: alarms are not to be heard */
};

int manager_new(sd_event *event, const struct manager_setup *setup, struct manager **ret);

/* How long records are kept from now on; without it, for ever. */
void manager_limit_records(struct manager *manager, const struct store_limits *limits);

/* Where metrics are written from now on, every 15 s; "" for nowhere. What was written stays. */
void manager_set_metrics(struct manager *manager, const char *path);

/* Valves closed, running treatments recorded as interrupted, everything released. */
void manager_free(struct manager *manager);

/*
 * After a control thread was found to stand still, which ends the event loop with -ETIME: what
 * manager_free() does for the patient and for the record, but without waiting for that thread. The
 * process must end right after it.
 */
bool manager_has_lost_control(const struct manager *manager);
void manager_abandon(struct manager *manager);

/* What is told of all probes together: locks and status, the status alone, the sound of the most urgent alarm. */
void manager_update(struct manager *manager);
void manager_update_status(struct manager *manager);
void manager_update_sound(struct manager *manager);

/* A device came or went. One that cannot be used is told in the journal. */
void manager_add_device(struct manager *manager, const char *node);
void manager_remove_device(struct manager *manager, const char *node);

/*
 * Whether every probe's control thread has finished a turn with a fresh sample since the last call.
 * A probe whose samples the kernel itself has reported missing does not count: its valves are closed.
 */
bool manager_is_alive(struct manager *manager);
