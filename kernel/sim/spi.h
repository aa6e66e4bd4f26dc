/* SPDX-License-Identifier: GPL-2.0-only */
/* The handpiece's SPI bus and the converters on it. */
#ifndef CRYOPROBE_SIM_SPI_H
#define CRYOPROBE_SIM_SPI_H

#include "max31856.h"

struct device;
struct sim_page;
struct sim_wire;
struct software_node;
struct spi_controller;
struct spi_device;

/* By chip select. */
enum sim_spi_chip {
	SIM_SPI_TIP,
	SIM_SPI_SHAFT,
	SIM_SPI_TISSUE,
	SIM_SPI_CHIPS,
};

/**
 * struct sim_spi - a virtual SPI controller
 * @controller: as the SPI core knows it, NULL if there is none
 * @wire: what it suffers
 * @chip: the converters
 * @device: as the SPI core knows them
 */
struct sim_spi {
	struct spi_controller *controller;
	struct sim_wire *wire;
	struct sim_max31856 chip[SIM_SPI_CHIPS];
	struct spi_device *device[SIM_SPI_CHIPS];
};

int sim_spi_add(struct sim_spi *spi, struct sim_wire *wire, struct device *parent);
int sim_spi_add_chip(struct sim_spi *spi, enum sim_spi_chip chip, const struct software_node *node);
void sim_spi_remove_chips(struct sim_spi *spi);
void sim_spi_remove(struct sim_spi *spi);

#endif
