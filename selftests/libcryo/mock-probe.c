// SPDX-License-Identifier: GPL-2.0-or-later
/* The mock's probes: what an app may ask of them. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libcryo/cryo-frame.h"
#include "selftests/libcryo/mock.h"

void mock_set_word(char **word, const char *value)
{
	free(*word);
	*word = strdup(value);
}

void mock_changed(struct probe *p)
{
	sd_bus_emit_properties_changed(mock.bus, p->path, PROBE, "Phase", "Outcome", "Paused",
				       "Treatment", "Protocol", "Site", "Sites", "Cycle", "Cycles", "Target",
				       "Prompt", "Boundary", "Interlock", "Faults", "Alarms", "AudioPaused", "SelfTestSteps",
				       "IsothermDistance", "IsothermTime", "Adequate", "Holder", NULL);
}

static bool running(const struct probe *p)
{
	return strcmp(p->phase, "idle");
}

static int start(struct probe *p, const char *protocol, sd_bus_error *e)
{
	if (!mock_knows_protocol(protocol))
		return mock_fail(e, "NoSuchProtocol", "no such protocol");
	if (running(p))
		return mock_fail(e, "Busy", "a treatment runs");
	if (!strcmp(p->interlock, "fault"))
		return mock_fail(e, "Fault", "latched: estop");
	if (p->tip < 5000)
		return mock_fail(e, "NotReady", "the tip is not warm yet");
	mock_set_word(&p->protocol, protocol);
	mock_set_word(&p->phase, "ready");
	mock_set_word(&p->outcome, "none");
	mock_set_word(&p->prompt, "place the needle, then confirm");
	p->treatment++;
	p->site = 1;
	p->sites = 3;
	p->cycle = 1;
	p->cycles = 2;
	mock_changed(p);
	return 0;
}

/* What was asked for can be seen as the model: "operator=X end-organ-mm=100". */
static int read_options(sd_bus_message *m, struct probe *p)
{
	char all[256] = "", one[128];
	const char *key, *text;
	uint32_t number;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &key);
		if (r >= 0 && !strcmp(key, "end-organ-mm")) {
			r = sd_bus_message_read(m, "v", "u", &number);
			snprintf(one, sizeof(one), "%s=%u ", key, number);
		} else if (r >= 0) {
			r = sd_bus_message_read(m, "v", "s", &text);
			snprintf(one, sizeof(one), "%s=%s ", key, text);
		}
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		strncat(all, one, sizeof(all) - strlen(all) - 1);
	}
	if (*all)
		mock_set_word(&p->model, all);
	return r;
}

static int on_start(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;
	const char *protocol;
	int r;

	if (mock.hang)
		return 1;
	r = sd_bus_message_read(m, "s", &protocol);
	if (r >= 0)
		r = read_options(m, p);
	if (r < 0)
		return r;
	r = start(p, protocol, e);
	return r < 0 ? r : sd_bus_reply_method_return(m, "t", p->treatment);
}

