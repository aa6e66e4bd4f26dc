// SPDX-License-Identifier: GPL-2.0-or-later
/* The record of treatments in SQLite: the database, how it is opened, and how what was written becomes durable. */
#include "daemon/record/store-private.h"
#include "daemon/util.h"

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

int store_last_treatment(struct store *store, uint64_t *ret)
{
	return store_number(store, "SELECT max(ifnull((SELECT max(id) FROM treatments), 0),"
			    " ifnull((SELECT max(treatment) FROM heads), 0), ?)", 0, (int64_t *)ret);
}
