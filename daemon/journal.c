// SPDX-License-Identifier: GPL-2.0-or-later
/* Structured messages: to the journal, or to stderr where there is none. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "daemon/journal.h"
#include "daemon/util.h"

/* The same numbers as in daemon/system/cryo.catalog. */
static const char *const message_id[JOURNAL_ID_COUNT] = {
	[JOURNAL_PROBE_FOUND] = "48fce27b32a04568a99fb9133a9c83d2",
	[JOURNAL_PROBE_GONE] = "08cd417629744d1389bc46f247414209",
	[JOURNAL_PROBE_BUSY] = "be59b41f10c543f0958aa37b56d73d3d",
	[JOURNAL_PROBE_REFUSED] = "2b540aae0e594ceb8bf47470636eac34",
	[JOURNAL_NOT_REALTIME] = "9cc38de84abb4508b2378d2a20df5c78",
	[JOURNAL_CONTROL_STUCK] = "b2b5653f4d754f46952b11ef2967bc62",
	[JOURNAL_TREATMENT_STARTED] = "36a159ae8aec4ff495b74058f2aeca61",
	[JOURNAL_TREATMENT_ENDED] = "af1e6bbe74e44618a7f991c2756b9b84",
	[JOURNAL_TREATMENT_INTERRUPTED] = "a0678c7079af4575a1db6788cff5fa08",
	[JOURNAL_PHASE] = "f280dd6e955f4b0588b7caa7014e6921",
	[JOURNAL_RECORD_FAILS] = "34cbd434748d4dbeacaf484da82a6d9d",
	[JOURNAL_RECORD_WORKS] = "d2ec9a5276aa44fb8af5cdc610c34dcd",
	[JOURNAL_BUS_LOST] = "dfbed582f32e445b8f59d92800af6ffc",
	[JOURNAL_BUS_BACK] = "e0320a40b73847469a00186915254a94",
	[JOURNAL_BUS_ABORT] = "17073941b42a4fee912cd163db6e5dcf",
	[JOURNAL_RECORD_EXPIRED] = "ee52ddb04829491598ce342a47287002",
	[JOURNAL_CONFIG_BAD] = "b4327e2c0c2844818f382f25cd9f6b14",
	[JOURNAL_TAKEN_OVER] = "80fcc65c2efb4f9999107d570ce946a6",
	[JOURNAL_NO_SOUND] = "9b818f694122466f9906c9b71fea7476",
	[JOURNAL_BUS_NAME] = "54f04610725b455d914f54f23ac8e283",
	[JOURNAL_POLKIT_SILENT] = "f11c005104bb4307ab030d315efcd585",
	[JOURNAL_COMMAND_REFUSED] = "d9cb1523d96a479ca7379c510955bbd5",
	[JOURNAL_CALL_FAILS] = "e083d186d9d5492dbc9329b4e040d203",
	[JOURNAL_METRICS_FAIL] = "075ca2656bb148b59bb9dd28fbcea1ae",
	[JOURNAL_STALLED] = "130d3dee88b949f89c040b5c12f713c4",
	[JOURNAL_CONFIG_NOT_TAKEN] = "fdd0c250054a43c9ba43f1f9dcac24e2",
	[JOURNAL_MEMORY_NOT_LOCKED] = "b46e2a6f6373478da0a801761d81bc2c",
	[JOURNAL_CANNOT_GO_ON] = "6f45443074374192a76a1a385c8ff199",
};

/* The journal tells by JOURNAL_STREAM which stderr is its own. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat st;

	return stream && sscanf(stream, "%ju:%ju", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) >= 0 && st.st_dev == device && st.st_ino == inode;
}

#define FIELDS_MAX	12
#define FIELD_BYTES	512

struct fields {
	struct iovec iov[FIELDS_MAX];
	char text[FIELDS_MAX][FIELD_BYTES];
	int n;
};

__attribute__((format(printf, 2, 3)))
static void add_field(struct fields *fields, const char *format, ...)
{
	char *text = fields->text[fields->n];
	va_list args;

	va_start(args, format);
	vsnprintf(text, FIELD_BYTES, format, args);
	va_end(args);
	fields->iov[fields->n++] = (struct iovec){ .iov_base = text, .iov_len = strlen(text) };
}

static void add_context(struct fields *fields, const struct journal_context *context)
{
	if (context && context->serial)
		add_field(fields, "CRYO_SERIAL=%s", context->serial);
	if (context && context->device)
		add_field(fields, "CRYO_DEVICE=%s", context->device);
	if (context && context->treatment)
		add_field(fields, "CRYO_TREATMENT=%" PRIu64, context->treatment);
}

static void add_fault(struct fields *fields, const struct journal_fault *fault)
{
	add_field(fields, "MESSAGE_ID=%s", fault->message_id);
	add_field(fields, "CRYO_FAULT=%u", fault->code);
	add_field(fields, "CRYO_FAULT_NAME=%s", fault->name);
	if (!fault->channel)
		return;
	add_field(fields, "CRYO_CHANNEL=%s", fault->channel);
	add_field(fields, "CRYO_VALUE=%d", fault->value);
	add_field(fields, "CRYO_LIMIT=%d", fault->limit);
}

static void add_alarm(struct fields *fields, const struct journal_alarm *alarm)
{
	add_field(fields, "MESSAGE_ID=%s", alarm->message_id);
	add_field(fields, "CRYO_ALARM=%u", alarm->code);
	add_field(fields, "CRYO_ALARM_NAME=%s", alarm->name);
	add_field(fields, "CRYO_DETAIL=%u", alarm->detail);
}

/* @fields has what belongs to this kind of message; the rest is added, and all is sent. */
static void say(struct fields *fields, int priority, const struct journal_context *context,
		const char *format, va_list args)
{
	char text[FIELD_BYTES - sizeof("MESSAGE=")];

	vsnprintf(text, sizeof(text), format, args);
	if (stderr_is_journal()) {
		add_field(fields, "MESSAGE=%s", text);
		add_field(fields, "PRIORITY=%d", priority);
		add_context(fields, context);
		sd_journal_sendv(fields->iov, fields->n);
	} else if (context && context->serial) {
		fprintf(stderr, "%s: %s\n", context->serial, text);
	} else {
		fprintf(stderr, "%s\n", text);
	}
}

void journal_about_fault(int priority, const struct journal_fault *fault,
			 const struct journal_context *context, const char *format, ...)
{
	struct fields fields = { .n = 0 };
	va_list args;

	add_fault(&fields, fault);
	va_start(args, format);
	say(&fields, priority, context, format, args);
	va_end(args);
}

void journal_about_alarm(int priority, const struct journal_alarm *alarm,
			 const struct journal_context *context, const char *format, ...)
{
	struct fields fields = { .n = 0 };
	va_list args;

	add_alarm(&fields, alarm);
	va_start(args, format);
	say(&fields, priority, context, format, args);
	va_end(args);
}

void journal(int priority, enum journal_id id, const struct journal_context *context,
	     const char *format, ...)
{
	struct fields fields = { .n = 0 };
	va_list args;

	if (message_id[id])
		add_field(&fields, "MESSAGE_ID=%s", message_id[id]);
	va_start(args, format);
	say(&fields, priority, context, format, args);
	va_end(args);
}