static int on_pause(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;
	bool resume = sd_bus_message_is_method_call(m, PROBE, "Resume");

	if (mock.hang)
		return 1;
	if (mock.refusal && *mock.refusal)
		return sd_bus_error_set(e, mock.refusal, "the mock was told to refuse");
	if (!running(p))
		return mock_fail(e, "NoTreatment", "no treatment runs");
	if (p->paused != resume)
		return mock_fail(e, "NotInPhase", resume ? "it is not paused" : "it is paused already");
	p->paused = !resume;
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_end_phase(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return mock_fail(e, "NoTreatment", "no treatment runs");
	if (strcmp(p->phase, "cool"))
		return mock_fail(e, "NotInPhase", "only cool, freeze and thaw can be ended");
	mock_set_word(&p->phase, "thaw");
	p->flow = 0;
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_repeat(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return mock_fail(e, "NoTreatment", "no treatment runs");
	if (strcmp(p->phase, "cool"))
		return mock_fail(e, "NotInPhase", "only in cool, freeze and thaw can a freeze be added");
	p->cycles++;
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_advance(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return mock_fail(e, "NoTreatment", "no treatment runs");
	if (!*p->prompt)
		return mock_fail(e, "NotInPhase", "nothing is asked in phase cool");
	if (!strcmp(p->phase, "ready")) {
		mock_set_word(&p->phase, "cool");
		p->target = -70000;
		p->flow = 1000;
	} else {
		mock_set_word(&p->phase, "idle");
		mock_set_word(&p->outcome, "completed");
	}
	mock_set_word(&p->prompt, "");
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_abort(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return mock_fail(e, "NoTreatment", "no treatment runs");
	mock_set_word(&p->phase, "warm");
	mock_set_word(&p->outcome, "aborted");
	mock_set_word(&p->prompt, "");
	p->target = CRYO_FRAME_NOT_VALID;
	p->flow = 0;
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_take_over(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return mock_fail(e, "NoTreatment", "no treatment runs");
	if (!strcmp(p->phase, "warm"))
		return mock_fail(e, "NotOperator", "Treatment 1 is held by user 1000");
	return sd_bus_reply_method_return(m, NULL);
}

static int append_steps(sd_bus_message *m, const struct probe *p)
{
	bool failed = !strcmp(p->valve, "failed");

	return sd_bus_message_append(m, "a(ssss)", 3, "readings", "passed", "", "", "one-shot", "not-wired",
				     "", "", "freeze-valve", p->valve, failed ? "test-freeze-valve" : "",
				     failed ? "channel tip, value 2500, limit 2000" : "");
}

static int on_self_test(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	sd_bus_message *reply = NULL;
	struct probe *p = userdata;
	int r;

	if (running(p))
		return mock_fail(e, "Busy", "a treatment runs");
	p->tested = true;
	mock_changed(p);
	r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = append_steps(reply, p);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return r;
}

static int get_steps(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)e;
	return p->tested ? append_steps(reply, p) : sd_bus_message_append(reply, "a(ssss)", 0);
}

static int on_clear_fault(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!strcmp(p->fault, "estop"))
		return mock_fail(e, "Fault", "estop: still pressed");
	mock_set_word(&p->fault, "");
	mock_set_word(&p->interlock, "disarmed");
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_acknowledge(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;
	const char *code;
	int r;

	r = sd_bus_message_read(m, "s", &code);
	if (r < 0)
		return r;
	if (!*code || strcmp(code, p->alarm))
		return sd_bus_error_set(e, SD_BUS_ERROR_INVALID_ARGS, "no such alarm");
	mock_set_word(&p->alarm, "");
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

/* The one alarm that there can be is of high priority. */
static int on_pause_audio(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;
	uint32_t seconds;
	int r;

	r = sd_bus_message_read(m, "u", &seconds);
	if (r < 0)
		return r;
	if (seconds > 120)
		return sd_bus_error_set(e, SD_BUS_ERROR_INVALID_ARGS, "0 to 120 s is possible now");
	p->audio_paused = *p->alarm ? seconds : 0;
	mock_changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_open_stream(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;
	int fds[2], r;

	for (struct stream *s = p->streams; s < p->streams + STREAMS_MAX; s++) {
		if (s->fd >= 0)
			continue;
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
			return -errno;
		*s = (struct stream){ .fd = fds[0] };
		r = sd_bus_reply_method_return(m, "h", fds[1]);
		close(fds[1]);
		if (p->awaiting)
			sd_bus_reply_method_return(p->awaiting, NULL);
		p->awaiting = sd_bus_message_unref(p->awaiting);
		return r;
	}
	return mock_fail(e, "Busy", "too many streams");
}

static int get_faults(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)e;
	return sd_bus_message_append(reply, "as", *p->fault ? 1 : 0, p->fault);
}

static int get_alarms(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)e;
	if (!*p->alarm)
		return sd_bus_message_append(reply, "a(ssubb)", 0);
	return sd_bus_message_append(reply, "a(ssubb)", 1, p->alarm, "high", 7, true, false);
}

#define CONST SD_BUS_VTABLE_PROPERTY_CONST
#define EMITS SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define AT(field) offsetof(struct probe, field)

const sd_bus_vtable mock_probe_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Start", SD_BUS_ARGS("s", protocol, "a{sv}", options),
				SD_BUS_RESULT("t", treatment), on_start, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Pause", NULL, NULL, on_pause, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Resume", NULL, NULL, on_pause, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Advance", NULL, NULL, on_advance, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("EndPhase", NULL, NULL, on_end_phase, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Repeat", NULL, NULL, on_repeat, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Abort", NULL, NULL, on_abort, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("TakeOver", NULL, NULL, on_take_over, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SelfTest", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ssss)", steps), on_self_test,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("ClearFault", NULL, NULL, on_clear_fault, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("AcknowledgeAlarm", SD_BUS_ARGS("s", code), SD_BUS_NO_RESULT,
				on_acknowledge, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("PauseAudio", SD_BUS_ARGS("u", seconds), SD_BUS_NO_RESULT,
				on_pause_audio, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("OpenStream", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", stream),
				on_open_stream, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Serial", "s", NULL, AT(serial), CONST),
	SD_BUS_PROPERTY("Model", "s", NULL, AT(model), CONST),
	SD_BUS_PROPERTY("ModelName", "s", NULL, AT(model_name), CONST),
	SD_BUS_PROPERTY("Cryogen", "s", NULL, AT(cryogen), CONST),
	SD_BUS_PROPERTY("Gauge", "u", NULL, AT(gauge), CONST),
	SD_BUS_PROPERTY("ActiveLength", "u", NULL, AT(active_length), CONST),
	SD_BUS_PROPERTY("UsesLeft", "u", NULL, AT(uses_left), EMITS),
	SD_BUS_PROPERTY("DeviceNode", "s", NULL, AT(device_node), CONST),
	SD_BUS_PROPERTY("Interlock", "s", NULL, AT(interlock), EMITS),
	SD_BUS_PROPERTY("Faults", "as", get_faults, 0, EMITS),
	SD_BUS_PROPERTY("Phase", "s", NULL, AT(phase), EMITS),
	SD_BUS_PROPERTY("Outcome", "s", NULL, AT(outcome), EMITS),
	SD_BUS_PROPERTY("Paused", "b", NULL, AT(paused), EMITS),
	SD_BUS_PROPERTY("Treatment", "t", NULL, AT(treatment), EMITS),
	SD_BUS_PROPERTY("Protocol", "s", NULL, AT(protocol), EMITS),
	SD_BUS_PROPERTY("Holder", "u", NULL, AT(holder), EMITS),
	SD_BUS_PROPERTY("Site", "u", NULL, AT(site), EMITS),
	SD_BUS_PROPERTY("Sites", "u", NULL, AT(sites), EMITS),
	SD_BUS_PROPERTY("Cycle", "u", NULL, AT(cycle), EMITS),
	SD_BUS_PROPERTY("Cycles", "u", NULL, AT(cycles), EMITS),
	SD_BUS_PROPERTY("Target", "i", NULL, AT(target), EMITS),
	SD_BUS_PROPERTY("Prompt", "s", NULL, AT(prompt), EMITS),
	SD_BUS_PROPERTY("Alarms", "a(ssubb)", get_alarms, 0, EMITS),
	SD_BUS_PROPERTY("SelfTestSteps", "a(ssss)", get_steps, 0, EMITS),
	SD_BUS_PROPERTY("IceError", "u", NULL, AT(ice_error), 0),
	SD_BUS_PROPERTY("IceHalfLength", "u", NULL, AT(ice_half), 0),
	SD_BUS_PROPERTY("IceHalfLengthError", "u", NULL, AT(ice_half_error), 0),
	SD_BUS_PROPERTY("IsothermError", "u", NULL, AT(isotherm_error), 0),
	SD_BUS_PROPERTY("IsothermHalfLength", "u", NULL, AT(isotherm_half), 0),
	SD_BUS_PROPERTY("IsothermHalfLengthError", "u", NULL, AT(isotherm_half_error), 0),
	SD_BUS_PROPERTY("IsothermDistance", "u", NULL, AT(nerve), EMITS),
	SD_BUS_PROPERTY("IsothermTime", "u", NULL, AT(nerve_time), EMITS),
	SD_BUS_PROPERTY("IsothermHeld", "u", NULL, AT(nerve_held), 0),
	SD_BUS_PROPERTY("Adequate", "b", NULL, AT(adequate), EMITS),
	SD_BUS_PROPERTY("Boundary", "u", NULL, AT(boundary), EMITS),
	SD_BUS_PROPERTY("AudioPaused", "u", NULL, AT(audio_paused), EMITS),
	SD_BUS_PROPERTY("Tip", "i", NULL, AT(tip), 0),
	SD_BUS_PROPERTY("Flow", "u", NULL, AT(flow), 0),
	SD_BUS_PROPERTY("PhaseLeft", "u", NULL, AT(phase_left), 0),
	SD_BUS_PROPERTY("IceRadius", "u", NULL, AT(ice), 0),
	SD_BUS_PROPERTY("IsothermRadius", "u", NULL, AT(isotherm), 0),
	SD_BUS_PROPERTY("BoundaryIn", "u", NULL, AT(boundary_in), 0),
	SD_BUS_VTABLE_END
};
