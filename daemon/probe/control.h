/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One handpiece's control thread: EXCHANGE, core/, and what core/ asks for. It makes two system
 * calls a period, takes no lock, allocates nothing, and shares with the other threads only two rings
 * and a stop flag. Requests come in, steps, events and replies go out.
 */
#pragma once

#include <pthread.h>

#include "daemon/probe/convert.h"
#include "daemon/core/protocol.h"
#include "daemon/probe/probe-io.h"
#include "daemon/probe/ring.h"

#define CONTROL_REASON_MAX	192
#define CONTROL_PRIORITY	40	/* SCHED_FIFO; the kernel's workers have 50 */

enum control_request_kind {
	CONTROL_START,
	CONTROL_VERB,
	CONTROL_SELF_TEST,
	CONTROL_CLEAR_FAULT,
	CONTROL_ACKNOWLEDGE,
	CONTROL_CONDITION,
};

struct control_request {
	enum control_request_kind kind;
	uint64_t id;			/* of the reply; 0 wants none */
	union {
		struct protocol protocol;
		enum verb verb;
		enum alarm_code acknowledge;
		struct {
			enum alarm_code code;
			bool present;
			uint32_t detail;
		} condition;
	};
};

/* The calls whose failure is told, by CONTROL_TROUBLE. */
enum control_call {
	CONTROL_CALL_EXCHANGE,
	CONTROL_CALL_LIMITS,
	CONTROL_CALL_ARM,
	CONTROL_CALL_DISARM,
	CONTROL_CALL_CLEAR,
	CONTROL_CALL_COMMAND,		/* error is the kernel's verdict, enum cryoprobe_verdict */
	CONTROL_CALL_COUNT
};

enum control_message_kind {
	CONTROL_STEP,
	CONTROL_EVENT,
	CONTROL_REPLY,
	CONTROL_TROUBLE,
	CONTROL_GONE,			/* the last message; the thread has ended */
};

struct control_step {
	struct cryo_frame frame;
	struct treatment_status treatment;
	struct cryoprobe_status interlock;
	uint32_t dropped;		/* steps that did not fit into the ring just before */
};

struct control_reply {
	uint64_t id;
	int error;			/* 0 or -errno */
	char reason[CONTROL_REASON_MAX];
};

struct control_trouble {
	enum control_call call;
	int error;			/* 0: it works again */
};

struct control_message {
	enum control_message_kind kind;
	union {
		struct control_step step;
		struct treatment_event event;
		struct control_reply reply;
		struct control_trouble trouble;
		int gone;		/* -errno that ended the thread, 0 if it was asked to stop */
	};
};

/* Set up by the main thread before the control thread starts. */
struct control_setup {
	const struct probe_io *io;
	int fd;				/* holds the claim; stays the caller's */
	int wake_fd;			/* eventfd, written when there are messages; stays the caller's */
	struct channel_map map;
	struct probe_profile profile;
	uint32_t period_us;
	bool watch_thaw;		/* a record of this probe was interrupted */
	int64_t last_flow_ns;		/* when flow was last possible, valid if watch_thaw */
};

struct control;

/* -ENOMEM */
int control_new(const struct control_setup *setup, struct control **ret);
void control_free(struct control *control);

/*
 * Start the thread. Gives in *ret_realtime whether it runs under SCHED_FIFO; without the privilege
 * it runs all the same. -errno.
 */
int control_start(struct control *control, bool *ret_realtime);

/* Ask the thread to end, and wait for it: up to two periods and 100 ms. */
void control_stop(struct control *control);

/* One turn, as the thread makes it. 0, or -errno when there is no going on. For tests too. */
int control_turn(struct control *control);

/* Main thread: false if the ring of requests is full; the oldest message; false if there is none. */
bool control_request(struct control *control, const struct control_request *request);
bool control_next_message(struct control *control, struct control_message *ret);

const char *control_call_to_string(enum control_call call);
