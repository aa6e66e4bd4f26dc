// SPDX-License-Identifier: LGPL-2.1-or-later
/* A probe: its life and its getters. */
#include <string.h>

#include "internal.h"

static void probe_free(struct cryo_probe *probe)
{
	properties_free(&probe->properties);
	free(probe->path);
	free(probe);
}

int probe_new(struct cryo_ctx *ctx, const char *path, struct cryo_probe **ret_probe)
{
	struct cryo_probe *probe = calloc(1, sizeof(*probe));

	if (!probe)
		return -ENOMEM;
	probe->refs = 1;
	probe->ctx = ctx;
	probe->path = strdup(path);
	if (!probe->path || properties_init(&probe->properties) < 0) {
		probe_free(probe);
		return -ENOMEM;
	}
	*ret_probe = probe;
	return 0;
}

struct cryo_probe *cryo_probe_ref(struct cryo_probe *probe)
{
	if (probe)
		probe->refs++;
	return probe;
}

struct cryo_probe *cryo_probe_unref(struct cryo_probe *probe)
{
	if (probe && --probe->refs == 0)
		probe_free(probe);
	return NULL;
}

bool cryo_probe_is_present(const struct cryo_probe *probe)
{
	return probe && probe->ctx;
}

int probe_check(const struct cryo_probe *probe)
{
	if (!probe)
		return -EINVAL;
	return probe->ctx ? 0 : -ENODEV;
}

int cryo_probe_refresh_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			     struct cryo_call **ret_call)
{
	const struct twin twin = {
		.handler = handler, .userdata = userdata, .ret_call = ret_call, .refreshed = probe,
	};
	int r = probe_check(probe);

	return r < 0 ? r : ctx_call_async(probe->ctx, probe->path, "org.freedesktop.DBus.Properties",
					  "GetAll", &twin, "s", PROBE_INTERFACE);
}

int cryo_probe_refresh(struct cryo_probe *probe)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r = probe_check(probe);

	if (r < 0)
		return r;
	r = ctx_call(probe->ctx, probe->path, "org.freedesktop.DBus.Properties", "GetAll", &reply,
		     "s", PROBE_INTERFACE);
	if (r < 0)
		return r;
	r = properties_read(&probe->properties, reply);
	return r < 0 ? ctx_fail_answer(probe->ctx, "GetAll") : 0;
}

const char *cryo_probe_serial(const struct cryo_probe *probe)
{
	return probe->properties.serial;
}

const char *cryo_probe_model(const struct cryo_probe *probe)
{
	return probe->properties.model;
}

const char *cryo_probe_model_name(const struct cryo_probe *probe)
{
	return probe->properties.model_name;
}

const char *cryo_probe_cryogen(const struct cryo_probe *probe)
{
	return probe->properties.cryogen;
}

unsigned int cryo_probe_gauge(const struct cryo_probe *probe)
{
	return probe->properties.gauge;
}

unsigned int cryo_probe_active_length_um(const struct cryo_probe *probe)
{
	return probe->properties.active_length_um;
}

unsigned int cryo_probe_uses_left(const struct cryo_probe *probe)
{
	return probe->properties.uses_left;
}

const char *cryo_probe_device_node(const struct cryo_probe *probe)
{
	return probe->properties.device_node;
}

enum cryo_interlock cryo_probe_interlock(const struct cryo_probe *probe)
{
	return interlock_from_string(probe->properties.interlock);
}

const char *const *cryo_probe_faults(const struct cryo_probe *probe)
{
	return (const char *const *)probe->properties.faults;
}

enum cryo_phase cryo_probe_phase(const struct cryo_probe *probe)
{
	return phase_from_string(probe->properties.phase);
}

enum cryo_outcome cryo_probe_outcome(const struct cryo_probe *probe)
{
	return outcome_from_string(probe->properties.outcome);
}

bool cryo_probe_is_paused(const struct cryo_probe *probe)
{
	return probe->properties.paused;
}

uint64_t cryo_probe_treatment(const struct cryo_probe *probe)
{
	return probe->properties.treatment;
}

const char *cryo_probe_protocol(const struct cryo_probe *probe)
{
	return probe->properties.protocol;
}

