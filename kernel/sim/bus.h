/* SPDX-License-Identifier: GPL-2.0-only */
/* The handpiece's I2C bus and the chips on it. */
#ifndef CRYOPROBE_SIM_BUS_H
#define CRYOPROBE_SIM_BUS_H

#include <linux/i2c.h>

#include "ads1115.h"
#include "at24.h"
#include "mlx90614.h"

struct sim_wire;

#define SIM_ADDRESS_TIP		0x48
#define SIM_ADDRESS_AUX		0x49
#define SIM_ADDRESS_LINE	0x4a
#define SIM_ADDRESS_EEPROM	0x50
#define SIM_ADDRESS_IR		0x5a

/**
 * struct sim_bus - a virtual I2C adapter
 * @adapter: as the I2C core knows it
 * @wire: what it suffers
 * @tip: at SIM_ADDRESS_TIP
 * @aux: at SIM_ADDRESS_AUX
 * @line: at SIM_ADDRESS_LINE
 * @eeprom: at SIM_ADDRESS_EEPROM, if it has memory
 * @ir: at SIM_ADDRESS_IR
 */
struct sim_bus {
	struct i2c_adapter adapter;
	struct sim_wire *wire;
	struct sim_ads1115 tip;
	struct sim_ads1115 aux;
	struct sim_ads1115 line;
	struct sim_at24 eeprom;
	struct sim_mlx90614 ir;
};

int sim_bus_add(struct sim_bus *bus, struct sim_wire *wire, struct device *parent, u8 *eeprom);
void sim_bus_remove(struct sim_bus *bus);

#endif
