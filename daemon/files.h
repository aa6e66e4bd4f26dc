/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of one kind in several directories, of which the first hides those of its names in the others. */
#pragma once

/* Sorted names of all files that end in @suffix, without it; NULL at the end. Free each and the list. -ENOMEM */
int files_list(const char *const *path, const char *suffix, char ***ret);
void files_free_list(char **list);
static inline void files_free_listp(char ***list)
{
	files_free_list(*list);
}
