/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of libcryo share: the objects, and the helpers each file offers to the others. */
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "cryo.h"

#define BUS_NAME		"io.cryo1"
#define BUS_ROOT		"/io/cryo1"
#define MANAGER_INTERFACE	"io.cryo1.Manager"
#define PROBE_INTERFACE		"io.cryo1.Probe"
#define RECORDS_PATH		BUS_ROOT "/records"
#define RECORDS_INTERFACE	"io.cryo1.Records"

/* The frame of the first release: no sender's is shorter. */
#define FRAME_BYTES_MIN	(offsetof(struct cryo_frame, fault_mask) + sizeof(uint64_t))

struct cryo_alarm {
	char *code;
	char *priority;
	uint32_t detail;
	int present;			/* int: as sd-bus reads a boolean */
	int acknowledged;
};

struct cryo_test {
	char *step, *fault, *detail;
	enum cryo_test_result result;
};

/* The properties of io.cryo1.Probe as last told. Strings are never NULL. */
struct properties {
	char *serial, *model, *model_name, *cryogen, *device_node;
	char *interlock, *phase, *outcome, *protocol, *prompt;
	char **faults;			/* ended by NULL */
	struct cryo_alarm *alarms;
	size_t n_alarms;
	struct cryo_test *tests;
	size_t n_tests;
	uint32_t audio_paused_s, holder_uid;
	int paused;
	uint64_t treatment;
	uint32_t gauge, active_length_um, uses_left, site, sites, cycle, cycles;
	uint32_t flow_permille, phase_left_ms, ice_radius_um, isotherm_radius_um;
	uint32_t ice_error_um, ice_half_length_um, ice_half_length_error_um;
	uint32_t isotherm_error_um, isotherm_half_length_um, isotherm_half_length_error_um;
	uint32_t isotherm_distance_um, isotherm_time_ms, isotherm_held_ms;
	uint32_t boundary_um, boundary_in_ms;
	int adequate;
	int32_t target_mdegc, tip_mdegc;
};

struct cryo_probe {
	unsigned int refs;
	struct cryo_ctx *ctx;		/* NULL once the probe or the context is gone */
	char *path;
	struct properties properties;
};

struct cryo_ctx {
	unsigned int refs;
	sd_bus *bus;
	int poll_fd;			/* an epoll of the bus's socket and timer_fd */
	int timer_fd;			/* what sd-bus wants to be woken for without input */
	unsigned int timeout_ms;
	char error[256];

	cryo_event_handler handler;
	void *userdata;
	bool dispatching;
	int n_events;			/* in this dispatch */
	int deferred_error;		/* of a reply that came during dispatch */

	bool daemon_runs;
	struct cryo_probe **probes;	/* ordered by serial */
	size_t n_probes;
	sd_bus_slot *listing;		/* the pending GetManagedObjects */
	struct cryo_call *calls;	/* all that somebody has a reference to */
};

struct cryo_call {
	unsigned int refs;
	struct cryo_ctx *ctx;		/* NULL once the context is gone */
	struct cryo_call *next;		/* of ctx->calls */
	const char *member;		/* static */
	struct cryo_probe *probe;	/* whose properties are read, or NULL */
	struct cryo_probe *tested;	/* whose self-test it is, or NULL */
	sd_bus_slot *slot;		/* until the answer */
	sd_bus_message *reply;
	cryo_call_handler handler;
	void *userdata;
	bool bad_answer;
	bool kept;			/* one reference is the library's, until the answer */
};

/* ctx.c */

/* Keeps the reason and returns -@error. @ctx may be NULL. */
__attribute__((format(printf, 3, 4)))
int ctx_fail(struct cryo_ctx *ctx, int error, const char *format, ...);

/* Sees to it that poll_fd wakes for whatever sd-bus now waits for. */
void ctx_rearm(struct cryo_ctx *ctx);

void ctx_tell(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe);

/* call.c, async.c */

/* Calls a method of cryod and waits for its answer. @ret_reply may be NULL. */
int ctx_call(struct cryo_ctx *ctx, const char *path, const char *interface, const char *member,
	     sd_bus_message **ret_reply, const char *types, ...);

/* Like ctx_call() on a probe, of io.cryo1.Probe. */
int probe_call(struct cryo_probe *probe, const char *member, sd_bus_message **ret_reply,
	       const char *types, ...);

