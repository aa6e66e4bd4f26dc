// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be asked of io.cryo1.Probe, and how it is answered. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/bus-manager.h"
#include "daemon/bus/bus-probe-methods.h"
#include "daemon/bus/bus-probe.h"
#include "daemon/bus/bus-self-test.h"
#include "daemon/bus/bus-start.h"
#include "daemon/bus/operator.h"
#include "daemon/bus/polkit.h"
#include "daemon/journal.h"
#include "daemon/util.h"
#include "daemon/words.h"

static const char *error_name(int error)
{
	switch (error) {
	case -EBUSY:
		return BUS_ERROR("Busy");
	case -EAGAIN:
		return BUS_ERROR("NotReady");
	case -ERANGE:
		return BUS_ERROR("BadProtocol");
	case -ENOTCONN:
		return BUS_ERROR("NoTreatment");
	case -EINVAL:
		return BUS_ERROR("NotInPhase");
	case -EIO:
		return BUS_ERROR("Fault");
	default:
		return SD_BUS_ERROR_FAILED;
	}
}

static const char *error_text(const struct control_reply *reply)
{
	if (reply->reason[0])
		return reply->reason;
	return reply->error == -ENOTCONN ? "No treatment runs" : strerror(-reply->error);
}

/* 0 and "nothing to do" are good; the kernel's refusal to clear has a name of its own. */
static int reply_to(sd_bus_message *call, const struct control_reply *reply, const char *busy)
{
	const char *name;

	if (!reply)
		return sd_bus_reply_method_errorf(call, BUS_ERROR("NoSuchProbe"), "The probe is gone");
	if (!reply->error || reply->error == -EALREADY)
		return sd_bus_reply_method_return(call, NULL);
	name = reply->error == -EBUSY ? busy : error_name(reply->error);
	return sd_bus_reply_method_errorf(call, name, "%s", error_text(reply));
}

int bus_probe_reply(sd_bus_message *call, const struct control_reply *reply)
{
	return reply_to(call, reply, BUS_ERROR("Busy"));
}

static void on_verb_done(struct probe *probe, const struct control_reply *reply, void *userdata)
{
	_cleanup_bus_message_ sd_bus_message *call = userdata;

	(void)probe;
	bus_probe_reply(call, reply);
}

static void on_cleared(struct probe *probe, const struct control_reply *reply, void *userdata)
{
	_cleanup_bus_message_ sd_bus_message *call = userdata;

	(void)probe;
	reply_to(call, reply, BUS_ERROR("Fault"));
}

static void tell_started(sd_bus_message *call, struct probe *probe)
{
	sd_bus_emit_properties_changed(sd_bus_message_get_bus(call), sd_bus_message_get_path(call),
				       BUS_PROBE_INTERFACE, "Treatment", "Protocol", NULL);
	sd_bus_reply_method_return(call, "t", probe->treatment);
}

/* Who asks for a start, until it is answered. */
struct starter {
	sd_bus_message *call;
	uint32_t uid;
};

static int starter_new(sd_bus_message *call, uint32_t uid, struct starter **ret)
{
	struct starter *starter = malloc(sizeof(*starter));

	if (!starter)
		return -ENOMEM;
	*starter = (struct starter){ .call = sd_bus_message_ref(call), .uid = uid };
	*ret = starter;
	return 0;
}

static void starter_free(struct starter *starter)
{
	sd_bus_message_unref(starter->call);
	free(starter);
}

static void on_started(struct probe *probe, const struct control_reply *reply, void *userdata)
{
	struct starter *starter = userdata;

	if (!reply || reply->error) {
		bus_probe_reply(starter->call, reply);
	} else {
		operator_hold(probe, starter->call, starter->uid);
		tell_started(starter->call, probe);
	}
	starter_free(starter);
}

/* Pass a request on; its reply answers @call. */
static int pass_on(sd_bus_message *call, const struct bus_objects *objects,
		   struct control_request *request, probe_reply_t then, sd_bus_error *error)
{
	struct probe *probe = bus_probe_of(call, objects);
	int r;

