// SPDX-License-Identifier: GPL-2.0-or-later
/* The recorder as the main thread sees it: messages out, reports in. The thread is recorder-thread.c. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>

#include "daemon/disk-thread.h"
#include "daemon/record/recorder-message.h"
#include "daemon/record/recorder-thread.h"
#include "daemon/record/recorder.h"
#include "daemon/util.h"

#define SOCKET_BYTES		(1024 * 1024)
#define STACK_BYTES		(512 * 1024)

struct frozen {
	struct frozen *next;
	struct store_frozen known;
};

struct recorder {
	atomic_int refs;		/* the main thread's, and the recorder's own thread's */
	struct recorder_listener listener;
	struct recorder_setup setup;
	pthread_t thread;
	bool started;
	int fd;
	sd_event_source *reports;
	uint64_t last_treatment;
	struct frozen *frozen;
	int send_error;			/* the thread does not keep up */
	int store_error;		/* as the thread reported */
};

static struct frozen **recorder_find_frozen(struct recorder *recorder, const char *serial)
{
	struct frozen **at = &recorder->frozen;

	while (*at && strcmp((*at)->known.serial, serial))
		at = &(*at)->next;
	return at;
}

static void recorder_forget_frozen(struct recorder *recorder, const char *serial)
{
	struct frozen **at = recorder_find_frozen(recorder, serial);
	struct frozen *found = *at;

	if (found)
		*at = found->next;
	free(found);
}

static void recorder_note(struct recorder *recorder, int *error, int r)
{
	int before = recorder->send_error ?: recorder->store_error, now;

	*error = r;
	now = recorder->send_error ?: recorder->store_error;
	if (now != before)
		recorder->listener.health(now, recorder->listener.userdata);
}

