/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that write FHIR share: identities, moments, quantities and references. */
#pragma once

#include "json.h"
#include "report.h"

#define FHIR_TEXT_MAX	64

/*
 * "urn:uuid:...": always the same for one part of one treatment (version 8 of RFC 9562, from a hash of
 * probe, start and number). Returns @text.
 */
const char *fhir_identity(char text[FHIR_TEXT_MAX], const struct report_data *data, const char *part,
			  unsigned int number);

/* Whether there is a moment that FHIR can tell: from 1970, up to year 9999. */
bool fhir_has_moment(int64_t realtime_us);

/* "2026-11-23T18:53:07.123Z" */
const char *fhir_moment(char text[FHIR_TEXT_MAX], int64_t realtime_us);

/* An object with just a text, as a CodeableConcept without a code has; nothing where it is "". */
void fhir_text(struct json *j, const char *key, const char *text);

/* A Quantity of thousandths; @unit and @code are of UCUM. */
void fhir_quantity(struct json *j, const char *key, int64_t thousandths, const char *unit, const char *code);

/* An object with one reference; @array: in an array, as where there may be more. */
void fhir_reference(struct json *j, const char *key, bool array, const char *identity);

/* A Period; nothing without a start, and no end that is none or before it. */
void fhir_period(struct json *j, const char *key, int64_t start_us, int64_t end_us);

/* Who was treated, as far as the record knows. */
void fhir_subject(struct json *j, const struct report_data *data);

/* An entry's beginning, up to the fields of its resource; and its end. */
void fhir_entry_open(struct json *j, const char *identity, const char *type);
void fhir_entry_close(struct json *j);

/* fhir-observations.c: one for each freeze, and one of recovery */
void fhir_observations(struct json *j, const struct report *report);
