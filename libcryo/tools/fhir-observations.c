// SPDX-License-Identifier: LGPL-2.1-or-later
/* A record as HL7 FHIR R4: an Observation for each freeze, and one of the recovery to expect. */
#include <stdio.h>
#include <string.h>

#include "fhir-parts.h"


static void coding(struct json *j, const char *system, const char *code, const char *display)
{
	json_open(j, "coding", '[');
	json_open(j, NULL, '{');
	json_string(j, "system", system);
	json_string(j, "code", code);
	json_string(j, "display", display);
	json_close(j, '}');
	json_close(j, ']');
}

/* @code of FHIR's data-absent-reason. */
static void absent(struct json *j, const char *code, const char *display)
{
	json_open(j, "dataAbsentReason", '{');
	coding(j, "http://terminology.hl7.org/CodeSystem/data-absent-reason", code, display);
	json_close(j, '}');
}

static void open_observation(struct json *j, const struct report *report, const char *part,
			     unsigned int number, const char *code)
{
	const struct report_data *data = report->data;
	char identity[FHIR_TEXT_MAX];

	fhir_entry_open(j, fhir_identity(identity, data, part, number), "Observation");
	fhir_reference(j, "partOf", true, fhir_identity(identity, data, "procedure", 0));
	json_string(j, "status", strcmp(data->outcome, "none") ? "final" : "preliminary");
	json_open(j, "category", '[');
	json_open(j, NULL, '{');
	coding(j, "http://terminology.hl7.org/CodeSystem/observation-category", "procedure", "Procedure");
	json_close(j, '}');
	json_close(j, ']');
	fhir_text(j, "code", code);
	fhir_subject(j, data);
}

static void close_observation(struct json *j, const struct report *report)
{
	char identity[FHIR_TEXT_MAX];

	fhir_text(j, "bodySite", report->data->nerve);
	fhir_reference(j, "device", false, fhir_identity(identity, report->data, "device", 0));
}

/* What a component has in place of a value, if anything. */
enum absence { KNOWN, NOT_APPLICABLE, UNREADABLE };

static void component(struct json *j, const char *name, enum absence absence, int64_t thousandths,
		      const char *unit, const char *code)
{
	json_open(j, NULL, '{');
	fhir_text(j, "code", name);
	if (absence == KNOWN)
		fhir_quantity(j, "valueQuantity", thousandths, unit, code);
	else if (absence == NOT_APPLICABLE)
		absent(j, "not-applicable", "Not Applicable");
	else
		absent(j, "error", "Error");
	json_close(j, '}');
}

static enum absence of_temperature(int32_t mdegc)
{
	return mdegc == CRYO_NOT_VALID ? UNREADABLE : KNOWN;
}

static void adequate(struct json *j, const struct report_cycle *c)
{
	json_open(j, NULL, '{');
	fhir_text(j, "code", "-20 degC at the nerve for as long as the protocol asks");
	if (c->nerve_um)
		json_boolean(j, "valueBoolean", c->adequate);
	else
		absent(j, "not-applicable", "Not Applicable");
	json_close(j, '}');
}

static void components(struct json *j, const struct report_cycle *c)
{
	enum absence reached = c->reached ? KNOWN : NOT_APPLICABLE;
	enum absence hold = c->hold_known ? KNOWN : c->reached ? UNREADABLE : NOT_APPLICABLE;

	json_open(j, "component", '[');
	component(j, "Target temperature", of_temperature(c->target_mdegc), c->target_mdegc, "°C", "Cel");
	component(j, "Time to target", reached, c->to_target_ns / 1000000, "s", "s");
	component(j, "Time at target", reached, c->held_ns / 1000000, "s", "s");
	component(j, "Mean deviation at target", hold, c->hold_mean_mk, "K", "K");
	component(j, "Worst deviation at target", hold, c->hold_worst_mk, "K", "K");
	component(j, "Coldest tip temperature", of_temperature(c->coldest_mdegc), c->coldest_mdegc, "°C",
		  "Cel");
	component(j, "Ice radius at the end, estimated", KNOWN, c->ice_um, "mm", "mm");
	component(j, "Ice half length at the end, estimated", KNOWN, c->ice_half_um, "mm", "mm");
	component(j, "-20 degC radius at the end, estimated", KNOWN, c->isotherm_um, "mm", "mm");
	component(j, "-20 degC half length at the end, estimated", KNOWN, c->isotherm_half_um, "mm", "mm");
	component(j, "-20 degC at the nerve, longest time", c->nerve_um ? KNOWN : NOT_APPLICABLE,
		  c->nerve_held_ms, "s", "s");
	adequate(j, c);
	json_close(j, ']');
}

static int64_t end_ns(const struct report_cycle *c)
{
	return c->start_ns + c->to_target_ns + c->held_ns;
}

static void freeze(struct json *j, const struct report *report, size_t index)
{
	const struct report_cycle *c = &report->figures.cycles[index];
	int64_t start_us = report->data->started_us;
	char code[FHIR_TEXT_MAX];

	snprintf(code, sizeof(code), "Freeze %u at site %u", c->cycle, c->site);
	open_observation(j, report, "freeze", index, code);
	if (fhir_has_moment(start_us))
		fhir_period(j, "effectivePeriod", start_us + c->start_ns / 1000,
			    c->reached ? start_us + end_ns(c) / 1000 : 0);
	close_observation(j, report);
	components(j, c);
	fhir_entry_close(j);
}

static void recovery(struct json *j, const struct report *report)
{
	const struct report_recovery *r = &report->recovery;

	open_observation(j, report, "recovery", 0, "Expected time to recovery of the nerve");
	if (r->state == RECOVERY_EXPECTED) {
		json_open(j, "valueRange", '{');
		fhir_quantity(j, "low", r->days_min * 1000LL, "days", "d");
		fhir_quantity(j, "high", r->days_max * 1000LL, "days", "d");
		json_close(j, '}');
	} else {
		absent(j, r->state == RECOVERY_UNREAD ? "error" : "not-applicable",
		       r->state == RECOVERY_UNREAD ? "Error" : "Not Applicable");
	}
	fhir_text(j, "method", "Distance to the end organ at 0.5 to 2 mm a day");
	close_observation(j, report);
	fhir_entry_close(j);
}

void fhir_observations(struct json *j, const struct report *report)
{
	for (size_t i = 0; i < report->figures.n_cycles; i++)
		freeze(j, report, i);
	recovery(j, report);
}
