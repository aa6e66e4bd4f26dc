// SPDX-License-Identifier: GPL-2.0-or-later
/* The file of the metrics, written by a thread of its own. */
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/disk-thread.h"
#include "daemon/metrics-file.h"
#include "daemon/util.h"

#define STACK_BYTES	(64 * 1024)

struct metrics_file {
	atomic_int refs;		/* the main thread's, and the writing thread's */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	char path[PATH_MAX];
	char *text;			/* to be written or being written, NULL: nothing */
	int error;			/* of the last one */
	bool ended;			/* nobody will ask for more */
};

static int write_and_close(FILE *out, const char *text)
{
	bool failed = fputs(text, out) < 0 || fflush(out) != 0 || fchmod(fileno(out), 0644) < 0;

	failed |= fclose(out) != 0;
	return failed ? -EIO : 0;
}

static int replace(const char *path, const char *text)
{
	char new[PATH_MAX];
	FILE *out;
	int r;

	/* Another program takes only what ends in .prom, so never half a file. */
	if (snprintf(new, sizeof(new), "%s.new", path) >= (int)sizeof(new))
		return -ENAMETOOLONG;
	out = fopen(new, "we");
	if (!out)
		return -errno;
	r = write_and_close(out, text);
	if (r >= 0 && rename(new, path) < 0)
		r = -errno;
	if (r < 0)
		remove(new);
	return r;
}

static void unref(struct metrics_file *file)
{
	if (atomic_fetch_sub(&file->refs, 1) > 1)
		return;
	free(file->text);
	pthread_cond_destroy(&file->changed);
	pthread_mutex_destroy(&file->lock);
	free(file);
}

/* With the lock held, but for the time that the disk takes. */
static void write_one(struct metrics_file *file)
{
	char path[PATH_MAX];
	int r;

	memcpy(path, file->path, sizeof(path));
	pthread_mutex_unlock(&file->lock);
	r = replace(path, file->text);
	pthread_mutex_lock(&file->lock);
	free(TAKE_PTR(file->text));
	file->error = r;
}

static void *run(void *userdata)
{
	struct metrics_file *file = userdata;

	pthread_setname_np(pthread_self(), "cryo-metrics");
	pthread_mutex_lock(&file->lock);
	while (!file->ended || file->text)
		if (file->text)
			write_one(file);
		else
			pthread_cond_wait(&file->changed, &file->lock);
	pthread_mutex_unlock(&file->lock);
	unref(file);
	return NULL;
}

int metrics_file_new(struct metrics_file **ret)
{
	struct metrics_file *file = calloc(1, sizeof(*file));
	int r;

	if (!file)
		return -ENOMEM;
	pthread_mutex_init(&file->lock, NULL);
	pthread_cond_init(&file->changed, NULL);
	file->refs = 2;
	r = disk_thread_start(&file->thread, STACK_BYTES, run, file);
	if (r < 0) {
		file->refs = 1;
		unref(file);
		return r;
	}
	*ret = file;
	return 0;
}

void metrics_file_free(struct metrics_file *file)
{
	if (!file)
		return;
	pthread_mutex_lock(&file->lock);
	file->ended = true;
	pthread_cond_signal(&file->changed);
	pthread_mutex_unlock(&file->lock);
	disk_thread_end(file->thread);
	unref(file);
}

int metrics_file_put(struct metrics_file *file, const char *path, char *text)
{
	int r;

	pthread_mutex_lock(&file->lock);
	r = file->text ? -EBUSY : file->error;
	if (r == -EBUSY) {
		free(text);
	} else {
		file->text = text;
		snprintf(file->path, sizeof(file->path), "%s", path);
		pthread_cond_signal(&file->changed);
	}
	pthread_mutex_unlock(&file->lock);
	return r;
}
