// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the tables of thermocouple.c from the ITS-90 reference functions.
 *
 * usage: gen-thermocouple its90.txt > thermocouple_tables.h
 *
 * A table has knots at equal distances of a power of two. Each holds the value
 * of the curve and how far it would rise to the next knot with the slope it has
 * there, both as fixed-point numbers; thermocouple.c joins them by cubic Hermite
 * curves. The knot at zero is there twice, with the slopes below and above it:
 * the reference functions of types E, K, N and T change over at 0 degC, and type
 * N has a kink there of nearly one percent.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COEFFICIENTS_MAX	16
#define FUNCTIONS_MAX		16
#define LETTERS			"EJKNT"

/* What thermocouple.h promises; every direct function reaches below it. */
#define MIN_MDEGC		(-200000)
#define MAX_MDEGC		150000

/*
 * Distance of knots, chosen for an error below 0.2 m degC and 0.5 nV, and
 * fractional bits of the values, chosen to fill 32 bits.
 */
#define TEMP_SHIFT		16	/* 65536 nV */
#define TEMP_FRACTION_BITS	12	/* of a m degC */
#define EMF_SHIFT		12	/* 4096 m degC */
#define EMF_FRACTION_BITS	6	/* of a nV */

struct function {
	char letter;
	double from, to;
	double c[COEFFICIENTS_MAX], a0, a1, a2;
	int count;
};

struct point {
	double value, slope;
};

/* A curve to be tabulated: point() gives value and slope at x. */
struct curve {
	const char *name;
	struct point (*point)(char letter, double x, bool above);
	long first, last;
	int shift, fraction_bits;
};

static struct function functions[FUNCTIONS_MAX];
static int function_count;

static void die(const char *what, const char *which)
{
	fprintf(stderr, "gen-thermocouple: %s: %s\n", what, which);
	exit(EXIT_FAILURE);
}

static void read_direct(FILE *file, const char *path)
{
	struct function *f = &functions[function_count++];

	if (function_count > FUNCTIONS_MAX ||
	    fscanf(file, " %c %lf %lf %d", &f->letter, &f->from, &f->to, &f->count) != 4 ||
	    f->count < 1 || f->count > COEFFICIENTS_MAX)
		die(path, "bad direct function");
	for (int i = 0; i < f->count; i++)
		if (fscanf(file, "%lf", &f->c[i]) != 1)
			die(path, "bad coefficient");
}

static void read_exponential(FILE *file, const char *path)
{
	struct function *f = functions + function_count - 1;
	double from;
	char letter;

	/* It follows the function that it belongs to. */
	if (!function_count ||
	    fscanf(file, " %c %lf %lf %lf %lf", &letter, &from, &f->a0, &f->a1, &f->a2) != 5 ||
	    letter != f->letter || from != f->from)
		die(path, "bad exponential");
}

static void read_functions(const char *path)
{
	FILE *file = fopen(path, "r");
	char word[16];

	if (!file)
		die(path, strerror(errno));
	while (fscanf(file, "%15s", word) == 1) {
		if (word[0] == '#') {
			if (fscanf(file, "%*[^\n]"))
				die(path, "bad comment");
		} else if (!strcmp(word, "direct")) {
			read_direct(file, path);
		} else if (!strcmp(word, "exponential")) {
			read_exponential(file, path);
		} else {
			die(path, word);
		}
	}
	fclose(file);
}

/* The function for temperatures above or below 0 degC. */
static const struct function *find_function(char letter, bool above)
{
	double extreme = (above ? MAX_MDEGC : MIN_MDEGC) / 1000.0;

	for (int i = 0; i < function_count; i++)
		if (functions[i].letter == letter &&
		    functions[i].from <= fmin(0, extreme) && functions[i].to >= fmax(0, extreme))
			return &functions[i];
	die("no function for type", (char[]){ letter, 0 });
	return NULL;
}

