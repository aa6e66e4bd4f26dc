// SPDX-License-Identifier: LGPL-2.1-or-later
/* Files that cryoctl writes for its user. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cryoctl.h"
#include "output.h"

static int write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			size -= n;
		}
	}
	return 0;
}

/* mkstemp() gives a file to its owner alone: this one gets the rights that any other would. */
static void give_usual_rights(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

static int write_beside(const char *name, const char *beside, int fd, const void *bytes, size_t size)
{
	int r = write_all(fd, bytes, size);

	give_usual_rights(fd);
	if (close(fd) < 0 && r >= 0)
		r = -errno;
	if (r >= 0 && rename(beside, name) < 0)
		r = -errno;
	if (r < 0)
		unlink(beside);
	return r;
}

/* A device or a pipe is written as it is. */
static bool is_plain(const char *name)
{
	struct stat status;

	return stat(name, &status) < 0 || S_ISREG(status.st_mode);
}

static int write_special(const char *name, const void *bytes, size_t size)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, bytes, size);
	close(fd);
	return r;
}

static int write_file(const char *name, const void *bytes, size_t size)
{
	char *beside = NULL;
	int fd, r;

	if (!is_plain(name))
		return write_special(name, bytes, size);
	if (asprintf(&beside, "%s.XXXXXX", name) < 0)
		return -ENOMEM;
	fd = mkostemp(beside, O_CLOEXEC);
	r = fd < 0 ? -errno : write_beside(name, beside, fd, bytes, size);
	free(beside);
	return r;
}

int output_write(const char *name, const void *bytes, size_t size)
{
	int r = strcmp(name, "-") ? write_file(name, bytes, size) : write_all(STDOUT_FILENO, bytes, size);

	return r < 0 ? complain(CTL_FAILED, "writing %s: %s", name, strerror(-r)) : CTL_OK;
}
