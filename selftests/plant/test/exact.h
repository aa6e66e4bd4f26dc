/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the comparisons with exact solutions share: their tables' cases, and a tally of errors. */
#ifndef CRYO_PLANT_TEST_EXACT_H
#define CRYO_PLANT_TEST_EXACT_H

#include <stdbool.h>

#include "selftests/plant/bioheat.h"
#include "selftests/plant/test/csv.h"

/* Errors since tally_begin(). Shares and temperatures are never in one tally. */
struct tally {
	double worst, sum;
	int cases;
};

void tally_add(struct tally *t, double error);

/* Prints the tally, scaled to @unit; returns the mean. */
double tally_print(const struct tally *t, const char *what, double scale, const char *unit);

/* The class of a table's parameter set that freezes at one temperature. */
const struct tissue *exact_sharp_set(const char *set);

double exact_share_off(double is, double exact);

/* Runs for @seconds in equal steps of at most @step_s. */
void exact_run(struct bioheat *b, double seconds, double step_s, const struct bioheat_drive *d);

/* One case of a table at one time: what is the same in all its rows is in the first. */
struct exact_case {
	struct csv *row;	/* the first one */
	struct tally *fronts;	/* shares of the exact front */
	struct tally *field;	/* degC, at the places of all rows; NULL: only fronts count */
};

/*
 * Solves each case of a table at @t_s: calls @solve, which adds to the fronts, and then reads the
 * field at the case's rows, from the solver that @solve returned and by the column @place. A case
 * that @solve leaves out has no solver.
 */
void exact_each_case(const char *path, const char *front, const char *place, double t_s,
		     struct bioheat *(*solve)(struct exact_case *c), struct tally *fronts,
		     struct tally *field);

#endif
