// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions to the record, each a part at a time, so that what the kernel queues is read in between. */
#include <errno.h>
#include <stdlib.h>

#include "daemon/record/answer.h"
#include "daemon/record/recorder-parts.h"
#include "daemon/record/store-verify.h"
#include "daemon/util.h"

#define ROWS_AT_ONCE		500

struct job {
	struct job *next;
	struct recorder_thread *thread;
	uint64_t id;
	struct store_question question;
	struct store_reader *reader;
	struct store_verifier *verifier;	/* instead of a reader */
	sd_event_source *turn;
};

/* The answer is the main thread's now, or nobody's if it does not listen. */
static void job_tell(struct job *job, int error)
{
	struct recorder_report done = {
		.kind = RECORDER_ANSWERED, .key = job->id, .error = error,
		.answer = job->question.answer,
	};

	if (recorder_tell(job->thread, &done))
		job->question.answer = NULL;
}

static void job_free(struct job *job)
{
	struct job **at = &job->thread->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	store_reader_free(job->reader);
	store_verifier_free(job->verifier);
	answer_free(job->question.answer);
	sd_event_source_disable_unref(job->turn);
	free(job);
}

static void job_done(struct job *job, int error)
{
	job_tell(job, error);
	job_free(job);
}

static int on_turn(sd_event_source *source, void *userdata)
{
	struct job *job = userdata;
	int r = job->verifier ? store_verifier_some(job->verifier, ROWS_AT_ONCE)
			      : store_reader_some(job->reader, ROWS_AT_ONCE);

	if (r > 0)
		return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	job_done(job, r);
	return 0;
}

static int job_prepare(struct job *job)
{
	struct recorder_thread *t = job->thread;
	int r;

	job->question.answer = calloc(1, sizeof(*job->question.answer));
	if (!job->question.answer)
		return -ENOMEM;
	if (!health_store(t))
		return t->error;
	if (job->question.kind == STORE_VERIFY)
		r = store_verifier_new(t->store, &job->question, &job->verifier);
	else
		r = store_reader_new(t->store, &job->question, &job->reader);
	if (r < 0)
		return r;
	r = sd_event_add_defer(t->event, &job->turn, on_turn, job);
	if (r < 0)
		return r;
	return sd_event_source_set_priority(job->turn, SD_EVENT_PRIORITY_IDLE);
}

void job_begin(struct recorder_thread *t, const struct recorder_message *message)
{
	struct job *job = calloc(1, sizeof(*job));
	int r;

	if (!job)
		return;
	*job = (struct job){
		.next = t->jobs, .thread = t, .id = message->key, .question = message->question,
	};
	t->jobs = job;
	r = job_prepare(job);
	if (r < 0)
		job_done(job, r);
}

void jobs_forget(struct recorder_thread *t)
{
	while (t->jobs)
		job_free(t->jobs);
}
