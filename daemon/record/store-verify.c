// SPDX-License-Identifier: GPL-2.0-or-later
/* Verifying: first the index from its first entry, then each record from its first row. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/record/answer.h"
#include "daemon/record/store-index.h"
#include "daemon/record/store-verify.h"
#include "daemon/util.h"

struct store_verifier {
	struct store *store;
	struct store_question question;
	sqlite3_stmt *entries;		/* NULL once the index is good */
	struct index_entry before;	/* the entry that was good last */

	int64_t treatment;		/* whose rows are looked at, 0 between two */
	int64_t latest;			/* the one before */
	int64_t records;		/* good so far */
	bool open;
	struct chain wanted, chain;	/* what was signed, what the rows make */
	sqlite3_stmt *rows[TABLE_COUNT];	/* each at its next row, NULL at its end */
};

/*
 * Verdicts: each ends the verifying, with 0
 */

static int verdict(struct store_verifier *v, const char *word, const char *detail)
{
	answer_add_text(v->question.answer, word);
	answer_add_text(v->question.answer, detail);
	return v->question.answer->error;
}

__attribute__((format(printf, 2, 3)))
static int damaged(struct store_verifier *v, const char *format, ...)
{
	char detail[256];
	size_t used = 0;
	va_list args;

	if (v->treatment && !v->question.treatment)
		used = snprintf(detail, sizeof(detail), "record %" PRId64 ": ", v->treatment);
	va_start(args, format);
	vsnprintf(detail + used, sizeof(detail) - used, format, args);
	va_end(args);
	return verdict(v, "damaged", detail);
}

/* A row is named by its table and what orders it there. */
static int damaged_row(struct store_verifier *v, enum store_table table, int64_t row, const char *how)
{
	return damaged(v, "%s, %s %" PRId64 ": %s", store_table[table].name, store_table[table].row, row,
		       how);
}

/*
 * The index
 */

static int look_at_entry(struct store_verifier *v)
{
	struct index_entry entry;

	if (index_read(v->entries, &entry) < 0)
		return damaged(v, "index, entry %" PRId64 ": changed", v->before.entry + 1);
	if (entry.entry != v->before.entry + 1)
		return damaged(v, "index, entry %" PRId64 ": missing", v->before.entry + 1);
	if (!index_fits(v->store, &entry, &v->before))
		return damaged(v, "index, entry %" PRId64 ": its signature does not fit", entry.entry);
	v->before = entry;
	return 1;
}

static int look_at_index(struct store_verifier *v)
{
	int code = sqlite3_step(v->entries);

	if (code == SQLITE_ROW)
		return look_at_entry(v);
	sqlite3_finalize(TAKE_PTR(v->entries));
	return code == SQLITE_DONE ? 1 : store_error(code);
}

/*
 * A record
 */

static void forget_rows(struct store_verifier *v)
{
	for (int i = 0; i < TABLE_COUNT; i++)
		sqlite3_finalize(TAKE_PTR(v->rows[i]));
}

/* On to the table's next row of this record. */
static int step_table(struct store_verifier *v, enum store_table table)
{
	int code = sqlite3_step(v->rows[table]);

	if (code != SQLITE_ROW)
		sqlite3_finalize(TAKE_PTR(v->rows[table]));
	return store_error(code);
}

static int open_table(struct store_verifier *v, enum store_table table)
{
	const struct store_table_layout *layout = &store_table[table];
	char query[128];
	int code;

	snprintf(query, sizeof(query), "SELECT * FROM %s WHERE %s = ? ORDER BY %s", layout->name,
		 layout->key, layout->row);
	code = sqlite3_prepare_v2(v->store->db, query, -1, &v->rows[table], NULL);
	if (code != SQLITE_OK)
		return store_error(code);
	sqlite3_bind_int64(v->rows[table], 1, v->treatment);
	return step_table(v, table);
}

static int64_t link_of(const struct store_verifier *v, enum store_table table)
{
	return v->rows[table] ? sqlite3_column_int64(v->rows[table], store_table[table].columns)
			      : INT64_MAX;
}

static int64_t row_of(const struct store_verifier *v, enum store_table table)
{
	/* Columns: the treatment, seq or time …; link and tag. */
	if (!strcmp(store_table[table].row, "link"))
		return link_of(v, table);
	return sqlite3_column_int64(v->rows[table], table == TABLE_TREATMENTS ? 0 : 1);
}

static enum store_table lowest_link(const struct store_verifier *v)
{
	enum store_table lowest = 0;

	for (int i = 1; i < TABLE_COUNT; i++)
		if (link_of(v, i) < link_of(v, lowest))
			lowest = i;
	return lowest;
}

/* Where a row with this link stands, if it is anywhere; @ret its name. */
static int find_link(struct store_verifier *v, int64_t link, enum store_table table, int64_t *ret)
{
	char query[160];

	snprintf(query, sizeof(query), "SELECT %s FROM %s WHERE %s = ? AND link = %" PRId64,
		 store_table[table].row, store_table[table].name, store_table[table].key, link);
	return store_number(v->store, query, v->treatment, ret);
}

static int damaged_gap(struct store_verifier *v, enum store_table next)
{
	int64_t link = v->chain.links + 1, row = 0;

	for (int i = 0; i < TABLE_COUNT; i++)
		if (find_link(v, link, i, &row) >= 0)
			return damaged_row(v, i, row, "not in its place");
	if (!v->rows[next])
		return damaged(v, "%" PRId64 " rows are missing at its end", v->wanted.links - v->chain.links);
	row = row_of(v, next);
	return damaged(v, "a row is missing, link %" PRId64 ", before %s, %s %" PRId64, link,
		       store_table[next].name, store_table[next].row, row);
}

