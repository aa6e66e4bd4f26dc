// SPDX-License-Identifier: GPL-2.0-or-later
/* The recorder's thread: the kernel's records and the main thread's messages into the store. */
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>

#include "daemon/words.h"
#include "daemon/recorder-thread.h"
#include "daemon/recording.h"
#include "daemon/util.h"

/* SM-RECORD: a record is in no hurry: it is written ten times a second, the kernel's queue holds some seconds. */
#define TICK_USEC		(100 * USEC_PER_MSEC)
#define COMMIT_TICKS		10		/* what a crash may lose */
#define EXPORT_ROWS		500		/* at a time: the kernel's queue is read in between */
#define RECORDS_AT_ONCE		32
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

struct export_job {
	struct recorder_thread *thread;
	uint64_t id;
	struct store_export *export;
	sd_event_source *turn;
};

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
};

static void report(struct recorder_thread *t, const struct recorder_report *report)
{
	/* The main thread reads these at once or is stuck; then health is reported again later. */
	(void)!send(t->setup->fd, report, sizeof(*report), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* The main thread begins with what it saw itself, so the first report is made whatever it is. */
static void note_health(struct recorder_thread *t, int error)
{
	struct recorder_report health = { .kind = RECORDER_HEALTH, .error = error };

	if (t->reported == error)
		return;
	t->reported = error;
	report(t, &health);
}

static bool can_write(struct recorder_thread *t)
{
	return t->store && !t->error;
}

/* Nothing is written from the first error on until everything that is owed has been. */
static void fail(struct recorder_thread *t, int error)
{
	t->error = error;
	if (t->store)
		store_rollback(t->store);
	note_health(t, error);
}

static void note_write(struct recorder_thread *t, int r)
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
static void commit(struct recorder_thread *t)
{
	int r = store_commit(t->store);

	if (r < 0) {
		fail(t, r);
		return;
	}
	kept(t);
	note_health(t, 0);
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
		t->n_owed -= r >= 0;
	}
	while (r >= 0 && t->n_thawed) {
		r = store_mark_thawed(t->store, t->thawed[t->n_thawed - 1]);
		t->n_thawed -= r >= 0;
	}
	return r;
}

/* Once a second, after something has failed. */
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

static bool need_store(struct recorder_thread *t)
{
	if (!t->store && !t->error)
		note_write(t, store_open(t->setup->path, &t->store));
	return can_write(t);
}

static struct source *find_source(struct recorder_thread *t, uint64_t key)
{
	for (int i = 0; i < PROBES_MAX; i++)
		if (t->source[i].fd >= 0 && t->source[i].key == key)
			return &t->source[i];
	return NULL;
}

static void write_kernel_event(struct source *source, const struct cryoprobe_event *event)
{
	const char *text = event->kind == CRYOPROBE_EVENT_FAULT ? fault_to_string(event->fault.code)
								: event->comm;
	struct store_event row = {
		.time_ns = event->time_ns, .sample_seq = event->sample_seq, .source = "kernel",
		.kind = kernel_event_to_string(event->kind), .old = event->old, .new = event->new,
		.text = text,
	};

	note_write(source->thread, recording_event(&source->recording, source->thread->store, &row));
}

static void write_lost(struct source *source, const struct cryoprobe_record *record)
{
	struct store_event row = {
		.time_ns = now_ns(), .source = "cryod", .kind = "records-lost", .new = record->lost,
		.text = "the recorder did not keep up with the kernel",
	};

	note_write(source->thread, recording_event(&source->recording, source->thread->store, &row));
}

static void write_sample(struct source *source, const struct cryoprobe_sample *sample)
{
	struct recorder_thread *t = source->thread;

	if (can_write(t))
		note_write(t, recording_sample(&source->recording, t->store, &source->map, sample));
	else
		recording_miss(&source->recording, sample);
}

static void write_record(struct source *source, const struct cryoprobe_record *record)
{
	struct recorder_thread *t = source->thread;

	if (!source->recording.treatment.id)
		return;
	if (record->lost && can_write(t))
		write_lost(source, record);
	if (record->type == CRYOPROBE_RECORD_SAMPLE)
		write_sample(source, &record->sample);
	else if (record->type == CRYOPROBE_RECORD_EVENT && can_write(t))
		write_kernel_event(source, &record->event);
}

static void tell_kernel_event(struct source *source, const struct cryoprobe_event *event)
{
	struct recorder_report told = {
		.kind = RECORDER_KERNEL_EVENT, .key = source->key, .event = *event,
	};

	/* The valves change with every pulse of the modulator: for the record only. */
	if (event->kind != CRYOPROBE_EVENT_OUTPUTS)
		report(source->thread, &told);
}

static void take_records(struct source *source, const struct cryoprobe_record *record, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (record[i].type == CRYOPROBE_RECORD_EVENT)
			tell_kernel_event(source, &record[i].event);
		write_record(source, &record[i]);
	}
}

