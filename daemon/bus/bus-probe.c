// SPDX-License-Identifier: GPL-2.0-or-later
/* io.cryo1.Probe: properties, the interface, and change signals. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/bus-probe-methods.h"
#include "daemon/bus/bus-probe.h"
#include "daemon/bus/bus-self-test.h"
#include "daemon/util.h"
#include "daemon/words.h"

/*
 * Properties
 */

/* @userdata: an array of char. */
static int get_text(sd_bus *bus, const char *path, const char *interface, const char *property,
		    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", (const char *)userdata);
}

static int get_cryogen(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", cryogen_to_string((enum cryogen)probe->identity.cryogen));
}

static int get_interlock(sd_bus *bus, const char *path, const char *interface, const char *property,
			 sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", interlock_to_string(probe->latest.interlock.state));
}

static int get_faults(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	uint64_t mask = ((struct probe *)userdata)->latest.interlock.fault_mask;
	int r = sd_bus_message_open_container(reply, 'a', "s");

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	for (int i = 0; r >= 0 && i < 64; i++)
		if (mask >> i & 1)
			r = sd_bus_message_append(reply, "s", fault_to_string(i));
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_phase(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", phase_to_string(probe->latest.treatment.phase));
}

static int get_outcome(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", outcome_to_string(probe->latest.treatment.outcome));
}

static int get_paused(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "b", probe->latest.treatment.paused);
}

static int get_adequate(sd_bus *bus, const char *path, const char *interface, const char *property,
			sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "b", probe->latest.treatment.adequate);
}

static int get_holder(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "u", probe->held ? probe->holder_uid : UINT32_MAX);
}

static int get_prompt(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const char *prompt = ((struct probe *)userdata)->latest.treatment.prompt;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", prompt ? prompt : "");
}

static int get_alarms(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct treatment_status *status = &((struct probe *)userdata)->latest.treatment;
	int r = sd_bus_message_open_container(reply, 'a', "(ssubb)");

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	for (uint32_t i = 0; r >= 0 && i < status->alarms; i++) {
		const struct alarm *alarm = &status->alarm[i];

		r = sd_bus_message_append(reply, "(ssubb)", alarm_to_string(alarm->code),
					  alarm_priority_to_string(alarm->priority), alarm->detail,
					  alarm->present, alarm->acknowledged);
	}
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_self_test(sd_bus *bus, const char *path, const char *interface, const char *property,
			 sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return bus_self_test_append(reply, userdata);
}

static int get_audio_paused(sd_bus *bus, const char *path, const char *interface,
			    const char *property, sd_bus_message *reply, void *userdata,
			    sd_bus_error *error)
{
	const struct probe *probe = userdata;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "u", alarm_audio_left_s(&probe->audio, now_ns()));
}

/*
 * The interface
 */

#define MEMBER(path)	offsetof(struct probe, path)
#define CONST		SD_BUS_VTABLE_PROPERTY_CONST
#define CHANGES		SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define SILENT		0
#define OPEN		SD_BUS_VTABLE_UNPRIVILEGED	/* polkit and the bus policy decide */

/* Of the ice, as it changes with every sample. */
#define ESTIMATE(name, field) \
	SD_BUS_PROPERTY(name, "u", NULL, MEMBER(latest.treatment.field), SILENT)

