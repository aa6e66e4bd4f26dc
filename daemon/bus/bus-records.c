// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be asked of io.cryo1.Records. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "daemon/bus/bus-records.h"
#include "daemon/bus/polkit.h"
#include "daemon/util.h"

#define LIST_MAX	1000

/* What each method asks, and how it is answered. */
static const struct {
	const char *member;
	enum store_question_kind kind;
	enum bus_answer_form form;
	const char *row;
	const char *file;		/* name of the memory file */
} methods[] = {
	{ "Get", STORE_FACTS, BUS_ANSWER_FACTS, NULL, NULL },
	{ "Events", STORE_EVENTS, BUS_ANSWER_ROWS, "xtssxxs", NULL },
	{ "Samples", STORE_SAMPLES, BUS_ANSWER_FILE, NULL, "cryo-record.frames" },
	{ "Verify", STORE_VERIFY, BUS_ANSWER_PLAIN, NULL, NULL },
	{ "Export", STORE_CSV, BUS_ANSWER_FILE, NULL, "cryo-record.csv" },
};

static int do_list(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct store_question question = { .kind = STORE_LIST, .fd = -EBADF };
	struct bus_objects *objects = userdata;
	int r = sd_bus_message_read(call, "ut", &question.limit, &question.treatment);

	if (r < 0)
		return r;
	if (question.limit < 1 || question.limit > LIST_MAX)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "limit %u: allowed is 1 to %u", question.limit, LIST_MAX);
	return bus_answer_begin(&objects->answers, objects->treatments->recorder, call, &question,
				BUS_ANSWER_ROWS, "tsssxxs");
}

static int do_ask(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct store_question question = { .fd = -EBADF };
	struct bus_objects *objects = userdata;
	size_t i = 0;
	int r = sd_bus_message_read(call, "t", &question.treatment);

	(void)error;
	if (r < 0)
		return r;
	while (strcmp(methods[i].member, sd_bus_message_get_member(call)))
		i++;
	question.kind = methods[i].kind;
	if (methods[i].file)
		question.fd = memfd_create(methods[i].file, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (methods[i].file && question.fd < 0)
		return -errno;
	return bus_answer_begin(&objects->answers, objects->treatments->recorder, call, &question,
				methods[i].form, methods[i].row);
}

static int method_list(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_OBSERVE, do_list, userdata);
}

static int method_ask(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_OBSERVE, do_ask, userdata);
}

#define ASK(member, result, name)						\
	SD_BUS_METHOD_WITH_ARGS(member, SD_BUS_ARGS("t", treatment),		\
				SD_BUS_RESULT(result, name), method_ask,	\
				SD_BUS_VTABLE_UNPRIVILEGED)

static const sd_bus_vtable records_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("List", SD_BUS_ARGS("u", limit, "t", before),
				SD_BUS_RESULT("a(tsssxxs)", records), method_list,
				SD_BUS_VTABLE_UNPRIVILEGED),
	ASK("Get", "a{sv}", facts),
	ASK("Events", "a(xtssxxs)", events),
	ASK("Samples", "h", samples),
	SD_BUS_METHOD_WITH_ARGS("Verify", SD_BUS_ARGS("t", treatment),
				SD_BUS_RESULT("s", verdict, "s", detail), method_ask,
				SD_BUS_VTABLE_UNPRIVILEGED),
	ASK("Export", "h", csv),
	SD_BUS_SIGNAL_WITH_ARGS("Changed", SD_BUS_ARGS("t", treatment, "s", outcome), 0),
	SD_BUS_VTABLE_END,
};

int bus_records_register(sd_bus *connection, struct bus_objects *objects)
{
	return sd_bus_add_object_vtable(connection, NULL, BUS_RECORDS_PATH, BUS_RECORDS_INTERFACE,
					records_vtable, objects);
}

void bus_records_emit_changed(sd_bus *connection, uint64_t treatment, enum outcome outcome)
{
	sd_bus_emit_signal(connection, BUS_RECORDS_PATH, BUS_RECORDS_INTERFACE, "Changed", "ts", treatment,
			   outcome_to_string(outcome));
}
