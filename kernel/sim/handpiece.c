// SPDX-License-Identifier: GPL-2.0-only
/*
 * One virtual handpiece: lines and buses; and where no firmware describes the
 * rest, the description, the chips and at last the probe. Taken down in the
 * opposite order.
 */
#include <linux/device.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "bus.h"
#include "frontend.h"
#include "gpio.h"
#include "handpiece.h"
#include "nodes.h"
#include "spi.h"
#include "wire.h"

#define SIM_CHIPS	5

/**
 * struct sim_handpiece - one virtual handpiece
 * @described: the firmware describes its chips and its probe
 * @nodes: our description otherwise
 * @gpio: its lines
 * @wire: what its buses suffer
 * @bus: its I2C bus
 * @spi: its SPI bus, if its front end wants one
 * @chip: the chips' devices, unless described
 * @probe: the device that the probe's driver binds to, unless described
 */
struct sim_handpiece {
	bool described;
	struct sim_nodes nodes;
	struct sim_gpio gpio;
	struct sim_wire wire;
	struct sim_bus bus;
	struct sim_spi spi;
	struct i2c_client *chip[SIM_CHIPS];
	struct platform_device *probe;
};

static void remove_chips(struct sim_handpiece *handpiece)
{
	unsigned int i;

	sim_spi_remove_chips(&handpiece->spi);
	for (i = 0; i < SIM_CHIPS; i++)
		i2c_unregister_device(handpiece->chip[i]);
}

static int add_i2c_chips(struct sim_handpiece *handpiece)
{
	const struct i2c_board_info board[SIM_CHIPS] = {
		{
			I2C_BOARD_INFO("ads1115", SIM_ADDRESS_TIP),
			.swnode = &handpiece->nodes.tip,
		}, {
			I2C_BOARD_INFO("ads1115", SIM_ADDRESS_AUX),
			.swnode = &handpiece->nodes.aux,
		}, {
			I2C_BOARD_INFO("ads1115", SIM_ADDRESS_LINE),
			.swnode = &handpiece->nodes.line,
		}, {
			I2C_BOARD_INFO("mlx90614", SIM_ADDRESS_IR),
			.swnode = &handpiece->nodes.ir,
		}, {
			I2C_BOARD_INFO("24c02", SIM_ADDRESS_EEPROM),
			.swnode = &handpiece->nodes.eeprom,
		},
	};
	const bool fitted[SIM_CHIPS] = {
		!sim_frontend_is_spi(), true, true, true, sim_label_in_eeprom(),
	};
	struct i2c_client *client;
	unsigned int i;

	for (i = 0; i < SIM_CHIPS; i++) {
		if (!fitted[i])
			continue;
		client = i2c_new_client_device(&handpiece->bus.adapter, &board[i]);
		if (IS_ERR(client))
			return PTR_ERR(client);
		handpiece->chip[i] = client;
	}
	return 0;
}

static int add_spi_chips(struct sim_handpiece *handpiece)
{
	struct sim_nodes *nodes = &handpiece->nodes;

	if (!sim_frontend_is_spi())
		return 0;
	return sim_spi_add_chip(&handpiece->spi, SIM_SPI_TIP, &nodes->tip) ?:
	       sim_spi_add_chip(&handpiece->spi, SIM_SPI_SHAFT, &nodes->shaft) ?:
	       sim_spi_add_chip(&handpiece->spi, SIM_SPI_TISSUE, &nodes->tissue);
}

static int add_chips(struct sim_handpiece *handpiece)
{
	int ret = add_i2c_chips(handpiece) ?: add_spi_chips(handpiece);

	if (ret)
		remove_chips(handpiece);
	return ret;
}

static int add_probe(struct sim_handpiece *handpiece, unsigned int index, struct device *parent)
{
	const struct platform_device_info info = {
		.parent = parent,
		.fwnode = software_node_fwnode(&handpiece->nodes.probe),
		.name = "cryo-probe",
		.id = index,
	};

	handpiece->probe = platform_device_register_full(&info);
	return PTR_ERR_OR_ZERO(handpiece->probe);
}

