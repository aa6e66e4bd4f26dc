// SPDX-License-Identifier: GPL-2.0-or-later
/* The record of treatments in SQLite: schema, and rows in. */
#include <stdio.h>
#include <string.h>
#include <systemd/sd-id128.h>
#include <time.h>

#include "daemon/record/store-private.h"
#include "daemon/util.h"

enum statement {
	STATEMENT_BEGIN,
	STATEMENT_SAMPLE,
	STATEMENT_STEP,
	STATEMENT_EVENT,
	STATEMENT_END,
	STATEMENT_THAWED,
	STATEMENT_COUNT
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENT_COUNT];
	char boot_id[SD_ID128_STRING_MAX];
};

static const char schema[] =
	"PRAGMA journal_mode=WAL;"
	"PRAGMA synchronous=FULL;"
	"CREATE TABLE IF NOT EXISTS treatments("
	" id INTEGER PRIMARY KEY, serial TEXT NOT NULL, model TEXT NOT NULL, cryogen INTEGER NOT NULL,"
	" gauge INTEGER NOT NULL, protocol TEXT NOT NULL, boot_id TEXT NOT NULL,"
	" started_ns INTEGER NOT NULL, started_realtime_s INTEGER NOT NULL,"
	" ended_realtime_s INTEGER, outcome TEXT, thawed INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE IF NOT EXISTS samples("
	" treatment INTEGER NOT NULL, seq INTEGER NOT NULL, time_ns INTEGER NOT NULL,"
	" state INTEGER NOT NULL, outputs INTEGER NOT NULL, flow_permille INTEGER NOT NULL,"
	" thaw_permille INTEGER NOT NULL, tip_mdegc INTEGER, shaft_mdegc INTEGER,"
	" tissue_mdegc INTEGER, infrared_mdegc INTEGER, cold_junction_mdegc INTEGER,"
	" pressure_kpa INTEGER, missed INTEGER NOT NULL, command_seq INTEGER NOT NULL,"
	" fault_mask INTEGER NOT NULL, PRIMARY KEY(treatment, seq)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS steps("
	" treatment INTEGER NOT NULL, seq INTEGER NOT NULL, phase TEXT NOT NULL,"
	" cycle INTEGER NOT NULL, target_mdegc INTEGER, flow_asked_permille INTEGER NOT NULL,"
	" ice_radius_um INTEGER NOT NULL, ice_half_length_um INTEGER NOT NULL,"
	" isotherm_radius_um INTEGER NOT NULL, ice_error_um INTEGER NOT NULL,"
	" PRIMARY KEY(treatment, seq)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS events("
	" id INTEGER PRIMARY KEY, treatment INTEGER NOT NULL, time_ns INTEGER NOT NULL,"
	" seq INTEGER NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, old INTEGER NOT NULL,"
	" new INTEGER NOT NULL, text TEXT NOT NULL);"
	"CREATE INDEX IF NOT EXISTS events_by_treatment ON events(treatment, time_ns);";

static const char *const statement_text[] = {
	[STATEMENT_BEGIN] =
		"INSERT INTO treatments(id, serial, model, cryogen, gauge, protocol, boot_id, started_ns,"
		" started_realtime_s) VALUES(?,?,?,?,?,?,?,?,unixepoch())",
	[STATEMENT_SAMPLE] =
		"INSERT OR IGNORE INTO samples VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[STATEMENT_STEP] =
		"INSERT OR IGNORE INTO steps VALUES(?,?,?,?,?,?,?,?,?,?)",
	[STATEMENT_EVENT] =
		"INSERT INTO events(treatment, time_ns, seq, source, kind, old, new, text)"
		" VALUES(?,?,?,?,?,?,?,?)",
	[STATEMENT_END] =
		"UPDATE treatments SET outcome = ?, ended_realtime_s = unixepoch() WHERE id = ?",
	[STATEMENT_THAWED] =
		"UPDATE treatments SET thawed = 1 WHERE serial = ? AND outcome = 'interrupted'",
};

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
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

