// SPDX-License-Identifier: GPL-2.0-or-later
/* Exports: a record as CSV, a part at a time, so that what the kernel queues is read in between. */
#include <errno.h>
#include <stdlib.h>

#include "daemon/record/recorder-parts.h"

#define EXPORT_ROWS		500

struct export_job {
	struct recorder_thread *thread;
	uint64_t id;
	struct store_export *export;
	sd_event_source *turn;
};

static void export_done(struct export_job *job, int error)
{
	struct recorder_report done = { .kind = RECORDER_EXPORTED, .key = job->id, .error = error };

	recorder_tell(job->thread, &done);
	store_export_free(job->export);
	sd_event_source_disable_unref(job->turn);
	free(job);
}

static int on_export_turn(sd_event_source *source, void *userdata)
{
	struct export_job *job = userdata;
	int r = store_export_some(job->export, EXPORT_ROWS);

	if (r > 0)
		return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	export_done(job, r);
	return 0;
}

static int export_prepare(struct export_job *job, const struct recorder_message *message)
{
	struct recorder_thread *t = job->thread;
	int r;

	if (!health_store(t))
		return t->error;
	/* So that the export has everything up to this moment. */
	store_commit(t->store);
	r = store_export_new(t->store, message->export.treatment, message->export.fd, &job->export);
	if (r < 0)
		return r;
	r = sd_event_add_defer(t->event, &job->turn, on_export_turn, job);
	if (r < 0)
		return r;
	return sd_event_source_set_priority(job->turn, SD_EVENT_PRIORITY_IDLE);
}

void export_begin(struct recorder_thread *t, const struct recorder_message *message)
{
	struct export_job *job = calloc(1, sizeof(*job));
	int r;

	if (!job)
		return;
	job->thread = t;
	job->id = message->key;
	r = export_prepare(job, message);
	if (r < 0)
		export_done(job, r);
}
