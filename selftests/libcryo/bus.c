// SPDX-License-Identifier: GPL-2.0-or-later
/* A private bus and the mock of cryod for a test. */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests/libcryo/bus.h"

static pid_t bus_pid, mock_pid;
static sd_bus *control;		/* the test's own way to the mock */

static void end(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

/* Runs argv with its standard output in a pipe, and reads the first line from there. */
static bool spawn(char *const argv[], pid_t *ret_pid, char *line, int size)
{
	int fds[2];
	FILE *out;
	bool got;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	*ret_pid = fork();
	if (*ret_pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	out = fdopen(fds[0], "r");
	got = out && fgets(line, size, out);
	if (out)
		fclose(out);
	if (got)
		line[strcspn(line, "\n")] = 0;
	return got;
}

bool bus_start(void)
{
	char *argv[] = { "dbus-daemon", "--config-file=selftests/libcryo/bus.conf", "--nofork",
			 "--print-address=1", NULL };
	char address[256];

	bus_stop();
	if (!spawn(argv, &bus_pid, address, sizeof(address)))
		return false;
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	return sd_bus_open_system(&control) >= 0;
}

bool mock_start(void)
{
	char *argv[] = { MOCK_CRYOD, NULL };
	char line[16];

	return spawn(argv, &mock_pid, line, sizeof(line)) && !strcmp(line, "ready");
}

void mock_kill(void)
{
	end(&mock_pid);
}

bool mock_call(const char *member, const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = sd_bus_call_methodv(control, "io.cryo1", "/io/cryo1/mock", "io.cryo1.Mock", member,
				NULL, NULL, types, args);
	va_end(args);
	return r >= 0;
}

void bus_kill(void)
{
	end(&bus_pid);
}

void bus_stop(void)
{
	control = sd_bus_close_unref(control);
	end(&mock_pid);
	end(&bus_pid);
}
