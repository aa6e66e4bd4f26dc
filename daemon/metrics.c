// SPDX-License-Identifier: GPL-2.0-or-later
/* What a fleet's monitoring wants to know, in Prometheus' text format (exposition format 0.0.4). */
#include <inttypes.h>
#include <stdio.h>

#include "daemon/metrics.h"
#include "daemon/util.h"
#include "daemon/words.h"

/* HELP and TYPE stand once before all samples of a metric. */
static void begin(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value: backslash, quote and newline are escaped. */
static void print_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', out);
		if (*value == '\n')
			fputs("\\n", out);
		else
			fputc(*value, out);
	}
	fputc('"', out);
}

/* name{serial="...",label="value" and then the caller ends it. @label may be NULL. */
static void print_name(FILE *out, const char *name, const struct probe *probe, const char *label,
		       const char *value)
{
	fprintf(out, "%s{", name);
	print_label(out, "serial", probe->identity.serial);
	if (label) {
		fputc(',', out);
		print_label(out, label, value);
	}
	fputs("} ", out);
}

/*
 * Of each probe
 */

static void print_info(FILE *out, const struct probe *probe)
{
	fputs("cryo_probe_info{", out);
	print_label(out, "serial", probe->identity.serial);
	fputc(',', out);
	print_label(out, "model", probe->identity.model);
	fputc(',', out);
	print_label(out, "device", probe->node);
	fprintf(out, ",cryogen=\"%s\",gauge=\"%u\"} 1\n",
		cryogen_to_string((enum cryogen)probe->identity.cryogen), probe->identity.gauge);
}

static void print_tip(FILE *out, const struct probe *probe)
{
	if (probe->latest.frame.tip_mdegc == CRYO_FRAME_NOT_VALID)
		return;
	print_name(out, "cryo_probe_tip_celsius", probe, NULL, NULL);
	fprintf(out, "%.3f\n", probe->latest.frame.tip_mdegc / 1000.0);
}

static void print_pressure(FILE *out, const struct probe *probe)
{
	if (probe->latest.frame.pressure_kpa == CRYO_FRAME_NOT_VALID)
		return;
	print_name(out, "cryo_probe_supply_pressure_pascals", probe, NULL, NULL);
	fprintf(out, "%" PRId64 "\n", probe->latest.frame.pressure_kpa * INT64_C(1000));
}

static void print_flow(FILE *out, const struct probe *probe)
{
	print_name(out, "cryo_probe_flow_ratio", probe, NULL, NULL);
	fprintf(out, "%.3f\n", probe->latest.frame.flow_permille / 1000.0);
}

static void print_samples(FILE *out, const struct probe *probe)
{
	print_name(out, "cryo_probe_samples_total", probe, NULL, NULL);
	fprintf(out, "%" PRIu64 "\n", probe->latest.frame.seq);
}

static void print_phase(FILE *out, const struct probe *probe)
{
	for (int phase = 0; phase < PHASE_COUNT; phase++) {
		print_name(out, "cryo_probe_phase", probe, "phase", phase_to_string(phase));
		fprintf(out, "%d\n", (int)probe->latest.treatment.phase == phase);
	}
}

static void print_interlock(FILE *out, const struct probe *probe)
{
	for (uint32_t state = CRYOPROBE_STATE_DISARMED; state <= CRYOPROBE_STATE_FAULT; state++) {
		print_name(out, "cryo_probe_interlock", probe, "state", interlock_to_string(state));
		fprintf(out, "%d\n", probe->latest.interlock.state == state);
	}
}

static void print_faults(FILE *out, const struct probe *probe)
{
	for (uint32_t fault = 0; fault < 64; fault++)
		if (probe->latest.interlock.fault_mask >> fault & 1) {
			print_name(out, "cryo_probe_fault", probe, "fault", fault_to_string(fault));
			fputs("1\n", out);
		}
}

static void print_alarms(FILE *out, const struct probe *probe)
{
	const struct treatment_status *status = &probe->latest.treatment;

	for (uint32_t i = 0; i < status->alarms; i++) {
		print_name(out, "cryo_probe_alarm", probe, "alarm", alarm_to_string(status->alarm[i].code));
		fprintf(out, "%d\n", status->alarm[i].priority);
	}
}

static const struct {
	const char *name, *type, *help;
	void (*print)(FILE *out, const struct probe *probe);
} of_probes[] = {
	{ "cryo_probe_info", "gauge", "A probe that is plugged in.", print_info },
	{ "cryo_probe_tip_celsius", "gauge", "Temperature of the tip.", print_tip },
	{ "cryo_probe_supply_pressure_pascals", "gauge", "Pressure of the cryogen's supply.",
	  print_pressure },
	{ "cryo_probe_flow_ratio", "gauge", "Flow that the kernel grants, of full flow.", print_flow },
	{ "cryo_probe_samples_total", "counter", "Samples that the kernel has taken.", print_samples },
	{ "cryo_probe_phase", "gauge", "1 for the phase that the probe is in.", print_phase },
	{ "cryo_probe_interlock", "gauge", "1 for the state that the interlock is in.", print_interlock },
	{ "cryo_probe_fault", "gauge", "1 for each fault that is latched.", print_faults },
	{ "cryo_probe_alarm", "gauge", "Priority of each alarm that is listed: 1 low, 2 medium, 3 high.",
	  print_alarms },
};

static void print_probes(FILE *out, const struct probes *probes)
{
	for (size_t i = 0; i < ARRAY_SIZE(of_probes); i++) {
		begin(out, of_probes[i].name, of_probes[i].type, of_probes[i].help);
		for (const struct probe *probe = probes->first; probe; probe = probe->next)
			if (probe->latest.frame.seq)
				of_probes[i].print(out, probe);
	}
}

/*
 * Of the daemon
 */

static void print_counters(FILE *out, const struct metrics *metrics)
{
	begin(out, "cryo_treatments_total", "counter", "Treatments that have ended since cryod was started.");
	for (int outcome = OUTCOME_COMPLETED; outcome <= OUTCOME_INTERRUPTED; outcome++)
		fprintf(out, "cryo_treatments_total{outcome=\"%s\"} %" PRIu64 "\n",
			outcome_to_string(outcome), metrics->treatments[outcome]);
	begin(out, "cryo_alarms_total", "counter", "Alarms raised since cryod was started.");
	for (int i = ALARM_LOW; i <= ALARM_HIGH; i++)
		fprintf(out, "cryo_alarms_total{priority=\"%s\"} %" PRIu64 "\n",
			alarm_priority_to_string((enum alarm_priority)i), metrics->alarms[i]);
	begin(out, "cryo_faults_total", "counter", "Faults latched since cryod was started.");
	fprintf(out, "cryo_faults_total %" PRIu64 "\n", metrics->faults);
}

static void metrics_print(FILE *out, const struct metrics_view *view)
{
	begin(out, "cryo_build_info", "gauge", "The version of cryod.");
	fprintf(out, "cryo_build_info{version=\"%s\"} 1\n", CRYO_VERSION);
	begin(out, "cryo_bus_connected", "gauge", "Whether operators can reach cryod.");
	fprintf(out, "cryo_bus_connected %d\n", view->bus);
	begin(out, "cryo_record_kept", "gauge", "Whether the record of treatments can be written.");
	fprintf(out, "cryo_record_kept %d\n", view->record);
	print_counters(out, view->metrics);
	print_probes(out, view->probes);
}

char *metrics_text(const struct metrics_view *view)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	metrics_print(out, view);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
