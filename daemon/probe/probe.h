/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe as the main thread sees it: the claimed char device, who it is, the control thread beside it,
 * and the latest step that thread has told. Its owner is the manager.
 */
#pragma once

#include "daemon/core/alarm-audio.h"
#include "daemon/probe/control.h"
#include "daemon/journal.h"
#include "daemon/probe/stream.h"

#define HOLDER_MAX	32
#define MODEL_NAME_MAX	64
#define USES_UNLIMITED	UINT32_MAX

struct probe;

struct probe_listener {
	/* @before and probe->latest differ by one step; the first one has before->frame.seq 0. */
	void (*step)(struct probe *probe, const struct control_step *before, void *userdata);
	void (*event)(struct probe *probe, const struct treatment_event *event, void *userdata);
	/* The control thread has ended; the listener frees the probe. */
	void (*gone)(struct probe *probe, int error, void *userdata);
	void *userdata;
};

/* The reply to a request; @reply is NULL if the probe went away first. */
typedef void (*probe_reply_t)(struct probe *probe, const struct control_reply *reply, void *userdata);

struct probe_pending;

struct probe {
	struct probe *next;			/* in struct probes */
	const struct probe_listener *listener;
	const struct probe_io *io;
	uint64_t key;				/* never used again */
	char *node;
	int fd;
	struct cryoprobe_info info;
	struct cryoprobe_identity identity;	/* its serial is never empty */
	char model_name[MODEL_NAME_MAX];	/* as operators know it, "" if nobody does */
	struct channel_map map;
	struct control *control;
	int wake_fd;
	sd_event_source *wake;
	struct stream *stream;
	struct probe_pending *pending;
	uint64_t last_request;

	struct control_step latest;
	bool fresh;				/* a step since the watchdog last looked */
	bool silent;				/* the kernel says that there are no samples */
	struct alarm_audio audio;		/* the operator's pause of its alarms */
	unsigned int quiet_looks;		/* of the manager, without a sign of life in between */

	uint64_t treatment;			/* the present or last one, 0 if there was none */
	char protocol[PROTOCOL_NAME_MAX];	/* its protocol */
	bool recording;
	bool held;				/* while a treatment runs that somebody has started */
	char holder[HOLDER_MAX];		/* who did: the name on the bus, "" once it has left */
	uint32_t holder_uid;
	bool thaw_open;				/* an interrupted treatment's thaw is being watched */
};

/*
 * Open and claim @node. -EBUSY: another process has it, *ret_owner says which; -EPROTO: the driver's
 * ABI is another; other errors as from open(2) and ioctl(2). The control thread does not run yet.
 */
int probe_open(sd_event *event, const struct probe_io *io, const char *node,
	       const struct probe_listener *listener, struct cryoprobe_claim *ret_owner,
	       struct probe **ret);

/* Start control. @frozen: a treatment was cut off; *ret_realtime as control_start(). */
int probe_start(struct probe *probe, sd_event *event, bool frozen, bool *ret_realtime);

/* Ends control and lets go of the claim; pending requests are answered with NULL. */
void probe_free(struct probe *probe);

/* De-energise now, from the main thread, whatever the control thread does. */
void probe_disarm(struct probe *probe);

/* Read again how often it can be used: arming counts. Whether that has changed. */
bool probe_look_at_uses(struct probe *probe);

/* A condition that only the main thread can see (the record's disk, the bus) is there, or no longer. */
void probe_tell_condition(struct probe *probe, enum alarm_code code, bool present, uint32_t detail);

/* -EXFULL: the control thread does not take requests. @then is called exactly once if 0 is returned. */
int probe_request(struct probe *probe, struct control_request *request, probe_reply_t then,
		  void *userdata);

struct journal_context probe_context(const struct probe *probe);
static inline bool probe_is_idle(const struct probe *probe)
{
	return probe->latest.treatment.phase == PHASE_IDLE;
}