unsigned int cryo_probe_site(const struct cryo_probe *probe)
{
	return probe->properties.site;
}

unsigned int cryo_probe_sites(const struct cryo_probe *probe)
{
	return probe->properties.sites;
}

unsigned int cryo_probe_cycle(const struct cryo_probe *probe)
{
	return probe->properties.cycle;
}

unsigned int cryo_probe_cycles(const struct cryo_probe *probe)
{
	return probe->properties.cycles;
}

int32_t cryo_probe_target_mdegc(const struct cryo_probe *probe)
{
	return probe->properties.target_mdegc;
}

const char *cryo_probe_prompt(const struct cryo_probe *probe)
{
	return probe->properties.prompt;
}

int32_t cryo_probe_tip_mdegc(const struct cryo_probe *probe)
{
	return probe->properties.tip_mdegc;
}

unsigned int cryo_probe_flow_permille(const struct cryo_probe *probe)
{
	return probe->properties.flow_permille;
}

unsigned int cryo_probe_phase_left_ms(const struct cryo_probe *probe)
{
	return probe->properties.phase_left_ms;
}

unsigned int cryo_probe_ice_radius_um(const struct cryo_probe *probe)
{
	return probe->properties.ice_radius_um;
}

unsigned int cryo_probe_ice_error_um(const struct cryo_probe *probe)
{
	return probe->properties.ice_error_um;
}

unsigned int cryo_probe_ice_half_length_um(const struct cryo_probe *probe)
{
	return probe->properties.ice_half_length_um;
}

unsigned int cryo_probe_ice_half_length_error_um(const struct cryo_probe *probe)
{
	return probe->properties.ice_half_length_error_um;
}

unsigned int cryo_probe_isotherm_error_um(const struct cryo_probe *probe)
{
	return probe->properties.isotherm_error_um;
}

unsigned int cryo_probe_isotherm_half_length_um(const struct cryo_probe *probe)
{
	return probe->properties.isotherm_half_length_um;
}

unsigned int cryo_probe_isotherm_half_length_error_um(const struct cryo_probe *probe)
{
	return probe->properties.isotherm_half_length_error_um;
}

uint32_t cryo_probe_holder_uid(const struct cryo_probe *probe)
{
	return probe->properties.holder_uid;
}

unsigned int cryo_probe_isotherm_distance_um(const struct cryo_probe *probe)
{
	return probe->properties.isotherm_distance_um;
}

unsigned int cryo_probe_isotherm_time_ms(const struct cryo_probe *probe)
{
	return probe->properties.isotherm_time_ms;
}

unsigned int cryo_probe_isotherm_held_ms(const struct cryo_probe *probe)
{
	return probe->properties.isotherm_held_ms;
}

bool cryo_probe_is_adequate(const struct cryo_probe *probe)
{
	return probe->properties.adequate;
}

unsigned int cryo_probe_isotherm_radius_um(const struct cryo_probe *probe)
{
	return probe->properties.isotherm_radius_um;
}

unsigned int cryo_probe_boundary_um(const struct cryo_probe *probe)
{
	return probe->properties.boundary_um;
}

unsigned int cryo_probe_boundary_in_ms(const struct cryo_probe *probe)
{
	return probe->properties.boundary_in_ms;
}

unsigned int cryo_probe_audio_paused_s(const struct cryo_probe *probe)
{
	return probe->properties.audio_paused_s;
}

size_t cryo_probe_alarm_count(const struct cryo_probe *probe)
{
	return probe->properties.n_alarms;
}

const struct cryo_alarm *cryo_probe_alarm(const struct cryo_probe *probe, size_t index)
{
	return index < probe->properties.n_alarms ? &probe->properties.alarms[index] : NULL;
}

const char *cryo_alarm_code(const struct cryo_alarm *alarm)
{
	return alarm->code;
}

const char *cryo_alarm_priority(const struct cryo_alarm *alarm)
{
	return alarm->priority;
}

uint32_t cryo_alarm_detail(const struct cryo_alarm *alarm)
{
	return alarm->detail;
}

bool cryo_alarm_is_present(const struct cryo_alarm *alarm)
{
	return alarm->present;
}

bool cryo_alarm_is_acknowledged(const struct cryo_alarm *alarm)
{
	return alarm->acknowledged;
}
