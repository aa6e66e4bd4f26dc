/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the record, and their version. */
#pragma once

#include <sqlite3.h>

#define SCHEMA_VERSION		2	/* PRAGMA user_version */
#define SCHEMA_COLUMNS_MAX	20

/* Tables whose rows are links of a record's chain. */
enum store_table {
	TABLE_TREATMENTS,
	TABLE_SAMPLES,
	TABLE_STEPS,
	TABLE_ICE,
	TABLE_EVENTS,
	TABLE_MARKS,
	TABLE_COUNT
};

struct store_table_layout {
	const char *name;
	const char *key;		/* the column with the treatment's number, the first one */
	const char *row;		/* the column that names a row of a treatment, and orders them */
	unsigned int columns;		/* that the chain takes; link and tag follow them */
	char letter;			/* stands for the table in the chain */
};

extern const struct store_table_layout store_table[TABLE_COUNT];

enum schema_state {
	SCHEMA_EMPTY,
	SCHEMA_UNVERSIONED,		/* of the first releases, without chains */
	SCHEMA_WITHOUT_ICE,		/* version 1: of ice there are radii and one error in `steps` */
	SCHEMA_CURRENT,
};

/* What @db holds, without writing to it. -EPROTO: a newer cryod made it; else as store_error(). */
int schema_look(sqlite3 *db, enum schema_state *ret);

/*
 * Creates what tables are missing; those of an unversioned database are kept as old_treatments,
 * old_samples …
 */
int schema_create(sqlite3 *db, enum schema_state state);

/* After what they held was copied. */
int schema_drop_old(sqlite3 *db);

/* The triggers that refuse changes, and the version: the last step. */
int schema_seal(sqlite3 *db, enum schema_state state);
