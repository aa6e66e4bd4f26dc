/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A test's own directory goes, with the files in it. */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

/* As rmdir(2): it fails if there is a directory in it. */
static inline int remove_directory(const char *path)
{
	struct dirent *entry;
	DIR *directory = opendir(path);

	while (directory && (entry = readdir(directory)))
		unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory)
		closedir(directory);
	return rmdir(path);
}
