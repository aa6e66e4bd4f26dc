// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints points of the ITS-90 reference functions as a C array, for tests of kernel/thermocouple.c
 * that run where there are neither real numbers nor files. To be included behind that file's header.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "selftests/unit/its90.h"

/* Not the ends of the range themselves: a voltage rounded there belongs to no temperature in it. */
#define FROM_MDEGC	-199000
#define TO_MDEGC	149000
#define STEP_MDEGC	1000

static int print_type(char letter)
{
	struct its90_type type;
	int r;

	r = its90_load(letter, &type);
	if (r < 0)
		return r;
	for (int mdegc = FROM_MDEGC; mdegc <= TO_MDEGC; mdegc += STEP_MDEGC)
		printf("\t{ CRYO_TC_%c, %d, %ld },\n", letter, mdegc,
		       lround(its90_emf_nv(&type, mdegc / 1000.0)));
	return 0;
}

int main(void)
{
	int r;

	printf("/* Generated: thousandths of a degC, nanovolts. */\n");
	printf("static const struct its90_point {\n\tenum cryo_tc_type type;\n\ts32 mdegc, nv;\n"
	       "} its90_points[] = {\n");
	for (const char *letter = "EJKNT"; *letter; letter++) {
		r = print_type(*letter);
		if (r < 0) {
			fprintf(stderr, "gen-its90-points: type %c: %s\n", *letter, strerror(-r));
			return 1;
		}
	}
	printf("};\n");
	return 0;
}
