// SPDX-License-Identifier: GPL-2.0-or-later
/* What is read of the record, row by row: lists, events, samples. */
#include <stdio.h>
#include <string.h>

#include "daemon/record/answer.h"
#include "daemon/record/store-read.h"
#include "daemon/util.h"

static int64_t number(const struct store_reader *reader, int column)
{
	return sqlite3_column_int64(reader->rows, column);
}

static const char *text(const struct store_reader *reader, int column)
{
	return (const char *)sqlite3_column_text(reader->rows, column);
}

static bool is_null(const struct store_reader *reader, int column)
{
	return sqlite3_column_type(reader->rows, column) == SQLITE_NULL;
}

/* Every column as a cell of the type that @types has for it. */
static int add_cells(struct store_reader *reader, const char *types)
{
	struct answer *answer = reader->question.answer;

	for (int i = 0; types[i]; i++)
		if (types[i] == 's')
			answer_add_text(answer, text(reader, i));
		else
			answer_add_number(answer, types[i], number(reader, i));
	return answer->error;
}

/*
 * The list
 */

static const char list_query[] =
	"SELECT id, serial, protocol, operator, started_us, iif(open, 0, ended_us),"
	" ifnull(outcome, 'none') FROM records WHERE id < iif(?1, ?1, 9223372036854775807)"
	" ORDER BY id DESC LIMIT ?2";

static int list_row(struct store_reader *reader)
{
	return add_cells(reader, "tsssxxs");
}

/*
 * Events
 */

static const char events_query[] =
	"SELECT time_ns - ?2, seq, source, kind, old, new, text FROM events WHERE treatment = ?1"
	" ORDER BY link";

static int events_row(struct store_reader *reader)
{
	return add_cells(reader, "xtssxxs");
}

/*
 * Facts
 */

/* Columns are named as the facts are. */
static const char facts_query[] =
	"SELECT serial, model, gauge, active_um AS \"active-length-um\","
	" CASE cryogen WHEN 1 THEN 'n2o' WHEN 2 THEN 'ln2' END AS cryogen, protocol,"
	" protocol_text AS \"protocol-text\", operator, patient, nerve,"
	" end_organ_mm AS \"end-organ-mm\", started_us AS \"started-us\","
	" iif(open, 0, ended_us) AS \"ended-us\", ifnull(outcome, 'none') AS outcome,"
	" cryod_version AS \"cryod-version\", kernel_version AS \"kernel-version\","
	" driver_abi AS \"driver-abi\","
	" (SELECT count(*) FROM samples WHERE treatment = id) AS samples,"
	" (SELECT count(*) FROM events WHERE treatment = id) AS events"
	" FROM records WHERE id = ?";

_Static_assert(CRYOPROBE_CRYOGEN_N2O == 1 && CRYOPROBE_CRYOGEN_LN2 == 2, "as facts_query has them");

static const char facts_types[] = "ssuussssssuxxsssutt";

static void add_fact(struct store_reader *reader, int column)
{
	struct answer *answer = reader->question.answer;

	if (is_null(reader, column))
		return;
	answer_add_text(answer, sqlite3_column_name(reader->rows, column));
	if (facts_types[column] == 's')
		answer_add_text(answer, text(reader, column));
	else
		answer_add_number(answer, facts_types[column], number(reader, column));
}

static int facts_row(struct store_reader *reader)
{
	char head[2 * CHAIN_HEAD_BYTES + 1];
	struct chain chain;
	int r = store_chain(reader->store, reader->question.treatment, &chain);

	if (r < 0)
		return r;
	for (int i = 0; facts_types[i]; i++)
		add_fact(reader, i);
	for (int i = 0; i < CHAIN_HEAD_BYTES; i++)
		sprintf(head + 2 * i, "%02x", chain.head[i]);
	answer_add_text(reader->question.answer, "head");
	answer_add_text(reader->question.answer, head);
	return reader->question.answer->error;
}

/*
 * Readers
 */

static const struct {
	const char *query;		/* its parameters: the treatment; limit of the list, or start */
	int (*row)(struct store_reader *reader);
	int (*begin)(struct store_reader *reader);
} kinds[] = {
	[STORE_LIST] = { list_query, list_row, NULL },
	[STORE_FACTS] = { facts_query, facts_row, NULL },
	[STORE_EVENTS] = { events_query, events_row, NULL },
	[STORE_SAMPLES] = { store_samples_query, store_samples_row, NULL },
	[STORE_CSV] = { store_csv_query, store_csv_row, store_csv_begin },
};

static int prepare(struct store_reader *reader)
{
	const struct store_question *question = &reader->question;
	bool list = question->kind == STORE_LIST;
	int r = 0;

	if (!list)
		r = store_number(reader->store, "SELECT started_ns FROM records WHERE id = ?",
				 question->treatment, &reader->started_ns);
	if (r < 0)
		return r;
	r = store_error(sqlite3_prepare_v2(reader->store->db, kinds[question->kind].query, -1,
					   &reader->rows, NULL));
	if (r < 0)
		return r;
	sqlite3_bind_int64(reader->rows, 1, question->treatment);
	/* The facts have no second parameter. */
	if (sqlite3_bind_parameter_count(reader->rows) > 1)
		sqlite3_bind_int64(reader->rows, 2, list ? question->limit : reader->started_ns);
	return kinds[question->kind].begin ? kinds[question->kind].begin(reader) : 0;
}

int store_reader_new(struct store *store, const struct store_question *question,
		     struct store_reader **ret)
{
	struct store_reader *reader = calloc(1, sizeof(*reader));
	int r;

	if (!reader)
		return -ENOMEM;
	reader->store = store;
	reader->question = *question;
	r = prepare(reader);
	if (r < 0) {
		store_reader_free(reader);
		return r;
	}
	*ret = reader;
	return 0;
}

int store_reader_some(struct store_reader *reader, unsigned int rows)
{
	int code = SQLITE_ROW, r = 0;

	while (rows-- && r >= 0 && (code = sqlite3_step(reader->rows)) == SQLITE_ROW)
		r = kinds[reader->question.kind].row(reader);
	if (r < 0)
		return r;
	return code == SQLITE_ROW ? 1 : store_error(code);
}

void store_reader_free(struct store_reader *reader)
{
	if (!reader)
		return;
	sqlite3_finalize(reader->rows);
	free(reader);
}
