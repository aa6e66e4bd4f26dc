/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the store share. */
#pragma once

#include <sqlite3.h>
#include <systemd/sd-id128.h>
#include <time.h>

#include "daemon/record/store-chain.h"
#include "daemon/record/store-key.h"
#include "daemon/record/store-schema.h"
#include "daemon/record/store.h"

#define CHAINS_MAX		32

/* A chain that this transaction has added to, or may. */
struct open_chain {
	int64_t treatment;
	struct chain chain;
	bool grown;
};

enum statement {
	STATEMENT_CHAIN_LOAD,
	STATEMENT_CHAIN_SAVE,
	STATEMENT_INDEX,
	STATEMENT_COUNT
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *insert[TABLE_COUNT];
	sqlite3_stmt *statement[STATEMENT_COUNT];
	struct open_chain chain[CHAINS_MAX];
	unsigned int chains;			/* in use; none outside a transaction */
	char boot_id[SD_ID128_STRING_MAX];
	struct store_key key;
};

/* store-sql.c */

/* A code of SQLite: 0, -ENOSPC, -EROFS, -EBUSY, -EBADMSG (damaged, or no database), -ENOMEM, else -EIO. */
int store_error(int code);
int store_execute(struct store *store, const char *sql);

/* Opens a transaction if none is open. */
int store_ensure_transaction(struct store *store);

/*
 * Runs @query, whose one parameter is a treatment, up to its first row: *ret is to be read and
 * finalized. -ENOENT there is none, or as store_error().
 */
int store_find(struct store *store, const char *query, uint64_t treatment, sqlite3_stmt **ret);

/* The same for a query that gives one number; 0 where it is NULL. */
int store_number(struct store *store, const char *query, uint64_t treatment, int64_t *ret);

/* Runs a statement that gives nothing, and clears it. */
int store_run(sqlite3_stmt *statement);

static inline int64_t store_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* store-append.c */
int store_append_prepare(struct store *store);

/*
 * Adds a row to its table and to its treatment's chain: @value has the table's columns, first the
 * treatment. A row that is there already is left as it is.
 */
int store_append(struct store *store, enum store_table table, const struct chain_value *value);

/* Reads columns of a row as the chain takes them; texts live as long as the row. */
void store_row_values(sqlite3_stmt *row, unsigned int columns, struct chain_value *ret);

/* The chain of a treatment as it stands; without rows for one that is not known. */
int store_chain(struct store *store, uint64_t treatment, struct chain *ret);

/* Before a commit: chains that have grown are written beside their rows. */
int store_save_chains(struct store *store);

/* store-write.c */

/* A mark in the course of a treatment: "ended", "resumed", "thawed". */
int store_mark(struct store *store, uint64_t treatment, int64_t time_us, const char *kind, const char *text);

/* The same where nothing is to follow: the chain's head goes into the index. */
int store_close_record(struct store *store, uint64_t treatment, int64_t time_us, const char *kind,
		       const char *text);

/* store-migrate.c: what old_treatments … hold goes into the tables of today. */
int store_migrate(struct store *store);
