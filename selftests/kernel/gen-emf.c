// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prints the reference function of thermocouple type T as a C array, one entry per degree, for test
 * programs that run where the coefficients' file is not.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "selftests/unit/its90.h"

#define FROM_DEGC	-200
#define TO_DEGC		100

int main(void)
{
	struct its90_type type;
	int r;

	r = its90_load('T', &type);
	if (r < 0) {
		fprintf(stderr, "gen-emf: coefficients of type T: %s\n", strerror(-r));
		return 1;
	}
	printf("/* Nanovolts of thermocouple type T from %d to %d degC. Generated. */\n", FROM_DEGC,
	       TO_DEGC);
	printf("#define EMF_FROM_DEGC %d\n#define EMF_TO_DEGC %d\n", FROM_DEGC, TO_DEGC);
	printf("static const double emf_type_t_nv[] = {\n");
	for (int degc = FROM_DEGC; degc <= TO_DEGC; degc++)
		printf("\t%.3f,\n", its90_emf_nv(&type, degc));
	printf("};\n");
	return 0;
}
