// SPDX-License-Identifier: LGPL-2.1-or-later
/* Near names for a wrong one: optimal string alignment distance. Pure. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "suggest.h"

#define LETTERS_MAX 63

static unsigned int min2(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static int same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

unsigned int suggest_distance(const char *a, const char *b)
{
	unsigned int rows[3][LETTERS_MAX + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2];
	size_t length_a = strnlen(a, LETTERS_MAX), length_b = strnlen(b, LETTERS_MAX);

	for (size_t j = 0; j <= length_b; j++)
		last[j] = j;
	for (size_t i = 1; i <= length_a; i++) {
		unsigned int *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= length_b; j++) {
			row[j] = min2(last[j] + 1, row[j - 1] + 1);
			row[j] = min2(row[j], last[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = min2(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[length_b];
}

/* UINT_MAX-like for names that are not near. */
static unsigned int rank(const char *wrong, const char *name)
{
	size_t length = strlen(wrong);
	unsigned int distance = suggest_distance(wrong, name);

	if (length > 0 && !strncasecmp(wrong, name, length))
		return 0;
	return distance <= 2 || distance <= length / 3 ? distance : ~0U;
}

size_t suggest(const char *wrong, const char *const names[], size_t n,
	       const char *ret[SUGGEST_MAX])
{
	unsigned int ranks[SUGGEST_MAX];
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned int r = rank(wrong, names[i]);
		size_t at = found;

		while (at > 0 && ranks[at - 1] > r)
			at--;
		if (r == ~0U || at == SUGGEST_MAX)
			continue;
		found = found < SUGGEST_MAX ? found + 1 : found;
		memmove(&ranks[at + 1], &ranks[at], (found - at - 1) * sizeof(ranks[0]));
		memmove(&ret[at + 1], &ret[at], (found - at - 1) * sizeof(ret[0]));
		ranks[at] = r;
		ret[at] = names[i];
	}
	return found;
}