/* nV and nV per m degC at a temperature in m degC, by the function above or below 0 degC */
static struct point emf_at(char letter, double mdegc, bool above)
{
	double t = mdegc / 1000, value = 0, slope = 0, bump;
	const struct function *f = find_function(letter, above);

	for (int i = f->count - 1; i >= 0; i--) {
		slope = slope * t + value;
		value = value * t + f->c[i];
	}
	bump = f->a0 * exp(f->a1 * (t - f->a2) * (t - f->a2));
	value += bump;
	slope += bump * 2 * f->a1 * (t - f->a2);
	return (struct point){ .value = value * 1000000, .slope = slope * 1000 };
}

/* m degC and m degC per nV at a voltage in nV, by Newton's method */
static struct point temp_at(char letter, double nv, bool above)
{
	double mdegc = 0;
	struct point p;

	for (int i = 0; i < 100; i++) {
		double step;

		p = emf_at(letter, mdegc, above);
		step = (nv - p.value) / p.slope;
		mdegc += step;
		if (fabs(step) < 0.000001)
			return (struct point){ .value = mdegc, .slope = 1 / p.slope };
	}
	die("no temperature found, type", (char[]){ letter, 0 });
	return p;
}

static int32_t fixed(double value, int fraction_bits)
{
	double scaled = ldexp(value, fraction_bits);

	if (fabs(scaled) > INT32_MAX)
		die("table", "a value does not fit in 32 bits");
	return lrint(scaled);
}

static void write_knot(const struct curve *curve, char letter, long x, bool above)
{
	struct point p = curve->point(letter, x, above);

	printf("\t{ %d, %d },\n", fixed(p.value, curve->fraction_bits),
	       fixed(ldexp(p.slope, curve->shift), curve->fraction_bits));
}

static void write_curve(const struct curve *curve, char letter)
{
	long step = 1L << curve->shift;
	long base = lrint(floor((double)curve->first / step)) * step;

	printf("static const struct tc_knot %s_%c_knots[] = {\n", curve->name, letter);
	for (long x = base; x <= 0; x += step)
		write_knot(curve, letter, x, false);
	for (long x = 0; x <= curve->last + step; x += step)
		write_knot(curve, letter, x, true);
	printf("};\n\n");
	printf("static const struct tc_curve %s_%c = {\n", curve->name, letter);
	printf("\t.first = %ld,\n\t.last = %ld,\n", curve->first, curve->last);
	printf("\t.base = %ld,\n", base);
	printf("\t.shift = %d,\n\t.fraction_bits = %d,\n", curve->shift, curve->fraction_bits);
	printf("\t.knots = %s_%c_knots,\n};\n\n", curve->name, letter);
}

static void write_type(char letter)
{
	const struct curve emf = {
		.name = "emf",
		.point = emf_at,
		.first = MIN_MDEGC,
		.last = MAX_MDEGC,
		.shift = EMF_SHIFT,
		.fraction_bits = EMF_FRACTION_BITS,
	};
	const struct curve temp = {
		.name = "temp",
		.point = temp_at,
		.first = lrint(emf_at(letter, MIN_MDEGC, false).value),
		.last = lrint(emf_at(letter, MAX_MDEGC, true).value),
		.shift = TEMP_SHIFT,
		.fraction_bits = TEMP_FRACTION_BITS,
	};

	write_curve(&emf, letter);
	write_curve(&temp, letter);
}

int main(int argc, char *argv[])
{
	if (argc != 2)
		die("usage", "gen-thermocouple its90.txt > thermocouple_tables.h");
	read_functions(argv[1]);
	printf("/* Written by gen-thermocouple from its90.txt. */\n\n");
	for (const char *letter = LETTERS; *letter; letter++)
		write_type(*letter);
	printf("static const struct tc_curves {\n\tconst struct tc_curve *emf, *temp;\n");
	printf("} tc_curves[] = {\n");
	for (const char *letter = LETTERS; *letter; letter++)
		printf("\t[CRYO_TC_%c] = { &emf_%c, &temp_%c },\n", *letter, *letter, *letter);
	printf("};\n");
	return ferror(stdout) || fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
