/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of the record share. */
#pragma once

#include "daemon/record/store-private.h"

struct store_reader {
	struct store *store;
	struct store_question question;
	sqlite3_stmt *rows;
	int64_t started_ns;		/* of the treatment, CLOCK_MONOTONIC */
};

/* store-files.c: a row of the query goes into the question's file */
extern const char store_samples_query[], store_csv_query[];

int store_samples_row(struct store_reader *reader);
int store_csv_begin(struct store_reader *reader);
int store_csv_row(struct store_reader *reader);
