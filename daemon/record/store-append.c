// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows into the store, each a link of its treatment's chain. */
#include <stdio.h>
#include <string.h>

#include "daemon/record/store-private.h"

static const char *const statement_text[] = {
	[STATEMENT_CHAIN_LOAD] = "SELECT links, head FROM chains WHERE treatment = ?",
	[STATEMENT_CHAIN_SAVE] = "INSERT OR REPLACE INTO chains VALUES(?, ?, ?)",
	[STATEMENT_INDEX] = "INSERT INTO heads VALUES(?, ?, ?, ?, ?, ?, ?)",
};

static int prepare(struct store *store, const char *text, sqlite3_stmt **ret)
{
	return store_error(sqlite3_prepare_v3(store->db, text, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL));
}

static int prepare_insert(struct store *store, enum store_table table)
{
	unsigned int n = store_table[table].columns + 2;
	char text[128], *end;

	end = text + snprintf(text, sizeof(text), "INSERT OR %s INTO %s VALUES(?",
			      strcmp(store_table[table].row, "seq") ? "ABORT" : "IGNORE",
			      store_table[table].name);
	while (--n)
		end = stpcpy(end, ",?");
	stpcpy(end, ")");
	return prepare(store, text, &store->insert[table]);
}

int store_append_prepare(struct store *store)
{
	int r = 0;

	for (int i = 0; r >= 0 && i < TABLE_COUNT; i++)
		r = prepare_insert(store, i);
	for (int i = 0; r >= 0 && i < STATEMENT_COUNT; i++)
		r = prepare(store, statement_text[i], &store->statement[i]);
	return r;
}

static int load_chain(struct store *store, int64_t treatment, struct chain *ret)
{
	sqlite3_stmt *s = store->statement[STATEMENT_CHAIN_LOAD];
	int code;

	*ret = (struct chain){ 0 };
	sqlite3_bind_int64(s, 1, treatment);
	code = sqlite3_step(s);
	if (code == SQLITE_ROW) {
		ret->links = sqlite3_column_int64(s, 0);
		if (sqlite3_column_bytes(s, 1) == sizeof(ret->head))
			memcpy(ret->head, sqlite3_column_blob(s, 1), sizeof(ret->head));
	}
	sqlite3_reset(s);
	return store_error(code);
}

static int save_chain(struct store *store, const struct open_chain *open)
{
	sqlite3_stmt *s = store->statement[STATEMENT_CHAIN_SAVE];

	sqlite3_bind_int64(s, 1, open->treatment);
	sqlite3_bind_int64(s, 2, open->chain.links);
	sqlite3_bind_blob(s, 3, open->chain.head, sizeof(open->chain.head), SQLITE_TRANSIENT);
	return store_run(s);
}

int store_save_chains(struct store *store)
{
	int r = 0;

	for (unsigned int i = 0; r >= 0 && i < store->chains; i++)
		if (store->chain[i].grown)
			r = save_chain(store, &store->chain[i]);
	if (r >= 0)
		store->chains = 0;
	return r;
}

/* In a transaction only: what it forgets, the database has. */
static int open_chain(struct store *store, int64_t treatment, struct open_chain **ret)
{
	struct open_chain *open;
	int r;

	for (unsigned int i = 0; i < store->chains; i++)
		if (store->chain[i].treatment == treatment) {
			*ret = &store->chain[i];
			return 0;
		}
	r = store->chains == CHAINS_MAX ? store_save_chains(store) : 0;
	if (r < 0)
		return r;
	open = &store->chain[store->chains];
	*open = (struct open_chain){ .treatment = treatment };
	r = load_chain(store, treatment, &open->chain);
	if (r < 0)
		return r;
	store->chains++;
	*ret = open;
	return 0;
}

int store_chain(struct store *store, uint64_t treatment, struct chain *ret)
{
	for (unsigned int i = 0; i < store->chains; i++)
		if (store->chain[i].treatment == (int64_t)treatment) {
			*ret = store->chain[i].chain;
			return 0;
		}
	return load_chain(store, treatment, ret);
}

static void bind_value(sqlite3_stmt *s, int index, const struct chain_value *value)
{
	if (value->kind == CHAIN_NUMBER)
		sqlite3_bind_int64(s, index, value->number);
	else if (value->kind == CHAIN_TEXT)
		sqlite3_bind_text(s, index, value->text, value->length, SQLITE_TRANSIENT);
	else
		sqlite3_bind_null(s, index);
}

void store_row_values(sqlite3_stmt *row, unsigned int columns, struct chain_value *ret)
{
	for (unsigned int i = 0; i < columns; i++)
		switch (sqlite3_column_type(row, i)) {
		case SQLITE_INTEGER:
			ret[i] = CHAIN_NUMBER(sqlite3_column_int64(row, i));
			break;
		case SQLITE_TEXT:
			ret[i] = (struct chain_value){
				.kind = CHAIN_TEXT, .text = (const char *)sqlite3_column_text(row, i),
				.length = sqlite3_column_bytes(row, i),
			};
			break;
		case SQLITE_NULL:
			ret[i] = chain_text(NULL);
			break;
		default:
			ret[i] = (struct chain_value){ .kind = CHAIN_OTHER };
		}
}

static int insert(struct store *store, enum store_table table, const struct chain_value *value,
		  struct open_chain *open)
{
	const struct store_table_layout *layout = &store_table[table];
	struct chain next = open->chain;
	int64_t tag = chain_add(&next, layout->letter, value, layout->columns);
	sqlite3_stmt *s = store->insert[table];
	int r;

	for (unsigned int i = 0; i < layout->columns; i++)
		bind_value(s, i + 1, &value[i]);
	sqlite3_bind_int64(s, layout->columns + 1, next.links);
	sqlite3_bind_int64(s, layout->columns + 2, tag);
	r = store_run(s);
	if (r < 0 || !sqlite3_changes(store->db))
		return r;
	open->chain = next;
	open->grown = true;
	return 0;
}

int store_append(struct store *store, enum store_table table, const struct chain_value *value)
{
	struct open_chain *open;
	int r = store_ensure_transaction(store);

	if (r >= 0)
		r = open_chain(store, value[0].number, &open);
	return r < 0 ? r : insert(store, table, value, open);
}
