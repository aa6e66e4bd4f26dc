// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs the tests of a program one by one, each in its own process. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/stall.h"
#include "selftests/kernel/wait.h"

#define FIGURE		"# figure: "
#define EXIT_FAILED	1
#define EXIT_SKIPPED	4
#define TRIES		3
/* Half of what the driver allows its sampler at the rate that the tests use. */
#define STALL_NS	20000000LL

static bool probes_are_there(void)
{
	return !access("/dev/cryoprobe0", F_OK) && !access("/dev/cryoprobe1", F_OK);
}

static bool driver_is_loaded(void)
{
	return !access("/sys/module/cryoprobe", F_OK);
}

static int bail_out(const char *why)
{
	printf("Bail out! %s\n", why);
	return EXIT_FAILED;
}

static int start_plant(void)
{
	int r = fakeplant_run();

	if (r < 0)
		return bail_out(strerror(-r));
	if (driver_is_loaded() && !wait_for(probes_are_there()))
		return bail_out("no /dev/cryoprobe0 and 1");
	return 0;
}

int runner_start(unsigned int tests, bool plant)
{
	printf("KTAP version 1\n");
	if (plant && access("/dev/cryoprobe-sim", F_OK)) {
		printf("1..0 # SKIP no virtual handpiece\n");
		return EXIT_SKIPPED;
	}
	printf("1..%u\n", tests);
	fflush(stdout);
	if (stall_watch())
		return bail_out("no threads");
	return plant ? start_plant() : 0;
}

/* Runs one test; its words go to @log. Returns its exit status, -1 if it did not end by itself. */
static int execute(const char *name, int log)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		dup2(log, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
		execl("/proc/self/exe", "test", "-r", name, NULL);
		_exit(EXIT_FAILED);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The harness ends a test's process without flushing. */
void runner_figure(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	dprintf(STDERR_FILENO, FIGURE);
	vdprintf(STDERR_FILENO, format, args);
	dprintf(STDERR_FILENO, "\n");
	va_end(args);
}

static FILE *open_log(int log)
{
	lseek(log, 0, SEEK_SET);
	return fdopen(dup(log), "r");
}

/* The test's own words, but neither plan nor result: they would be taken for ours. */
static void show_words(int log, bool passed)
{
	FILE *file = open_log(log);
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) > 0)
		if (!strncmp(line, FIGURE, passed ? strlen(FIGURE) : 1))
			fputs(line, stdout);
	free(line);
	fclose(file);
}

/* Why it was skipped, if it was, as the end of the result's line. */
static void show_reason(int log)
{
	FILE *file = open_log(log);
	char *line = NULL, *reason;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) > 0) {
		reason = strstr(line, "# SKIP");
		if (!strncmp(line, "ok", 2) && reason)
			printf(" %s", strtok(reason, "\n"));
	}
	free(line);
	fclose(file);
}

bool runner_test(unsigned int number, const char *fixture, const char *variant, const char *test)
{
	char name[256];
	int64_t stall_ns;
	int log, status;

	snprintf(name, sizeof(name), "%s%s%s.%s", fixture, *variant ? "." : "", variant, test);
	for (int try = 1; ; try++) {
		log = memfd_create("log", MFD_CLOEXEC);
		stall_forget();
		status = execute(name, log);
		stall_ns = stall_worst_ns();
		if (!status || try == TRIES || stall_ns < STALL_NS)
			break;
		printf("# %s: inconclusive, stalled for %lld ms, once more\n", name,
		       (long long)stall_ns / 1000000);
		close(log);
	}
	show_words(log, !status);
	printf("%sok %u %s", status ? "not " : "", number, name);
	if (!status)
		show_reason(log);
	printf("\n");
	fflush(stdout);
	close(log);
	return !status;
}
