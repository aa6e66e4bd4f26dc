// SPDX-License-Identifier: LGPL-2.1-or-later
/* The record of one treatment: its facts and its events. */
#include <string.h>

#include "record.h"

static int reserve(void **array, size_t n, size_t size)
{
	void *more = reallocarray(*array, n, size);

	if (!more)
		return -ENOMEM;
	*array = more;
	return 0;
}

struct cryo_record *cryo_record_free(struct cryo_record *record)
{
	if (!record)
		return NULL;
	sd_bus_message_unref(record->facts_reply);
	sd_bus_message_unref(record->events_reply);
	free(record->facts);
	free(record->events);
	free(record->samples);
	free(record);
	return NULL;
}

static int read_int64(sd_bus_message *m, char type, int64_t *ret)
{
	union {
		uint32_t u;
		uint64_t t;
		int64_t x;
	} value;
	int r = sd_bus_message_read_basic(m, type, &value);

	if (r > 0)
		*ret = type == 'u' ? value.u : type == 't' && value.t > INT64_MAX ? INT64_MAX : value.x;
	return r;
}

/* The value of a fact, whose key has been read; what is of no known type stays without a value. */
static int read_value(sd_bus_message *m, struct fact *fact)
{
	const char *contents;
	char type;
	int r;

	r = sd_bus_message_peek_type(m, &type, &contents);
	if (r <= 0 || type != 'v')
		return -EBADMSG;
	if (strlen(contents) != 1 || !strchr("sutx", contents[0]))
		return sd_bus_message_skip(m, "v");
	r = sd_bus_message_enter_container(m, 'v', contents);
	if (r < 0)
		return r;
	if (contents[0] == 's')
		r = sd_bus_message_read_basic(m, 's', &fact->text);
	else
		r = read_int64(m, contents[0], &fact->number);
	fact->is_number = contents[0] != 's';
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_fact(struct cryo_record *record, sd_bus_message *m)
{
	struct fact fact = { .key = NULL };
	int r;

	r = sd_bus_message_read_basic(m, 's', &fact.key);
	if (r >= 0)
		r = read_value(m, &fact);
	if (r >= 0 && (fact.text || fact.is_number)) {
		r = reserve((void **)&record->facts, record->n_facts + 1, sizeof(fact));
		if (r >= 0)
			record->facts[record->n_facts++] = fact;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_facts(struct cryo_record *record)
{
	sd_bus_message *m = record->facts_reply;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0)
		r = read_fact(record, m);
	return r;
}

static int read_event(sd_bus_message *m, struct cryo_record_event *ret)
{
	return sd_bus_message_read(m, "(xtssxxs)", &ret->time_ns, &ret->sample, &ret->source, &ret->kind,
				   &ret->old, &ret->new, &ret->text);
}

static int read_events(struct cryo_record *record)
{
	struct cryo_record_event event;
	int r;

	r = sd_bus_message_enter_container(record->events_reply, 'a', "(xtssxxs)");
	while (r >= 0 && (r = read_event(record->events_reply, &event)) > 0) {
		r = reserve((void **)&record->events, record->n_events + 1, sizeof(event));
		if (r >= 0)
			record->events[record->n_events++] = event;
	}
	return r;
}

static int fail_reading(struct cryo_ctx *ctx, const char *member, int r)
{
	return r == -ENOMEM ? ctx_fail(ctx, ENOMEM, "out of memory") : ctx_fail_answer(ctx, member);
}

int cryo_ctx_get_record(struct cryo_ctx *ctx, uint64_t treatment, struct cryo_record **ret_record)
{
	CRYO_CLEANUP(cryo_record_free) struct cryo_record *record = NULL;
	int r;

	if (!ctx || !ret_record || treatment == 0)
		return -EINVAL;
	record = calloc(1, sizeof(*record));
	if (!record)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	record->treatment = treatment;
	r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "Get", &record->facts_reply, "t", treatment);
	if (r < 0)
		return r;
	r = read_facts(record);
	if (r < 0)
		return fail_reading(ctx, "Get", r);
	r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "Events", &record->events_reply, "t", treatment);
	if (r < 0)
		return r;
	r = read_events(record);
	if (r < 0)
		return fail_reading(ctx, "Events", r);
	*ret_record = TAKE_PTR(record);
	return 0;
}

uint64_t cryo_record_treatment(const struct cryo_record *record)
{
	return record->treatment;
}

static const struct fact *find_fact(const struct cryo_record *record, const char *key)
{
	for (size_t i = 0; i < record->n_facts; i++)
		if (!strcmp(record->facts[i].key, key))
			return &record->facts[i];
	return NULL;
}

const char *cryo_record_fact(const struct cryo_record *record, size_t index)
{
	return index < record->n_facts ? record->facts[index].key : NULL;
}

const char *cryo_record_text(const struct cryo_record *record, const char *key)
{
	const struct fact *fact = find_fact(record, key);

	return fact ? fact->text : NULL;
}

int cryo_record_number(const struct cryo_record *record, const char *key, int64_t *ret_number)
{
	const struct fact *fact = find_fact(record, key);

	if (!fact || !fact->is_number)
		return -ENOENT;
	*ret_number = fact->number;
	return 0;
}

size_t cryo_record_event_count(const struct cryo_record *record)
{
	return record->n_events;
}

const struct cryo_record_event *cryo_record_event(const struct cryo_record *record, size_t index)
{
	return index < record->n_events ? &record->events[index] : NULL;
}

int64_t cryo_record_event_time_ns(const struct cryo_record_event *event)
{
	return event->time_ns;
}

uint64_t cryo_record_event_sample(const struct cryo_record_event *event)
{
	return event->sample;
}

const char *cryo_record_event_source(const struct cryo_record_event *event)
{
	return event->source;
}

const char *cryo_record_event_kind(const struct cryo_record_event *event)
{
	return event->kind;
}

int64_t cryo_record_event_old(const struct cryo_record_event *event)
{
	return event->old;
}

int64_t cryo_record_event_new(const struct cryo_record_event *event)
{
	return event->new;
}

const char *cryo_record_event_text(const struct cryo_record_event *event)
{
	return event->text;
}
