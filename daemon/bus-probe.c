// SPDX-License-Identifier: GPL-2.0-or-later
/* io.cryo1.Probe: properties, methods and change signals. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "daemon/bus-probe.h"
#include "daemon/manager.h"
#include "daemon/polkit.h"
#include "daemon/treatments.h"
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
	static const char *const name[] = { "unknown", "n2o", "ln2" };
	uint32_t cryogen = ((struct probe *)userdata)->identity.cryogen;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", name[cryogen < ARRAY_SIZE(name) ? cryogen : 0]);
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

static int get_prompt(sd_bus *bus, const char *path, const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const char *prompt = ((struct probe *)userdata)->latest.treatment.prompt;

	(void)bus, (void)path, (void)interface, (void)property, (void)error;
	return sd_bus_message_append(reply, "s", prompt ? prompt : "");
}

static const char *priority_to_string(enum alarm_priority priority)
{
	return priority == ALARM_HIGH ? "high" : priority == ALARM_MEDIUM ? "medium" : "low";
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
					  priority_to_string(alarm->priority), alarm->detail,
					  alarm->present, alarm->acknowledged);
	}
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

/*
 * Methods
 */

static int no_such_probe(sd_bus_error *error)
{
	return sd_bus_error_set(error, BUS_ERROR("NoSuchProbe"), "The probe is gone");
}

/* The probe that @call was sent to: it may have gone while somebody else was asked. */
static struct probe *probe_of(sd_bus_message *call, struct manager *manager)
{
	_cleanup_free_ char *serial = NULL;

	if (sd_bus_path_decode(sd_bus_message_get_path(call), BUS_PROBE_PATH, &serial) <= 0)
		return NULL;
	return manager_find_probe(manager, serial);
}

static const char *error_name(int error)
{
	switch (error) {
	case -EBUSY:
		return BUS_ERROR("Busy");
	case -ERANGE:
		return BUS_ERROR("BadProtocol");
	case -ENOTCONN:
		return BUS_ERROR("NoTreatment");
	case -EINVAL:
		return BUS_ERROR("NotInPhase");
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

static void on_verb_done(struct probe *probe, const struct control_reply *reply, void *userdata)
{
	_cleanup_bus_message_ sd_bus_message *call = userdata;

	(void)probe;
	reply_to(call, reply, BUS_ERROR("Busy"));
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

static void on_started(struct probe *probe, const struct control_reply *reply, void *userdata)
{
	_cleanup_bus_message_ sd_bus_message *call = userdata;

	if (!reply || reply->error)
		reply_to(call, reply, BUS_ERROR("Busy"));
	else
		tell_started(call, probe);
}

/* Pass a request on; its reply answers @call. */
static int pass_on(sd_bus_message *call, struct manager *manager, struct control_request *request,
		   probe_reply_t then, sd_bus_error *error)
{
	struct probe *probe = probe_of(call, manager);
	int r;

	if (!probe)
		return no_such_probe(error);
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
		{ "EndPhase", VERB_END_PHASE },
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

/* There are no options yet: whatever is asked for is not known here. */
static int read_options(sd_bus_message *call, sd_bus_error *error)
{
	const char *key;
	int r = sd_bus_message_enter_container(call, 'a', "{sv}");

	if (r < 0)
		return r;
	r = sd_bus_message_enter_container(call, 'e', "sv");
	if (r <= 0)
		return r;
	r = sd_bus_message_read(call, "s", &key);
	return r < 0 ? r : sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					     "Option '%s' is not known; there are none yet", key);
}

static int do_start(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct manager *manager = userdata;
	struct probe *probe = probe_of(call, manager);
	struct protocol protocol;
	const char *name;
	int r;

	if (!probe)
		return no_such_probe(error);
	r = sd_bus_message_read(call, "s", &name);
	if (r < 0)
		return r;
	r = read_options(call, error);
	if (r < 0)
		return r;
	r = bus_load_protocol(manager, name, &protocol, error);
	if (r < 0)
		return r;
	r = treatments_start(manager, probe, &protocol, on_started, sd_bus_message_ref(call));
	if (r < 0)
		sd_bus_message_unref(call);
	return r < 0 ? r : 1;
}

static int do_open_stream(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct probe *probe = probe_of(call, userdata);
	_cleanup_close_ int fd = -EBADF;
	int r;

	if (!probe)
		return no_such_probe(error);
	r = stream_open(probe->stream, &fd);
	if (r == -EUSERS)
		return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					 "There are %u readers already", STREAM_READERS_MAX);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(call, "h", fd);
}

static int do_export(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct manager *manager = userdata;
	uint64_t treatment;
	int fd, r;

	(void)error;
	r = sd_bus_message_read(call, "t", &treatment);
	if (r < 0)
		return r;
	fd = memfd_create("cryo-record.csv", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -errno;
	return bus_export_begin(manager->bus, call, treatment, fd);
}

/* sd-bus gives the probe, which may be gone when polkit answers: the manager outlives all. */
static struct manager *manager_of(void *userdata)
{
	return ((struct probe *)userdata)->listener->userdata;
}

/* De-energised is safe: nobody who can talk to us has to ask leave to stop. */
static int method_abort(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	return do_verb(call, manager_of(userdata), error);
}

static int method_verb(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_TREAT, do_verb, manager_of(userdata));
}

static int method_start(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_TREAT, do_start, manager_of(userdata));
}

static int method_clear_fault(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_TREAT, do_clear_fault, manager_of(userdata));
}