static void read_records(struct source *source)
{
	struct cryoprobe_record record[RECORDS_AT_ONCE];
	ssize_t n;

	while ((n = source->io->read(source->io, source->fd, record, sizeof(record))) > 0)
		take_records(source, record, n / sizeof(record[0]));
	/* Unplugged: the main thread hears of it from the control thread. */
	source->ended = n != -EAGAIN && n != -EINTR;
}

static void source_remove(struct source *source)
{
	if (source->fd >= 0)
		source->io->close(source->io, source->fd);
	source->fd = -EBADF;
}

static void source_add(struct recorder_thread *t, const struct recorder_message *message)
{
	struct source *source = t->source;

	while (source < t->source + PROBES_MAX && source->fd >= 0)
		source++;
	if (source == t->source + PROBES_MAX) {
		message->add.io->close(message->add.io, message->add.fd);
		return;
	}
	*source = (struct source){
		.thread = t, .key = message->key, .io = message->add.io, .fd = message->add.fd,
		.map = message->add.map,
	};
}

static void write_step(struct source *source, const struct recorder_message *message)
{
	struct recorder_thread *t = source->thread;

	if (source->recording.treatment.id && can_write(t))
		note_write(t, recording_step(&source->recording, t->store, &message->step.frame,
					     message->step.asked_permille));
}

static void write_core_event(struct source *source, const struct treatment_event *event)
{
	struct recorder_thread *t = source->thread;
	struct store_event row = {
		.time_ns = event->time_ns, .sample_seq = event->sample_seq, .source = "core",
		.kind = core_event_to_string(event->kind), .old = event->old, .new = event->new,
		.text = event->reason,
	};

	if (source->recording.treatment.id && can_write(t))
		note_write(t, recording_event(&source->recording, t->store, &row));
}

static void begin(struct source *source, const struct recording *recording)
{
	struct recorder_thread *t = source->thread;

	source->recording = *recording;
	if (need_store(t))
		note_write(t, recording_settle(&source->recording, t->store, 0));
	if (can_write(t))
		commit(t);
}

/* Written now, or as soon as it can be. */
static void close_recording(struct recorder_thread *t, struct recording *recording)
{
	if (can_write(t))
		note_write(t, recording_settle(recording, t->store, 0));
	if (can_write(t))
		kept(t);
	else if (t->n_owed < OWED_MAX)
		t->owed[t->n_owed++] = *recording;
}

static void end(struct source *source, enum outcome outcome)
{
	struct recorder_thread *t = source->thread;

	if (!source->recording.treatment.id)
		return;
	/* What the kernel still holds belongs to the treatment. */
	if (!source->ended)
		read_records(source);
	source->recording.outcome = outcome_to_string(outcome);
	close_recording(t, &source->recording);
	source->recording = (struct recording){ .treatment = { 0 } };
}

