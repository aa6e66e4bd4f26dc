/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libcryo: what an application needs of cryod, the daemon of a cryoneurolysis console.
 *
 * A context (cryo_ctx) is one connection to the bus and a mirror of the probes that are plugged in.
 * A probe (cryo_probe) is one handpiece; a stream (cryo_stream) gives every sample of one. A call
 * (cryo_call) is a question whose answer is not waited for.
 *
 * Rules that hold for every function, unless it says otherwise:
 * - A function that returns int returns 0 or a positive value on success, a negative errno value on
 *   failure. Arguments called ret_... are written on success only. After a failure cryo_ctx_error()
 *   tells the reason in words.
 * - A blocking call ends within the context's timeout with -ETIMEDOUT; the context stays usable.
 * - The library writes to no terminal and no log, installs no signal handler, starts no thread.
 * - A context, and the probes and calls got from it, are for one thread at a time: they may be handed
 *   from one to another, with whatever the application orders its threads by. Different contexts are
 *   independent. A stream is independent of its context and may live in another thread. What needs
 *   no object (words, explanations) may be called at any time.
 * - Strings and borrowed objects belong to the library and live until the next call of
 *   cryo_ctx_dispatch(), cryo_ctx_wait() or cryo_probe_refresh() on their context; take a
 *   reference of a probe to keep it longer.
 * - Every ..._unref() and ..._free() accepts NULL and returns NULL.
 *
 * Errors that any call to the daemon may give: -EHOSTUNREACH cryod does not run, -ENOTCONN the bus
 * is lost (make a new context), -ETIMEDOUT, -EACCES not permitted, -ENODEV the probe is unplugged,
 * -EREMOTEIO it failed to do it, -EBADMSG its answer makes no sense, -ECHILD used after fork().
 *
 * Temperatures are thousandths of a degree Celsius, lengths micrometres, times milliseconds, flow
 * per mille. CRYO_NOT_VALID stands for a value that the sensor does not give.
 */
#ifndef CRYO_H
#define CRYO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cryo-frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

#define CRYO_NOT_VALID		CRYO_FRAME_NOT_VALID
#define CRYO_NOBODY		UINT32_MAX
#define CRYO_UNLIMITED		UINT32_MAX

#define CRYO_TEXT_MAX		64

#define CRYO_TIMEOUT_DEFAULT_MS	5000U
#define CRYO_TIMEOUT_MAX_MS	600000U

struct cryo_ctx;
struct cryo_call;
struct cryo_probe;
struct cryo_alarm;
struct cryo_explanation;
struct cryo_protocols;
struct cryo_record;
struct cryo_record_event;
struct cryo_records;
struct cryo_stream;
struct cryo_test;

/* --- cryo_words: states, outcomes and events, and their words --------------------------------- */

/* A value that this library does not know yet, from a newer daemon, is ..._UNKNOWN. */

enum cryo_phase {
	CRYO_PHASE_UNKNOWN = -1,
	CRYO_PHASE_IDLE = 0,		/* no treatment, or it is over */
	CRYO_PHASE_SELF_TEST = 1,
	CRYO_PHASE_READY = 2,		/* waits for cryo_probe_advance(): needle placed */
	CRYO_PHASE_COOL = 3,
	CRYO_PHASE_FREEZE = 4,		/* at the target temperature */
	CRYO_PHASE_THAW = 5,		/* between two cycles */
	CRYO_PHASE_WARM = 6,		/* until the needle can be withdrawn */
	CRYO_PHASE_WITHDRAW = 7		/* waits for cryo_probe_advance(): needle withdrawn */
};

enum cryo_interlock {
	CRYO_INTERLOCK_UNKNOWN = -1,
	CRYO_INTERLOCK_DISARMED = 0,
	CRYO_INTERLOCK_ARMED = 1,
	CRYO_INTERLOCK_FAULT = 2
};

enum cryo_outcome {
	CRYO_OUTCOME_UNKNOWN = -1,
	CRYO_OUTCOME_NONE = 0,		/* there has been no treatment, or it is still going on */
	CRYO_OUTCOME_COMPLETED = 1,
	CRYO_OUTCOME_ABORTED = 2,
	CRYO_OUTCOME_FAULT = 3,
	CRYO_OUTCOME_INTERRUPTED = 4	/* the daemon ended in it */
};

