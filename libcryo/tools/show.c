// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verbs that only look: list and status. */
#include <pwd.h>
#include <string.h>

#include "cryoctl.h"

#define ROW "%-16s %-12s %-5s %-7s %-5s %-9s %-9s %5s  %s\n"

static void print_row(const struct invocation *in, const struct cryo_probe *p)
{
	char tip[TEXT_MAX], flow[TEXT_MAX], gauge[TEXT_MAX], uses[TEXT_MAX];

	snprintf(gauge, sizeof(gauge), "%uG", cryo_probe_gauge(p));
	printf(ROW, cryo_probe_serial(p), cryo_probe_model(p), gauge, cryo_probe_cryogen(p),
	       text_uses(uses, cryo_probe_uses_left(p)),
	       cryo_interlock_to_string(cryo_probe_interlock(p)),
	       cryo_phase_to_string(cryo_probe_phase(p)),
	       text_share(flow, cryo_probe_flow_permille(p)),
	       text_temperature(tip, cryo_probe_tip_mdegc(p), in->utf8));
}

static void print_faults(const struct cryo_probe *p)
{
	const char *const *faults = cryo_probe_faults(p);

	for (size_t i = 0; faults[i]; i++)
		printf("  %-11s %s\n", i ? "" : "faults", faults[i]);
}

static void print_alarms(const struct cryo_probe *p)
{
	for (size_t i = 0; i < cryo_probe_alarm_count(p); i++) {
		const struct cryo_alarm *a = cryo_probe_alarm(p, i);
		char text[TEXT_ALARM_MAX];

		printf("  %-11s %s, %s, %s\n", i ? "" : "alarms", alarm_text(text, a),
		       cryo_alarm_is_present(a) ? "present" : "over",
		       cryo_alarm_is_acknowledged(a) ? "acknowledged" : "not acknowledged");
	}
}

static void print_treatment(const struct cryo_probe *p)
{
	const char *paused = cryo_probe_is_paused(p) ? ", paused" : "";

	if (cryo_probe_treatment(p) == 0) {
		printf("  treatment   none yet\n");
		return;
	}
	printf("  treatment   %llu, %s, ", (unsigned long long)cryo_probe_treatment(p),
	       cryo_probe_protocol(p));
	if (cryo_probe_phase(p) == CRYO_PHASE_IDLE)
		printf("%s\n", cryo_outcome_to_string(cryo_probe_outcome(p)));
	else
		printf("%s, site %u of %u, cycle %u of %u%s\n",
		       cryo_phase_to_string(cryo_probe_phase(p)), cryo_probe_site(p),
		       cryo_probe_sites(p), cryo_probe_cycle(p), cryo_probe_cycles(p), paused);
}

static const char *user_name(uint32_t uid)
{
	const struct passwd *user = getpwuid(uid);

	return user ? user->pw_name : "a user without a name";
}

static void print_holder(const struct cryo_probe *p)
{
	uint32_t uid = cryo_probe_holder_uid(p);

	if (uid != CRYO_NOBODY)
		printf("  held by     %s, user %u\n", user_name(uid), uid);
}

static void print_boundary(const struct cryo_probe *p)
{
	char radius[TEXT_MAX], left[TEXT_MAX];

	if (!cryo_probe_boundary_um(p))
		return;
	printf("  boundary    %s", text_length(radius, cryo_probe_boundary_um(p)));
	if (cryo_probe_boundary_in_ms(p))
		printf(", in %s", text_left(left, cryo_probe_boundary_in_ms(p)));
	printf("\n");
}

/* A degree sign is two bytes, for which a column's width does not know. */
static void print_extent(const struct invocation *in, const char *label, unsigned int radius_um,
			 unsigned int error_um, unsigned int half_length_um, unsigned int half_error_um)
{
	char radius[TEXT_MAX], half[TEXT_MAX];

	printf("  %-*s radius %s, half length %s\n", strstr(label, "°") ? 12 : 11, label,
	       text_measured(radius, radius_um, error_um, in->utf8),
	       text_measured(half, half_length_um, half_error_um, in->utf8));
}

static void print_ice(const struct invocation *in, const struct cryo_probe *p)
{
	print_extent(in, "ice", cryo_probe_ice_radius_um(p), cryo_probe_ice_error_um(p),
		     cryo_probe_ice_half_length_um(p), cryo_probe_ice_half_length_error_um(p));
	print_extent(in, in->utf8 ? "-20 °C" : "-20 degC", cryo_probe_isotherm_radius_um(p),
		     cryo_probe_isotherm_error_um(p), cryo_probe_isotherm_half_length_um(p),
		     cryo_probe_isotherm_half_length_error_um(p));
}

