// SPDX-License-Identifier: LGPL-2.1-or-later
/* From the a{sv} of io.cryo1.Probe to a struct, by a table. */
#include <string.h>

#include "internal.h"

typedef int (*property_reader)(sd_bus_message *m, void *field);

static int read_string(sd_bus_message *m, void *field)
{
	char **string = field;
	const char *text;
	char *copy;
	int r;

	r = sd_bus_message_read_basic(m, 's', &text);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	free(*string);
	*string = copy;
	return 0;
}

static int read_int32(sd_bus_message *m, void *field)
{
	return sd_bus_message_read_basic(m, 'i', field);
}

static int read_uint32(sd_bus_message *m, void *field)
{
	return sd_bus_message_read_basic(m, 'u', field);
}

static int read_uint64(sd_bus_message *m, void *field)
{
	return sd_bus_message_read_basic(m, 't', field);
}

static int read_boolean(sd_bus_message *m, void *field)
{
	return sd_bus_message_read_basic(m, 'b', field);
}

static void strv_free(char **strings)
{
	for (char **s = strings; s && *s; s++)
		free(*s);
	free(strings);
}

static int read_strings(sd_bus_message *m, void *field)
{
	char ***strings = field, **copy = NULL;
	int r;

	r = sd_bus_message_read_strv(m, &copy);
	if (r < 0)
		return r;
	if (!copy)		/* an empty array */
		copy = calloc(1, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	strv_free(*strings);
	*strings = copy;
	return 0;
}

static void alarms_free(struct cryo_alarm *alarms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(alarms[i].code);
		free(alarms[i].priority);
	}
	free(alarms);
}

/* 1 with an alarm, 0 at the end of the array. */
static int read_alarm(sd_bus_message *m, struct cryo_alarm *ret_alarm)
{
	struct cryo_alarm alarm = { 0 };
	const char *code, *priority;
	int r;

	r = sd_bus_message_read(m, "(ssubb)", &code, &priority, &alarm.detail, &alarm.present,
				&alarm.acknowledged);
	if (r <= 0)
		return r;
	alarm.code = strdup(code);
	alarm.priority = strdup(priority);
	if (!alarm.code || !alarm.priority) {
		free(alarm.code);
		free(alarm.priority);
		return -ENOMEM;
	}
	*ret_alarm = alarm;
	return 1;
}

struct alarm_list {
	struct cryo_alarm *alarms;
	size_t n;
};

static void alarm_list_done(struct alarm_list *list)
{
	alarms_free(list->alarms, list->n);
}

static int read_alarm_list(sd_bus_message *m, struct alarm_list *list)
{
	for (;;) {
		struct cryo_alarm *grown, alarm;
		int r = read_alarm(m, &alarm);

		if (r <= 0)
			return r;
		grown = reallocarray(list->alarms, list->n + 1, sizeof(alarm));
		if (!grown) {
			free(alarm.code);
			free(alarm.priority);
			return -ENOMEM;
		}
		list->alarms = grown;
		list->alarms[list->n++] = alarm;
	}
}

static int read_alarms(sd_bus_message *m, void *field)
{
	struct properties *p = field;
	_cleanup_(alarm_list_done) struct alarm_list list = { 0 };
	int r;

	r = sd_bus_message_enter_container(m, 'a', "(ssubb)");
	if (r < 0)
		return r;
	r = read_alarm_list(m, &list);
	if (r < 0)
		return r;
	alarms_free(p->alarms, p->n_alarms);
	p->alarms = TAKE_PTR(list.alarms);
	p->n_alarms = list.n;
	list.n = 0;
	return sd_bus_message_exit_container(m);
}

static int read_tests(sd_bus_message *m, void *field)
{
	return tests_read(m, field);
}

#define FIELD(name) offsetof(struct properties, name)