static const sd_bus_vtable probe_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Start", SD_BUS_ARGS("s", protocol, "a{sv}", options),
				SD_BUS_RESULT("t", treatment), bus_probe_start, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Pause", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_steer, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Resume", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_steer, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Advance", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_steer, OPEN),
	SD_BUS_METHOD_WITH_ARGS("EndPhase", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_steer, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Repeat", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_steer, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Abort", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_abort, OPEN),
	SD_BUS_METHOD_WITH_ARGS("TakeOver", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_take_over, OPEN),
	SD_BUS_METHOD_WITH_ARGS("SelfTest", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ssss)", steps),
				bus_probe_self_test, OPEN),
	SD_BUS_METHOD_WITH_ARGS("ClearFault", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, bus_probe_steer,
				OPEN),
	SD_BUS_METHOD_WITH_ARGS("AcknowledgeAlarm", SD_BUS_ARGS("s", code), SD_BUS_NO_RESULT,
				bus_probe_steer, OPEN),
	SD_BUS_METHOD_WITH_ARGS("PauseAudio", SD_BUS_ARGS("u", seconds), SD_BUS_NO_RESULT,
				bus_probe_steer, OPEN),
	SD_BUS_METHOD_WITH_ARGS("OpenStream", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", stream),
				bus_probe_open_stream, OPEN),
	SD_BUS_PROPERTY("Serial", "s", get_text, MEMBER(identity.serial), CONST),
	SD_BUS_PROPERTY("Model", "s", get_text, MEMBER(identity.model), CONST),
	SD_BUS_PROPERTY("ModelName", "s", get_text, MEMBER(model_name), CONST),
	SD_BUS_PROPERTY("Cryogen", "s", get_cryogen, 0, CONST),
	SD_BUS_PROPERTY("Gauge", "u", NULL, MEMBER(identity.gauge), CONST),
	SD_BUS_PROPERTY("ActiveLength", "u", NULL, MEMBER(identity.active_um), CONST),
	SD_BUS_PROPERTY("UsesLeft", "u", NULL, MEMBER(identity.uses_left), CHANGES),
	SD_BUS_PROPERTY("DeviceNode", "s", NULL, MEMBER(node), CONST),
	SD_BUS_PROPERTY("Interlock", "s", get_interlock, 0, CHANGES),
	SD_BUS_PROPERTY("Faults", "as", get_faults, 0, CHANGES),
	SD_BUS_PROPERTY("Phase", "s", get_phase, 0, CHANGES),
	SD_BUS_PROPERTY("Outcome", "s", get_outcome, 0, CHANGES),
	SD_BUS_PROPERTY("Paused", "b", get_paused, 0, CHANGES),
	SD_BUS_PROPERTY("Treatment", "t", NULL, MEMBER(treatment), CHANGES),
	SD_BUS_PROPERTY("Protocol", "s", get_text, MEMBER(protocol), CHANGES),
	SD_BUS_PROPERTY("Holder", "u", get_holder, 0, CHANGES),
	SD_BUS_PROPERTY("Site", "u", NULL, MEMBER(latest.treatment.site), CHANGES),
	SD_BUS_PROPERTY("Sites", "u", NULL, MEMBER(latest.treatment.sites), CHANGES),
	SD_BUS_PROPERTY("Cycle", "u", NULL, MEMBER(latest.treatment.cycle), CHANGES),
	SD_BUS_PROPERTY("Cycles", "u", NULL, MEMBER(latest.treatment.cycles), CHANGES),
	SD_BUS_PROPERTY("Target", "i", NULL, MEMBER(latest.frame.target_mdegc), CHANGES),
	SD_BUS_PROPERTY("Prompt", "s", get_prompt, 0, CHANGES),
	SD_BUS_PROPERTY("Alarms", "a(ssubb)", get_alarms, 0, CHANGES),
	SD_BUS_PROPERTY("SelfTestSteps", "a(ssss)", get_self_test, 0, CHANGES),
	SD_BUS_PROPERTY("AudioPaused", "u", get_audio_paused, 0, CHANGES),
	SD_BUS_PROPERTY("Tip", "i", NULL, MEMBER(latest.frame.tip_mdegc), SILENT),
	SD_BUS_PROPERTY("Flow", "u", NULL, MEMBER(latest.frame.flow_permille), SILENT),
	SD_BUS_PROPERTY("PhaseLeft", "u", NULL, MEMBER(latest.treatment.phase_left_ms), SILENT),
	ESTIMATE("IceRadius", ice_radius_um),
	ESTIMATE("IceError", ice_error_um),
	ESTIMATE("IceHalfLength", ice_half_length_um),
	ESTIMATE("IceHalfLengthError", ice_half_length_error_um),
	ESTIMATE("IsothermRadius", isotherm_radius_um),
	ESTIMATE("IsothermError", isotherm_error_um),
	ESTIMATE("IsothermHalfLength", isotherm_half_length_um),
	ESTIMATE("IsothermHalfLengthError", isotherm_half_length_error_um),
	ESTIMATE("IsothermHeld", isotherm_held_ms),
	SD_BUS_PROPERTY("IsothermDistance", "u", NULL, MEMBER(latest.treatment.isotherm_distance_um),
			CHANGES),
	SD_BUS_PROPERTY("IsothermTime", "u", NULL, MEMBER(latest.treatment.isotherm_ms), CHANGES),
	SD_BUS_PROPERTY("Adequate", "b", get_adequate, 0, CHANGES),
	SD_BUS_PROPERTY("Boundary", "u", NULL, MEMBER(latest.treatment.boundary_um), CHANGES),
	SD_BUS_PROPERTY("BoundaryIn", "u", NULL, MEMBER(latest.treatment.boundary_ms), SILENT),
	SD_BUS_VTABLE_END,
};

/* A probe is on the bus from its first step on, so that no getter has to invent anything. */
static int find_probe(sd_bus *bus, const char *path, const char *interface, void *userdata,
		      void **ret_found, sd_bus_error *error)
{
	const struct bus_objects *objects = userdata;
	_cleanup_free_ char *serial = NULL;
	struct probe *probe;
	int r = sd_bus_path_decode(path, BUS_PROBE_PATH, &serial);

	(void)bus, (void)interface, (void)error;
	if (r <= 0)
		return r;
	probe = probes_find(objects->probes, serial);
	if (!probe || !probe->latest.frame.seq)
		return 0;
	*ret_found = probe;
	return 1;
}

