/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The figures of the table, one line each, with their bars. */
#ifndef CRYO_SELFTESTS_SIL_LINES_H
#define CRYO_SELFTESTS_SIL_LINES_H

#include "selftests/sil/population.h"

struct view;

/* All figures are the smaller the better; a patient's is the worst of its cycles. */
struct line {
	const char *name, *unit;
	double (*value)(const struct view *v);
	double bar;			/* NAN: reported */
	double share;			/* of patients that must be within the bar */
	double (*oracle)(const struct oracle *o);	/* where it is larger, it is the bar */
};

extern const struct line lines[];
extern const size_t lines_count;

/* Infinite for a patient who was not frozen at all. */
double line_value(const struct line *line, const struct subject *s, enum law law);

/* Whether the core's controller keeps the bar with this patient. */
bool line_is_kept(const struct line *line, const struct subject *s);

/* The same, where the oracle's figure, or band, is the bar if it is larger. */
bool line_is_kept_by_oracle(const struct line *line, const struct subject *s);

/* How much worse than the latter, 1 = just kept. */
double line_badness(const struct line *line, const struct subject *s);

#endif