/* What a handler is told. More kinds may come: ignore those you do not know. */
enum cryo_event {
	CRYO_EVENT_DAEMON_UP = 1,	/* cryod is on the bus; its probes are known */
	CRYO_EVENT_DAEMON_GONE = 2,	/* cryod is not, or no longer, on the bus; its probes were removed before this */
	CRYO_EVENT_PROBE_ADDED = 3,
	CRYO_EVENT_PROBE_REMOVED = 4,
	CRYO_EVENT_PROBE_CHANGED = 5,	/* a property other than those that change with every sample */
	CRYO_EVENT_RECORDS_CHANGED = 6	/* the record of a treatment began or ended */
};

/* Whether a record is what was written. */
enum cryo_verdict {
	CRYO_VERDICT_UNKNOWN = -1,
	CRYO_VERDICT_INTACT = 0,
	CRYO_VERDICT_DAMAGED = 1,
	CRYO_VERDICT_OPEN = 2,		/* the treatment still runs; intact so far */
	CRYO_VERDICT_EXPIRED = 3	/* no longer kept; what is left of it is intact */
};

/* How a step of a self-test ended. */
enum cryo_test_result {
	CRYO_TEST_UNKNOWN = -1,
	CRYO_TEST_NOT_DONE = 0,		/* not yet, or another step ended the test before */
	CRYO_TEST_PASSED = 1,
	CRYO_TEST_FAILED = 2,
	CRYO_TEST_NOT_WIRED = 3		/* the handpiece has no line to test it by */
};

/* The words that the bus and cryoctl use, "unknown" for other values. Static strings. */
const char *cryo_phase_to_string(enum cryo_phase phase);
const char *cryo_interlock_to_string(enum cryo_interlock interlock);
const char *cryo_outcome_to_string(enum cryo_outcome outcome);
const char *cryo_verdict_to_string(enum cryo_verdict verdict);
const char *cryo_test_result_to_string(enum cryo_test_result result);

/* --- cryo_call: calls that do not wait -------------------------------------------------------- */

/*
 * Every function that blocks has a twin, ..._async(), which returns at once: 0, or why nothing was
 * sent. Only those that move the whole of a record have none, cryo_ctx_get_record(),
 * cryo_ctx_fetch_samples(), cryo_ctx_export_record() and cryo_probe_export(): an application that must
 * not wait gives them a thread and a context. When the answer is there, or the context's timeout is over, cryo_ctx_dispatch() calls the
 * handler, which may be NULL; there the call's ..._finish() function gives what the blocking one would
 * have returned, or cryo_call_finish() where that is no more than an int. May call any function of
 * the library but cryo_ctx_dispatch() and cryo_ctx_wait().
 */
typedef void (*cryo_call_handler)(struct cryo_call *call, void *userdata);

/*
 * Who gives @ret_call gets a reference and can cancel: with the last reference the handler is not
 * called any more; whether the daemon still does what was asked is not known then. Who gives NULL
 * leaves the call to the library until its answer.
 */
struct cryo_call *cryo_call_ref(struct cryo_call *call);
struct cryo_call *cryo_call_unref(struct cryo_call *call);

/* Whether there is an answer, or will be none because the context is gone. */
bool cryo_call_is_done(const struct cryo_call *call);

/*
 * How a call of any kind ended: 0, or the errno of the blocking twin, with cryo_ctx_error() telling the
 * reason. -EINPROGRESS: it has not ended, -ECANCELED: its context is gone. A ..._finish() function
 * gives -EINVAL for a call of another kind. Each may be called more than once.
 */
int cryo_call_finish(struct cryo_call *call);

/* --- cryo_ctx: the connection to cryod, and what it tells ------------------------------------- */

/*
 * Connects to the system bus and learns the probes that are there. cryod need not run yet: its
 * coming and going are events. -ENOENT or -ECONNREFUSED: there is no bus.
 */
int cryo_ctx_new(struct cryo_ctx **ret_ctx);

/*
 * The same without waiting for anybody: what is there is learnt by cryo_ctx_dispatch(), and the first
 * event is CRYO_EVENT_DAEMON_UP or, if cryod does not run, CRYO_EVENT_DAEMON_GONE.
 */
int cryo_ctx_new_async(struct cryo_ctx **ret_ctx);

/* One more reference, or one less; with the last one the connection ends. */
struct cryo_ctx *cryo_ctx_ref(struct cryo_ctx *ctx);
struct cryo_ctx *cryo_ctx_unref(struct cryo_ctx *ctx);

/* Why the last call that failed on this context, or a probe of it, failed. Never NULL. */
const char *cryo_ctx_error(const struct cryo_ctx *ctx);