static void mark_thawed(struct recorder_thread *t, const char *serial)
{
	if (need_store(t))
		note_write(t, store_mark_thawed(t->store, serial));
	if (t->error && t->n_thawed < OWED_MAX)
		snprintf(t->thawed[t->n_thawed++], sizeof(t->thawed[0]), "%s", serial);
}

static void export_done(struct export_job *job, int error)
{
	struct recorder_report done = { .kind = RECORDER_EXPORTED, .key = job->id, .error = error };

	report(job->thread, &done);
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

	if (!need_store(t))
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

static void export(struct recorder_thread *t, const struct recorder_message *message)
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

static void serve_probe(struct recorder_thread *t, const struct recorder_message *message)
{
	struct source *source = find_source(t, message->key);

	if (!source)
		return;
	switch (message->kind) {
	case RECORDER_REMOVE:
		source_remove(source);
		break;
	case RECORDER_BEGIN:
		begin(source, &(struct recording){ .treatment = message->begin });
		break;
	case RECORDER_RESUME:
		begin(source, &(struct recording){ .treatment = message->begin, .resumed = true });
		break;
	case RECORDER_STEP:
		write_step(source, message);
		break;
	case RECORDER_EVENT:
		write_core_event(source, &message->event);
		break;
	case RECORDER_END:
		end(source, message->outcome);
		break;
	default:
		break;
	}
}

static void serve(struct recorder_thread *t, const struct recorder_message *message)
{
	switch (message->kind) {
	case RECORDER_ADD:
		source_add(t, message);
		break;
	case RECORDER_EXPORT:
		export(t, message);
		break;
	case RECORDER_THAWED:
		mark_thawed(t, message->serial);
		break;
	default:
		serve_probe(t, message);
	}
}

/* False: the main thread has shut its end, and everything it said has been served. */
static bool read_messages(struct recorder_thread *t)
{
	struct recorder_message message;
	ssize_t n;

	while ((n = recv(t->setup->fd, &message, sizeof(message), MSG_DONTWAIT)) == sizeof(message))
		serve(t, &message);
	return n != 0;
}

static void look_after_store(struct recorder_thread *t)
{
	if (t->error)
		try_again(t);
	else if (need_store(t))
		commit(t);
}

static int on_tick(sd_event_source *tick, uint64_t usec, void *userdata)
{
	struct recorder_thread *t = userdata;

	(void)usec;
	if (!read_messages(t))
		return sd_event_exit(t->event, 0);
	for (int i = 0; i < PROBES_MAX; i++)
		if (t->source[i].fd >= 0 && !t->source[i].ended)
			read_records(&t->source[i]);
	if (++t->ticks % COMMIT_TICKS == 0)
		look_after_store(t);
	sd_event_source_set_time_relative(tick, TICK_USEC);
	return sd_event_source_set_enabled(tick, SD_EVENT_ONESHOT);
}

static int prepare(struct recorder_thread *t)
{
	int r;

	for (int i = 0; i < PROBES_MAX; i++)
		t->source[i].fd = -EBADF;
	r = sd_event_new(&t->event);
	if (r < 0)
		return r;
	return sd_event_add_time_relative(t->event, &t->tick, CLOCK_MONOTONIC, TICK_USEC,
					  TICK_USEC / 10, on_tick, t);
}

void *recorder_thread(void *userdata)
{
	struct recorder_thread t = { .setup = userdata, .reported = 1 };
	int r;

	pthread_setname_np(pthread_self(), "cryo-recorder");
	r = prepare(&t);
	if (r >= 0)
		r = sd_event_loop(t.event);
	if (r < 0)
		note_health(&t, r);
	for (int i = 0; i < PROBES_MAX; i++)
		source_remove(&t.source[i]);
	look_after_store(&t);
	store_close(t.store);
	sd_event_source_disable_unref(t.tick);
	sd_event_unref(t.event);
	return NULL;
}
