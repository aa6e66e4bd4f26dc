/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes between the recorder in the main thread and its own thread, over a SOCK_SEQPACKET pair. */
#pragma once

#include <limits.h>

#include "daemon/probe/probe-io.h"
#include "daemon/record/store-expire.h"
#include "daemon/record/store.h"

enum recorder_message_kind {
	RECORDER_ADD,
	RECORDER_REMOVE,
	RECORDER_BEGIN,
	RECORDER_RESUME,
	RECORDER_STEP,
	RECORDER_EVENT,
	RECORDER_END,
	RECORDER_THAWED,
	RECORDER_ASK,
	RECORDER_LIMIT,
};

struct recorder_message {
	enum recorder_message_kind kind;
	uint64_t key;			/* of the probe; of RECORDER_ASK: the question's number */
	union {
		struct {
			const struct probe_io *io;
			int fd;
			struct channel_map map;
		} add;
		struct store_treatment begin;
		struct cryo_frame step;
		struct treatment_event event;
		enum outcome outcome;
		char serial[32];
		struct store_question question;
		struct store_limits limits;
	};
};

enum recorder_report_kind {
	RECORDER_HEALTH,
	RECORDER_KERNEL_EVENT,
	RECORDER_ANSWERED,
	RECORDER_EXPIRED,		/* key: the treatment */
};

struct recorder_report {
	enum recorder_report_kind kind;
	uint64_t key;
	int error;
	union {
		struct cryoprobe_event event;
		struct answer *answer;	/* goes over to the main thread */
	};
};

struct recorder_setup {
	char path[PATH_MAX];
	int fd;				/* the thread's end of the pair */
	struct store *store;		/* the thread's once it runs; NULL if it could not be opened */
};
