// SPDX-License-Identifier: GPL-2.0-or-later
/* Type T reference function: NIST Monograph 175 (SRD 60), direct polynomials, mV of degC. */
#include "selftests/plant/emf.h"

#include <math.h>
#include <stddef.h>

static const double below_zero[] = {
	0.0, 3.874810636400e-2, 4.419443434700e-5, 1.184432310500e-7, 2.003297355400e-8,
	9.013801955900e-10, 2.265115659300e-11, 3.607115420500e-13, 3.849393988300e-15,
	2.821352192500e-17, 1.425159477900e-19, 4.876866228600e-22, 1.079553927000e-24,
	1.394502706200e-27, 7.979515392700e-31,
};

static const double above_zero[] = {
	0.0, 3.874810636400e-2, 3.329222788000e-5, 2.061824340400e-7, -2.188225684600e-9,
	1.099688092800e-11, -3.081575877200e-14, 4.547913529000e-17, -2.751290167300e-20,
};

static double polynomial(const double *c, size_t n, double x)
{
	double sum = 0;

	while (n-- > 0)
		sum = sum * x + c[n];
	return sum;
}

double emf_type_t(double degc)
{
	double t = fmin(fmax(degc, -270), 400);

	if (t < 0)
		return 1e-3 * polynomial(below_zero, sizeof(below_zero) / sizeof(double), t);
	return 1e-3 * polynomial(above_zero, sizeof(above_zero) / sizeof(double), t);
}
