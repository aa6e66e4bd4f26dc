// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thermocouple of type T by a table with straight lines in between, as a
 * MAX31856 has it: within 0.03 degC of the ITS-90 reference function, and wrong
 * in another way than the driver's own arithmetic.
 */
#include <linux/kernel.h>
#include <linux/math64.h>

#include "type-t.h"

#define STEP_MDEGC	5000

/* Nanovolts at every fifth degree, by the ITS-90 reference function. */
static const s32 table[] = {
	-5602961, -5522521, -5438644, -5351377, -5260754, -5166810, -5069579, -4969096,
	-4865396, -4758511, -4648468, -4535289, -4418994, -4299596, -4177112, -4051558,
	-3922953, -3791322, -3656694, -3519103, -3378582, -3235168, -3088893, -2939789,
	-2787882, -2633198, -2475760, -2315593, -2152727, -1987195, -1819036, -1648288,
	-1474992, -1299179, -1120873, -940088, -756838, -571143, -383050, -192640,
	0, 194597, 390996, 589305, 789612, 991977, 1196446, 1403047,
	1611793, 1822687, 2035722, 2250883, 2468151, 2687498, 2908896, 3132314,
	3357718, 3585075, 3814350, 4045509, 4278519, 4513348, 4749965, 4988341,
	5228449, 5470261, 5713754, 5958904, 6205689, 6454090, 6704087,
};

#define LAST	(ARRAY_SIZE(table) - 1)

static_assert(SIM_TYPE_T_MAX_MDEGC - SIM_TYPE_T_MIN_MDEGC == LAST * STEP_MDEGC);

/**
 * sim_type_t_nv - voltage against a junction at 0 degC
 * @mdegc: temperature; beyond SIM_TYPE_T_MIN_MDEGC and SIM_TYPE_T_MAX_MDEGC
 *	the voltage is that of the end
 *
 * Return: nanovolts
 */
s32 sim_type_t_nv(s32 mdegc)
{
	s32 above = clamp(mdegc, SIM_TYPE_T_MIN_MDEGC, SIM_TYPE_T_MAX_MDEGC) - SIM_TYPE_T_MIN_MDEGC;
	u32 i = min_t(u32, above / STEP_MDEGC, LAST - 1);
	s64 rise = table[i + 1] - table[i];

	return table[i] + div_s64(rise * (above - (s32)i * STEP_MDEGC), STEP_MDEGC);
}

/**
 * sim_type_t_mdegc - temperature from that voltage
 * @nv: nanovolts; beyond the table the temperature is that of its end
 *
 * Return: thousandths of a degree Celsius
 */
s32 sim_type_t_mdegc(s32 nv)
{
	s64 above;
	u32 i;

	nv = clamp(nv, table[0], table[LAST]);
	for (i = 0; i < LAST - 1 && nv >= table[i + 1]; i++)
		;
	above = (s64)(nv - table[i]) * STEP_MDEGC;
	return SIM_TYPE_T_MIN_MDEGC + (s32)i * STEP_MDEGC +
	       (s32)div_s64(above, table[i + 1] - table[i]);
}
