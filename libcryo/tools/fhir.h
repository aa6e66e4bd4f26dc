/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A record as HL7 FHIR R4: a bundle of a Procedure, its Device and Observations. Pure, but for its output. */
#pragma once

#include <stdio.h>

#include "report.h"

/*
 * One Bundle of type "collection". The same record gives the same bytes and the same identities. Codes
 * are of UCUM and of FHIR's own systems only; what has no code that is certain is text.
 */
void fhir_bundle(FILE *out, const struct report *report);
