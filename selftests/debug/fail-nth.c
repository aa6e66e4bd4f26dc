// SPDX-License-Identifier: GPL-2.0-or-later
/* The Nth allocation or user copy of the calling thread fails. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "selftests/debug/fail-nth.h"
#include "selftests/kernel/sysfs.h"

/* More than any call of ours has; a call that never gets through is a bug of its own. */
#define FAULTS_MAX	2000
#define DEBUGFS		"/sys/kernel/debug/"

/* What the kernel's own checks allocate, whenever anything is: they do without. */
static bool belongs_to_checks(const char *path)
{
	return strstr(path, "/kmemleak_") || strstr(path, "/debug_objects_");
}

static int choose_caches(void)
{
	glob_t found;
	int r = 0;

	if (glob("/sys/kernel/slab/*/failslab", GLOB_NOSORT, NULL, &found))
		return -ENOENT;
	for (size_t i = 0; i < found.gl_pathc && !r; i++)
		if (!belongs_to_checks(found.gl_pathv[i]))
			r = sysfs_write("1", "%s", found.gl_pathv[i]);
	globfree(&found);
	return r;
}

int fail_nth_setup(void)
{
	static const struct { const char *name, *value; } settings[] = {
		/* Else whatever may sleep would never fail. */
		{ "failslab/ignore-gfp-wait", "N" },
		{ "failslab/cache-filter", "Y" },
		{ "fail_page_alloc/ignore-gfp-wait", "N" },
		{ "fail_page_alloc/min-order", "0" },
		{ "failslab/verbose", "0" },
		{ "fail_page_alloc/verbose", "0" },
		{ "fail_usercopy/verbose", "0" },
	};
	int r = choose_caches();

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !r; i++)
		r = sysfs_write(settings[i].value, DEBUGFS "%s", settings[i].name);
	return r;
}

static int set(int fd, unsigned int nth)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", nth);

	return pwrite(fd, text, n, 0) == n ? 0 : -errno;
}

/* Takes back a fault that has not happened; true if it has. */
static bool happened(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		return false;
	set(fd, 0);
	return !atoi(text);
}

int fail_nth_each(const struct fail_nth_step *step, unsigned int *ret_faults)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	int result = -ELOOP;

	*ret_faults = 0;
	if (fd < 0)
		return -errno;
	for (unsigned int nth = 1; nth <= FAULTS_MAX; nth++) {
		int r = set(fd, nth);

		if (r < 0) {
			result = r;
			break;
		}
		r = step->call(step->data);
		if (!happened(fd)) {
			result = r;
			break;
		}
		++*ret_faults;
		if (step->undo)
			step->undo(step->data, r);
	}
	close(fd);
	return result;
}
