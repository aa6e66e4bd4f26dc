// SPDX-License-Identifier: LGPL-2.1-or-later
/* The list of records, and whether they are as they were written. */
#include <string.h>

#include "internal.h"

struct entry {
	uint64_t treatment;
	const char *serial, *protocol, *operator_name, *outcome;
	int64_t started_us, ended_us;
};

struct cryo_records {
	sd_bus_message *reply;		/* the strings live in it */
	size_t n;
	struct entry *entries;
};

struct cryo_records *cryo_records_free(struct cryo_records *records)
{
	if (!records)
		return NULL;
	sd_bus_message_unref(records->reply);
	free(records->entries);
	free(records);
	return NULL;
}

/* 1 with an entry, 0 at the end. */
static int read_entry(sd_bus_message *m, struct entry *ret)
{
	return sd_bus_message_read(m, "(tsssxxs)", &ret->treatment, &ret->serial, &ret->protocol,
				   &ret->operator_name, &ret->started_us, &ret->ended_us, &ret->outcome);
}

static int read_entries(struct cryo_records *records)
{
	struct entry entry;
	int r;

	r = sd_bus_message_enter_container(records->reply, 'a', "(tsssxxs)");
	while (r >= 0 && (r = read_entry(records->reply, &entry)) > 0) {
		struct entry *entries = reallocarray(records->entries, records->n + 1, sizeof(*entries));

		if (!entries)
			return -ENOMEM;
		records->entries = entries;
		entries[records->n++] = entry;
	}
	return r;
}

int cryo_ctx_list_records(struct cryo_ctx *ctx, unsigned int limit, uint64_t before,
			  struct cryo_records **ret_records)
{
	CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = NULL;
	int r;

	if (!ctx || !ret_records)
		return -EINVAL;
	if (limit < 1 || limit > CRYO_RECORDS_MAX)
		return ctx_fail(ctx, EINVAL, "limit of %u records is outside 1 to %u", limit,
				CRYO_RECORDS_MAX);
	records = calloc(1, sizeof(*records));
	if (!records)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "List", &records->reply, "ut", limit, before);
	if (r < 0)
		return r;
	r = read_entries(records);
	if (r == -ENOMEM)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	if (r < 0)
		return ctx_fail_answer(ctx, "List");
	*ret_records = TAKE_PTR(records);
	return 0;
}

size_t cryo_records_count(const struct cryo_records *records)
{
	return records ? records->n : 0;
}

/* What is past the end. */
static const struct entry *entry_at(const struct cryo_records *records, size_t index)
{
	static const struct entry none;

	return records && index < records->n ? &records->entries[index] : &none;
}

uint64_t cryo_records_treatment(const struct cryo_records *records, size_t index)
{
	return entry_at(records, index)->treatment;
}

const char *cryo_records_serial(const struct cryo_records *records, size_t index)
{
	return entry_at(records, index)->serial;
}

const char *cryo_records_protocol(const struct cryo_records *records, size_t index)
{
	return entry_at(records, index)->protocol;
}

const char *cryo_records_operator(const struct cryo_records *records, size_t index)
{
	return entry_at(records, index)->operator_name;
}

int64_t cryo_records_started_us(const struct cryo_records *records, size_t index)
{
	return entry_at(records, index)->started_us;
}

int64_t cryo_records_ended_us(const struct cryo_records *records, size_t index)
{
	return entry_at(records, index)->ended_us;
}

enum cryo_outcome cryo_records_outcome(const struct cryo_records *records, size_t index)
{
	const char *word = entry_at(records, index)->outcome;

	return word ? outcome_from_string(word) : CRYO_OUTCOME_UNKNOWN;
}

int cryo_ctx_verify_record(struct cryo_ctx *ctx, uint64_t treatment, enum cryo_verdict *ret_verdict,
			   char **ret_detail)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const char *verdict, *detail;
	char *copy;
	int r;

	if (!ctx || !ret_verdict)
		return -EINVAL;
	r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "Verify", &reply, "t", treatment);
	if (r < 0)
		return r;
	if (sd_bus_message_read(reply, "ss", &verdict, &detail) <= 0)
		return ctx_fail_answer(ctx, "Verify");
	copy = ret_detail ? strdup(detail) : NULL;
	if (ret_detail && !copy)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	*ret_verdict = verdict_from_string(verdict);
	if (ret_detail)
		*ret_detail = copy;
	return 0;
}