/* Chips and probe that no firmware describes. */
static int populate(struct sim_handpiece *handpiece, unsigned int index, struct device *parent)
{
	int ret;

	ret = sim_nodes_register(&handpiece->nodes, index, handpiece->gpio.label);
	if (ret)
		return ret;
	ret = add_chips(handpiece);
	if (ret)
		goto no_chips;
	ret = add_probe(handpiece, index, parent);
	if (ret)
		goto no_probe;
	return 0;

no_probe:
	remove_chips(handpiece);
no_chips:
	sim_nodes_unregister(&handpiece->nodes);
	return ret;
}

static int add_buses(struct sim_handpiece *handpiece, struct device *parent, u8 *eeprom)
{
	int ret;

	ret = sim_bus_add(&handpiece->bus, &handpiece->wire, parent, eeprom);
	if (ret || handpiece->described || !sim_frontend_is_spi())
		return ret;
	ret = sim_spi_add(&handpiece->spi, &handpiece->wire, parent);
	if (ret)
		sim_bus_remove(&handpiece->bus);
	return ret;
}

static void remove_buses(struct sim_handpiece *handpiece)
{
	sim_spi_remove(&handpiece->spi);
	sim_bus_remove(&handpiece->bus);
}

static int assemble(struct sim_handpiece *handpiece, struct sim_page *page, unsigned int index,
		    struct device *parent, u8 *eeprom)
{
	int ret;

	handpiece->described = dev_fwnode(parent);
	handpiece->wire.page = page;
	handpiece->wire.handpiece = index;
	ret = sim_gpio_add(&handpiece->gpio, page, index, parent);
	if (ret)
		return ret;
	ret = add_buses(handpiece, parent, eeprom);
	if (ret)
		goto no_buses;
	ret = handpiece->described ? 0 : populate(handpiece, index, parent);
	if (ret)
		goto no_devices;
	return 0;

no_devices:
	remove_buses(handpiece);
no_buses:
	sim_gpio_remove(&handpiece->gpio);
	return ret;
}

/**
 * sim_handpiece_add - plug a handpiece in
 * @page: the page
 * @index: from 0
 * @parent: of all its devices; if it has a firmware node, then this describes
 *	the chips as children, and others refer to it for the lines
 * @eeprom: SIM_AT24_BYTES that the probe carries, should it have an EEPROM
 *
 * Return: the handpiece, or an error pointer
 */
struct sim_handpiece *sim_handpiece_add(struct sim_page *page, unsigned int index,
					struct device *parent, u8 *eeprom)
{
	struct sim_handpiece *handpiece = kzalloc(sizeof(*handpiece), GFP_KERNEL);
	int ret;

	if (!handpiece)
		return ERR_PTR(-ENOMEM);
	ret = assemble(handpiece, page, index, parent, eeprom);
	if (ret) {
		kfree(handpiece);
		return ERR_PTR(ret);
	}
	return handpiece;
}

/**
 * sim_handpiece_unhang - let nobody wait for its buses any more
 * @handpiece: from sim_handpiece_add()
 */
void sim_handpiece_unhang(struct sim_handpiece *handpiece)
{
	sim_wire_unhang(&handpiece->wire);
}

/* The probe goes first, so that its driver can still close the valves. */
static void depopulate(struct sim_handpiece *handpiece)
{
	platform_device_unregister(handpiece->probe);
	remove_chips(handpiece);
	sim_nodes_unregister(&handpiece->nodes);
}

/**
 * sim_handpiece_remove - pull a handpiece out
 * @handpiece: from sim_handpiece_add(); sim_handpiece_unhang() was called
 */
void sim_handpiece_remove(struct sim_handpiece *handpiece)
{
	if (!handpiece->described)
		depopulate(handpiece);
	remove_buses(handpiece);
	sim_gpio_remove(&handpiece->gpio);
	kfree(handpiece);
}
