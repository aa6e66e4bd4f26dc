// SPDX-License-Identifier: LGPL-2.1-or-later
/* A record as HL7 FHIR R4: the bundle, its Procedure and Device. */
#include <stdio.h>
#include <string.h>

#include "fhir-parts.h"
#include "fhir.h"
#include "report-remarks.h"

static const char *procedure_status(const struct report_data *data)
{
	if (!strcmp(data->outcome, "completed"))
		return "completed";
	if (!strcmp(data->outcome, "none"))
		return "in-progress";
	return *data->outcome ? "stopped" : "unknown";
}

static void identifier(struct json *j, const struct report_data *data)
{
	char value[128];

	snprintf(value, sizeof(value), "%.64s/%llu", *data->serial ? data->serial : "unknown",
		 (unsigned long long)data->treatment);
	json_open(j, "identifier", '[');
	json_open(j, NULL, '{');
	fhir_text(j, "type", "probe and treatment of cryo");
	json_string(j, "value", value);
	json_close(j, '}');
	json_close(j, ']');
}

static void performer(struct json *j, const struct report_data *data)
{
	if (!*data->operator_name)
		return;
	json_open(j, "performer", '[');
	json_open(j, NULL, '{');
	json_open(j, "actor", '{');
	json_string(j, "display", data->operator_name);
	json_close(j, '}');
	json_close(j, '}');
	json_close(j, ']');
}

static void body_site(struct json *j, const struct report_data *data)
{
	if (!*data->nerve)
		return;
	json_open(j, "bodySite", '[');
	fhir_text(j, NULL, data->nerve);
	json_close(j, ']');
}

static void note(struct json *j, const char *text)
{
	json_open(j, NULL, '{');
	json_string(j, "text", text);
	json_close(j, '}');
}

static void notes(struct json *j, const struct report *report)
{
	struct report_remarks remarks = report_remarks(report);
	char text[2 * REPORT_TEXT_MAX];

	json_open(j, "note", '[');
	snprintf(text, sizeof(text), "Protocol: %.64s. Record: %.16s%s%.128s. Radii of ice are estimated.",
		 *report->data->protocol ? report->data->protocol : "not recorded",
		 *report->data->verdict ? report->data->verdict : "not verified",
		 *report->data->verdict_detail ? ", " : "", report->data->verdict_detail);
	note(j, text);
	for (size_t i = 0; i < remarks.n; i++)
		note(j, remarks.text[i]);
	if (remarks.left_out) {
		snprintf(text, sizeof(text), "%zu more remarks have no room here.", remarks.left_out);
		note(j, text);
	}
	for (size_t i = 0; i < report->alarms.n; i++) {
		snprintf(text, sizeof(text), "Alarm: %.200s", report->alarms.alarm[i].text);
		note(j, text);
	}
	json_close(j, ']');
}

static void procedure(struct json *j, const struct report *report)
{
	const struct report_data *data = report->data;
	char identity[FHIR_TEXT_MAX];

	fhir_entry_open(j, fhir_identity(identity, data, "procedure", 0), "Procedure");
	identifier(j, data);
	json_string(j, "status", procedure_status(data));
	if (!strcmp(procedure_status(data), "stopped"))
		fhir_text(j, "statusReason", report_reason(data));
	fhir_text(j, "code", "Cryoneurolysis");
	fhir_subject(j, data);
	fhir_period(j, "performedPeriod", data->started_us, data->ended_us);
	performer(j, data);
	body_site(j, data);
	fhir_text(j, "outcome", strcmp(data->outcome, "none") ? data->outcome : "");
	notes(j, report);
	fhir_reference(j, "usedReference", true, fhir_identity(identity, data, "device", 0));
	fhir_entry_close(j);
}

static void version(struct json *j, const char *what, const char *value)
{
	if (!*value)
		return;
	json_open(j, NULL, '{');
	fhir_text(j, "type", what);
	json_string(j, "value", value);
	json_close(j, '}');
}

static void versions(struct json *j, const struct report_data *data)
{
	if (!*data->cryod_version && !*data->kernel_version)
		return;
	json_open(j, "version", '[');
	version(j, "cryod", data->cryod_version);
	version(j, "Linux", data->kernel_version);
	json_close(j, ']');
}

static void device(struct json *j, const struct report_data *data)
{
	char identity[FHIR_TEXT_MAX], kind[64];

	fhir_entry_open(j, fhir_identity(identity, data, "device", 0), "Device");
	if (*data->serial)
		json_string(j, "serialNumber", data->serial);
	if (*data->model)
		json_string(j, "modelNumber", data->model);
	if (data->gauge)
		snprintf(kind, sizeof(kind), "Cryoneurolysis probe, %u gauge", data->gauge);
	else
		snprintf(kind, sizeof(kind), "Cryoneurolysis probe");
	fhir_text(j, "type", kind);
	versions(j, data);
	fhir_entry_close(j);
}

void fhir_bundle(FILE *out, const struct report *report)
{
	const struct report_data *data = report->data;
	int64_t moment_us = data->ended_us ? data->ended_us : data->started_us;
	struct json j = { .out = out };
	char text[FHIR_TEXT_MAX];

	json_open(&j, NULL, '{');
	json_string(&j, "resourceType", "Bundle");
	json_string(&j, "type", "collection");
	if (fhir_has_moment(moment_us))
		json_string(&j, "timestamp", fhir_moment(text, moment_us));
	json_open(&j, "entry", '[');
	procedure(&j, report);
	device(&j, data);
	fhir_observations(&j, report);
	json_close(&j, ']');
	json_close(&j, '}');
	fputc('\n', out);
}
