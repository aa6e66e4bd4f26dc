// SPDX-License-Identifier: GPL-2.0-or-later
/* What all files of the store ask of SQLite, and its codes as errors. */
#include <errno.h>
#include <string.h>

#include "daemon/record/store-private.h"

int store_error(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

const char *store_error_text(int error)
{
	if (error == -EPROTO)
		return "a newer cryod made the database; it is left as it is";
	if (error == -EBADMSG)
		return "the database is damaged, or is none";
	if (error == -EBUSY)
		return "another process holds the database";
	if (error == -EKEYREJECTED)
		return "record.key, which signs the records, holds no key";
	return strerror(-error);
}

int store_find(struct store *store, const char *query, uint64_t treatment, sqlite3_stmt **ret)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(store->db, query, -1, &s, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_int64(s, 1, treatment);
		code = sqlite3_step(s);
	}
	if (code == SQLITE_ROW) {
		*ret = s;
		return 0;
	}
	sqlite3_finalize(s);
	return store_error(code) ?: -ENOENT;
}

int store_number(struct store *store, const char *query, uint64_t treatment, int64_t *ret)
{
	sqlite3_stmt *s;
	int r = store_find(store, query, treatment, &s);

	if (r < 0)
		return r;
	*ret = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return 0;
}

int store_execute(struct store *store, const char *sql)
{
	return store_error(sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

/* SQLite ends a transaction by itself when a write in it fails; chains that it had are as they were before. */
int store_ensure_transaction(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		return 0;
	store->chains = 0;
	return store_execute(store, "BEGIN IMMEDIATE");
}

int store_run(sqlite3_stmt *statement)
{
	int r = store_error(sqlite3_step(statement));

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return r;
}
