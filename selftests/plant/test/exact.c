// SPDX-License-Identifier: GPL-2.0-or-later
/* Cases of the exact solutions' tables, and tallies of errors. */
#include "selftests/plant/test/exact.h"

#include <math.h>
#include <string.h>

#include "selftests/unit/test.h"

void tally_add(struct tally *t, double error)
{
	t->worst = fmax(t->worst, error);
	t->sum += error;
	t->cases++;
}

double tally_print(const struct tally *t, const char *what, double scale, const char *unit)
{
	DIAG("%s: %d values, mean %.3g %s, worst %.3g %s", what, t->cases,
	     scale * t->sum / t->cases, unit, scale * t->worst, unit);
	return t->sum / t->cases;
}

const struct tissue *exact_sharp_set(const char *set)
{
	return tissue_find(strcmp(set, "tissue") ? set : "tissue-sharp");
}

double exact_share_off(double is, double exact)
{
	return fabs(is / exact - 1);
}

void exact_run(struct bioheat *b, double seconds, double step_s, const struct bioheat_drive *d)
{
	int steps = (int)ceil(seconds / step_s - 1e-9);

	for (int i = 0; i < steps; i++)
		bioheat_step(b, seconds / steps, d);
}

static void add_field(const struct bioheat *b, const struct csv *row, const char *place,
		      struct tally *field)
{
	double at = csv_number(row, place), degc = csv_number(row, "T_C");

	if (b && field && !isnan(degc) && at > bioheat_column_inner_m(b, 0))
		tally_add(field, fabs(bioheat_degc_at(b, at, 0.5) - degc));
}

void exact_each_case(const char *path, const char *front, const char *place, double t_s,
		     struct bioheat *(*solve)(struct exact_case *c), struct tally *fronts,
		     struct tally *field)
{
	static struct csv row;
	struct exact_case this = { .row = &row, .fronts = fronts, .field = field };
	struct bioheat *b = NULL;
	double last = NAN;

	ASSERT(csv_open(&row, path));
	while (csv_next(&row)) {
		if (csv_number(&row, "t_s") != t_s)
			continue;
		if (csv_number(&row, front) != last) {
			last = csv_number(&row, front);
			bioheat_free(b);
			b = solve(&this);
		}
		add_field(b, &row, place, field);
	}
	bioheat_free(b);
	csv_close(&row);
}