/* Time limit of each blocking call, 1 to CRYO_TIMEOUT_MAX_MS; otherwise -EINVAL. */
int cryo_ctx_set_timeout(struct cryo_ctx *ctx, unsigned int timeout_ms);

/*
 * One descriptor for any event loop: when it is readable (POLLIN), call cryo_ctx_dispatch(). It
 * belongs to the context and stays the same as long as the context lives.
 */
int cryo_ctx_fd(const struct cryo_ctx *ctx);

/*
 * Takes in what has arrived, calling handlers; never blocks. Returns the number of events and answers
 * handed to handlers, or that would have been if there was one. -ENOTCONN: the bus is lost.
 * -EBUSY: called from a handler.
 */
int cryo_ctx_dispatch(struct cryo_ctx *ctx);

/*
 * Waits for at most @timeout_ms milliseconds, -1 for ever, and dispatches. Returns like
 * cryo_ctx_dispatch(); 0 also when the time is over or something without event arrived; -EINTR.
 */
int cryo_ctx_wait(struct cryo_ctx *ctx, int timeout_ms);

/*
 * @probe is NULL for events of the daemon and of records. Called from cryo_ctx_dispatch() and cryo_ctx_wait()
 * only; may call any function of the library but these two.
 */
typedef void (*cryo_event_handler)(struct cryo_ctx *ctx, enum cryo_event event,
				   struct cryo_probe *probe, void *userdata);

/* Replaces the handler; NULL for none. */
void cryo_ctx_set_handler(struct cryo_ctx *ctx, cryo_event_handler handler, void *userdata);

/* Whether cryod is on the bus, as far as is known. */
bool cryo_ctx_daemon_runs(const struct cryo_ctx *ctx);