static void print_nerve(const struct cryo_probe *p)
{
	char text[TEXT_NERVE_MAX];

	if (cryo_probe_isotherm_distance_um(p))
		printf("  nerve       %s\n", text_nerve(text, cryo_probe_isotherm_distance_um(p),
							cryo_probe_isotherm_held_ms(p),
							cryo_probe_isotherm_time_ms(p),
							cryo_probe_is_adequate(p)));
}

static void print_status(const struct invocation *in, const struct cryo_probe *p)
{
	char a[TEXT_MAX], b[TEXT_MAX];

	printf("%s: %s, %uG, %s active, %s, %s\n", cryo_probe_serial(p), cryo_probe_model(p),
	       cryo_probe_gauge(p), text_length(a, cryo_probe_active_length_um(p)),
	       cryo_probe_cryogen(p), cryo_probe_device_node(p));
	if (*cryo_probe_model_name(p))
		printf("  model       %s\n", cryo_probe_model_name(p));
	printf("  uses left   %s\n", text_uses(a, cryo_probe_uses_left(p)));
	printf("  interlock   %s\n", cryo_interlock_to_string(cryo_probe_interlock(p)));
	print_faults(p);
	print_treatment(p);
	print_holder(p);
	printf("  tip         %s, target %s\n",
	       text_temperature(a, cryo_probe_tip_mdegc(p), in->utf8),
	       text_temperature(b, cryo_probe_target_mdegc(p), in->utf8));
	printf("  flow        %s\n", text_share(a, cryo_probe_flow_permille(p)));
	printf("  time left   %s\n", text_left(a, cryo_probe_phase_left_ms(p)));
	print_ice(in, p);
	print_nerve(p);
	print_boundary(p);
	if (*cryo_probe_prompt(p))
		printf("  prompt      %s\n", cryo_probe_prompt(p));
	print_alarms(p);
	if (cryo_probe_audio_paused_s(p))
		printf("  sound       paused for %u s\n", cryo_probe_audio_paused_s(p));
}

static void json_temperature(struct json *j, const char *key, int32_t mdegc)
{
	if (mdegc == CRYO_NOT_VALID)
		json_null(j, key);
	else
		json_integer(j, key, mdegc);
}

static void json_identity(struct json *j, const struct cryo_probe *p)
{
	json_string(j, "serial", cryo_probe_serial(p));
	json_string(j, "model", cryo_probe_model(p));
	json_string(j, "model_name", cryo_probe_model_name(p));
	json_string(j, "cryogen", cryo_probe_cryogen(p));
	json_unsigned(j, "gauge", cryo_probe_gauge(p));
	json_unsigned(j, "active_length_um", cryo_probe_active_length_um(p));
	if (cryo_probe_uses_left(p) == CRYO_UNLIMITED)
		json_null(j, "uses_left");
	else
		json_unsigned(j, "uses_left", cryo_probe_uses_left(p));
	json_string(j, "device_node", cryo_probe_device_node(p));
}

/* Null where nobody holds it. */
static void json_holder(struct json *j, const struct cryo_probe *p)
{
	if (cryo_probe_holder_uid(p) == CRYO_NOBODY)
		json_null(j, "holder_uid");
	else
		json_unsigned(j, "holder_uid", cryo_probe_holder_uid(p));
}

static void json_treatment(struct json *j, const struct cryo_probe *p)
{
	json_unsigned(j, "treatment", cryo_probe_treatment(p));
	json_string(j, "protocol", cryo_probe_protocol(p));
	json_holder(j, p);
	json_string(j, "phase", cryo_phase_to_string(cryo_probe_phase(p)));
	json_string(j, "outcome", cryo_outcome_to_string(cryo_probe_outcome(p)));
	json_boolean(j, "paused", cryo_probe_is_paused(p));
	json_unsigned(j, "site", cryo_probe_site(p));
	json_unsigned(j, "sites", cryo_probe_sites(p));
	json_unsigned(j, "cycle", cryo_probe_cycle(p));
	json_unsigned(j, "cycles", cryo_probe_cycles(p));
	json_string(j, "prompt", cryo_probe_prompt(p));
}