static int method_acknowledge(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_TREAT, do_acknowledge, manager_of(userdata));
}

static int method_open_stream(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_OBSERVE, do_open_stream, manager_of(userdata));
}

static int method_export(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_OBSERVE, do_export, manager_of(userdata));
}

/*
 * The interface
 */

#define MEMBER(path)	offsetof(struct probe, path)
#define CONST		SD_BUS_VTABLE_PROPERTY_CONST
#define CHANGES		SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define SILENT		0
#define OPEN		SD_BUS_VTABLE_UNPRIVILEGED	/* polkit and the bus policy decide */

static const sd_bus_vtable probe_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Start", SD_BUS_ARGS("s", protocol, "a{sv}", options),
				SD_BUS_RESULT("t", treatment), method_start, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Pause", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_verb, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Resume", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_verb, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Advance", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_verb, OPEN),
	SD_BUS_METHOD_WITH_ARGS("EndPhase", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_verb, OPEN),
	SD_BUS_METHOD_WITH_ARGS("Abort", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_abort, OPEN),
	SD_BUS_METHOD_WITH_ARGS("ClearFault", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_clear_fault,
				OPEN),
	SD_BUS_METHOD_WITH_ARGS("AcknowledgeAlarm", SD_BUS_ARGS("s", code), SD_BUS_NO_RESULT,
				method_acknowledge, OPEN),
	SD_BUS_METHOD_WITH_ARGS("OpenStream", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", stream),
				method_open_stream, OPEN),
	SD_BUS_METHOD_WITH_ARGS("ExportRecord", SD_BUS_ARGS("t", treatment),
				SD_BUS_RESULT("h", csv), method_export, OPEN),
	SD_BUS_PROPERTY("Serial", "s", get_text, MEMBER(identity.serial), CONST),
	SD_BUS_PROPERTY("Model", "s", get_text, MEMBER(identity.model), CONST),
	SD_BUS_PROPERTY("Cryogen", "s", get_cryogen, 0, CONST),
	SD_BUS_PROPERTY("Gauge", "u", NULL, MEMBER(identity.gauge), CONST),
	SD_BUS_PROPERTY("ActiveLength", "u", NULL, MEMBER(identity.active_um), CONST),
	SD_BUS_PROPERTY("DeviceNode", "s", NULL, MEMBER(node), CONST),
	SD_BUS_PROPERTY("Interlock", "s", get_interlock, 0, CHANGES),
	SD_BUS_PROPERTY("Faults", "as", get_faults, 0, CHANGES),
	SD_BUS_PROPERTY("Phase", "s", get_phase, 0, CHANGES),
	SD_BUS_PROPERTY("Outcome", "s", get_outcome, 0, CHANGES),
	SD_BUS_PROPERTY("Paused", "b", get_paused, 0, CHANGES),
	SD_BUS_PROPERTY("Treatment", "t", NULL, MEMBER(treatment), CHANGES),
	SD_BUS_PROPERTY("Protocol", "s", get_text, MEMBER(protocol), CHANGES),
	SD_BUS_PROPERTY("Site", "u", NULL, MEMBER(latest.treatment.site), CHANGES),
	SD_BUS_PROPERTY("Sites", "u", NULL, MEMBER(latest.treatment.sites), CHANGES),
	SD_BUS_PROPERTY("Cycle", "u", NULL, MEMBER(latest.treatment.cycle), CHANGES),
	SD_BUS_PROPERTY("Cycles", "u", NULL, MEMBER(latest.treatment.cycles), CHANGES),
	SD_BUS_PROPERTY("Target", "i", NULL, MEMBER(latest.frame.target_mdegc), CHANGES),
	SD_BUS_PROPERTY("Prompt", "s", get_prompt, 0, CHANGES),
	SD_BUS_PROPERTY("Alarms", "a(ssubb)", get_alarms, 0, CHANGES),
	SD_BUS_PROPERTY("Tip", "i", NULL, MEMBER(latest.frame.tip_mdegc), SILENT),
	SD_BUS_PROPERTY("Flow", "u", NULL, MEMBER(latest.frame.flow_permille), SILENT),
	SD_BUS_PROPERTY("PhaseLeft", "u", NULL, MEMBER(latest.treatment.phase_left_ms), SILENT),
	SD_BUS_PROPERTY("IceRadius", "u", NULL, MEMBER(latest.treatment.ice_radius_um), SILENT),
	SD_BUS_PROPERTY("IsothermRadius", "u", NULL, MEMBER(latest.treatment.isotherm_radius_um),
			SILENT),
	SD_BUS_VTABLE_END,
};

