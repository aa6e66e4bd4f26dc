/* SPDX-License-Identifier: GPL-2.0-only */
/* Register model of Melexis' MLX90614, an infrared thermometer. */
#ifndef CRYOPROBE_SIM_MLX90614_H
#define CRYOPROBE_SIM_MLX90614_H

#include <linux/types.h>

#define SIM_MLX90614_EEPROM_WORDS	32

/**
 * struct sim_mlx90614 - one thermometer
 * @eeprom: settings and identity
 * @command: what the next read gives
 */
struct sim_mlx90614 {
	u16 eeprom[SIM_MLX90614_EEPROM_WORDS];
	u8 command;
};

void sim_mlx90614_reset(struct sim_mlx90614 *ir, u16 serial);
int sim_mlx90614_write(struct sim_mlx90614 *ir, u8 address, u8 *buf, size_t len);
int sim_mlx90614_read(struct sim_mlx90614 *ir, u8 address, u8 *buf, size_t len,
		      s64 object_mk, s64 ambient_mk);

#endif
