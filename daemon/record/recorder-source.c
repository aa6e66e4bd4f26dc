// SPDX-License-Identifier: GPL-2.0-or-later
/* A probe's records on their way into the store: the kernel's, and what the main thread adds. */
#include <errno.h>

#include "daemon/record/recorder-parts.h"
#include "daemon/util.h"
#include "daemon/words.h"

#define RECORDS_AT_ONCE		32

struct source *source_find(struct recorder_thread *t, uint64_t key)
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

	health_wrote(source->thread, recording_event(&source->recording, source->thread->store, &row));
}

static void write_lost(struct source *source, const struct cryoprobe_record *record)
{
	struct store_event row = {
		.time_ns = now_ns(), .source = "cryod", .kind = "records-lost", .new = record->lost,
		.text = "the recorder did not keep up with the kernel",
	};

	health_wrote(source->thread, recording_event(&source->recording, source->thread->store, &row));
}

static void write_sample(struct source *source, const struct cryoprobe_sample *sample)
{
	struct recorder_thread *t = source->thread;

	if (health_good(t))
		health_wrote(t, recording_sample(&source->recording, t->store, &source->map, sample));
	else
		recording_miss(&source->recording, sample);
}

static void write_record(struct source *source, const struct cryoprobe_record *record)
{
	struct recorder_thread *t = source->thread;

	if (!source->recording.treatment.id)
		return;
	if (record->lost && health_good(t))
		write_lost(source, record);
	if (record->type == CRYOPROBE_RECORD_SAMPLE && recording_has(&source->recording, record->sample.time_ns))
		write_sample(source, &record->sample);
	else if (record->type == CRYOPROBE_RECORD_EVENT && health_good(t) &&
		 recording_has(&source->recording, record->event.time_ns))
		write_kernel_event(source, &record->event);
}

static void tell_kernel_event(struct source *source, const struct cryoprobe_event *event)
{
	struct recorder_report told = {
		.kind = RECORDER_KERNEL_EVENT, .key = source->key, .event = *event,
	};

	/* The valves change with every pulse of the modulator: for the record only. */
	if (event->kind != CRYOPROBE_EVENT_OUTPUTS)
		recorder_tell(source->thread, &told);
}

static void take_records(struct source *source, const struct cryoprobe_record *record, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (record[i].type == CRYOPROBE_RECORD_EVENT)
			tell_kernel_event(source, &record[i].event);
		write_record(source, &record[i]);
	}
}

void source_read(struct source *source)
{
	struct cryoprobe_record record[RECORDS_AT_ONCE];
	ssize_t n;

	while ((n = source->io->read(source->io, source->fd, record, sizeof(record))) > 0)
		take_records(source, record, n / sizeof(record[0]));
	/* Unplugged: the main thread hears of it from the control thread. */
	source->ended = n != -EAGAIN && n != -EINTR;
}

void source_remove(struct source *source)
{
	if (source->fd < 0)
		return;
	source->io->close(source->io, source->fd);
	recording_done(&source->recording);
	source->fd = -EBADF;
}

void source_add(struct recorder_thread *t, const struct recorder_message *message)
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

void source_step(struct source *source, const struct recorder_message *message)
{
	struct recorder_thread *t = source->thread;

	if (source->recording.treatment.id && health_good(t))
		health_wrote(t, recording_step(&source->recording, t->store, &message->step));
}

void source_event(struct source *source, const struct treatment_event *event)
{
	struct recorder_thread *t = source->thread;
	struct store_event row = {
		.time_ns = event->time_ns, .sample_seq = event->sample_seq, .source = "core",
		.kind = core_event_to_string(event->kind), .old = event->old, .new = event->new,
		.text = event->reason,
	};

	if (source->recording.treatment.id && health_good(t))
		health_wrote(t, recording_event(&source->recording, t->store, &row));
}

void source_begin(struct source *source, const struct recording *recording)
{
	struct recorder_thread *t = source->thread;

	recording_done(&source->recording);
	source->recording = *recording;
	if (health_store(t))
		health_wrote(t, recording_settle(&source->recording, t->store, 0));
	if (health_good(t))
		health_commit(t);
}

void source_end(struct source *source, enum outcome outcome)
{
	struct recorder_thread *t = source->thread;

	if (!source->recording.treatment.id)
		return;
	/* What the kernel still holds belongs to the treatment. */
	if (!source->ended)
		source_read(source);
	source->recording.outcome = outcome_to_string(outcome);
	health_close(t, &source->recording);
	recording_done(&source->recording);
}