static void json_values(struct json *j, const struct cryo_probe *p)
{
	json_temperature(j, "tip_mdegc", cryo_probe_tip_mdegc(p));
	json_temperature(j, "target_mdegc", cryo_probe_target_mdegc(p));
	json_unsigned(j, "flow_permille", cryo_probe_flow_permille(p));
	json_unsigned(j, "phase_left_ms", cryo_probe_phase_left_ms(p));
	json_unsigned(j, "ice_radius_um", cryo_probe_ice_radius_um(p));
	json_unsigned(j, "ice_error_um", cryo_probe_ice_error_um(p));
	json_unsigned(j, "ice_half_length_um", cryo_probe_ice_half_length_um(p));
	json_unsigned(j, "ice_half_length_error_um", cryo_probe_ice_half_length_error_um(p));
	json_unsigned(j, "isotherm_radius_um", cryo_probe_isotherm_radius_um(p));
	json_unsigned(j, "isotherm_error_um", cryo_probe_isotherm_error_um(p));
	json_unsigned(j, "isotherm_half_length_um", cryo_probe_isotherm_half_length_um(p));
	json_unsigned(j, "isotherm_half_length_error_um", cryo_probe_isotherm_half_length_error_um(p));
	json_unsigned(j, "isotherm_distance_um", cryo_probe_isotherm_distance_um(p));
	json_unsigned(j, "isotherm_time_ms", cryo_probe_isotherm_time_ms(p));
	json_unsigned(j, "isotherm_held_ms", cryo_probe_isotherm_held_ms(p));
	json_boolean(j, "adequate", cryo_probe_is_adequate(p));
	json_unsigned(j, "boundary_um", cryo_probe_boundary_um(p));
	json_unsigned(j, "boundary_in_ms", cryo_probe_boundary_in_ms(p));
}

void json_alarm(struct json *j, const struct cryo_alarm *a)
{
	char text[CRYO_TEXT_MAX];

	json_string(j, "priority", cryo_alarm_priority(a));
	json_unsigned(j, "detail", cryo_alarm_detail(a));
	json_string(j, "detail_text", cryo_alarm_detail_text(a, text, sizeof(text)));
	json_boolean(j, "present", cryo_alarm_is_present(a));
	json_boolean(j, "acknowledged", cryo_alarm_is_acknowledged(a));
}

static void json_alarms(struct json *j, const struct cryo_probe *p)
{
	const struct cryo_alarm *a;

	json_open(j, "alarms", '[');
	for (size_t i = 0; (a = cryo_probe_alarm(p, i)); i++) {
		json_open(j, NULL, '{');
		json_string(j, "code", cryo_alarm_code(a));
		json_alarm(j, a);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void json_probe(struct json *j, const struct cryo_probe *p)
{
	const char *const *faults = cryo_probe_faults(p);

	json_open(j, NULL, '{');
	json_identity(j, p);
	json_string(j, "interlock", cryo_interlock_to_string(cryo_probe_interlock(p)));
	json_open(j, "faults", '[');
	for (size_t i = 0; faults[i]; i++)
		json_string(j, NULL, faults[i]);
	json_close(j, ']');
	json_treatment(j, p);
	json_values(j, p);
	json_alarms(j, p);
	json_unsigned(j, "audio_paused_s", cryo_probe_audio_paused_s(p));
	json_close(j, '}');
}

/* An array with an object for each. */
static int print_json(struct cryo_probe *const probes[], size_t n)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '[');
	for (size_t i = 0; i < n; i++)
		json_probe(&j, probes[i]);
	json_close(&j, ']');
	printf("\n");
	return CTL_OK;
}

int run_list(struct invocation *in)
{
	struct cryo_probe *probes[PROBES_MAX];
	size_t n;
	int r = select_probes(in, 0, probes, &n);

	if (r != CTL_OK)
		return r;
	if (in->json)
		return print_json(probes, n);
	if (n)
		printf(ROW, "SERIAL", "MODEL", "GAUGE", "CRYOGEN", "USES", "INTERLOCK", "PHASE", "FLOW",
		       "TIP");
	for (size_t i = 0; i < n; i++)
		print_row(in, probes[i]);
	return CTL_OK;
}

int run_status(struct invocation *in)
{
	struct cryo_probe *probes[PROBES_MAX];
	size_t n;
	int r = select_probes(in, 0, probes, &n);

	if (r != CTL_OK)
		return r;
	if (in->json)
		return print_json(probes, n);
	for (size_t i = 0; i < n; i++)
		print_status(in, probes[i]);
	return CTL_OK;
}
