// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stand-in for cryod on a private bus, for tests of its clients: io.cryo1 as the XML has it, with
 * probes that do what they are told by io.cryo1.Mock at /io/cryo1/mock:
 *
 *	AddProbe(s serial), RemoveProbe(s serial)
 *	Set(s serial, s property, s value)	changes a property and tells everybody
 *	Frames(s serial, u n)			sends n samples, 20 ms of the probe's time apart
 *	Packet(s serial, u bytes)		sends so many zero bytes, which are no sample
 *	AwaitStream(s serial)			answers once somebody has opened a stream of the probe
 *	Hang(b)					leaves the methods of probes without answer
 *	Refuse(s name)				answers Pause and Resume with this error; "" no longer
 *	RecordChanged(t treatment, s outcome)	tells everybody that a record has begun or ended
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "libcryo/cryo-frame.h"
#include "selftests/libcryo/mock-records.h"

#define PROBES_MAX	4
#define STREAMS_MAX	8
#define PERIOD_NS	20000000
#define ROOT		"/io/cryo1"
#define PROBE		"io.cryo1.Probe"

struct stream {
	int fd;			/* -1: free */
	uint32_t lost;
};

struct probe {
	sd_bus_slot *slot;	/* NULL: no such probe */
	char path[128];
	char *serial, *model, *cryogen, *device_node, *interlock, *phase, *outcome, *protocol;
	char *prompt, *fault, *alarm;
	int paused;
	uint32_t audio_paused;
	uint64_t treatment;
	uint32_t gauge, active_length, site, sites, cycle, cycles, flow, phase_left, ice, isotherm,
		boundary, boundary_in;
	int32_t target, tip;
	uint64_t seq;
	struct stream streams[STREAMS_MAX];
	sd_bus_message *awaiting;	/* the AwaitStream to be answered */
};

static struct {
	sd_bus *bus;
	int hang;
	char *refusal;
	struct probe probes[PROBES_MAX];
} mock;

static const struct {
	const char *name, *title;
} protocols[] = {
	{ "demo", "Short double freeze" },
	{ "genicular", "Genicular nerves" },
	{ "intercostal", "Intercostal nerve" },
};

static const char *const phases[] = {
	"idle", "self-test", "ready", "cool", "freeze", "thaw", "warm", "withdraw",
};

static uint32_t phase_number(const char *phase)
{
	uint32_t i = 0;

	while (i < 7 && strcmp(phases[i], phase))
		i++;
	return i;
}

static int fail(sd_bus_error *e, const char *name, const char *text)
{
	char full[64];

	snprintf(full, sizeof(full), "io.cryo1.Error.%s", name);
	return sd_bus_error_set(e, full, text);
}

static void set_word(char **word, const char *value)
{
	free(*word);
	*word = strdup(value);
}

static void changed(struct probe *p)
{
	sd_bus_emit_properties_changed(mock.bus, p->path, PROBE, "Phase", "Outcome", "Paused",
				       "Treatment", "Protocol", "Site", "Sites", "Cycle", "Cycles", "Target",
				       "Prompt", "Boundary", "Interlock", "Faults", "Alarms", "AudioPaused", NULL);
}

static bool running(const struct probe *p)
{
	return strcmp(p->phase, "idle");
}

