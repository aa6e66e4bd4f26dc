/* SPDX-License-Identifier: GPL-2.0-only */
/* The firmware description of a virtual handpiece. */
#ifndef CRYOPROBE_SIM_NODES_H
#define CRYOPROBE_SIM_NODES_H

#include <linux/gpio/machine.h>
#include <linux/property.h>

#include "label.h"

#define SIM_CHANNELS	7	/* channels of the probe */
#define SIM_INPUTS	5	/* inputs in use of all converters */
#define SIM_CHILDREN	12	/* both */
#define SIM_NODES	19

/**
 * struct sim_nodes - nodes, properties and line table of one handpiece
 * @tip: converter of the tip
 * @shaft: converter of the shaft, if it has its own
 * @tissue: converter of the tissue, likewise
 * @aux: converter of supply pressure, and of shaft and tissue otherwise
 * @line: converter of the pressure between the valves
 * @ir: infrared thermometer
 * @eeprom: EEPROM of the probe, if it has one
 * @cell: the image in it
 * @probe: the probe itself
 * @child: inputs of the converters and channels of the probe
 * @group: all of them for registration, parents first
 * @used: entries of @child in use
 * @grouped: entries of @group in use
 * @io_channels: what the probe's channels refer to
 * @identity: reference to @cell
 * @adc_properties: of the chips
 * @tc_properties: of those that linearise
 * @eeprom_properties: of @eeprom
 * @cell_properties: of @cell
 * @input_properties: of a converter's inputs
 * @probe_properties: of @probe
 * @channel_properties: of the probe's channels
 * @label: of the probe, if it has no EEPROM
 * @name: of the nodes
 * @lines: the probe's lines
 */
struct sim_nodes {
	struct software_node tip;
	struct software_node shaft;
	struct software_node tissue;
	struct software_node aux;
	struct software_node line;
	struct software_node ir;
	struct software_node eeprom;
	struct software_node cell;
	struct software_node probe;
	struct software_node child[SIM_CHILDREN];
	const struct software_node *group[SIM_NODES + 1];
	unsigned int used;
	unsigned int grouped;
	struct software_node_ref_args io_channels[SIM_CHANNELS];
	struct software_node_ref_args identity[1];
	struct property_entry adc_properties[2];
	struct property_entry tc_properties[3];
	struct property_entry eeprom_properties[2];
	struct property_entry cell_properties[2];
	struct property_entry input_properties[SIM_INPUTS][4];
	struct property_entry probe_properties[24];
	struct property_entry channel_properties[SIM_CHANNELS][8];
	struct sim_label label;
	char name[8][24];
	struct gpiod_lookup_table *lines;
};

int sim_nodes_check(void);
u32 sim_nodes_cryogen(void);
int sim_nodes_register(struct sim_nodes *nodes, unsigned int handpiece, const char *gpio_label);
void sim_nodes_unregister(struct sim_nodes *nodes);

#endif
