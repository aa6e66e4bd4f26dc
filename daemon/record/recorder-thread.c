// SPDX-License-Identifier: GPL-2.0-or-later
/* The recorder's thread: the main thread's messages, the kernel's records, and the store's second. */
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>

#include "daemon/record/recorder-parts.h"
#include "daemon/record/recorder-thread.h"
#include "daemon/util.h"

/* SM-RECORD: a record is in no hurry: it is written ten times a second, the kernel's queue holds some seconds. */
#define TICK_USEC		(100 * USEC_PER_MSEC)
#define COMMIT_TICKS		5		/* with the time of a slow disk, a crash loses less than a second */

/* A message about a probe that is not there. */
static void drop(const struct recorder_message *message)
{
	if (message->kind == RECORDER_BEGIN)
		free(message->begin.details);
}

static void serve_probe(struct recorder_thread *t, const struct recorder_message *message)
{
	struct source *source = source_find(t, message->key);

	if (!source) {
		drop(message);
		return;
	}
	switch (message->kind) {
	case RECORDER_REMOVE:
		source_remove(source);
		break;
	case RECORDER_BEGIN:
		source_begin(source, &(struct recording){ .treatment = message->begin });
		break;
	case RECORDER_RESUME:
		source_begin(source, &(struct recording){ .treatment = message->begin, .resumed = true });
		break;
	case RECORDER_STEP:
		source_step(source, message);
		break;
	case RECORDER_EVENT:
		source_event(source, &message->event);
		break;
	case RECORDER_END:
		source_end(source, message->outcome);
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
	case RECORDER_ASK:
		job_begin(t, message);
		break;
	case RECORDER_LIMIT:
		expire_limit(t, &message->limits);
		break;
	case RECORDER_THAWED:
		health_thawed(t, message->serial);
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

static int on_tick(sd_event_source *tick, uint64_t usec, void *userdata)
{
	struct recorder_thread *t = userdata;

	(void)usec;
	if (!read_messages(t))
		return sd_event_exit(t->event, 0);
	for (int i = 0; i < PROBES_MAX; i++)
		if (t->source[i].fd >= 0 && !t->source[i].ended)
			source_read(&t->source[i]);
	expire_look(t);
	if (++t->ticks % COMMIT_TICKS == 0)
		health_look(t);
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

void recorder_thread(struct recorder_setup *setup)
{
	struct recorder_thread t = { .setup = setup, .store = setup->store, .reported = 1 };
	int r;

	pthread_setname_np(pthread_self(), "cryo-recorder");
	r = prepare(&t);
	if (r >= 0)
		r = sd_event_loop(t.event);
	if (r < 0)
		health_tell(&t, r);
	for (int i = 0; i < PROBES_MAX; i++)
		source_remove(&t.source[i]);
	health_look(&t);
	health_forget(&t);
	jobs_forget(&t);
	store_close(t.store);
	sd_event_source_disable_unref(t.tick);
	sd_event_unref(t.event);
}
