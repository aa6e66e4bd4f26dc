// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Time and error of a thermocouple conversion: the kernel's integer tables beside NIST's inverse
 * polynomials in double precision. Prints figures, asserts nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/thermocouple.h"
#include "selftests/unit/its90.h"

#define VOLTAGES 4096
#define ROUNDS 200
#define ATTEMPTS 7

struct bench {
	enum cryo_tc_type type;
	struct its90_type its90;
	s32 nv[VOLTAGES];	/* of temperatures spread evenly over the range, in no order */
	double exact_mdegc[VOLTAGES];
};

struct figures {
	double ns;
	double worst_mdegc;
};

typedef void convert_all(const struct bench *bench, double *mdegc);

static void by_table(const struct bench *bench, double *mdegc)
{
	for (int i = 0; i < VOLTAGES; i++) {
		s32 result = 0;

		cryo_tc_temp_mdegc(bench->type, bench->nv[i], &result);
		mdegc[i] = result;
	}
}

static void by_polynomial(const struct bench *bench, double *mdegc)
{
	for (int i = 0; i < VOLTAGES; i++)
		mdegc[i] = 1000 * its90_approximate_degc(&bench->its90, bench->nv[i]);
}

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

/* The fastest attempt is the one that was disturbed least. */
static struct figures measure(const struct bench *bench, convert_all *convert)
{
	static double mdegc[VOLTAGES];
	struct figures figures = { .ns = INFINITY };

	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		double start = now_ns();

		for (int round = 0; round < ROUNDS; round++)
			convert(bench, mdegc);
		figures.ns = fmin(figures.ns, (now_ns() - start) / ROUNDS / VOLTAGES);
	}
	for (int i = 0; i < VOLTAGES; i++)
		figures.worst_mdegc = fmax(figures.worst_mdegc,
					   fabs(mdegc[i] - bench->exact_mdegc[i]));
	return figures;
}

static int prepare(struct bench *bench, char letter, enum cryo_tc_type type)
{
	const double span = CRYO_TC_MAX_MDEGC - CRYO_TC_MIN_MDEGC;
	int ret = its90_load(letter, &bench->its90);

	if (ret)
		return ret;
	bench->type = type;
	for (int i = 0; i < VOLTAGES; i++) {
		/* An odd stride goes through all places of a power of two. */
		double place = (i * 1597 % VOLTAGES + 0.5) / VOLTAGES;

		bench->exact_mdegc[i] = CRYO_TC_MIN_MDEGC + span * place;
		bench->nv[i] = lround(its90_emf_nv(&bench->its90, bench->exact_mdegc[i] / 1000));
	}
	return 0;
}

int main(void)
{
	static const struct {
		char letter;
		enum cryo_tc_type type;
	} types[] = {
		{ 'E', CRYO_TC_E }, { 'J', CRYO_TC_J }, { 'K', CRYO_TC_K }, { 'N', CRYO_TC_N },
		{ 'T', CRYO_TC_T },
	};
	static struct bench bench;

	printf("thermocouple conversion, %d to %d degC\n", CRYO_TC_MIN_MDEGC / 1000,
	       CRYO_TC_MAX_MDEGC / 1000);
	printf("        integer table           double polynomial (NIST)\n");
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct figures table, polynomial;
		int ret = prepare(&bench, types[i].letter, types[i].type);

		if (ret) {
			fprintf(stderr, "bench-thermocouple: type %c: %s\n", types[i].letter,
				strerror(-ret));
			return EXIT_FAILURE;
		}
		table = measure(&bench, by_table);
		polynomial = measure(&bench, by_polynomial);
		printf("type %c  %5.1f ns %6.2f m degC  %5.1f ns %6.2f m degC\n", types[i].letter,
		       table.ns, table.worst_mdegc, polynomial.ns, polynomial.worst_mdegc);
	}
	return EXIT_SUCCESS;
}
