/* SPDX-License-Identifier: GPL-2.0-only */
/* Which converters the thermocouples are at. */
#ifndef CRYOPROBE_SIM_FRONTEND_H
#define CRYOPROBE_SIM_FRONTEND_H

#include <linux/types.h>

int sim_frontend_check(void);
bool sim_frontend_is_spi(void);

#endif
