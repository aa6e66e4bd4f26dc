/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads reference tables: a line of column names, then rows; lines that begin with # are
 * skipped.
 */
#ifndef CRYO_PLANT_TEST_CSV_H
#define CRYO_PLANT_TEST_CSV_H

#include <stdbool.h>
#include <stdio.h>

#define CSV_COLUMNS_MAX 32
#define CSV_LINE_MAX 1024

struct csv {
	FILE *file;
	char header[CSV_LINE_MAX], line[CSV_LINE_MAX];
	char *name[CSV_COLUMNS_MAX], *cell[CSV_COLUMNS_MAX];
	int columns;
};

/* Opens a table below selftests/data; false (and a diagnostic) when it cannot be read. */
bool csv_open(struct csv *c, const char *path);
void csv_close(struct csv *c);

/* The next row; false at the end. */
bool csv_next(struct csv *c);

/*
 * A cell of this row by the column's name, "" or NaN when there is no such column or it is
 * empty.
 */
const char *csv_text(const struct csv *c, const char *column);
double csv_number(const struct csv *c, const char *column);

#endif