	if (!probe)
		return bus_no_such_probe(error);
	r = probe_request(probe, request, then, sd_bus_message_ref(call));
	if (r < 0)
		sd_bus_message_unref(call);
	return r < 0 ? r : 1;
}

static int do_verb(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	static const struct {
		const char *member;
		enum verb verb;
	} verbs[] = {
		{ "Pause", VERB_PAUSE }, { "Resume", VERB_RESUME },
		{ "Advance", VERB_ADVANCE }, { "Abort", VERB_ABORT },
		{ "EndPhase", VERB_END_PHASE }, { "Repeat", VERB_REPEAT },
	};
	struct control_request request = { .kind = CONTROL_VERB };

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(sd_bus_message_get_member(call), verbs[i].member)) {
			request.verb = verbs[i].verb;
			return pass_on(call, userdata, &request, on_verb_done, error);
		}
	return -EINVAL;
}

static int do_clear_fault(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct control_request request = { .kind = CONTROL_CLEAR_FAULT };

	return pass_on(call, userdata, &request, on_cleared, error);
}

static int do_acknowledge(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct control_request request = { .kind = CONTROL_ACKNOWLEDGE };
	const char *code;
	int r = sd_bus_message_read(call, "s", &code);

	if (r < 0)
		return r;
	for (int i = 1; i < ALARM_COUNT; i++)
		if (!strcmp(alarm_to_string(i), code))
			request.acknowledge = i;
	if (!request.acknowledge)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS, "There is no alarm '%s'", code);
	return pass_on(call, userdata, &request, on_verb_done, error);
}

/* What an operator does beside the control thread belongs to the record, too. @reason is static. */
static void record_note(const struct bus_objects *objects, const struct probe *probe,
			enum treatment_event_kind kind, uint32_t new, const char *reason)
{
	const struct cryo_frame *frame = &probe->latest.frame;

	recorder_event(objects->treatments->recorder, probe->key, &(struct treatment_event){
		.kind = kind, .new = new, .sample_seq = frame->seq, .time_ns = frame->time_ns,
		.reason = reason,
	});
}

static int do_pause_audio(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	const struct bus_objects *objects = userdata;
	struct probe *probe = bus_probe_of(call, objects);
	const struct treatment_status *status;
	uint32_t seconds;
	int r;

	if (!probe)
		return bus_no_such_probe(error);
	r = sd_bus_message_read(call, "u", &seconds);
	if (r < 0)
		return r;
	status = &probe->latest.treatment;
	r = alarm_audio_pause(&probe->audio, status->alarm, status->alarms, seconds, now_ns());
	if (r < 0)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "A pause of %u s is too long: 0 to %u s is possible now", seconds,
					 alarm_audio_max_s(status->alarm, status->alarms));
	record_note(objects, probe, TREATMENT_EVENT_AUDIO_PAUSED, seconds,
		    "the operator has paused the sound of alarms");
	bus_probe_emit(sd_bus_message_get_bus(call), probe, "AudioPaused");
	return sd_bus_reply_method_return(call, NULL);
}

/* What the record is told of a treatment, to be freed. */
static int new_details(const struct store_details *options, const char *protocol_text,
		       struct store_details **ret)
{
	size_t size = strlen(protocol_text) + 1;
	struct store_details *details = malloc(sizeof(*details) + size);

	if (!details)
		return -ENOMEM;
	*details = *options;
	memcpy(details->protocol_text, protocol_text, size);
	*ret = details;
	return 0;
}

static int start(const struct bus_objects *objects, struct probe *probe, struct starter *starter,
		 const char *name, const struct store_details *options, sd_bus_error *error)
{
	_cleanup_free_ char *text = NULL;
	struct store_details *details;
	struct protocol protocol;
	int r;

	r = bus_load_protocol(objects, name, &protocol, &text, error);
	if (r < 0)
		return r;
	r = new_details(options, text, &details);
	if (r < 0)
		return r;
	return treatments_start(objects->treatments, probe, &protocol, details, on_started, starter);
}

