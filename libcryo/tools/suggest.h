/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Near names for a wrong one. Pure. */
#pragma once

#include <stddef.h>

#define SUGGEST_MAX 3

/*
 * Letters to insert, delete, replace or swap with their neighbour to make @b of @a, case aside.
 * Of names longer than 63 letters only the first 63 count.
 */
unsigned int suggest_distance(const char *a, const char *b);

/*
 * Puts the names of @names that are near to @wrong into @ret, nearest first; returns how many. Near
 * is a distance of at most 2, or a third of @wrong's length if that is more, or a name that begins
 * with @wrong.
 */
size_t suggest(const char *wrong, const char *const names[], size_t n,
	       const char *ret[SUGGEST_MAX]);
