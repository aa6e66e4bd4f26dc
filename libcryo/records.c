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

static int records_new(struct cryo_ctx *ctx, sd_bus_message *reply, struct cryo_records **ret_records)
{
	CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = calloc(1, sizeof(*records));
	int r;

	if (!records)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	records->reply = sd_bus_message_ref(reply);
	r = read_entries(records);
	if (r == -ENOMEM)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	if (r < 0)
		return ctx_fail_answer(ctx, "List");
	*ret_records = TAKE_PTR(records);
	return 0;
}

static int check_limit(struct cryo_ctx *ctx, unsigned int limit)
{
	if (!ctx)
		return -EINVAL;
	if (limit < 1 || limit > CRYO_RECORDS_MAX)
		return ctx_fail(ctx, EINVAL, "limit of %u records is outside 1 to %u", limit,
				CRYO_RECORDS_MAX);
	return 0;
}

int cryo_ctx_list_records(struct cryo_ctx *ctx, unsigned int limit, uint64_t before,
			  struct cryo_records **ret_records)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	r = ret_records ? check_limit(ctx, limit) : -EINVAL;
	if (r >= 0)
		r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "List", &reply, "ut", limit, before);
	return r < 0 ? r : records_new(ctx, reply, ret_records);
}

int cryo_ctx_list_records_async(struct cryo_ctx *ctx, unsigned int limit, uint64_t before,
				cryo_call_handler handler, void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };
	int r = check_limit(ctx, limit);

	return r < 0 ? r : ctx_call_async(ctx, RECORDS_PATH, RECORDS_INTERFACE, "List", &twin, "ut",
					  limit, before);
}

int cryo_ctx_list_records_finish(struct cryo_call *call, struct cryo_records **ret_records)
{
	sd_bus_message *reply;
	int r = ret_records ? call_reply(call, "List", &reply) : -EINVAL;

	return r < 0 ? r : records_new(call->ctx, reply, ret_records);
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

static int read_verdict(struct cryo_ctx *ctx, sd_bus_message *reply, enum cryo_verdict *ret_verdict,
			char **ret_detail)
{
	const char *verdict, *detail;
	char *copy;

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

int cryo_ctx_verify_record(struct cryo_ctx *ctx, uint64_t treatment, enum cryo_verdict *ret_verdict,
			   char **ret_detail)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	if (!ctx || !ret_verdict)
		return -EINVAL;
	r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "Verify", &reply, "t", treatment);
	return r < 0 ? r : read_verdict(ctx, reply, ret_verdict, ret_detail);
}

int cryo_ctx_verify_record_async(struct cryo_ctx *ctx, uint64_t treatment, cryo_call_handler handler,
				 void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return ctx ? ctx_call_async(ctx, RECORDS_PATH, RECORDS_INTERFACE, "Verify", &twin, "t", treatment) :
	       -EINVAL;
}

int cryo_ctx_verify_record_finish(struct cryo_call *call, enum cryo_verdict *ret_verdict, char **ret_detail)
{
	sd_bus_message *reply;
	int r = ret_verdict ? call_reply(call, "Verify", &reply) : -EINVAL;

	return r < 0 ? r : read_verdict(call->ctx, reply, ret_verdict, ret_detail);
}