/* Full: the disk has not kept up for seconds. */
static int recorder_send(struct recorder *recorder, const struct recorder_message *message)
{
	int r = 0;

	if (send(recorder->fd, message, sizeof(*message), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		r = errno == EAGAIN ? -EXFULL : -errno;
	recorder_note(recorder, &recorder->send_error, r);
	return r;
}

static int recorder_on_report(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct recorder *recorder = userdata;
	const struct recorder_listener *listener = &recorder->listener;
	struct recorder_report report;

	(void)source;
	(void)revents;
	while (recv(fd, &report, sizeof(report), MSG_DONTWAIT) == sizeof(report))
		switch (report.kind) {
		case RECORDER_HEALTH:
			recorder_note(recorder, &recorder->store_error, report.error);
			break;
		case RECORDER_KERNEL_EVENT:
			listener->event(report.key, &report.event, listener->userdata);
			break;
		case RECORDER_ANSWERED:
			listener->answered(report.key, report.error, report.answer,
					   listener->userdata);
			break;
		case RECORDER_EXPIRED:
			listener->expired(report.key, listener->userdata);
			break;
		}
	return 0;
}

static void recorder_found_frozen(const struct store_frozen *frozen, void *userdata)
{
	recorder_set_frozen(userdata, frozen);
}

/*
 * The one time that the main thread reads the disk: before anything else has begun. The thread goes on
 * with the same connection: whoever opens a database that nobody has open makes its log anew, and
 * an administrator who looks into it at that moment would be in the way.
 */
static int recorder_look_back(struct recorder *recorder)
{
	_cleanup_(store_closep) struct store *store = NULL;
	int r = store_open(recorder->setup.path, &store);

	if (r >= 0)
		r = store_mark_interrupted(store);
	if (r >= 0)
		r = store_list_frozen(store, recorder_found_frozen, recorder);
	if (r >= 0)
		r = store_last_treatment(store, &recorder->last_treatment);
	if (r >= 0)
		recorder->setup.store = TAKE_PTR(store);
	return r;
}

static void recorder_unref(struct recorder *recorder)
{
	if (atomic_fetch_sub(&recorder->refs, 1) > 1)
		return;
	safe_close(recorder->fd);
	safe_close(recorder->setup.fd);
	while (recorder->frozen)
		recorder_forget_frozen(recorder, recorder->frozen->known.serial);
	free(recorder);
}

static void *recorder_run(void *userdata)
{
	struct recorder *recorder = userdata;

	recorder_thread(&recorder->setup);
	recorder_unref(recorder);
	return NULL;
}

static int recorder_start(struct recorder *recorder)
{
	int r;

	atomic_fetch_add(&recorder->refs, 1);
	r = disk_thread_start(&recorder->thread, STACK_BYTES, recorder_run, recorder);
	recorder->started = r >= 0;
	if (r < 0)
		atomic_fetch_sub(&recorder->refs, 1);
	return r;
}

static int recorder_connect(struct recorder *recorder, sd_event *event)
{
	int pair[2], bytes = SOCKET_BYTES, r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	recorder->fd = pair[0];
	recorder->setup.fd = pair[1];
	/* Limited by net.core.wmem_max; what it gives is enough for seconds. */
	setsockopt(recorder->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	r = sd_event_add_io(event, &recorder->reports, recorder->fd, EPOLLIN, recorder_on_report,
			    recorder);
	if (r < 0)
		return r;
	return recorder_start(recorder);
}

int recorder_new(sd_event *event, const char *path, const struct recorder_listener *listener,
		 struct recorder **ret)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	int r;

	if (!recorder)
		return -ENOMEM;
	recorder->refs = 1;
	recorder->listener = *listener;
	recorder->fd = recorder->setup.fd = -EBADF;
	snprintf(recorder->setup.path, sizeof(recorder->setup.path), "%s", path);
	r = recorder_look_back(recorder);
	/* Which numbers are used already is not known then; those of the clock are not. */
	if (r < 0)
		recorder->last_treatment = time(NULL);
	recorder_note(recorder, &recorder->store_error, r);
	r = recorder_connect(recorder, event);
	if (r < 0) {
		recorder_free(recorder);
		return r;
	}
	*ret = recorder;
	return 0;
}

void recorder_free(struct recorder *recorder)
{
	if (!recorder)
		return;
	sd_event_source_disable_unref(recorder->reports);
	if (recorder->fd >= 0)
		shutdown(recorder->fd, SHUT_WR);
	if (recorder->started)
		disk_thread_end(recorder->thread);
	else
		store_close(recorder->setup.store);
	recorder_unref(recorder);
}

void recorder_limit(struct recorder *recorder, const struct store_limits *limits)
{
	recorder_send(recorder, &(struct recorder_message){ .kind = RECORDER_LIMIT, .limits = *limits });
}

void recorder_add_probe(struct recorder *recorder, uint64_t key, const struct probe_io *io, int fd,
			const struct channel_map *map)
{
	struct recorder_message message = {
		.kind = RECORDER_ADD, .key = key, .add = { .io = io, .fd = fd, .map = *map },
	};

	if (recorder_send(recorder, &message) < 0)
		io->close(io, fd);
}

void recorder_remove_probe(struct recorder *recorder, uint64_t key)
{
	recorder_send(recorder, &(struct recorder_message){ .kind = RECORDER_REMOVE, .key = key });
}

uint64_t recorder_next_treatment(struct recorder *recorder)
{
	return ++recorder->last_treatment;
}

void recorder_begin(struct recorder *recorder, uint64_t key, const struct store_treatment *treatment)
{
	struct recorder_message message = {
		.kind = RECORDER_BEGIN, .key = key, .begin = *treatment,
	};

	if (recorder_send(recorder, &message) < 0)
		free(treatment->details);
}

void recorder_resume(struct recorder *recorder, uint64_t key, uint64_t treatment)
{
	struct recorder_message message = {
		.kind = RECORDER_RESUME, .key = key, .begin = { .id = treatment },
	};

	recorder_send(recorder, &message);
}

void recorder_step(struct recorder *recorder, uint64_t key, const struct cryo_frame *frame)
{
	struct recorder_message message = {
		.kind = RECORDER_STEP, .key = key, .step = *frame,
	};

	recorder_send(recorder, &message);
}

void recorder_event(struct recorder *recorder, uint64_t key, const struct treatment_event *event)
{
	struct recorder_message message = {
		.kind = RECORDER_EVENT, .key = key, .event = *event,
	};

	recorder_send(recorder, &message);
}

void recorder_end(struct recorder *recorder, uint64_t key, enum outcome outcome)
{
	struct recorder_message message = {
		.kind = RECORDER_END, .key = key, .outcome = outcome,
	};

	recorder_send(recorder, &message);
}

int recorder_ask(struct recorder *recorder, uint64_t id, const struct store_question *question)
{
	struct recorder_message message = {
		.kind = RECORDER_ASK, .key = id, .question = *question,
	};

	return recorder_send(recorder, &message);
}

const struct store_frozen *recorder_frozen(struct recorder *recorder, const char *serial)
{
	struct frozen *found = *recorder_find_frozen(recorder, serial);

	return found ? &found->known : NULL;
}

void recorder_set_frozen(struct recorder *recorder, const struct store_frozen *known)
{
	struct frozen *frozen = calloc(1, sizeof(*frozen));

	if (!frozen)
		return;
	recorder_forget_frozen(recorder, known->serial);
	frozen->known = *known;
	frozen->next = recorder->frozen;
	recorder->frozen = frozen;
}

void recorder_set_thawed(struct recorder *recorder, const char *serial)
{
	struct recorder_message message = { .kind = RECORDER_THAWED };

	if (!recorder_frozen(recorder, serial))
		return;
	snprintf(message.serial, sizeof(message.serial), "%s", serial);
	recorder_forget_frozen(recorder, serial);
	recorder_send(recorder, &message);
}
