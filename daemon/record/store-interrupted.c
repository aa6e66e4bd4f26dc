// SPDX-License-Identifier: GPL-2.0-or-later
/* Treatments that were cut off: how their records end, go on, and are closed once the thaw was watched. */
#include <stdio.h>
#include <string.h>

#include "daemon/record/store-private.h"
#include "daemon/util.h"

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