static const struct property {
	const char *name;
	const char *type;
	property_reader read;
	size_t offset;
} properties[] = {
	{ "Serial", "s", read_string, FIELD(serial) },
	{ "Model", "s", read_string, FIELD(model) },
	{ "ModelName", "s", read_string, FIELD(model_name) },
	{ "Cryogen", "s", read_string, FIELD(cryogen) },
	{ "Gauge", "u", read_uint32, FIELD(gauge) },
	{ "ActiveLength", "u", read_uint32, FIELD(active_length_um) },
	{ "UsesLeft", "u", read_uint32, FIELD(uses_left) },
	{ "DeviceNode", "s", read_string, FIELD(device_node) },
	{ "Interlock", "s", read_string, FIELD(interlock) },
	{ "Faults", "as", read_strings, FIELD(faults) },
	{ "Phase", "s", read_string, FIELD(phase) },
	{ "Outcome", "s", read_string, FIELD(outcome) },
	{ "Paused", "b", read_boolean, FIELD(paused) },
	{ "Treatment", "t", read_uint64, FIELD(treatment) },
	{ "Protocol", "s", read_string, FIELD(protocol) },
	{ "Holder", "u", read_uint32, FIELD(holder_uid) },
	{ "Site", "u", read_uint32, FIELD(site) },
	{ "Sites", "u", read_uint32, FIELD(sites) },
	{ "Cycle", "u", read_uint32, FIELD(cycle) },
	{ "Cycles", "u", read_uint32, FIELD(cycles) },
	{ "Target", "i", read_int32, FIELD(target_mdegc) },
	{ "Prompt", "s", read_string, FIELD(prompt) },
	{ "Alarms", "a(ssubb)", read_alarms, 0 },	/* two fields: the array and its length */
	{ "SelfTestSteps", "a(ssss)", read_tests, 0 },	/* as above */
	{ "AudioPaused", "u", read_uint32, FIELD(audio_paused_s) },
	{ "Tip", "i", read_int32, FIELD(tip_mdegc) },
	{ "Flow", "u", read_uint32, FIELD(flow_permille) },
	{ "PhaseLeft", "u", read_uint32, FIELD(phase_left_ms) },
	{ "IceRadius", "u", read_uint32, FIELD(ice_radius_um) },
	{ "IsothermRadius", "u", read_uint32, FIELD(isotherm_radius_um) },
	{ "IceError", "u", read_uint32, FIELD(ice_error_um) },
	{ "IceHalfLength", "u", read_uint32, FIELD(ice_half_length_um) },
	{ "IceHalfLengthError", "u", read_uint32, FIELD(ice_half_length_error_um) },
	{ "IsothermError", "u", read_uint32, FIELD(isotherm_error_um) },
	{ "IsothermHalfLength", "u", read_uint32, FIELD(isotherm_half_length_um) },
	{ "IsothermHalfLengthError", "u", read_uint32, FIELD(isotherm_half_length_error_um) },
	{ "IsothermDistance", "u", read_uint32, FIELD(isotherm_distance_um) },
	{ "IsothermTime", "u", read_uint32, FIELD(isotherm_time_ms) },
	{ "IsothermHeld", "u", read_uint32, FIELD(isotherm_held_ms) },
	{ "Adequate", "b", read_boolean, FIELD(adequate) },
	{ "Boundary", "u", read_uint32, FIELD(boundary_um) },
	{ "BoundaryIn", "u", read_uint32, FIELD(boundary_in_ms) },
};

#define N_PROPERTIES (sizeof(properties) / sizeof(properties[0]))

int properties_init(struct properties *p)
{
	*p = (struct properties){
		.target_mdegc = CRYO_NOT_VALID, .tip_mdegc = CRYO_NOT_VALID, .holder_uid = CRYO_NOBODY,
		.uses_left = CRYO_UNLIMITED,
	};
	for (size_t i = 0; i < N_PROPERTIES; i++) {
		char **string = (char **)((char *)p + properties[i].offset);

		if (properties[i].read != read_string)
			continue;
		*string = strdup("");
		if (!*string)
			return -ENOMEM;
	}
	p->faults = calloc(1, sizeof(*p->faults));
	return p->faults ? 0 : -ENOMEM;
}

void properties_free(struct properties *p)
{
	for (size_t i = 0; i < N_PROPERTIES; i++)
		if (properties[i].read == read_string)
			free(*(char **)((char *)p + properties[i].offset));
	strv_free(p->faults);
	alarms_free(p->alarms, p->n_alarms);
	tests_free(p->tests, p->n_tests);
}

static const struct property *property_find(const char *name)
{
	for (size_t i = 0; i < N_PROPERTIES; i++)
		if (!strcmp(properties[i].name, name))
			return &properties[i];
	return NULL;
}

/* The message stands before the value's variant. */
static int property_read(struct properties *p, sd_bus_message *m, const char *name)
{
	const struct property *property = property_find(name);
	int r;

	if (!property)
		return sd_bus_message_skip(m, "v");
	r = sd_bus_message_enter_container(m, 'v', property->type);
	if (r < 0)
		return r;
	r = property->read(m, (char *)p + property->offset);
	if (r < 0)
		return r;
	return sd_bus_message_exit_container(m);
}

static int read_entries(struct properties *p, sd_bus_message *m)
{
	const char *name;
	int r;

	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read_basic(m, 's', &name);
		if (r < 0)
			return r;
		r = property_read(p, m, name);
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r;
}

int properties_read(struct properties *p, sd_bus_message *m)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	if (r >= 0)
		r = read_entries(p, m);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	if (r < 0)
		return r == -ENOMEM ? -ENOMEM : -EBADMSG;
	return 0;
}
