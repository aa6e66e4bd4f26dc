// SPDX-License-Identifier: GPL-2.0-or-later
/* The record of treatments in SQLite: the database, its transactions, and what it knows of treatments. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/record/store-private.h"
#include "daemon/util.h"

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

int store_commit(struct store *store)
{
	int r;

	if (sqlite3_get_autocommit(store->db))
		return 0;
	r = store_save_chains(store);
	return r < 0 ? r : store_execute(store, "COMMIT");
}

void store_rollback(struct store *store)
{
	store->chains = 0;
	if (!sqlite3_get_autocommit(store->db))
		store_execute(store, "ROLLBACK");
}

static int get_boot_id(struct store *store)
{
	sd_id128_t id;
	int r = sd_id128_get_boot(&id);

	if (r >= 0)
		sd_id128_to_string(id, store->boot_id);
	return r;
}

static int connect_file(struct store *store, const char *path)
{
	int code = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				   SQLITE_OPEN_NOMUTEX, NULL);

	/* Why a file cannot be opened is known only to the system. */
	if (code == SQLITE_CANTOPEN && sqlite3_system_errno(store->db))
		return -sqlite3_system_errno(store->db);
	/* Another process that reads the database may hold it for a moment. */
	sqlite3_busy_timeout(store->db, 1000);
	return store_error(code);
}

/* All of it, or nothing: a database that could not be brought up to date is as it was. */
static int bring_up_to_date(struct store *store, enum schema_state state)
{
	int r = store_ensure_transaction(store);

	if (r >= 0)
		r = schema_create(store->db, state);
	if (r >= 0)
		r = store_append_prepare(store);
	if (r >= 0 && state == SCHEMA_UNVERSIONED)
		r = store_migrate(store);
	if (r >= 0)
		r = schema_seal(store->db, state);
	if (r >= 0)
		r = store_commit(store);
	if (r < 0)
		store_rollback(store);
	return r;
}

static int open_tables(struct store *store, const char *path)
{
	enum schema_state state;
	int r = schema_look(store->db, &state);

	if (r >= 0)
		r = store_key_open(path, &store->key);
	if (r >= 0)
		r = store_execute(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
	if (r < 0)
		return r;
	return state == SCHEMA_CURRENT ? store_append_prepare(store) : bring_up_to_date(store, state);
}

void store_listen(store_saying say)
{
	sqlite3_config(SQLITE_CONFIG_LOG, say, NULL);
}

int store_open(const char *path, struct store **ret)
{
	_cleanup_(store_closep) struct store *store = calloc(1, sizeof(*store));
	int r;

	if (!store)
		return -ENOMEM;
	r = get_boot_id(store);
	if (r < 0)
		return r;
	r = connect_file(store, path);
	if (r < 0)
		return r;
	r = open_tables(store, path);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(store);
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (int i = 0; i < TABLE_COUNT; i++)
		sqlite3_finalize(store->insert[i]);
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(store->statement[i]);
	sqlite3_close(store->db);
	free(store);
}

static int64_t time_offset(const struct store *store, const char *boot_id, int64_t started_ns,
			   int64_t started_us)
{
	int64_t passed_us = store_now_us() - started_us;

	if (!strcmp(boot_id, store->boot_id))
		return 0;
	return started_ns + (passed_us > 0 ? passed_us : 0) * 1000 - now_ns();
}

static const char resume_query[] =
	"SELECT boot_id, started_ns, started_us,"
	" (SELECT max(seq) FROM samples WHERE treatment = t.id) FROM treatments t WHERE id = ?";

int store_resume(struct store *store, uint64_t treatment, struct store_place *ret)
{
	sqlite3_stmt *s;
	int r = store_find(store, resume_query, treatment, &s);

	if (r < 0)
		return r;
	*ret = (struct store_place){
		.last_seq = sqlite3_column_int64(s, 3),
		.time_offset_ns = time_offset(store, (const char *)sqlite3_column_text(s, 0),
					      sqlite3_column_int64(s, 1),
					      sqlite3_column_int64(s, 2)),
	};
	sqlite3_finalize(s);
	return store_mark(store, treatment, store_now_us(), "resumed", "");
}

int store_last_treatment(struct store *store, uint64_t *ret)
{
	return store_number(store, "SELECT max(ifnull((SELECT max(id) FROM treatments), 0),"
			    " ifnull((SELECT max(treatment) FROM heads), 0), ?)", 0, (int64_t *)ret);
}

/* When the latest sample was taken, by the wall clock of the treatment's start. */
static const char last_seen_query[] =
	"SELECT started_us + ifnull((SELECT time_ns FROM samples WHERE treatment = t.id"
	" ORDER BY seq DESC LIMIT 1) - started_ns, 0) / 1000 FROM treatments t WHERE id = ?";

int store_mark_interrupted(struct store *store)
{
	static const char next_open[] = "SELECT min(id) FROM records WHERE open AND id > ?";
	int64_t id = 0, seen_us = 0;
	int r;

	for (;;) {
		r = store_number(store, next_open, id, &id);
		if (r < 0 || !id)
			break;
		r = store_number(store, last_seen_query, id, &seen_us);
		if (r >= 0)
			r = store_close_record(store, id, seen_us, "ended", "interrupted");
		if (r < 0)
			break;
	}
	return r < 0 ? r : store_commit(store);
}

static void read_frozen(sqlite3_stmt *s, struct store_frozen *ret)
{
	*ret = (struct store_frozen){ .treatment = sqlite3_column_int64(s, 1) };
	snprintf(ret->serial, sizeof(ret->serial), "%s", sqlite3_column_text(s, 0));
	snprintf(ret->protocol, sizeof(ret->protocol), "%s", sqlite3_column_text(s, 2));
}

int store_list_frozen(struct store *store,
		      void (*found)(const struct store_frozen *frozen, void *userdata),
		      void *userdata)
{
	struct store_frozen frozen;
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(store->db, "SELECT serial, max(id), protocol FROM records"
				      " WHERE outcome = 'interrupted' AND NOT thawed GROUP BY serial",
				      -1, &s, NULL);

	if (code == SQLITE_OK)
		while ((code = sqlite3_step(s)) == SQLITE_ROW) {
			read_frozen(s, &frozen);
			found(&frozen, userdata);
		}
	sqlite3_finalize(s);
	return store_error(code);
}

static int next_frozen(struct store *store, const char *serial, int64_t *ret)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(store->db, "SELECT min(id) FROM records WHERE serial = ?"
				      " AND outcome = 'interrupted' AND NOT thawed", -1, &s, NULL);

	if (code == SQLITE_OK) {
		sqlite3_bind_text(s, 1, serial, -1, SQLITE_STATIC);
		code = sqlite3_step(s);
	}
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return store_error(code);
}

int store_mark_thawed(struct store *store, const char *serial)
{
	int64_t id = 0;
	int r;

	for (;;) {
		r = next_frozen(store, serial, &id);
		if (r < 0 || !id)
			break;
		r = store_close_record(store, id, store_now_us(), "thawed", "");
		if (r < 0)
			break;
	}
	return r < 0 ? r : store_commit(store);
}
