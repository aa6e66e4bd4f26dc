// SPDX-License-Identifier: GPL-2.0-or-later
/* Watches a process for some seconds from outside: CPU time and system calls of all its threads. */
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX	64
#define SYS_ENTER_ID	"/sys/kernel/tracing/events/raw_syscalls/sys_enter/id"

struct watched_thread {
	pid_t tid;
	char comm[32];
	int counter_fd;
	uint64_t cpu_ns;
};

static int read_text(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t n;

	if (!file)
		return -errno;
	n = fread(text, 1, size - 1, file);
	fclose(file);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

static int open_counter(pid_t tid)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	char id[32];
	int r;

	r = read_text(SYS_ENTER_ID, id, sizeof(id));
	if (r < 0)
		return r;
	attr.config = strtoull(id, NULL, 10);
	r = (int)syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return r < 0 ? -errno : r;
}

/* First field of schedstat: time on a CPU in nanoseconds. */
static uint64_t cpu_ns(pid_t pid, pid_t tid)
{
	char path[64], text[128];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", pid, tid);
	return read_text(path, text, sizeof(text)) < 0 ? 0 : strtoull(text, NULL, 10);
}

static int watch_thread(pid_t pid, pid_t tid, struct watched_thread *ret)
{
	struct watched_thread thread = { .tid = tid };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", pid, tid);
	if (read_text(path, thread.comm, sizeof(thread.comm)) < 0)
		return -ESRCH;
	thread.counter_fd = open_counter(tid);
	if (thread.counter_fd < 0)
		return thread.counter_fd;
	thread.cpu_ns = cpu_ns(pid, tid);
	*ret = thread;
	return 0;
}

static int watch_all(pid_t pid, struct watched_thread *threads)
{
	char path[64];
	struct dirent *entry;
	int count = 0, r = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (r == 0 && count < THREADS_MAX && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			r = watch_thread(pid, atoi(entry->d_name), &threads[count++]);
	closedir(dir);
	return r < 0 ? r : count;
}

static void report(pid_t pid, const struct watched_thread *thread, int seconds, double rate_hz)
{
	uint64_t calls = 0, used_ns = cpu_ns(pid, thread->tid) - thread->cpu_ns;

	if (read(thread->counter_fd, &calls, sizeof(calls)) != sizeof(calls))
		calls = 0;
	printf("%-16s CPU %6.2f %%  %8.1f us a period  %6.2f system calls a period\n", thread->comm,
	       used_ns / 1e7 / seconds, used_ns / 1e3 / (seconds * rate_hz), calls / (seconds * rate_hz));
}

int main(int argc, char **argv)
{
	struct watched_thread threads[THREADS_MAX];
	pid_t pid = argc == 4 ? atoi(argv[1]) : 0;
	int seconds = argc == 4 ? atoi(argv[2]) : 0;
	double rate_hz = argc == 4 ? atof(argv[3]) : 0;
	int count;

	if (pid < 1 || seconds < 1 || seconds > 600 || rate_hz < 1) {
		fprintf(stderr, "usage: process-cost PID SECONDS (1 to 600) PERIODS-A-SECOND\n");
		return EXIT_FAILURE;
	}
	count = watch_all(pid, threads);
	if (count < 0) {
		fprintf(stderr, "process-cost: process %d: %s\n", pid, strerror(-count));
		return EXIT_FAILURE;
	}
	sleep(seconds);
	for (int i = 0; i < count; i++)
		report(pid, &threads[i], seconds, rate_hz);
	return EXIT_SUCCESS;
}