sqlite3 *store_database(struct store *store)
{
	return store->db;
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

static int execute(struct store *store, const char *sql)
{
	return store_error(sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

/* Opens a transaction if none is open: SQLite ends one by itself when a write in it fails. */
static int ensure_transaction(struct store *store)
{
	return sqlite3_get_autocommit(store->db) ? execute(store, "BEGIN IMMEDIATE") : 0;
}

static int run(sqlite3_stmt *statement)
{
	int r = store_error(sqlite3_step(statement));

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return r;
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}

/* A value that is not valid is NULL in the database. */
static void bind_value(sqlite3_stmt *statement, int index, int32_t value)
{
	if (value == CRYO_FRAME_NOT_VALID)
		sqlite3_bind_null(statement, index);
	else
		sqlite3_bind_int(statement, index, value);
}

static int prepare_all(struct store *store)
{
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		int code = sqlite3_prepare_v3(store->db, statement_text[i], -1,
					      SQLITE_PREPARE_PERSISTENT, &store->statement[i], NULL);

		if (code != SQLITE_OK)
			return store_error(code);
	}
	return 0;
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
	return store_error(code);
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
	/* Another process that reads the database may hold it for a moment. */
	sqlite3_busy_timeout(store->db, 1000);
	r = execute(store, schema);
	if (r < 0)
		return r;
	r = prepare_all(store);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(store);
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (int i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(store->statement[i]);
	sqlite3_close(store->db);
	free(store);
}

int store_begin(struct store *store, const struct store_treatment *treatment)
{
	sqlite3_stmt *s = store->statement[STATEMENT_BEGIN];
	int r = ensure_transaction(store);

	if (r < 0)
		return r;
	sqlite3_bind_int64(s, 1, treatment->id);
	bind_text(s, 2, treatment->serial);
	bind_text(s, 3, treatment->model);
	sqlite3_bind_int64(s, 4, treatment->cryogen);
	sqlite3_bind_int64(s, 5, treatment->gauge);
	bind_text(s, 6, treatment->protocol);
	bind_text(s, 7, store->boot_id);
	sqlite3_bind_int64(s, 8, treatment->started_ns);
	r = run(s);
	/* That a treatment was begun must be known whatever comes next. */
	return r < 0 ? r : store_commit(store);
}

int store_sample(struct store *store, uint64_t treatment, const struct channel_map *map,
		 const struct cryoprobe_sample *sample)
{
	sqlite3_stmt *s = store->statement[STATEMENT_SAMPLE];
	int r = ensure_transaction(store);

	if (r < 0)
		return r;
	sqlite3_bind_int64(s, 1, treatment);
	sqlite3_bind_int64(s, 2, sample->seq);
	sqlite3_bind_int64(s, 3, sample->time_ns);
	sqlite3_bind_int64(s, 4, sample->state);
	sqlite3_bind_int64(s, 5, sample->outputs);
	sqlite3_bind_int64(s, 6, sample->flow_permille);
	sqlite3_bind_int64(s, 7, sample->thaw_permille);
	bind_value(s, 8, value_from_sample(sample, map->tip));
	bind_value(s, 9, value_from_sample(sample, map->shaft));
	bind_value(s, 10, value_from_sample(sample, map->tissue));
	bind_value(s, 11, value_from_sample(sample, map->infrared));
	bind_value(s, 12, value_from_sample(sample, map->cold_junction));
	bind_value(s, 13, value_from_sample(sample, map->pressure));
	sqlite3_bind_int64(s, 14, sample->missed);
	sqlite3_bind_int64(s, 15, sample->command_seq);
	sqlite3_bind_int64(s, 16, sample->fault_mask);
	return run(s);
}

int store_step(struct store *store, uint64_t treatment, const struct cryo_frame *frame)
{
	sqlite3_stmt *s = store->statement[STATEMENT_STEP];
	int r = ensure_transaction(store);

	if (r < 0)
		return r;
	sqlite3_bind_int64(s, 1, treatment);
	sqlite3_bind_int64(s, 2, frame->seq);
	bind_text(s, 3, phase_to_string(frame->phase));
	sqlite3_bind_int64(s, 4, frame->cycle);
	bind_value(s, 5, frame->target_mdegc);
	sqlite3_bind_int64(s, 6, frame->flow_asked_permille);
	sqlite3_bind_int64(s, 7, frame->ice_radius_um);
	sqlite3_bind_int64(s, 8, frame->ice_half_length_um);
	sqlite3_bind_int64(s, 9, frame->isotherm_radius_um);
	sqlite3_bind_int64(s, 10, frame->ice_error_um);
	return run(s);
}

int store_event(struct store *store, uint64_t treatment, const struct store_event *event)
{
	sqlite3_stmt *s = store->statement[STATEMENT_EVENT];
	int r = ensure_transaction(store);

	if (r < 0)
		return r;
	sqlite3_bind_int64(s, 1, treatment);
	sqlite3_bind_int64(s, 2, event->time_ns);
	sqlite3_bind_int64(s, 3, event->sample_seq);
	bind_text(s, 4, event->source);
	bind_text(s, 5, event->kind);
	sqlite3_bind_int64(s, 6, event->old);
	sqlite3_bind_int64(s, 7, event->new);
	bind_text(s, 8, event->text);
	return run(s);
}

int store_end(struct store *store, uint64_t treatment, const char *outcome)
{
	sqlite3_stmt *s = store->statement[STATEMENT_END];
	int r = ensure_transaction(store);

	if (r < 0)
		return r;
	bind_text(s, 1, outcome);
	sqlite3_bind_int64(s, 2, treatment);
	r = run(s);
	return r < 0 ? r : store_commit(store);
}

int store_commit(struct store *store)
{
	return sqlite3_get_autocommit(store->db) ? 0 : execute(store, "COMMIT");
}

void store_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		execute(store, "ROLLBACK");
}

static int64_t time_offset(const struct store *store, const char *boot_id, int64_t started_ns,
			   int64_t started_realtime_s)
{
	int64_t passed_s = time(NULL) - started_realtime_s;

	if (!strcmp(boot_id, store->boot_id))
		return 0;
	return started_ns + (passed_s > 0 ? passed_s : 0) * NSEC_PER_SEC - now_ns();
}

static const char resume_query[] =
	"SELECT boot_id, started_ns, started_realtime_s,"
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
	return 0;
}

int store_last_treatment(struct store *store, uint64_t *ret)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(store->db, "SELECT max(id) FROM treatments", -1, &s, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return store_error(code);
}

int store_mark_interrupted(struct store *store)
{
	return execute(store, "UPDATE treatments SET outcome = 'interrupted' WHERE outcome IS NULL");
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
	int code = sqlite3_prepare_v2(store->db, "SELECT serial, max(id), protocol FROM treatments"
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

int store_mark_thawed(struct store *store, const char *serial)
{
	sqlite3_stmt *s = store->statement[STATEMENT_THAWED];
	int r = ensure_transaction(store);

	if (r < 0)
		return r;
	bind_text(s, 1, serial);
	r = run(s);
	return r < 0 ? r : store_commit(store);
}
