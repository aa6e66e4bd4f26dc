// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether the record can be kept. From the first error on nothing is written until everything that is
 * owed has been: the rows of treatments that ended in between, and marks.
 */
#include <stdio.h>
#include <sys/socket.h>

#include "daemon/record/recorder-parts.h"
#include "daemon/util.h"

/* The main thread reads these at once or is stuck; then health is reported again later. */
bool recorder_tell(struct recorder_thread *t, const struct recorder_report *report)
{
	return send(t->setup->fd, report, sizeof(*report), MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
}

/* The main thread begins with what it saw itself, so the first report is made whatever it is. */
void health_tell(struct recorder_thread *t, int error)
{
	struct recorder_report health = { .kind = RECORDER_HEALTH, .error = error };

	if (t->reported == error)
		return;
	t->reported = error;
	recorder_tell(t, &health);
}

bool health_good(struct recorder_thread *t)
{
	return t->store && !t->error;
}

/* Nothing is written from the first error on until everything that is owed has been. */
static void fail(struct recorder_thread *t, int error)
{
	t->error = error;
	if (t->store)
		store_rollback(t->store);
	health_tell(t, error);
}

void health_wrote(struct recorder_thread *t, int r)
{
	if (r < 0)
		fail(t, r);
}

/* All that is open has been committed. */
static void kept(struct recorder_thread *t)
{
	for (int i = 0; i < PROBES_MAX; i++)
		recording_kept(&t->source[i].recording);
}

/* The record is good again after a second in which every write has succeeded. */
void health_commit(struct recorder_thread *t)
{
	int r = store_commit(t->store);

	if (r < 0) {
		fail(t, r);
		return;
	}
	kept(t);
	health_tell(t, 0);
}

static int settle_running(struct recorder_thread *t)
{
	int r = 0;

	for (int i = 0; r >= 0 && i < PROBES_MAX; i++)
		if (t->source[i].fd >= 0 && t->source[i].recording.treatment.id)
			r = recording_settle(&t->source[i].recording, t->store, t->error);
	return r;
}

static int settle_owed(struct recorder_thread *t)
{
	int r = 0;

	while (r >= 0 && t->n_owed) {
		r = recording_settle(&t->owed[t->n_owed - 1], t->store, t->error);
		if (r >= 0)
			recording_done(&t->owed[--t->n_owed]);
	}
	while (r >= 0 && t->n_thawed) {
		r = store_mark_thawed(t->store, t->thawed[t->n_thawed - 1]);
		t->n_thawed -= r >= 0;
	}
	return r;
}

/* Twice a second, after something has failed. */
static void try_again(struct recorder_thread *t)
{
	int r = t->store ? 0 : store_open(t->setup->path, &t->store);

	if (r >= 0)
		r = settle_owed(t);
	if (r >= 0)
		r = settle_running(t);
	if (r >= 0)
		r = store_commit(t->store);
	if (r < 0) {
		fail(t, r);
		return;
	}
	t->error = 0;
	kept(t);
}

bool health_store(struct recorder_thread *t)
{
	if (!t->store && !t->error)
		health_wrote(t, store_open(t->setup->path, &t->store));
	return health_good(t);
}

void health_look(struct recorder_thread *t)
{
	if (t->error)
		try_again(t);
	else if (health_store(t))
		health_commit(t);
}

void health_forget(struct recorder_thread *t)
{
	while (t->n_owed)
		recording_done(&t->owed[--t->n_owed]);
}

/* Written now, or as soon as it can be. */
void health_close(struct recorder_thread *t, struct recording *recording)
{
	if (health_good(t))
		health_wrote(t, recording_settle(recording, t->store, 0));
	if (health_good(t))
		kept(t);
	else if (t->n_owed < OWED_MAX)
		t->owed[t->n_owed++] = TAKE(*recording, (struct recording){ .begun = false });
}

void health_thawed(struct recorder_thread *t, const char *serial)
{
	if (health_store(t))
		health_wrote(t, store_mark_thawed(t->store, serial));
	if (t->error && t->n_thawed < OWED_MAX)
		snprintf(t->thawed[t->n_thawed++], sizeof(t->thawed[0]), "%s", serial);
}
