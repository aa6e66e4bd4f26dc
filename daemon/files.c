// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of files in several directories. */
#include <dirent.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/files.h"
#include "daemon/util.h"

struct list {
	char **names;
	size_t n;
};

static bool list_has(const struct list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->names[i], name))
			return true;
	return false;
}

/* Takes @name over. */
static int list_add(struct list *list, char *name)
{
	char **names;

	if (list_has(list, name)) {
		free(name);
		return 0;
	}
	names = reallocarray(list->names, list->n + 2, sizeof(*names));
	if (!names) {
		free(name);
		return -ENOMEM;
	}
	names[list->n++] = name;
	names[list->n] = NULL;
	list->names = names;
	return 0;
}

static int list_add_file(struct list *list, const char *file, const char *suffix)
{
	size_t length = strlen(file), tail = strlen(suffix);
	char *name;

	if (length <= tail || strcmp(file + length - tail, suffix))
		return 0;
	name = strndup(file, length - tail);
	return name ? list_add(list, name) : -ENOMEM;
}

static int list_add_directory(struct list *list, const char *directory, const char *suffix)
{
	struct dirent *entry;
	DIR *dir = opendir(directory);
	int r = 0;

	if (!dir)
		return 0;
	while (r >= 0 && (entry = readdir(dir)))
		r = list_add_file(list, entry->d_name, suffix);
	closedir(dir);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int files_list(const char *const *path, const char *suffix, char ***ret)
{
	struct list list = { .names = calloc(1, sizeof(char *)) };
	int r = list.names ? 0 : -ENOMEM;

	for (; r >= 0 && *path; path++)
		r = list_add_directory(&list, *path, suffix);
	if (r < 0) {
		files_free_list(list.names);
		return r;
	}
	qsort(list.names, list.n, sizeof(*list.names), by_name);
	*ret = list.names;
	return 0;
}

void files_free_list(char **list)
{
	for (char **name = list; name && *name; name++)
		free(*name);
	free(list);
}
