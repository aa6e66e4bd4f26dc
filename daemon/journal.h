/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structured messages: to the journal with a MESSAGE_ID of daemon/system/cryo.catalog or docs/faults.md, or
 * to stderr where there is none.
 */
#pragma once

#include <stdint.h>
#include <syslog.h>

/* What a message is about; any field may be empty. */
struct journal_context {
	const char *serial;
	const char *device;
	uint64_t treatment;
};

enum journal_id {
	JOURNAL_PLAIN,			/* no catalog entry */
	JOURNAL_PROBE_FOUND,
	JOURNAL_PROBE_GONE,
	JOURNAL_PROBE_BUSY,
	JOURNAL_PROBE_REFUSED,
	JOURNAL_NOT_REALTIME,
	JOURNAL_CONTROL_STUCK,
	JOURNAL_TREATMENT_STARTED,
	JOURNAL_TREATMENT_ENDED,
	JOURNAL_TREATMENT_INTERRUPTED,
	JOURNAL_PHASE,
	JOURNAL_RECORD_FAILS,
	JOURNAL_RECORD_WORKS,
	JOURNAL_BUS_LOST,
	JOURNAL_BUS_BACK,
	JOURNAL_BUS_ABORT,
	JOURNAL_RECORD_EXPIRED,
	JOURNAL_CONFIG_BAD,
	JOURNAL_TAKEN_OVER,
	JOURNAL_NO_SOUND,
	JOURNAL_BUS_NAME,
	JOURNAL_POLKIT_SILENT,
	JOURNAL_COMMAND_REFUSED,
	JOURNAL_CALL_FAILS,
	JOURNAL_METRICS_FAIL,
	JOURNAL_STALLED,
	JOURNAL_CONFIG_NOT_TAKEN,
	JOURNAL_MEMORY_NOT_LOCKED,
	JOURNAL_CANNOT_GO_ON,
	JOURNAL_ID_COUNT
};

/* Fields of their own, for a message that is about a fault or an alarm. */
struct journal_fault {
	const char *message_id;		/* of docs/faults.md */
	uint32_t code;
	const char *name;
	const char *channel;		/* its label; NULL where the rest is not known */
	int32_t value;			/* in the channel's unit, else in ms */
	int32_t limit;
};

struct journal_alarm {
	const char *message_id;
	uint32_t code;
	const char *name;
	uint32_t detail;
};

__attribute__((format(printf, 4, 5)))
void journal_about_fault(int priority, const struct journal_fault *fault,
			 const struct journal_context *context, const char *format, ...);

__attribute__((format(printf, 4, 5)))
void journal_about_alarm(int priority, const struct journal_alarm *alarm,
			 const struct journal_context *context, const char *format, ...);

__attribute__((format(printf, 4, 5)))
void journal(int priority, enum journal_id id, const struct journal_context *context,
	     const char *format, ...);