static int look_at_row(struct store_verifier *v)
{
	struct chain_value value[SCHEMA_COLUMNS_MAX];
	enum store_table table = lowest_link(v);
	unsigned int columns = store_table[table].columns;
	int64_t tag;
	int r;

	if (link_of(v, table) <= v->chain.links)
		return damaged_row(v, table, row_of(v, table), "added");
	if (link_of(v, table) > v->chain.links + 1)
		return damaged_gap(v, table);
	store_row_values(v->rows[table], columns, value);
	tag = chain_add(&v->chain, store_table[table].letter, value, columns);
	if (sqlite3_column_type(v->rows[table], columns + 1) != SQLITE_INTEGER ||
	    tag != sqlite3_column_int64(v->rows[table], columns + 1))
		return damaged_row(v, table, row_of(v, table), "changed");
	r = step_table(v, table);
	return r < 0 ? r : 1;
}

static int end_record(struct store_verifier *v)
{
	enum store_table next = lowest_link(v);
	struct chain kept;
	int r = store_chain(v->store, v->treatment, &kept);

	if (r < 0)
		return r;
	if (!v->open && v->rows[next])
		return damaged_row(v, next, row_of(v, next), "added");
	if (memcmp(v->chain.head, v->wanted.head, sizeof(v->chain.head)))
		return damaged(v, "its rows do not make the head that was %s", v->open ? "kept" : "signed");
	if (!v->open && memcmp(v->chain.head, kept.head, sizeof(kept.head)))
		return damaged(v, "chains, treatment %" PRId64 ": changed", v->treatment);
	forget_rows(v);
	v->records++;
	if (v->question.treatment)
		return verdict(v, v->open ? "open" : "intact", "");
	v->latest = v->treatment;
	v->treatment = 0;
	return 1;
}

static int say_expired(struct store_verifier *v, const struct index_entry *entry)
{
	time_t when = entry->time_us / 1000000;
	char detail[128];
	struct tm tm;

	strftime(detail, sizeof(detail), "on %F", gmtime_r(&when, &tm));
	return verdict(v, "expired", detail);
}

static int say_missing(struct store_verifier *v)
{
	struct index_entry entry;
	int r = index_last(v->store, v->treatment, &entry);

	if (r < 0)
		return r;
	return entry.expired ? say_expired(v, &entry)
			     : damaged_row(v, TABLE_TREATMENTS, v->treatment, "missing");
}

/* What the rows of a record are to be measured by. */
static int get_wanted(struct store_verifier *v)
{
	struct index_entry entry;
	int r;

	if (v->open)
		return store_chain(v->store, v->treatment, &v->wanted);
	r = index_last(v->store, v->treatment, &entry);
	v->wanted = entry.chain;
	return r;
}

static int begin_record(struct store_verifier *v, int64_t treatment)
{
	int64_t open;
	int r;

	v->treatment = treatment;
	v->chain = (struct chain){ 0 };
	r = store_number(v->store, "SELECT open FROM records WHERE id = ?", treatment, &open);
	if (r == -ENOENT)
		return say_missing(v);
	v->open = r >= 0 && open;
	if (r >= 0)
		r = get_wanted(v);
	if (r == -ENOENT)
		return damaged(v, "it has no entry in the index");
	for (int i = 0; r >= 0 && i < TABLE_COUNT; i++)
		r = open_table(v, i);
	return r < 0 ? r : 1;
}

static const char lost_query[] =
	"SELECT min(treatment) FROM heads WHERE treatment > ? AND treatment NOT IN"
	" (SELECT id FROM treatments UNION ALL SELECT treatment FROM heads WHERE state = 'expired')";

static const char next_query[] =
	"SELECT min(id) FROM treatments WHERE id > ? AND id NOT IN"
	" (SELECT treatment FROM heads WHERE state = 'expired')";

/* Of all: the next one that is there. */
static int next_record(struct store_verifier *v)
{
	int64_t lost = 0, next = 0;
	char detail[128];
	int r = store_number(v->store, lost_query, 0, &lost);

	if (r >= 0 && lost)
		return damaged_row(v, TABLE_TREATMENTS, lost, "missing");
	if (r >= 0)
		r = store_number(v->store, next_query, v->latest, &next);
	if (r < 0)
		return r;
	if (next)
		return begin_record(v, next);
	snprintf(detail, sizeof(detail), "%" PRId64 " records, %" PRId64 " entries in the index", v->records,
		 v->before.entry);
	return verdict(v, "intact", detail);
}

static int look(struct store_verifier *v)
{
	if (v->entries)
		return look_at_index(v);
	if (!v->treatment)
		return v->question.treatment ? begin_record(v, v->question.treatment)
					     : next_record(v);
	if (v->chain.links < v->wanted.links)
		return look_at_row(v);
	return end_record(v);
}

int store_verifier_new(struct store *store, const struct store_question *question,
		       struct store_verifier **ret)
{
	struct store_verifier *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return -ENOMEM;
	v->store = store;
	v->question = *question;
	r = store_error(sqlite3_prepare_v2(store->db, "SELECT " INDEX_COLUMNS " FROM heads ORDER BY entry",
					   -1, &v->entries, NULL));
	if (r < 0) {
		store_verifier_free(v);
		return r;
	}
	*ret = v;
	return 0;
}

int store_verifier_some(struct store_verifier *v, unsigned int rows)
{
	int r = 1;

	while (rows-- && r > 0)
		r = look(v);
	return r == -EBADMSG ? damaged(v, "the database file is damaged") : r;
}

void store_verifier_free(struct store_verifier *v)
{
	if (!v)
		return;
	sqlite3_finalize(v->entries);
	forget_rows(v);
	free(v);
}
