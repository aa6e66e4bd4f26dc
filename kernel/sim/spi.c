// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handpiece's SPI bus: a controller whose transfers end in the models of the
 * converters, one for each thermocouple, and which fails in the ways that the
 * page asks for. A chip that does not answer leaves the line to the console
 * high, as its pull-up has it.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/spi/spi.h>

#include <linux/cryoprobe-sim.h>

#include "page.h"
#include "spi.h"
#include "wire.h"

#define SPEED_HZ	5000000
#define IDLE		0xff
#define ZERO_DEGC_MK	273150

/* The pins that a converter's inputs are at. */
static const struct {
	u8 adc;
	u8 positive;
	u8 negative;
} inputs[SIM_SPI_CHIPS] = {
	[SIM_SPI_TIP] = { 0, 0, 1 },
	[SIM_SPI_SHAFT] = { 1, 0, 3 },
	[SIM_SPI_TISSUE] = { 1, 1, 3 },
};

static void look_at_pins(enum sim_spi_chip chip, const struct cryosim_input *input,
			 struct sim_max31856_pins *pins)
{
	const s64 *ain_nv = input->ain_nv[inputs[chip].adc];
	s64 nv = ain_nv[inputs[chip].positive];

	pins->wires = SIM_WIRES_GOOD;
	if (nv >= CRYOSIM_ADC_SUPPLY_NV)
		pins->wires = SIM_WIRES_OPEN;
	else if (nv <= 0)
		pins->wires = SIM_WIRES_BEYOND;
	nv -= ain_nv[inputs[chip].negative];
	pins->nv = div_s64(clamp_t(s64, nv, -CRYOSIM_ADC_SUPPLY_NV, CRYOSIM_ADC_SUPPLY_NV) * 1000,
			   CRYOSIM_TC_GAIN_MILLI);
	pins->cold_mdegc = clamp_t(s64, input->ambient_mk - ZERO_DEGC_MK, -ZERO_DEGC_MK,
				   ZERO_DEGC_MK);
}

static void exchange(struct sim_max31856 *chip, const struct spi_transfer *transfer, s64 now_ns)
{
	const u8 *tx = transfer->tx_buf;
	u8 *rx = transfer->rx_buf;
	unsigned int i;
	u8 out;

	for (i = 0; i < transfer->len; i++) {
		out = chip ? sim_max31856_exchange(chip, tx ? tx[i] : 0, now_ns) : IDLE;
		if (rx)
			rx[i] = out;
	}
}

/* The chip of a message, brought to now; NULL if it does not answer, an error if it never will. */
static struct sim_max31856 *select_chip(struct sim_spi *spi, enum sim_spi_chip index, s64 now_ns)
{
	struct sim_max31856 *chip = &spi->chip[index];
	struct sim_max31856_pins pins;
	struct cryosim_input input;
	bool tip = index == SIM_SPI_TIP;

	if (sim_page_read(spi->wire->page, spi->wire->handpiece, &input))
		return NULL;
	if (tip && (input.bus_faults & CRYOSIM_BUS_TIP_EIO))
		return ERR_PTR(-EIO);
	if (tip && (input.bus_faults & CRYOSIM_BUS_TIP_NAK))
		return NULL;
	chip->stuck = tip && (input.bus_faults & CRYOSIM_BUS_TIP_STUCK);
	look_at_pins(index, &input, &pins);
	sim_max31856_select(chip, now_ns, &pins);
	return chip;
}

static int converse(struct sim_spi *spi, struct spi_message *message)
{
	struct spi_transfer *transfer;
	struct sim_max31856 *chip;
	s64 now_ns;
	int ret;

	ret = sim_wire_suffer(spi->wire);
	if (ret)
		return ret;
	now_ns = ktime_get_ns();
	chip = select_chip(spi, spi_get_chipselect(message->spi, 0), now_ns);
	if (IS_ERR(chip))
		return PTR_ERR(chip);
	list_for_each_entry(transfer, &message->transfers, transfer_list) {
		exchange(chip, transfer, now_ns);
		message->actual_length += transfer->len;
	}
	return 0;
}

static int transfer_one_message(struct spi_controller *controller, struct spi_message *message)
{
	struct sim_spi **spi = spi_controller_get_devdata(controller);

	/* An error that is returned would be logged, at each transfer. */
	message->status = converse(*spi, message);
	spi_finalize_current_message(controller);
	return 0;
}

/**
 * sim_spi_add - register a handpiece's bus
 * @spi: zeroed, to be filled in
 * @wire: what it suffers
 * @parent: of the controller
 *
 * Return: 0 or a negative error
 */
int sim_spi_add(struct sim_spi *spi, struct sim_wire *wire, struct device *parent)
{
	struct spi_controller *controller;
	unsigned int i;
	int ret;

	controller = spi_alloc_host(parent, sizeof(spi));
	if (!controller)
		return -ENOMEM;
	*(struct sim_spi **)spi_controller_get_devdata(controller) = spi;
	controller->bus_num = -1;
	controller->num_chipselect = SIM_SPI_CHIPS;
	controller->mode_bits = SPI_CPHA;
	controller->max_speed_hz = SPEED_HZ;
	controller->transfer_one_message = transfer_one_message;
	spi->wire = wire;
	for (i = 0; i < SIM_SPI_CHIPS; i++)
		sim_max31856_reset(&spi->chip[i]);
	ret = spi_register_controller(controller);
	if (ret) {
		spi_controller_put(controller);
		return ret;
	}
	spi->controller = controller;
	return 0;
}

/**
 * sim_spi_add_chip - let a driver bind to a converter
 * @spi: the bus
 * @chip: which
 * @node: its description
 *
 * Return: 0 or a negative error
 */
int sim_spi_add_chip(struct sim_spi *spi, enum sim_spi_chip chip, const struct software_node *node)
{
	struct spi_board_info board = {
		.modalias = "max31856",
		.swnode = node,
		.max_speed_hz = SPEED_HZ,
		.chip_select = chip,
		.mode = SPI_MODE_1,
	};

	spi->device[chip] = spi_new_device(spi->controller, &board);
	return spi->device[chip] ? 0 : -ENODEV;
}

/**
 * sim_spi_remove_chips - undo all of sim_spi_add_chip()
 * @spi: the bus
 */
void sim_spi_remove_chips(struct sim_spi *spi)
{
	unsigned int i;

	for (i = 0; i < SIM_SPI_CHIPS; i++) {
		if (spi->device[i])
			spi_unregister_device(spi->device[i]);
		spi->device[i] = NULL;
	}
}

/**
 * sim_spi_remove - undo sim_spi_add(), if it was called
 * @spi: the bus
 */
void sim_spi_remove(struct sim_spi *spi)
{
	if (spi->controller)
		spi_unregister_controller(spi->controller);
	spi->controller = NULL;
}