static int start(struct probe *p, const char *protocol, sd_bus_error *e)
{
	size_t i = 0;

	while (i < 3 && strcmp(protocols[i].name, protocol))
		i++;
	if (i == 3)
		return fail(e, "NoSuchProtocol", "no such protocol");
	if (running(p))
		return fail(e, "Busy", "a treatment runs");
	if (!strcmp(p->interlock, "fault"))
		return fail(e, "Fault", "latched: estop");
	if (p->tip < 5000)
		return fail(e, "NotReady", "the tip is not warm yet");
	set_word(&p->protocol, protocol);
	set_word(&p->phase, "ready");
	set_word(&p->outcome, "none");
	set_word(&p->prompt, "place the needle, then confirm");
	p->treatment++;
	p->site = 1;
	p->sites = 3;
	p->cycle = 1;
	p->cycles = 2;
	changed(p);
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
		set_word(&p->model, all);
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
		return fail(e, "NoTreatment", "no treatment runs");
	if (p->paused != resume)
		return fail(e, "NotInPhase", resume ? "it is not paused" : "it is paused already");
	p->paused = !resume;
	changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_end_phase(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return fail(e, "NoTreatment", "no treatment runs");
	if (strcmp(p->phase, "cool"))
		return fail(e, "NotInPhase", "only cool, freeze and thaw can be ended");
	set_word(&p->phase, "thaw");
	p->flow = 0;
	changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_repeat(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return fail(e, "NoTreatment", "no treatment runs");
	if (strcmp(p->phase, "cool"))
		return fail(e, "NotInPhase", "only in cool, freeze and thaw can a freeze be added");
	p->cycles++;
	changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_advance(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return fail(e, "NoTreatment", "no treatment runs");
	if (!*p->prompt)
		return fail(e, "NotInPhase", "nothing is asked in phase cool");
	if (!strcmp(p->phase, "ready")) {
		set_word(&p->phase, "cool");
		p->target = -70000;
		p->flow = 1000;
	} else {
		set_word(&p->phase, "idle");
		set_word(&p->outcome, "completed");
	}
	set_word(&p->prompt, "");
	changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_abort(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return fail(e, "NoTreatment", "no treatment runs");
	set_word(&p->phase, "warm");
	set_word(&p->outcome, "aborted");
	set_word(&p->prompt, "");
	p->target = CRYO_FRAME_NOT_VALID;
	p->flow = 0;
	changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_take_over(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!running(p))
		return fail(e, "NoTreatment", "no treatment runs");
	if (!strcmp(p->phase, "warm"))
		return fail(e, "NotOperator", "Treatment 1 is held by user 1000");
	return sd_bus_reply_method_return(m, NULL);
}

static int on_clear_fault(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = userdata;

	if (!strcmp(p->fault, "estop"))
		return fail(e, "Fault", "estop: still pressed");
	set_word(&p->fault, "");
	set_word(&p->interlock, "disarmed");
	changed(p);
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
	set_word(&p->alarm, "");
	changed(p);
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
	changed(p);
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
	return fail(e, "Busy", "too many streams");
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

static const sd_bus_vtable probe_vtable[] = {
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
	SD_BUS_METHOD("ClearFault", NULL, NULL, on_clear_fault, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("AcknowledgeAlarm", SD_BUS_ARGS("s", code), SD_BUS_NO_RESULT,
				on_acknowledge, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("PauseAudio", SD_BUS_ARGS("u", seconds), SD_BUS_NO_RESULT,
				on_pause_audio, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("OpenStream", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", stream),
				on_open_stream, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Serial", "s", NULL, AT(serial), CONST),
	SD_BUS_PROPERTY("Model", "s", NULL, AT(model), CONST),
	SD_BUS_PROPERTY("Cryogen", "s", NULL, AT(cryogen), CONST),
	SD_BUS_PROPERTY("Gauge", "u", NULL, AT(gauge), CONST),
	SD_BUS_PROPERTY("ActiveLength", "u", NULL, AT(active_length), CONST),
	SD_BUS_PROPERTY("DeviceNode", "s", NULL, AT(device_node), CONST),
	SD_BUS_PROPERTY("Interlock", "s", NULL, AT(interlock), EMITS),
	SD_BUS_PROPERTY("Faults", "as", get_faults, 0, EMITS),
	SD_BUS_PROPERTY("Phase", "s", NULL, AT(phase), EMITS),
	SD_BUS_PROPERTY("Outcome", "s", NULL, AT(outcome), EMITS),
	SD_BUS_PROPERTY("Paused", "b", NULL, AT(paused), EMITS),
	SD_BUS_PROPERTY("Treatment", "t", NULL, AT(treatment), EMITS),
	SD_BUS_PROPERTY("Protocol", "s", NULL, AT(protocol), EMITS),
	SD_BUS_PROPERTY("Site", "u", NULL, AT(site), EMITS),
	SD_BUS_PROPERTY("Sites", "u", NULL, AT(sites), EMITS),
	SD_BUS_PROPERTY("Cycle", "u", NULL, AT(cycle), EMITS),
	SD_BUS_PROPERTY("Cycles", "u", NULL, AT(cycles), EMITS),
	SD_BUS_PROPERTY("Target", "i", NULL, AT(target), EMITS),
	SD_BUS_PROPERTY("Prompt", "s", NULL, AT(prompt), EMITS),
	SD_BUS_PROPERTY("Alarms", "a(ssubb)", get_alarms, 0, EMITS),
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

static int on_list_protocols(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	(void)userdata, (void)e;
	return sd_bus_reply_method_return(m, "a(ss)", 3, protocols[0].name, protocols[0].title,
					  protocols[1].name, protocols[1].title, protocols[2].name,
					  protocols[2].title);
}

static int on_read_protocol(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *name;
	int r;

	(void)userdata;
	r = sd_bus_message_read(m, "s", &name);
	if (r < 0)
		return r;
	if (strcmp(name, "demo"))
		return fail(e, "NoSuchProtocol", "no such protocol");
	return sd_bus_reply_method_return(m, "s", "[Protocol]\nTitle=Short double freeze\n");
}

/* Whatever begins with a section is a protocol. */
static bool is_protocol(const char *text)
{
	return *text == '[';
}

static int on_validate_protocol(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *text;
	int r;

	(void)userdata, (void)e;
	r = sd_bus_message_read(m, "s", &text);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(m, "bs", is_protocol(text),
					  is_protocol(text) ? "" : "line 1: no section");
}

static int on_install_protocol(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *name, *text;
	int r;

	(void)userdata;
	r = sd_bus_message_read(m, "ss", &name, &text);
	if (r < 0)
		return r;
	if (!is_protocol(text))
		return fail(e, "BadProtocol", "line 1: no section");
	if (strchr(name, '/'))
		return sd_bus_error_set(e, SD_BUS_ERROR_INVALID_ARGS, "that is no name");
	return sd_bus_reply_method_return(m, NULL);
}

static int get_version(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *e)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)userdata, (void)e;
	return sd_bus_message_append(reply, "s", "mock");
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("ListProtocols", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ss)", protocols),
				on_list_protocols, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ReadProtocol", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", text),
				on_read_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DescribeProtocol", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", text),
				on_read_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ValidateProtocol", SD_BUS_ARGS("s", text),
				SD_BUS_RESULT("b", ok, "s", problem), on_validate_protocol,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("InstallProtocol", SD_BUS_ARGS("s", name, "s", text),
				SD_BUS_NO_RESULT, on_install_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, CONST),
	SD_BUS_VTABLE_END
};

static struct probe *find_probe(const char *serial)
{
	for (struct probe *p = mock.probes; p < mock.probes + PROBES_MAX; p++)
		if (p->slot && !strcmp(p->serial, serial))
			return p;
	return NULL;
}

static void probe_fill(struct probe *p, const char *serial)
{
	char *path = NULL;

	sd_bus_path_encode(ROOT "/probe", serial, &path);
	snprintf(p->path, sizeof(p->path), "%s", path);
	free(path);
	set_word(&p->serial, serial);
	set_word(&p->model, "CP-18");
	set_word(&p->cryogen, "n2o");
	set_word(&p->device_node, "/dev/cryoprobe0");
	set_word(&p->interlock, "disarmed");
	set_word(&p->phase, "idle");
	set_word(&p->outcome, "none");
	set_word(&p->protocol, "");
	set_word(&p->prompt, "");
	set_word(&p->fault, "");
	set_word(&p->alarm, "");
	p->gauge = 18;
	p->active_length = 5000;
	p->tip = 35000;
	p->target = CRYO_FRAME_NOT_VALID;
	for (size_t i = 0; i < STREAMS_MAX; i++)
		p->streams[i].fd = -1;
}

static int on_add_probe(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *serial;
	int r;

	(void)userdata;
	r = sd_bus_message_read(m, "s", &serial);
	if (r < 0)
		return r;
	for (struct probe *p = mock.probes; p < mock.probes + PROBES_MAX; p++) {
		if (p->slot)
			continue;
		memset(p, 0, sizeof(*p));
		probe_fill(p, serial);
		r = sd_bus_add_object_vtable(mock.bus, &p->slot, p->path, PROBE, probe_vtable, p);
		if (r < 0)
			return r;
		sd_bus_emit_object_added(mock.bus, p->path);
		return sd_bus_reply_method_return(m, NULL);
	}
	return fail(e, "Busy", "no more probes");
}

/* Every method of the mock that is about one probe names it first. */
static struct probe *read_probe(sd_bus_message *m, sd_bus_error *e)
{
	const char *serial = "";
	struct probe *p;

	sd_bus_message_read(m, "s", &serial);
	p = find_probe(serial);
	if (!p)
		fail(e, "NoSuchProbe", serial);
	return p;
}

static int on_remove_probe(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = read_probe(m, e);

	(void)userdata;
	if (!p)
		return -ENODEV;
	sd_bus_emit_object_removed(mock.bus, p->path);
	p->slot = sd_bus_slot_unref(p->slot);
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (p->streams[i].fd >= 0)
			close(p->streams[i].fd);
	return sd_bus_reply_method_return(m, NULL);
}

static const struct {
	const char *name;
	enum { WORD, NUMBER } kind;
	size_t offset;
} settable[] = {
	{ "Interlock", WORD, AT(interlock) }, { "Faults", WORD, AT(fault) },
	{ "Phase", WORD, AT(phase) }, { "Outcome", WORD, AT(outcome) },
	{ "Protocol", WORD, AT(protocol) }, { "Prompt", WORD, AT(prompt) },
	{ "Alarms", WORD, AT(alarm) }, { "Cycle", NUMBER, AT(cycle) },
	{ "Target", NUMBER, AT(target) }, { "Tip", NUMBER, AT(tip) },
	{ "Flow", NUMBER, AT(flow) }, { "PhaseLeft", NUMBER, AT(phase_left) },
	{ "IceRadius", NUMBER, AT(ice) }, { "IsothermRadius", NUMBER, AT(isotherm) },
	{ "Boundary", NUMBER, AT(boundary) }, { "BoundaryIn", NUMBER, AT(boundary_in) },
};

static int on_set(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = read_probe(m, e);
	const char *name, *value;
	size_t i = 0;

	(void)userdata;
	if (!p || sd_bus_message_read(m, "ss", &name, &value) < 0)
		return -EINVAL;
	while (i < sizeof(settable) / sizeof(settable[0]) && strcmp(settable[i].name, name))
		i++;
	if (i == sizeof(settable) / sizeof(settable[0]))
		return fail(e, "NoSuchProbe", name);
	if (settable[i].kind == WORD)
		set_word((char **)((char *)p + settable[i].offset), value);
	else
		*(int32_t *)((char *)p + settable[i].offset) = strtol(value, NULL, 10);
	changed(p);
	return sd_bus_reply_method_return(m, NULL);
}

static void send_frame(struct probe *p)
{
	struct cryo_frame f = {
		.bytes = sizeof(f), .seq = ++p->seq, .time_ns = p->seq * PERIOD_NS,
		.tip_mdegc = p->tip, .target_mdegc = p->target, .flow_permille = p->flow,
		.shaft_mdegc = CRYO_FRAME_NOT_VALID, .tissue_mdegc = CRYO_FRAME_NOT_VALID,
		.infrared_mdegc = CRYO_FRAME_NOT_VALID, .cold_junction_mdegc = 24000,
		.pressure_kpa = 5000, .interlock = p->flow > 0, .phase = phase_number(p->phase),
		.cycle = p->cycle, .cycles = p->cycles, .phase_left_ms = p->phase_left,
		.ice_radius_um = p->ice, .isotherm_radius_um = p->isotherm,
	};

	for (struct stream *s = p->streams; s < p->streams + STREAMS_MAX; s++) {
		if (s->fd < 0)
			continue;
		f.lost = s->lost;
		if (send(s->fd, &f, sizeof(f), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
			s->lost = 0;
		} else if (errno == EAGAIN) {
			s->lost++;
		} else {
			close(s->fd);
			s->fd = -1;
		}
	}
}

static int on_frames(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = read_probe(m, e);
	uint32_t n;

	(void)userdata;
	if (!p || sd_bus_message_read(m, "u", &n) < 0)
		return -EINVAL;
	while (n-- > 0) {
		/* A first-order fall to 5 degC below the target, time constant 2 s. */
		if (p->flow > 0 && p->tip > p->target)
			p->tip -= (p->tip - p->target + 5000) / 100;
		send_frame(p);
	}
	return sd_bus_reply_method_return(m, NULL);
}

static int on_packet(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	static const char zeros[4096];
	struct probe *p = read_probe(m, e);
	uint32_t bytes;

	(void)userdata;
	if (!p || sd_bus_message_read(m, "u", &bytes) < 0 || bytes > sizeof(zeros))
		return -EINVAL;
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (p->streams[i].fd >= 0)
			send(p->streams[i].fd, zeros, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
	return sd_bus_reply_method_return(m, NULL);
}

static int on_await_stream(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct probe *p = read_probe(m, e);

	(void)userdata;
	if (!p)
		return -ENODEV;
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (p->streams[i].fd >= 0)
			return sd_bus_reply_method_return(m, NULL);
	p->awaiting = sd_bus_message_ref(m);
	return 1;
}

static int on_hang(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	int r;

	(void)userdata, (void)e;
	r = sd_bus_message_read(m, "b", &mock.hang);
	return r < 0 ? r : sd_bus_reply_method_return(m, NULL);
}

static int on_record_changed(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *outcome;
	uint64_t treatment;
	int r;

	(void)userdata, (void)e;
	r = sd_bus_message_read(m, "ts", &treatment, &outcome);
	if (r >= 0)
		r = sd_bus_emit_signal(mock.bus, ROOT "/records", "io.cryo1.Records", "Changed", "ts",
				       treatment, outcome);
	return r < 0 ? r : sd_bus_reply_method_return(m, NULL);
}

static int on_refuse(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *name;
	int r;

	(void)userdata, (void)e;
	r = sd_bus_message_read(m, "s", &name);
	if (r < 0)
		return r;
	set_word(&mock.refusal, name);
	return sd_bus_reply_method_return(m, NULL);
}

static const sd_bus_vtable mock_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("AddProbe", "s", NULL, on_add_probe, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("RemoveProbe", "s", NULL, on_remove_probe, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Set", "sss", NULL, on_set, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Frames", "su", NULL, on_frames, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Packet", "su", NULL, on_packet, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("AwaitStream", "s", NULL, on_await_stream, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Hang", "b", NULL, on_hang, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Refuse", "s", NULL, on_refuse, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("RecordChanged", "ts", NULL, on_record_changed, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static int serve(void)
{
	int r;

	r = sd_bus_open_system(&mock.bus);
	if (r >= 0)
		r = sd_bus_add_object_manager(mock.bus, NULL, ROOT);
	if (r >= 0)
		r = sd_bus_add_object_vtable(mock.bus, NULL, ROOT, "io.cryo1.Manager",
					     manager_vtable, NULL);
	if (r >= 0)
		r = mock_records_add(mock.bus);
	if (r >= 0)
		r = sd_bus_add_object_vtable(mock.bus, NULL, ROOT "/mock", "io.cryo1.Mock",
					     mock_vtable, NULL);
	if (r >= 0)
		r = sd_bus_request_name(mock.bus, "io.cryo1", 0);
	if (r >= 0)
		printf("ready\n");
	fflush(stdout);
	while (r >= 0) {
		r = sd_bus_process(mock.bus, NULL);
		if (r == 0)
			r = sd_bus_wait(mock.bus, UINT64_MAX);
	}
	return r;
}

int main(void)
{
	int r = serve();

	fprintf(stderr, "mock-cryod: %s\n", strerror(-r));
	return EXIT_FAILURE;
}