static int do_start(sd_bus_message *call, uint32_t uid, void *userdata, sd_bus_error *error)
{
	const struct bus_objects *objects = userdata;
	struct probe *probe = bus_probe_of(call, objects);
	struct store_details options = { .end_organ_mm = 0 };
	struct starter *starter;
	const char *name;
	int r;

	if (!probe)
		return bus_no_such_probe(error);
	r = sd_bus_message_read(call, "s", &name);
	if (r >= 0)
		r = bus_start_read_options(call, &options, error);
	if (r >= 0)
		r = starter_new(call, uid, &starter);
	if (r < 0)
		return r;
	r = start(objects, probe, starter, name, &options, error);
	if (r < 0)
		starter_free(starter);
	return r < 0 ? r : 1;
}

static int do_take_over(sd_bus_message *call, uint32_t uid, void *userdata, sd_bus_error *error)
{
	const struct bus_objects *objects = userdata;
	struct probe *probe = bus_probe_of(call, objects);
	struct journal_context context;

	if (!probe)
		return bus_no_such_probe(error);
	if (probe_is_idle(probe))
		return sd_bus_error_set(error, BUS_ERROR("NoTreatment"), "No treatment runs");
	context = probe_context(probe);
	journal(LOG_NOTICE, JOURNAL_TAKEN_OVER, &context, "user %u takes over treatment %" PRIu64, uid,
		probe->treatment);
	record_note(objects, probe, TREATMENT_EVENT_TAKEN_OVER, uid,
		    "another operator has taken the treatment over");
	operator_hold(probe, call, uid);
	return sd_bus_reply_method_return(call, NULL);
}

static int do_open_stream(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct probe *probe = bus_probe_of(call, userdata);
	_cleanup_close_ int fd = -EBADF;
	int r;

	if (!probe)
		return bus_no_such_probe(error);
	r = stream_open(probe->stream, &fd);
	if (r == -EUSERS)
		return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					 "There are %u readers already", STREAM_READERS_MAX);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(call, "h", fd);
}

/* sd-bus hands over the probe, which may be gone when polkit answers; what was registered stays. */
static struct bus_objects *objects_of(sd_bus_message *call)
{
	sd_bus *bus = sd_bus_message_get_bus(call);

	return sd_bus_slot_get_userdata(sd_bus_get_current_slot(bus));
}

/* De-energised is safe: nobody who can talk to us has to ask leave to stop. */
int bus_probe_abort(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)userdata;
	return do_verb(call, objects_of(call), error);
}

/* What only the treatment's holder may do while it runs. */
static int steer(sd_bus_message *call, uint32_t uid, void *userdata, sd_bus_error *error)
{
	const char *member = sd_bus_message_get_member(call);
	polkit_then_t then = do_verb;

	if (!strcmp(member, "ClearFault"))
		then = do_clear_fault;
	else if (!strcmp(member, "AcknowledgeAlarm"))
		then = do_acknowledge;
	else if (!strcmp(member, "PauseAudio"))
		then = do_pause_audio;
	return operator_ask(call, uid, userdata, then, error);
}

int bus_probe_steer(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)userdata, (void)error;
	return polkit_ask_as(call, POLKIT_TREAT, steer, objects_of(call));
}

int bus_probe_start(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)userdata, (void)error;
	return polkit_ask_as(call, POLKIT_TREAT, do_start, objects_of(call));
}

int bus_probe_take_over(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)userdata, (void)error;
	return polkit_ask_as(call, POLKIT_SERVICE, do_take_over, objects_of(call));
}

int bus_probe_self_test(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)userdata, (void)error;
	return polkit_ask(call, POLKIT_SERVICE, bus_self_test_do, objects_of(call));
}

int bus_probe_open_stream(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)userdata, (void)error;
	return polkit_ask(call, POLKIT_OBSERVE, do_open_stream, objects_of(call));
}
