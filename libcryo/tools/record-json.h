/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A record as JSON for other programs: facts, figures, events and samples. Pure, but for its output. */
#pragma once

#include <stdio.h>

#include "report.h"

/* One object; names end in their unit, what is not known is null. */
void record_json(FILE *out, const struct report *report);
