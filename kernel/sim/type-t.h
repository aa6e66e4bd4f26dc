/* SPDX-License-Identifier: GPL-2.0-only */
/* What a MAX31856 knows of a thermocouple of type T. */
#ifndef CRYOPROBE_SIM_TYPE_T_H
#define CRYOPROBE_SIM_TYPE_T_H

#include <linux/types.h>

#define SIM_TYPE_T_MIN_MDEGC	(-200000)
#define SIM_TYPE_T_MAX_MDEGC	150000

s32 sim_type_t_nv(s32 mdegc);
s32 sim_type_t_mdegc(s32 nv);

#endif
