// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handpiece's I2C bus: an adapter whose transfers end in the chips' models,
 * and which fails in the ways that the page asks for.
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/property.h>

#include "bus.h"
#include "page.h"
#include "wire.h"

static int ads1115_message(struct sim_ads1115 *adc, struct i2c_msg *msg, const s64 pin_nv[4])
{
	if (!(msg->flags & I2C_M_RD))
		return sim_ads1115_write(adc, msg->buf, msg->len, ktime_get_ns(), pin_nv);
	sim_ads1115_read(adc, msg->buf, msg->len, ktime_get_ns(), pin_nv);
	return 0;
}

static int mlx90614_message(struct sim_mlx90614 *ir, struct i2c_msg *msg,
			    const struct cryosim_input *input)
{
	if (!(msg->flags & I2C_M_RD))
		return sim_mlx90614_write(ir, msg->addr, msg->buf, msg->len);
	return sim_mlx90614_read(ir, msg->addr, msg->buf, msg->len,
				 input->object_mk, input->ambient_mk);
}

static int at24_message(struct sim_at24 *eeprom, struct i2c_msg *msg, u32 faults)
{
	if (!eeprom->memory || (faults & CRYOSIM_BUS_EEPROM_NAK))
		return -ENXIO;
	if (!(msg->flags & I2C_M_RD))
		return sim_at24_write(eeprom, msg->buf, msg->len, ktime_get_ns(),
				      faults & CRYOSIM_BUS_EEPROM_PROTECTED);
	return sim_at24_read(eeprom, msg->buf, msg->len, ktime_get_ns());
}

static int message(struct sim_bus *bus, struct i2c_msg *msg, const struct cryosim_input *input)
{
	switch (msg->addr) {
	case SIM_ADDRESS_TIP:
		if (input->bus_faults & CRYOSIM_BUS_TIP_NAK)
			return -ENXIO;
		if (input->bus_faults & CRYOSIM_BUS_TIP_EIO)
			return -EIO;
		bus->tip.stuck = input->bus_faults & CRYOSIM_BUS_TIP_STUCK;
		return ads1115_message(&bus->tip, msg, input->ain_nv[0]);
	case SIM_ADDRESS_AUX:
		if (input->bus_faults & CRYOSIM_BUS_AUX_NAK)
			return -ENXIO;
		return ads1115_message(&bus->aux, msg, input->ain_nv[1]);
	case SIM_ADDRESS_LINE:
		if (input->bus_faults & CRYOSIM_BUS_LINE_NAK)
			return -ENXIO;
		return ads1115_message(&bus->line, msg, input->ain_nv[2]);
	case SIM_ADDRESS_EEPROM:
		return at24_message(&bus->eeprom, msg, input->bus_faults);
	case SIM_ADDRESS_IR:
		if (input->bus_faults & CRYOSIM_BUS_IR_NAK)
			return -ENXIO;
		return mlx90614_message(&bus->ir, msg, input);
	default:
		return -ENXIO;
	}
}

static int transfer(struct i2c_adapter *adapter, struct i2c_msg *msgs, int num)
{
	struct sim_bus *bus = i2c_get_adapdata(adapter);
	struct cryosim_input input;
	int ret, i;

	ret = sim_wire_suffer(bus->wire);
	if (ret)
		return ret;
	ret = sim_page_read(bus->wire->page, bus->wire->handpiece, &input);
	if (ret)
		return ret;
	for (i = 0; i < num; i++) {
		ret = message(bus, &msgs[i], &input);
		if (ret)
			return ret;
	}
	return num;
}

static u32 functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm sim_bus_algorithm = {
	.master_xfer = transfer,
	.functionality = functionality,
};

/**
 * sim_bus_add - register a handpiece's bus
 * @bus: zeroed, to be filled in
 * @wire: what it suffers
 * @parent: of the adapter
 * @eeprom: SIM_AT24_BYTES that the probe carries, NULL for none
 *
 * Return: 0 or a negative error
 */
int sim_bus_add(struct sim_bus *bus, struct sim_wire *wire, struct device *parent, u8 *eeprom)
{
	bus->wire = wire;
	sim_ads1115_reset(&bus->tip);
	sim_ads1115_reset(&bus->aux);
	sim_ads1115_reset(&bus->line);
	sim_mlx90614_reset(&bus->ir, wire->handpiece + 1);

	bus->eeprom.memory = eeprom;

	bus->adapter.owner = THIS_MODULE;
	bus->adapter.algo = &sim_bus_algorithm;
	bus->adapter.dev.parent = parent;
	/* The I2C core looks there for chips. */
	device_set_node(&bus->adapter.dev, dev_fwnode(parent));
	snprintf(bus->adapter.name, sizeof(bus->adapter.name), "cryoprobe-sim.%u",
		 wire->handpiece);
	i2c_set_adapdata(&bus->adapter, bus);
	return i2c_add_adapter(&bus->adapter);
}

/**
 * sim_bus_remove - undo sim_bus_add()
 * @bus: the bus
 */
void sim_bus_remove(struct sim_bus *bus)
{
	i2c_del_adapter(&bus->adapter);
}
