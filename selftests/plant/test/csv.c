// SPDX-License-Identifier: GPL-2.0-or-later
/* Reader of the reference tables. */
#include "selftests/plant/test/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool next_line(FILE *file, char *line)
{
	do {
		if (!fgets(line, CSV_LINE_MAX, file))
			return false;
	} while (line[0] == '#');
	line[strcspn(line, "\r\n")] = 0;
	return true;
}

static int split(char *line, char **cell)
{
	int n = 0;

	while (line && n < CSV_COLUMNS_MAX)
		cell[n++] = strsep(&line, ",");
	return n;
}

bool csv_open(struct csv *c, const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "selftests/data/%s", path);
	memset(c, 0, sizeof(*c));
	c->file = fopen(full, "re");
	if (c->file && next_line(c->file, c->header)) {
		c->columns = split(c->header, c->name);
		return true;
	}
	printf("# cannot read %s: run from the repository's root\n", full);
	csv_close(c);
	return false;
}

void csv_close(struct csv *c)
{
	if (c->file)
		fclose(c->file);
	c->file = NULL;
}

bool csv_next(struct csv *c)
{
	if (!next_line(c->file, c->line))
		return false;
	memset(c->cell, 0, sizeof(c->cell));
	split(c->line, c->cell);
	return true;
}

const char *csv_text(const struct csv *c, const char *column)
{
	for (int i = 0; i < c->columns; i++)
		if (!strcmp(c->name[i], column))
			return c->cell[i] ? c->cell[i] : "";
	return "";
}

double csv_number(const struct csv *c, const char *column)
{
	const char *text = csv_text(c, column);
	char *end;
	double value = strtod(text, &end);

	return end == text ? NAN : value;
}