/* The daemon's version; the caller frees it with free(). Blocks. */
int cryo_ctx_daemon_version(struct cryo_ctx *ctx, char **ret_version);
int cryo_ctx_daemon_version_async(struct cryo_ctx *ctx,
				  cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_ctx_daemon_version_finish(struct cryo_call *call, char **ret_version);

/* --- cryo_probe: a handpiece that is plugged in, and what is known of it ---------------------- */

/* The probes that are plugged in, ordered by serial number. Borrowed; NULL past the end. */
size_t cryo_ctx_probe_count(const struct cryo_ctx *ctx);
struct cryo_probe *cryo_ctx_probe(const struct cryo_ctx *ctx, size_t index);

/* Borrowed. NULL: no probe with this serial number is plugged in. */
struct cryo_probe *cryo_ctx_find_probe(const struct cryo_ctx *ctx, const char *serial);

/* One more reference, or one less; who has one keeps the last values of an unplugged probe. */
struct cryo_probe *cryo_probe_ref(struct cryo_probe *probe);
struct cryo_probe *cryo_probe_unref(struct cryo_probe *probe);

/* False once it was unplugged, the daemon ended, or the context was freed. It does not come back. */
bool cryo_probe_is_present(const struct cryo_probe *probe);

/*
 * Reads everything that is known of the probe. The getters give it without asking the daemon, and most of
 * it is kept up to date by cryo_ctx_dispatch(); the tip's temperature, flow, phase's time left, radii and
 * the time to the boundary are not: they are as of the probe's appearance or the last refresh. Blocks.
 */
int cryo_probe_refresh(struct cryo_probe *probe);
int cryo_probe_refresh_async(struct cryo_probe *probe,
			     cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);

/*
 * What the probe is, and by which node. The model's name is as operators know it, "" if nobody does. Uses left
 * are CRYO_UNLIMITED if they are not limited; they change when a treatment begins.
 */
const char *cryo_probe_serial(const struct cryo_probe *probe);
const char *cryo_probe_model(const struct cryo_probe *probe);
const char *cryo_probe_model_name(const struct cryo_probe *probe);
const char *cryo_probe_cryogen(const struct cryo_probe *probe);		/* n2o, ln2 */
unsigned int cryo_probe_gauge(const struct cryo_probe *probe);
unsigned int cryo_probe_active_length_um(const struct cryo_probe *probe);
unsigned int cryo_probe_uses_left(const struct cryo_probe *probe);
const char *cryo_probe_device_node(const struct cryo_probe *probe);

/* Whether the kernel lets it freeze. */
enum cryo_interlock cryo_probe_interlock(const struct cryo_probe *probe);
/* Names of the kernel's latched faults, ended by NULL. */
const char *const *cryo_probe_faults(const struct cryo_probe *probe);

/* The present treatment, or what is known of the last one. */
enum cryo_phase cryo_probe_phase(const struct cryo_probe *probe);
enum cryo_outcome cryo_probe_outcome(const struct cryo_probe *probe);
bool cryo_probe_is_paused(const struct cryo_probe *probe);
uint64_t cryo_probe_treatment(const struct cryo_probe *probe);		/* 0: there was none */
const char *cryo_probe_protocol(const struct cryo_probe *probe);
/* The operator: user id of who holds the treatment that runs; CRYO_NOBODY: none runs, or nobody started it. */
uint32_t cryo_probe_holder_uid(const struct cryo_probe *probe);
/* Where the needle is in a treatment of several sites; from 1. */
unsigned int cryo_probe_site(const struct cryo_probe *probe);
unsigned int cryo_probe_sites(const struct cryo_probe *probe);
/* Of freezing and thawing at this site, where the tip is to be, and what the operator is asked. */
unsigned int cryo_probe_cycle(const struct cryo_probe *probe);		/* from 1 */
unsigned int cryo_probe_cycles(const struct cryo_probe *probe);
int32_t cryo_probe_target_mdegc(const struct cryo_probe *probe);
const char *cryo_probe_prompt(const struct cryo_probe *probe);		/* "": nothing is asked */

/* Radius that the ice is not to pass; 0: none, or no treatment. */
unsigned int cryo_probe_boundary_um(const struct cryo_probe *probe);

/*
 * Adequacy: how far from the needle's axis the nerve is, and for how long -20 degC shall be there; 0: the
 * protocol names no nerve, or no treatment runs. And whether in some freeze at this site it surely was.
 */
unsigned int cryo_probe_isotherm_distance_um(const struct cryo_probe *probe);
unsigned int cryo_probe_isotherm_time_ms(const struct cryo_probe *probe);
bool cryo_probe_is_adequate(const struct cryo_probe *probe);

/* What changes with every sample; as of the last cryo_probe_refresh(). */
int32_t cryo_probe_tip_mdegc(const struct cryo_probe *probe);
unsigned int cryo_probe_flow_permille(const struct cryo_probe *probe);
unsigned int cryo_probe_phase_left_ms(const struct cryo_probe *probe);	/* 0: not by time */
/*
 * The ice as it is estimated: its edge and the -20 degC isotherm, each with the radius from the needle's
 * axis, the half length along it, and the uncertainty of both, to either side.
 */
unsigned int cryo_probe_ice_radius_um(const struct cryo_probe *probe);
unsigned int cryo_probe_ice_error_um(const struct cryo_probe *probe);
unsigned int cryo_probe_ice_half_length_um(const struct cryo_probe *probe);
unsigned int cryo_probe_ice_half_length_error_um(const struct cryo_probe *probe);
unsigned int cryo_probe_isotherm_radius_um(const struct cryo_probe *probe);
unsigned int cryo_probe_isotherm_error_um(const struct cryo_probe *probe);
unsigned int cryo_probe_isotherm_half_length_um(const struct cryo_probe *probe);
unsigned int cryo_probe_isotherm_half_length_error_um(const struct cryo_probe *probe);
/* How long -20 degC has surely been at the nerve, without a break. */
unsigned int cryo_probe_isotherm_held_ms(const struct cryo_probe *probe);
/* Until the ice is at the protocol's boundary; 0: none, or not foreseen. */
unsigned int cryo_probe_boundary_in_ms(const struct cryo_probe *probe);

/* Alarms, most urgent first. Borrowed; NULL past the end. */
size_t cryo_probe_alarm_count(const struct cryo_probe *probe);
const struct cryo_alarm *cryo_probe_alarm(const struct cryo_probe *probe, size_t index);
const char *cryo_alarm_code(const struct cryo_alarm *alarm);
const char *cryo_alarm_priority(const struct cryo_alarm *alarm);	/* low, medium, high */
uint32_t cryo_alarm_detail(const struct cryo_alarm *alarm);
/*
 * The detail in words, cut to @size bytes: a fault's or phase's name, a value with its unit, "" where
 * it tells nothing. Returns @text; CRYO_TEXT_MAX bytes are enough.
 */
const char *cryo_alarm_detail_text(const struct cryo_alarm *alarm, char *text, size_t size);
bool cryo_alarm_is_present(const struct cryo_alarm *alarm);
bool cryo_alarm_is_acknowledged(const struct cryo_alarm *alarm);
/* Time left of a pause of their sound, when it was last told; 0: there is none. */
unsigned int cryo_probe_audio_paused_s(const struct cryo_probe *probe);

/* --- cryo_explanations: faults and alarms in words -------------------------------------------- */

/*
 * What is known of a fault or an alarm, by its name as of cryo_probe_faults() and cryo_alarm_code(),
 * or by a fault's number in digits. NULL: this library does not know it. These need no context, and
 * what they give lives for ever.
 */
const struct cryo_explanation *cryo_explain(const char *word);

/* All of them, faults first; NULL past the end. */
const struct cryo_explanation *cryo_explanation(size_t index);

bool cryo_explanation_is_alarm(const struct cryo_explanation *explanation);
unsigned int cryo_explanation_code(const struct cryo_explanation *explanation);
const char *cryo_explanation_name(const struct cryo_explanation *explanation);
const char *cryo_explanation_title(const struct cryo_explanation *explanation);
const char *cryo_explanation_cause(const struct cryo_explanation *explanation);
const char *cryo_explanation_action(const struct cryo_explanation *explanation);	/* what to do */

/* --- cryo_treatment: what an operator does with a probe --------------------------------------- */

/*
 * Starts a treatment by the protocol of this name. -ENOENT no such protocol, -ERANGE it does not
 * suit the probe, -EBUSY one runs, -EAGAIN the tip is not warm yet or the daemon is not ready, -EIO
 * the interlock has a latched fault. @ret_treatment may be NULL. Blocks.
 */
int cryo_probe_start(struct cryo_probe *probe, const char *protocol, uint64_t *ret_treatment);
int cryo_probe_start_async(struct cryo_probe *probe, const char *protocol,
			   cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
/* Of cryo_probe_start_async() and cryo_probe_start_with_async(). */
int cryo_probe_start_finish(struct cryo_call *call, uint64_t *ret_treatment);

/*
 * Of whom a treatment is, for its record. Each may be left out: NULL, or 0. Texts have 1 to 64 printable
 * characters. Grows at its end.
 */
struct cryo_start {
	const char *operator_name;
	const char *patient;		/* a reference that the clinic chooses */
	const char *nerve;
	unsigned int end_organ_mm;	/* 1 to 1500: from the freeze along the nerve to its end organ */
};

/*
 * Like cryo_probe_start(), with what is to stand in the record. @size is sizeof(struct cryo_start) as
 * the caller was compiled. -EINVAL: one of them is out of its range; -E2BIG: the caller knows more of
 * them than this library does. Blocks.
 */
int cryo_probe_start_with(struct cryo_probe *probe, const char *protocol, const struct cryo_start *options,
			  size_t size, uint64_t *ret_treatment);
int cryo_probe_start_with_async(struct cryo_probe *probe, const char *protocol,
				const struct cryo_start *options, size_t size, cryo_call_handler handler,
				void *userdata, struct cryo_call **ret_call);

/*
 * Operator's verbs. -ESRCH no treatment runs, -EOPNOTSUPP not in this phase. A pause stops the flow
 * and ends in an abort after 60 s. Advance confirms the prompt. End-phase is the operator's "long
 * enough": a freeze goes on to its thaw or, the last one, to warming; a thaw to the next freeze.
 * Repeat adds a freeze at this site, as far as the protocol allows. Abort leads to warming, at once.
 * -EPERM: another operator holds the treatment; only abort is for everybody. Take-over makes the
 * caller its operator. Each blocks.
 */
int cryo_probe_pause(struct cryo_probe *probe);
int cryo_probe_resume(struct cryo_probe *probe);
int cryo_probe_advance(struct cryo_probe *probe);
int cryo_probe_end_phase(struct cryo_probe *probe);
int cryo_probe_repeat(struct cryo_probe *probe);
int cryo_probe_abort(struct cryo_probe *probe);
int cryo_probe_take_over(struct cryo_probe *probe);
int cryo_probe_pause_async(struct cryo_probe *probe,
			   cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_resume_async(struct cryo_probe *probe,
			    cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_advance_async(struct cryo_probe *probe,
			     cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_end_phase_async(struct cryo_probe *probe,
			       cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_repeat_async(struct cryo_probe *probe,
			    cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_abort_async(struct cryo_probe *probe,
			   cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_take_over_async(struct cryo_probe *probe,
			       cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);

/* Takes back the kernel's latched faults. -EIO: a cause is still there. Blocks. */
int cryo_probe_clear_fault(struct cryo_probe *probe);
int cryo_probe_clear_fault_async(struct cryo_probe *probe,
				 cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);

/* @code as of cryo_alarm_code(). -EINVAL: there is no such alarm. Blocks. */
int cryo_probe_acknowledge(struct cryo_probe *probe, const char *code);
int cryo_probe_acknowledge_async(struct cryo_probe *probe, const char *code,
				 cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);

/*
 * Silences the alarms that are listed now, for 1 to 600 seconds, or to 120 while one of high priority
 * is listed; 0 ends a pause. One that is raised later sounds at once. -EINVAL: out of this range. Blocks.
 */
int cryo_probe_pause_audio(struct cryo_probe *probe, unsigned int seconds);
int cryo_probe_pause_audio_async(struct cryo_probe *probe, unsigned int seconds,
				 cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);

/*
 * Writes the record of a treatment to @fd as CSV with a header line that names units. -ESRCH no
 * such treatment; -ETIMEDOUT when either end stands still for the context's timeout; what was written
 * stays written. Blocks.
 */
int cryo_probe_export(struct cryo_probe *probe, uint64_t treatment, int fd);

/* --- cryo_self_test: what a probe finds out about itself --------------------------------------- */

#define CRYO_SELF_TEST_MAX_MS	150000U

/*
 * Tests a probe that treats nobody: its sensors, the emergency stop, the one-shot, and each valve alone.
 * Keep the needle away from people: nothing freezes unless a valve leaks, which is what is looked for.
 * Returns 1 if nothing failed and 0 if something did, or the test was aborted. Takes 5 s or so, and where
 * the prompt asks for the emergency stop as long as nobody presses it: set a timeout of
 * CRYO_SELF_TEST_MAX_MS before. -EBUSY a treatment or another test runs, -EAGAIN the tip is not warm,
 * -EIO a latched fault has to be cleared before. Blocks.
 */
int cryo_probe_self_test(struct cryo_probe *probe);
int cryo_probe_self_test_async(struct cryo_probe *probe,
			       cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_self_test_finish(struct cryo_call *call);

/*
 * The steps of the probe's present or last self-test, of those that treatments begin with, too; NULL past
 * the end. What they give lives as long as other strings of the probe.
 */
size_t cryo_probe_test_count(const struct cryo_probe *probe);
const struct cryo_test *cryo_probe_test(const struct cryo_probe *probe, size_t index);
const char *cryo_test_step(const struct cryo_test *test);	/* its name on the bus */
const char *cryo_test_title(const struct cryo_test *test);	/* what it looks at; "": not known here */
enum cryo_test_result cryo_test_result(const struct cryo_test *test);
/* Of one that failed: the kernel's fault, for cryo_explain(), and what it saw; "" where there is none. */
const char *cryo_test_fault(const struct cryo_test *test);
const char *cryo_test_detail(const struct cryo_test *test);

/* --- cryo_protocols: the protocols that cryod knows ------------------------------------------- */

/* The protocols that the daemon knows; free with cryo_protocols_free(). Blocks. */
int cryo_ctx_list_protocols(struct cryo_ctx *ctx, struct cryo_protocols **ret_protocols);
int cryo_ctx_list_protocols_async(struct cryo_ctx *ctx,
				  cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_ctx_list_protocols_finish(struct cryo_call *call, struct cryo_protocols **ret_protocols);

/* A list's life, length and entries; NULL past the end, and the strings live as long as the list. */
struct cryo_protocols *cryo_protocols_free(struct cryo_protocols *protocols);
size_t cryo_protocols_count(const struct cryo_protocols *protocols);
const char *cryo_protocols_name(const struct cryo_protocols *protocols, size_t index);
const char *cryo_protocols_title(const struct cryo_protocols *protocols, size_t index);

/* The text of a protocol; the caller frees it with free(). -ENOENT: no such protocol. Blocks. */
int cryo_ctx_read_protocol(struct cryo_ctx *ctx, const char *name, char **ret_text);
int cryo_ctx_read_protocol_async(struct cryo_ctx *ctx, const char *name,
				 cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_ctx_read_protocol_finish(struct cryo_call *call, char **ret_text);

/*
 * Its course in words for people, lines of at most 100 characters: what lets each phase begin and end.
 * As above; -ERANGE: the protocol is not well formed.
 */
int cryo_ctx_describe_protocol(struct cryo_ctx *ctx, const char *name, char **ret_text);
int cryo_ctx_describe_protocol_async(struct cryo_ctx *ctx, const char *name,
				     cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_ctx_describe_protocol_finish(struct cryo_call *call, char **ret_text);

/*
 * Whether the text could be installed as a protocol. -ERANGE: it could not; cryo_ctx_error() names
 * the line, the key and the allowed range. Blocks.
 */
int cryo_ctx_validate_protocol(struct cryo_ctx *ctx, const char *text);
int cryo_ctx_validate_protocol_async(struct cryo_ctx *ctx, const char *text,
				     cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_ctx_validate_protocol_finish(struct cryo_call *call);

/*
 * Gives the daemon a protocol to keep, in the place of one of this name that was installed before or
 * is shipped. -ERANGE as above, -EINVAL: the name has other than 1 to 63 of a-z, 0-9 and '-', or is that
 * of an administrator's protocol; -EACCES. Blocks.
 */
int cryo_ctx_install_protocol(struct cryo_ctx *ctx, const char *name, const char *text);
int cryo_ctx_install_protocol_async(struct cryo_ctx *ctx, const char *name, const char *text,
				    cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);

/* --- cryo_records: the records of treatments -------------------------------------------------- */

#define CRYO_RECORDS_MAX	1000U

/*
 * The records of treatments with numbers below @before, 0 for the newest, newest first: at most @limit
 * of them, 1 to CRYO_RECORDS_MAX. Free with cryo_records_free(). Blocks.
 */
int cryo_ctx_list_records(struct cryo_ctx *ctx, unsigned int limit, uint64_t before,
			  struct cryo_records **ret_records);
int cryo_ctx_list_records_async(struct cryo_ctx *ctx, unsigned int limit, uint64_t before,
				cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_ctx_list_records_finish(struct cryo_call *call, struct cryo_records **ret_records);

/* A list's life and length. */
struct cryo_records *cryo_records_free(struct cryo_records *records);
size_t cryo_records_count(const struct cryo_records *records);
/* 0 and NULL past the end; strings live as long as the list. */
uint64_t cryo_records_treatment(const struct cryo_records *records, size_t index);
const char *cryo_records_serial(const struct cryo_records *records, size_t index);
const char *cryo_records_protocol(const struct cryo_records *records, size_t index);
const char *cryo_records_operator(const struct cryo_records *records, size_t index);
/* Microseconds since 1970; ended 0: it has not. */
int64_t cryo_records_started_us(const struct cryo_records *records, size_t index);
int64_t cryo_records_ended_us(const struct cryo_records *records, size_t index);
enum cryo_outcome cryo_records_outcome(const struct cryo_records *records, size_t index);

/*
 * The facts and events of one record, without its samples; free with cryo_record_free(). -ESRCH: no
 * such record, -EUCLEAN: it is damaged so much that it cannot be read. Blocks.
 */
int cryo_ctx_get_record(struct cryo_ctx *ctx, uint64_t treatment, struct cryo_record **ret_record);
/* A record's life, and whose it is. */
struct cryo_record *cryo_record_free(struct cryo_record *record);
uint64_t cryo_record_treatment(const struct cryo_record *record);

/* The names of what is known of the treatment as a whole; NULL past the end. */
const char *cryo_record_fact(const struct cryo_record *record, size_t index);

/*
 * A fact by its name. Text: "serial", "model", "cryogen", "protocol", "protocol-text" (as it was
 * used), "operator", "patient", "nerve", "outcome", "cryod-version", "kernel-version", "head" (of the
 * record's hash chain). NULL: the record does not have it, or it is a number.
 */
const char *cryo_record_text(const struct cryo_record *record, const char *fact);

/*
 * Numbers: "gauge", "active-length-um", "end-organ-mm", "driver-abi", "started-us", "ended-us"
 * (since 1970), "samples", "events". -ENOENT: the record does not have it, or it is text.
 */
int cryo_record_number(const struct cryo_record *record, const char *fact, int64_t *ret_number);

/* What happened, in its order. Borrowed from the record; NULL past the end. */
size_t cryo_record_event_count(const struct cryo_record *record);
const struct cryo_record_event *cryo_record_event(const struct cryo_record *record, size_t index);
/* Nanoseconds since the start of the treatment. */
int64_t cryo_record_event_time_ns(const struct cryo_record_event *event);
uint64_t cryo_record_event_sample(const struct cryo_record_event *event);
const char *cryo_record_event_source(const struct cryo_record_event *event); /* kernel, core, cryod */
const char *cryo_record_event_kind(const struct cryo_record_event *event);
/* What they are depends on the kind: phases, interlock states, an alarm's priority and code, ... */
int64_t cryo_record_event_old(const struct cryo_record_event *event);
int64_t cryo_record_event_new(const struct cryo_record_event *event);
const char *cryo_record_event_text(const struct cryo_record_event *event);

/*
 * Fetches the samples of a record, which may be tens of megabytes, into it. -ESRCH, -EUCLEAN as
 * above; -ETIMEDOUT when the daemon stands still for the context's timeout. Blocks.
 */
int cryo_ctx_fetch_samples(struct cryo_ctx *ctx, struct cryo_record *record);
/* How many were fetched. */
size_t cryo_record_sample_count(const struct cryo_record *record);

/*
 * A sample, with its time since the start of the treatment; @size as for cryo_stream_next(). Returns
 * 1 with a frame, 0 past the end.
 */
int cryo_record_sample(const struct cryo_record *record, size_t index, struct cryo_frame *ret_frame,
		       size_t size);

/*
 * Whether the record of a treatment, or with 0 every record, is what was written. @ret_detail, which
 * may be NULL, names the first thing that does not fit, or is "": free() it. Takes the longer the more
 * there is: set the timeout before. -ESRCH: no such record. Blocks.
 */
int cryo_ctx_verify_record(struct cryo_ctx *ctx, uint64_t treatment, enum cryo_verdict *ret_verdict,
			   char **ret_detail);
int cryo_ctx_verify_record_async(struct cryo_ctx *ctx, uint64_t treatment, cryo_call_handler handler,
				 void *userdata, struct cryo_call **ret_call);
int cryo_ctx_verify_record_finish(struct cryo_call *call, enum cryo_verdict *ret_verdict, char **ret_detail);

/*
 * Writes the samples of a record to @fd as CSV with a header line that names units. -ESRCH no such
 * record; -ETIMEDOUT when either end stands still for the context's timeout; what was written stays
 * written. Blocks.
 */
int cryo_ctx_export_record(struct cryo_ctx *ctx, uint64_t treatment, int fd);

/* --- cryo_stream: every sample of a probe ----------------------------------------------------- */

/* Opens a stream of every sample of the probe from now on. Blocks. */
int cryo_probe_open_stream(struct cryo_probe *probe, struct cryo_stream **ret_stream);
int cryo_probe_open_stream_async(struct cryo_probe *probe,
				 cryo_call_handler handler, void *userdata, struct cryo_call **ret_call);
int cryo_probe_open_stream_finish(struct cryo_call *call, struct cryo_stream **ret_stream);

/* Ends the stream; the daemon forgets this reader. */
struct cryo_stream *cryo_stream_free(struct cryo_stream *stream);

/* Readable (POLLIN) when cryo_stream_next() has something to say. Belongs to the stream. */
int cryo_stream_fd(const struct cryo_stream *stream);

/*
 * Takes the next frame; never blocks. @size is sizeof(struct cryo_frame) as the caller was compiled:
 * of a longer frame the rest is left out, of a shorter one the rest is zero. Returns 1 with a frame,
 * 0 when there is none yet, -EPIPE when the daemon has ended the stream (the probe was unplugged or
 * the daemon is gone), -EBADMSG a packet that is no frame: it is dropped, go on. A reader that is
 * slow loses its own oldest frames and is told so in ret_frame->lost.
 */
int cryo_stream_next(struct cryo_stream *stream, struct cryo_frame *ret_frame, size_t size);

/* Frames that this reader has lost since the stream was opened. */
uint64_t cryo_stream_lost(const struct cryo_stream *stream);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

/* --- cleanup ------------------------------------------------------------------------------- */

/*
 * With GCC and Clang a local variable can be released at the end of its block:
 *	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
 */
#if defined(__GNUC__)
#define CRYO_CLEANUP(release) __attribute__((__cleanup__(release##_at)))

static inline void cryo_ctx_unref_at(struct cryo_ctx **ctx)
{
	cryo_ctx_unref(*ctx);
}

static inline void cryo_call_unref_at(struct cryo_call **call)
{
	cryo_call_unref(*call);
}

static inline void cryo_probe_unref_at(struct cryo_probe **probe)
{
	cryo_probe_unref(*probe);
}

static inline void cryo_protocols_free_at(struct cryo_protocols **protocols)
{
	cryo_protocols_free(*protocols);
}

static inline void cryo_records_free_at(struct cryo_records **records)
{
	cryo_records_free(*records);
}

static inline void cryo_record_free_at(struct cryo_record **record)
{
	cryo_record_free(*record);
}

static inline void cryo_stream_free_at(struct cryo_stream **stream)
{
	cryo_stream_free(*stream);
}
#endif

#ifdef __cplusplus
}
#endif

#endif /* CRYO_H */
