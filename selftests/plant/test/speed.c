// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints how much faster than real time a whole handpiece runs, and its ice, by grid and step. */
#include <stdio.h>
#include <time.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/handpiece.h"

#define SIMULATED_S 60
#define FULL_FLOW (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT)

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int measure(double cell_mm, double growth, double step_s)
{
	struct handpiece_config config = handpiece_defaults();
	struct iceball ice;
	struct handpiece h;
	double start_s;

	config.cell_m = cell_mm / 1000;
	config.growth = growth;
	config.step_s = step_s;
	if (handpiece_begin(&h, &config) < 0)
		return 1;
	start_s = cpu_s();
	for (int i = 0; i < SIMULATED_S * 1000; i++)
		handpiece_step(&h, FULL_FLOW);
	ice = iceball_measure(h.tissue, -1);
	printf("%7.2f %7.2f %8.0f %7zu %9.0f %10.3f %12.3f\n", cell_mm, growth, 1000 * step_s,
	       bioheat_columns(h.tissue) * bioheat_rows(h.tissue),
	       SIMULATED_S / (cpu_s() - start_s), 1000 * ice.radius_m,
	       1000 * iceball_half_length_m(&ice));
	handpiece_end(&h);
	return 0;
}

int main(void)
{
	printf("plant speed, one core, 18G N2O at full flow for %d s\n", SIMULATED_S);
	printf("%7s %7s %8s %7s %9s %10s %12s\n", "cell/mm", "growth", "step/ms", "cells",
	       "x real", "radius/mm", "half len/mm");
	return measure(0.10, 1.06, 0.010) || measure(0.10, 1.20, 0.010) ||
	       measure(0.15, 1.08, 0.010) || measure(0.15, 1.08, 0.020) ||
	       measure(0.15, 1.10, 0.010) || measure(0.15, 1.10, 0.020) ||
	       measure(0.20, 1.12, 0.020) || measure(0.20, 1.12, 0.040) ||
	       measure(0.20, 1.15, 0.040) || measure(0.30, 1.20, 0.040);
}
