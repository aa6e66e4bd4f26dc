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
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libcryo/cryo-frame.h"
#include "selftests/libcryo/mock-records.h"
#include "selftests/libcryo/mock.h"

#define AT(field) offsetof(struct probe, field)

struct mock mock;

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

int mock_fail(sd_bus_error *e, const char *name, const char *text)
{
	char full[64];

	snprintf(full, sizeof(full), "io.cryo1.Error.%s", name);
	return sd_bus_error_set(e, full, text);
}

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
	mock_set_word(&p->serial, serial);
	mock_set_word(&p->model, "CP-18");
	mock_set_word(&p->model_name, "Cryoprobe 18");
	mock_set_word(&p->cryogen, "n2o");
	mock_set_word(&p->device_node, "/dev/cryoprobe0");
	mock_set_word(&p->interlock, "disarmed");
	mock_set_word(&p->phase, "idle");
	mock_set_word(&p->outcome, "none");
	mock_set_word(&p->protocol, "");
	mock_set_word(&p->prompt, "");
	mock_set_word(&p->fault, "");
	mock_set_word(&p->alarm, "");
	mock_set_word(&p->valve, "passed");
	p->gauge = 18;
	p->active_length = 5000;
	p->uses_left = 7;
	p->tip = 35000;
	p->holder = UINT32_MAX;
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
		r = sd_bus_add_object_vtable(mock.bus, &p->slot, p->path, PROBE, mock_probe_vtable, p);
		if (r < 0)
			return r;
		sd_bus_emit_object_added(mock.bus, p->path);
		return sd_bus_reply_method_return(m, NULL);
	}
	return mock_fail(e, "Busy", "no more probes");
}

/* Every method of the mock that is about one probe names it first. */
static struct probe *read_probe(sd_bus_message *m, sd_bus_error *e)
{
	const char *serial = "";
	struct probe *p;

	sd_bus_message_read(m, "s", &serial);
	p = find_probe(serial);
	if (!p)
		mock_fail(e, "NoSuchProbe", serial);
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
	{ "FreezeValve", WORD, AT(valve) },	/* how its test ends */
	{ "IceError", NUMBER, AT(ice_error) }, { "IceHalfLength", NUMBER, AT(ice_half) },
	{ "IceHalfLengthError", NUMBER, AT(ice_half_error) },
	{ "IsothermError", NUMBER, AT(isotherm_error) },
	{ "IsothermHalfLength", NUMBER, AT(isotherm_half) },
	{ "IsothermHalfLengthError", NUMBER, AT(isotherm_half_error) },
	{ "IsothermDistance", NUMBER, AT(nerve) }, { "IsothermTime", NUMBER, AT(nerve_time) },
	{ "IsothermHeld", NUMBER, AT(nerve_held) }, { "Adequate", NUMBER, AT(adequate) },
	{ "Holder", NUMBER, AT(holder) }, { "Boundary", NUMBER, AT(boundary) }, { "BoundaryIn", NUMBER, AT(boundary_in) },
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
		return mock_fail(e, "NoSuchProbe", name);
	if (settable[i].kind == WORD)
		mock_set_word((char **)((char *)p + settable[i].offset), value);
	else
		*(int32_t *)((char *)p + settable[i].offset) = strtol(value, NULL, 10);
	mock_changed(p);
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
		.isotherm_distance_um = p->nerve, .isotherm_held_ms = p->nerve_held,
		.adequate = p->adequate,
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
	mock_set_word(&mock.refusal, name);
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
		r = mock_manager_add(mock.bus);
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
