// SPDX-License-Identifier: GPL-2.0-or-later
/* The .protocol files on disk. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/files.h"
#include "daemon/protocols.h"
#include "daemon/util.h"

#define SUFFIX		".protocol"
#define SIZE_MAX_BYTES	(64 * 1024)

const char *const protocols_default_path[] = {
	"/etc/cryo/protocols", PROTOCOLS_STORE, "/usr/lib/cryo/protocols", NULL,
};

static int open_first(const char *const *path, const char *name)
{
	for (; *path; path++) {
		char file[PATH_MAX];
		int fd;

		snprintf(file, sizeof(file), "%s/%s" SUFFIX, *path, name);
		fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd >= 0)
			return fd;
		if (errno != ENOENT)
			return -errno;
	}
	return -ENOENT;
}

/* How many bytes there were, at most @size; or -errno. */
static ssize_t read_all(int fd, char *buffer, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while (used < size && (n = read(fd, buffer + used, size - used)) != 0) {
		if (n < 0)
			return -errno;
		used += n;
	}
	return used;
}

int protocols_read(const char *const *path, const char *name, char **ret)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -EBADF;
	ssize_t size;

	if (!protocol_name_is_valid(name))
		return -EINVAL;
	fd = open_first(path, name);
	if (fd < 0)
		return fd;
	text = malloc(SIZE_MAX_BYTES + 1);
	if (!text)
		return -ENOMEM;
	size = read_all(fd, text, SIZE_MAX_BYTES + 1);
	if (size < 0)
		return size;
	if (size > SIZE_MAX_BYTES)
		return -EFBIG;
	text[size] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}

int protocols_load(const char *const *path, const char *name, struct protocol *ret, char **ret_text,
		   struct protocol_error *ret_error)
{
	_cleanup_free_ char *text = NULL;
	int r = protocols_read(path, name, &text);

	if (r >= 0)
		r = protocol_parse(name, text, strlen(text), ret, ret_error);
	if (r >= 0 && ret_text)
		*ret_text = TAKE_PTR(text);
	return r;
}

int protocols_validate(const char *name, const char *text, struct protocol_error *ret_error)
{
	struct protocol protocol;
	size_t size = strlen(text);

	if (size > SIZE_MAX_BYTES) {
		*ret_error = (struct protocol_error){ 0 };
		snprintf(ret_error->text, sizeof(ret_error->text),
			 "it has %zu bytes, at most %d are allowed", size, SIZE_MAX_BYTES);
		return -EBADMSG;
	}
	return protocol_parse(name, text, size, &protocol, ret_error);
}

/* Whether a directory before @store has a protocol of this name. */
static bool is_hidden(const char *const *path, const char *store, const char *name)
{
	for (; *path && strcmp(*path, store); path++) {
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "%s/%s" SUFFIX, *path, name);
		if (access(file, F_OK) == 0)
			return true;
	}
	return false;
}

static int write_and_sync(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		size -= n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* The file has its name only once it is whole and on the disk. */
static int replace_file(int directory, const char *file, const char *text)
{
	char temporary[NAME_MAX + 1];
	_cleanup_close_ int fd = -EBADF;
	int r;

	snprintf(temporary, sizeof(temporary), ".%s.new", file);
	fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return -errno;
	r = write_and_sync(fd, text, strlen(text));
	if (r >= 0 && renameat(directory, temporary, directory, file) < 0)
		r = -errno;
	if (r < 0)
		unlinkat(directory, temporary, 0);
	return r < 0 ? r : fsync(directory) < 0 ? -errno : 0;
}

int protocols_install(const char *const *path, const char *store, const char *name, const char *text,
		      struct protocol_error *ret_error)
{
	char file[PROTOCOL_NAME_MAX + sizeof(SUFFIX)];
	_cleanup_close_ int directory = -EBADF;
	int r;

	if (!protocol_name_is_valid(name))
		return -EINVAL;
	if (is_hidden(path, store, name))
		return -EEXIST;
	r = protocols_validate(name, text, ret_error);
	if (r < 0)
		return r;
	if (mkdir(store, 0755) < 0 && errno != EEXIST)
		return -errno;
	directory = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return -errno;
	snprintf(file, sizeof(file), "%s" SUFFIX, name);
	return replace_file(directory, file, text);
}

int protocols_list(const char *const *path, char ***ret)
{
	return files_list(path, SUFFIX, ret);
}