int bus_no_such_probe(sd_bus_error *error)
{
	return sd_bus_error_set(error, BUS_ERROR("NoSuchProbe"), "The probe is gone");
}

struct probe *bus_probe_of(sd_bus_message *call, const struct bus_objects *objects)
{
	_cleanup_free_ char *serial = NULL;

	if (sd_bus_path_decode(sd_bus_message_get_path(call), BUS_PROBE_PATH, &serial) <= 0)
		return NULL;
	return probes_find(objects->probes, serial);
}

int bus_probe_path(const struct probe *probe, char **ret)
{
	return sd_bus_path_encode(BUS_PROBE_PATH, probe->identity.serial, ret);
}

static int list_paths(sd_bus *bus, const char *prefix, void *userdata, char ***ret, sd_bus_error *error)
{
	const struct bus_objects *objects = userdata;
	size_t n = 0;
	char **paths;

	(void)bus, (void)prefix, (void)error;
	for (struct probe *probe = objects->probes->first; probe; probe = probe->next)
		n++;
	paths = calloc(n + 1, sizeof(*paths));
	if (!paths)
		return -ENOMEM;
	n = 0;
	for (struct probe *probe = objects->probes->first; probe; probe = probe->next)
		if (probe->latest.frame.seq && bus_probe_path(probe, &paths[n]) >= 0)
			n++;
	*ret = paths;
	return 1;
}

int bus_probe_register(sd_bus *connection, struct bus_objects *objects)
{
	int r = sd_bus_add_fallback_vtable(connection, NULL, BUS_PROBE_PATH, BUS_PROBE_INTERFACE,
					   probe_vtable, find_probe, objects);

	if (r < 0)
		return r;
	return sd_bus_add_node_enumerator(connection, NULL, BUS_PROBE_PATH, list_paths, objects);
}

/*
 * Change signals
 */

#define CHANGED(name, field) { name, offsetof(struct control_step, field), \
			       sizeof(((struct control_step *)0)->field) }

static const struct {
	const char *property;
	size_t offset, size;
} watched[] = {
	CHANGED("Interlock", interlock.state), CHANGED("Faults", interlock.fault_mask),
	CHANGED("Phase", treatment.phase), CHANGED("Outcome", treatment.outcome),
	CHANGED("Paused", treatment.paused), CHANGED("Site", treatment.site),
	CHANGED("Sites", treatment.sites), CHANGED("Cycle", treatment.cycle),
	CHANGED("Cycles", treatment.cycles), CHANGED("Target", frame.target_mdegc),
	CHANGED("Prompt", treatment.prompt), CHANGED("Boundary", treatment.boundary_um),
	CHANGED("SelfTestSteps", treatment.self_test),
	CHANGED("IsothermDistance", treatment.isotherm_distance_um),
	CHANGED("IsothermTime", treatment.isotherm_ms), CHANGED("Adequate", treatment.adequate),
};

static bool alarms_differ(const struct treatment_status *a, const struct treatment_status *b)
{
	bool differ = a->alarms != b->alarms;

	for (uint32_t i = 0; !differ && i < a->alarms; i++)
		differ = a->alarm[i].code != b->alarm[i].code ||
			 a->alarm[i].priority != b->alarm[i].priority ||
			 a->alarm[i].detail != b->alarm[i].detail ||
			 a->alarm[i].present != b->alarm[i].present ||
			 a->alarm[i].acknowledged != b->alarm[i].acknowledged;
	return differ;
}

void bus_probe_emit(sd_bus *connection, const struct probe *probe, const char *property)
{
	_cleanup_free_ char *path = NULL;

	if (bus_probe_path(probe, &path) >= 0)
		sd_bus_emit_properties_changed(connection, path, BUS_PROBE_INTERFACE, property, NULL);
}

void bus_probe_emit_changes(sd_bus *connection, struct probe *probe, const struct control_step *before)
{
	char *names[ARRAY_SIZE(watched) + 2] = { 0 };
	_cleanup_free_ char *path = NULL;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
		if (memcmp((const char *)before + watched[i].offset,
			   (const char *)&probe->latest + watched[i].offset, watched[i].size))
			names[n++] = (char *)watched[i].property;
	if (alarms_differ(&before->treatment, &probe->latest.treatment))
		names[n++] = "Alarms";
	if (n && bus_probe_path(probe, &path) >= 0)
		sd_bus_emit_properties_changed_strv(connection, path, BUS_PROBE_INTERFACE, names);
}
