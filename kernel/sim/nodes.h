/* SPDX-License-Identifier: GPL-2.0-only */
/* The firmware description of a virtual handpiece. */
#ifndef CRYOPROBE_SIM_NODES_H
#define CRYOPROBE_SIM_NODES_H

#include <linux/gpio/machine.h>
#include <linux/property.h>

#define SIM_CHANNELS	7	/* channels of the probe */
#define SIM_INPUTS	5	/* inputs in use of all converters */
#define SIM_CHILDREN	12	/* both */
#define SIM_NODES	17

/**
 * struct sim_nodes - nodes, properties and line table of one handpiece
 * @tip: converter of the tip
 * @aux: converter of shaft, tissue and supply pressure
 * @line: converter of the pressure between the valves
 * @ir: infrared thermometer
 * @probe: the probe itself
 * @child: inputs of the converters and channels of the probe
 * @group: all of them for registration, parents first
 * @used: entries of @child in use
 * @grouped: entries of @group in use
 * @io_channels: what the probe's channels refer to
 * @adc_properties: of the chips
 * @input_properties: of a converter's inputs
 * @probe_properties: of @probe
 * @channel_properties: of the probe's channels
 * @serial: of the probe
 * @name: of the nodes
 * @lines: the probe's lines
 */
struct sim_nodes {
	struct software_node tip;
	struct software_node aux;
	struct software_node line;
	struct software_node ir;
	struct software_node probe;
	struct software_node child[SIM_CHILDREN];
	const struct software_node *group[SIM_NODES + 1];
	unsigned int used;
	unsigned int grouped;
	struct software_node_ref_args io_channels[SIM_CHANNELS];
	struct property_entry adc_properties[2];
	struct property_entry input_properties[SIM_INPUTS][4];
	struct property_entry probe_properties[24];
	struct property_entry channel_properties[SIM_CHANNELS][8];
	char serial[16];
	char name[5][24];
	struct gpiod_lookup_table *lines;
};

int sim_nodes_check(void);
int sim_nodes_register(struct sim_nodes *nodes, unsigned int handpiece, const char *gpio_label);
void sim_nodes_unregister(struct sim_nodes *nodes);

#endif
