// SPDX-License-Identifier: GPL-2.0-or-later
/* Expiry: first the tombstone in the index, then the rows, a part at a time. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "daemon/record/store-expire.h"
#include "daemon/record/store-index.h"

#define USEC_PER_DAY	(24 * 3600 * 1000000LL)

/* Of the records that may go. */
static const char oldest_query[] =
	"SELECT id, ended_us FROM records WHERE NOT open AND (outcome <> 'interrupted' OR thawed)"
	" ORDER BY id LIMIT ?";

static const char used_query[] =
	"SELECT (page_count - freelist_count) * page_size"
	" FROM pragma_page_count, pragma_freelist_count, pragma_page_size";

static const char going_query[] =
	"SELECT min(id) FROM treatments WHERE id > ?"
	" AND EXISTS (SELECT 1 FROM heads WHERE treatment = id AND state = 'expired')";

static int is_due(struct store *store, const struct store_limits *limits, int64_t ended_us, bool *ret)
{
	int64_t used;
	int r = store_number(store, used_query, 0, &used);

	*ret = (limits->keep_days && store_now_us() - ended_us > limits->keep_days * USEC_PER_DAY) ||
	       (r >= 0 && limits->size_max_mb && used > limits->size_max_mb * 1000000LL);
	return r;
}

/* The one that goes next, 0 if none has to. */
static int find_due(struct store *store, const struct store_limits *limits, int64_t *ret)
{
	int64_t id, ended_us;
	sqlite3_stmt *s;
	bool due = false;
	int r = store_find(store, oldest_query, 1, &s);

	*ret = 0;
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	id = sqlite3_column_int64(s, 0);
	ended_us = sqlite3_column_int64(s, 1);
	sqlite3_finalize(s);
	r = is_due(store, limits, ended_us, &due);
	if (due)
		*ret = id;
	return r;
}

static int delete_from(struct store *store, enum store_table table, int64_t id, unsigned int rows)
{
	const struct store_table_layout *t = &store_table[table];
	char sql[256];

	snprintf(sql, sizeof(sql), "DELETE FROM %s WHERE %s = %" PRId64 " AND %s IN"
		 " (SELECT %s FROM %s WHERE %s = %" PRId64 " LIMIT %u)",
		 t->name, t->key, id, t->row, t->row, t->name, t->key, id, rows);
	return store_execute(store, sql);
}

/* The treatment's own row is the last one: as long as it is there, there is more to do. */
static int delete_some(struct store *store, int64_t id, unsigned int rows)
{
	char sql[64];
	int r;

	for (int table = TABLE_COUNT - 1; table > TABLE_TREATMENTS; table--) {
		r = delete_from(store, table, id, rows);
		if (r < 0 || sqlite3_changes(store->db))
			return r;
	}
	snprintf(sql, sizeof(sql), "DELETE FROM chains WHERE treatment = %" PRId64, id);
	r = store_execute(store, sql);
	return r < 0 ? r : delete_from(store, TABLE_TREATMENTS, id, rows);
}

int store_expire_some(struct store *store, const struct store_limits *limits, unsigned int rows,
		      uint64_t *ret_expired)
{
	int64_t id = 0;
	int r = store_number(store, going_query, 0, &id);

	*ret_expired = 0;
	if (r >= 0 && id) {
		r = store_ensure_transaction(store);
		if (r >= 0)
			r = delete_some(store, id, rows);
		return r < 0 ? r : 1;
	}
	if (r >= 0)
		r = find_due(store, limits, &id);
	if (r < 0 || !id)
		return r;
	r = index_add(store, id, true);
	if (r < 0)
		return r;
	*ret_expired = id;
	return 1;
}
