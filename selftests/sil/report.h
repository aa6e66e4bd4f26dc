/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table: percentiles of every figure, beside the baselines, against the bars. */
#ifndef CRYO_SELFTESTS_SIL_REPORT_H
#define CRYO_SELFTESTS_SIL_REPORT_H

#include <stdio.h>

#include "selftests/sil/population.h"

/* Prints everything about @n subjects as Markdown; true if every bar holds. */
bool report_print(FILE *out, const struct subject *subject, size_t n);

/* The second table: how well the ice is known. */
bool ice_report_print(FILE *out, const struct subject *subject, size_t n);

/* Seeds of the @most worst subjects, worst first, into @ret; how many. */
size_t report_worst(const struct subject *subject, size_t n, uint64_t *ret, size_t most);

#endif