/* A probe is on the bus from its first step on, so that no getter has to invent anything. */
static int find_probe(sd_bus *bus, const char *path, const char *interface, void *userdata,
		      void **ret_found, sd_bus_error *error)
{
	_cleanup_free_ char *serial = NULL;
	struct probe *probe;
	int r = sd_bus_path_decode(path, BUS_PROBE_PATH, &serial);

	(void)bus, (void)interface, (void)error;
	if (r <= 0)
		return r;
	probe = manager_find_probe(userdata, serial);
	if (!probe || !probe->latest.frame.seq)
		return 0;
	*ret_found = probe;
	return 1;
}

int bus_probe_path(const struct probe *probe, char **ret)
{
	return sd_bus_path_encode(BUS_PROBE_PATH, probe->identity.serial, ret);
}

static int list_paths(sd_bus *bus, const char *prefix, void *userdata, char ***ret, sd_bus_error *error)
{
	struct manager *manager = userdata;
	size_t n = 0;
	char **paths;

	(void)bus, (void)prefix, (void)error;
	for (struct probe *probe = manager->probes; probe; probe = probe->next)
		n++;
	paths = calloc(n + 1, sizeof(*paths));
	if (!paths)
		return -ENOMEM;
	n = 0;
	for (struct probe *probe = manager->probes; probe; probe = probe->next)
		if (probe->latest.frame.seq && bus_probe_path(probe, &paths[n]) >= 0)
			n++;
	*ret = paths;
	return 1;
}

int bus_probe_register(sd_bus *connection, struct manager *manager)
{
	int r = sd_bus_add_fallback_vtable(connection, NULL, BUS_PROBE_PATH, BUS_PROBE_INTERFACE,
					   probe_vtable, find_probe, manager);

	if (r < 0)
		return r;
	return sd_bus_add_node_enumerator(connection, NULL, BUS_PROBE_PATH, list_paths, manager);
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
	CHANGED("Prompt", treatment.prompt),
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