/* A call of io.cryo1.Probe to be filled in. */
int probe_message_new(struct cryo_probe *probe, const char *member, sd_bus_message **ret_message);

/* Like ctx_call() and ctx_call_async(), with a message that was filled in. */
int ctx_call_message(struct cryo_ctx *ctx, sd_bus_message *m, sd_bus_message **ret_reply);

/* What a caller of an ..._async() function wants of it. */
struct twin {
	cryo_call_handler handler;
	void *userdata;
	struct cryo_call **ret_call;
	struct cryo_probe *refreshed;	/* takes its properties from the answer, or NULL */
	struct cryo_probe *tested;	/* takes the steps of its self-test from it, or NULL */
};

/*
 * Calls a method of cryod, whose answer comes by cryo_ctx_dispatch(). @interface and @member are
 * static.
 */
int ctx_call_async(struct cryo_ctx *ctx, const char *path, const char *interface, const char *member,
		   const struct twin *twin, const char *types, ...);

int ctx_call_message_async(struct cryo_ctx *ctx, sd_bus_message *m, const char *member,
			   const struct twin *twin);

/* Like ctx_call_async() on a probe, of io.cryo1.Probe. */
int probe_call_async(struct cryo_probe *probe, const char *member, const struct twin *twin,
		     const char *types, ...);

/*
 * The answer to @member (NULL: to any), borrowed and to be read from its start; or the errno that the
 * call ended with, -EINPROGRESS if it has not.
 */
int call_reply(struct cryo_call *call, const char *member, sd_bus_message **ret_reply);

/* No handler of @ctx's calls is called any more. */
void calls_clear(struct cryo_ctx *ctx);

/* The reason and errno of a failed call; @r is what sd-bus returned. */
int ctx_fail_call(struct cryo_ctx *ctx, const char *member, const sd_bus_error *error, int r);

/* The reason and errno of an answer that cannot be read. */
int ctx_fail_answer(struct cryo_ctx *ctx, const char *member);

/* Takes the descriptor of a one-descriptor answer; the caller closes it. */
int reply_take_fd(struct cryo_ctx *ctx, const char *member, sd_bus_message *reply, int *ret_fd);

/* export.c */

/* Waits for poll's @events of a descriptor, within the timeout. @end names it in the reason of a failure. */
int ctx_wait_for(struct cryo_ctx *ctx, int fd, short events, const char *end);

/* registry.c */

/* Follows the daemon's objects on @ctx's bus, and learns those that are there. */
int registry_start(struct cryo_ctx *ctx);
/* The same, without waiting. */
int registry_start_async(struct cryo_ctx *ctx);
void registry_clear(struct cryo_ctx *ctx);

/* probe.c */

/* 0 if @probe can be asked, or -errno. */
int probe_check(const struct cryo_probe *probe);
int probe_new(struct cryo_ctx *ctx, const char *path, struct cryo_probe **ret_probe);

/* properties.c */

int properties_init(struct properties *p);
void properties_free(struct properties *p);

/*
 * Reads an a{sv}. Unknown properties are skipped; one of a wrong type ends in -EBADMSG, with those
 * before it taken.
 */
int properties_read(struct properties *p, sd_bus_message *m);

/* self-test-steps.c */

/* Reads an a(ssss), with an error as sd-bus gives it. */
int tests_read(sd_bus_message *m, struct properties *p);
void tests_free(struct cryo_test *tests, size_t n);

/* names.c */

enum cryo_phase phase_from_string(const char *word);
enum cryo_interlock interlock_from_string(const char *word);
enum cryo_outcome outcome_from_string(const char *word);
enum cryo_verdict verdict_from_string(const char *word);
enum cryo_test_result test_result_from_string(const char *word);

static inline void free_at(void *memory)
{
	free(*(void **)memory);
}

static inline void close_at(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_(release) __attribute__((__cleanup__(release)))
#define _cleanup_free_ _cleanup_(free_at)
#define _cleanup_close_ _cleanup_(close_at)
#define _cleanup_message_ _cleanup_(sd_bus_message_unrefp)

#define TAKE_PTR(pointer) ({ __typeof__(pointer) taken_ = (pointer); (pointer) = NULL; taken_; })
#define TAKE_FD(fd) ({ int taken_ = (fd); (fd) = -1; taken_; })
