// SPDX-License-Identifier: GPL-2.0-only
/*
 * The firmware description of a virtual handpiece: software nodes for its
 * chips and its probe, and a lookup table for its lines, as Linux 6.1 has no
 * lines in software nodes. The probe's node follows
 * Documentation/devicetree/bindings/iio/cryo,probe.yaml.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <dt-bindings/iio/temperature/thermocouple.h>
#include <linux/cryoprobe-sim.h>
#include <linux/cryoprobe.h>

#include "at24.h"
#include "frontend.h"
#include "gpio.h"
#include "nodes.h"

static char *cryogen = "n2o";
module_param(cryogen, charp, 0444);
MODULE_PARM_DESC(cryogen, "What the probes freeze with, n2o or ln2 (default n2o)");

/**
 * struct sim_cryogen - the caps of a probe by its cryogen
 * @name: as in the binding
 * @code: enum cryoprobe_cryogen
 * @tip_floor_mdegc: below what the cryogen reaches at normal back pressure, and
 *	so only a guard against a runaway
 * @freeze_max_ms: longest single freeze
 * @total_max_ms: longest total freeze in @window_ms
 * @window_ms: sliding window
 * @min_kpa: lowest supply pressure: nitrous oxide at -6 degC, a dewar's least
 * @max_kpa: highest: nitrous oxide at 34 degC, a dewar's relief valve
 */
struct sim_cryogen {
	const char *name;
	u32 code;
	s32 tip_floor_mdegc;
	u32 freeze_max_ms;
	u32 total_max_ms;
	u32 window_ms;
	u32 min_kpa;
	u32 max_kpa;
};

static const struct sim_cryogen cryogens[] = {
	{ "n2o", CRYOPROBE_CRYOGEN_N2O, -100000, 600000, 1200000, 3600000, 2500, 6900 },
	{ "ln2", CRYOPROBE_CRYOGEN_LN2, -190000, 600000, 1200000, 3600000, 30, 600 },
};

static_assert(SIM_INPUTS + SIM_CHANNELS == SIM_CHILDREN);
static_assert(SIM_CHILDREN + 7 == SIM_NODES);

#define VALIDITY_MAX_MS		1000
#define IDLE_MAX_MS		600000
/* What touches a patient for longer than ten minutes: IEC 60601-1, table 24. */
#define HEAT_MAX_MS		300000
#define HEAT_TIP_MAX_MDEGC	43000
#define UPDATE_MS		100	/* of what changes slowly */
#define PRESSURE_SPAN_KPA	6000

/* Values of ti,gain and ti,datarate */
#define ADS1115_GAIN_4096MV	1
#define ADS1115_GAIN_256MV	5
#define ADS1115_RATE_860HZ	7

/* Indices of ti-ads1015's channels, which are the chip's multiplexer settings */
#define ADS1115_AIN0_AIN1	0
#define ADS1115_AIN0_AIN3	1
#define ADS1115_AIN1_AIN3	2
#define ADS1115_AIN0		4
#define ADS1115_AIN2		6

/* Indices of max31856's channels */
#define MAX31856_THERMOCOUPLE	0
#define MAX31856_COLD_JUNCTION	1

/*
 * The sensor's 100 ms; then the mean of 110 ms is 55 ms old, and stands for up to
 * 125 ms, the next conversion and the test for an open circuit in it. That is at
 * 50 Hz, which anybody may set.
 */
#define MAX31856_LAG_MS		280

/* Indices of mlx90614's channels */
#define MLX90614_AMBIENT	0
#define MLX90614_OBJECT		1

static const char *const channel_names[SIM_CHANNELS] = {
	"tip", "shaft", "tissue-0", "cold-junction", "infrared", "pressure", "line-pressure",
};

/* Names of children need to be unique only below their parent. */
static const char *const child_names[] = {
	"channel@0", "channel@1", "channel@2", "channel@3",
	"channel@4", "channel@5", "channel@6", "channel@7",
};

/* Where the image is in the EEPROM, and its bytes. */
static const u32 identity_reg[] = { 0, SIM_LABEL_BYTES };

static const struct sim_cryogen *find_cryogen(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cryogens); i++)
		if (!strcmp(cryogens[i].name, cryogen))
			return &cryogens[i];
	return NULL;
}

/**
 * sim_nodes_check - check the module parameters
 *
 * Return: 0, or -EINVAL after telling which one is wrong
 */
int sim_nodes_check(void)
{
	if (find_cryogen())
		return 0;
	pr_err("parameter cryogen=%s is not n2o or ln2\n", cryogen);
	return -EINVAL;
}

/**
 * sim_nodes_cryogen - what the probes freeze with
 *
 * Return: enum cryoprobe_cryogen
 */
u32 sim_nodes_cryogen(void)
{
	return find_cryogen()->code;
}

static void add_node(struct sim_nodes *nodes, struct software_node *node, const char *name,
		     const struct software_node *parent, const struct property_entry *properties)
{
	*node = (struct software_node) {
		.name = name,
		.parent = parent,
		.properties = properties,
	};
	nodes->group[nodes->grouped++] = node;
}

static void add_child(struct sim_nodes *nodes, const struct software_node *parent, unsigned int reg,
		      const struct property_entry *properties)
{
	add_node(nodes, &nodes->child[nodes->used++], child_names[reg], parent, properties);
}

static void add_input(struct sim_nodes *nodes, const struct software_node *adc, unsigned int index,
		      u32 gain)
{
	struct property_entry *p = nodes->input_properties[nodes->used];

	p[0] = PROPERTY_ENTRY_U32("reg", index);
	p[1] = PROPERTY_ENTRY_U32("ti,gain", gain);
	p[2] = PROPERTY_ENTRY_U32("ti,datarate", ADS1115_RATE_860HZ);
	add_child(nodes, adc, index, p);
}

/* Chips that every front end has. */
static void add_chips(struct sim_nodes *nodes)
{
	nodes->adc_properties[0] = PROPERTY_ENTRY_U32("#io-channel-cells", 1);
	add_node(nodes, &nodes->aux, nodes->name[1], NULL, nodes->adc_properties);
	add_node(nodes, &nodes->line, nodes->name[2], NULL, nodes->adc_properties);
	add_node(nodes, &nodes->ir, nodes->name[3], NULL, nodes->adc_properties);

	add_input(nodes, &nodes->aux, ADS1115_AIN2, ADS1115_GAIN_4096MV);
	add_input(nodes, &nodes->line, ADS1115_AIN0, ADS1115_GAIN_4096MV);
}

/* Thermocouples are voltages at ADS1115; the infrared thermometer is at their other ends. */
static void add_ads1115(struct sim_nodes *nodes)
{
	struct software_node_ref_args *ref = nodes->io_channels;

	add_node(nodes, &nodes->tip, nodes->name[0], NULL, nodes->adc_properties);
	add_input(nodes, &nodes->tip, ADS1115_AIN0_AIN1, ADS1115_GAIN_256MV);
	add_input(nodes, &nodes->aux, ADS1115_AIN0_AIN3, ADS1115_GAIN_256MV);
	add_input(nodes, &nodes->aux, ADS1115_AIN1_AIN3, ADS1115_GAIN_256MV);
	ref[0] = SOFTWARE_NODE_REFERENCE(&nodes->tip, ADS1115_AIN0_AIN1);
	ref[1] = SOFTWARE_NODE_REFERENCE(&nodes->aux, ADS1115_AIN0_AIN3);
	ref[2] = SOFTWARE_NODE_REFERENCE(&nodes->aux, ADS1115_AIN1_AIN3);
	ref[3] = SOFTWARE_NODE_REFERENCE(&nodes->ir, MLX90614_AMBIENT);
}

/* Each has a MAX31856, which gives temperatures, and is the cold junction itself. */
static void add_max31856(struct sim_nodes *nodes)
{
	struct software_node_ref_args *ref = nodes->io_channels;

	nodes->tc_properties[0] = PROPERTY_ENTRY_U32("#io-channel-cells", 1);
	nodes->tc_properties[1] = PROPERTY_ENTRY_U32("thermocouple-type", THERMOCOUPLE_TYPE_T);
	add_node(nodes, &nodes->tip, nodes->name[0], NULL, nodes->tc_properties);
	add_node(nodes, &nodes->shaft, nodes->name[6], NULL, nodes->tc_properties);
	add_node(nodes, &nodes->tissue, nodes->name[7], NULL, nodes->tc_properties);
	ref[0] = SOFTWARE_NODE_REFERENCE(&nodes->tip, MAX31856_THERMOCOUPLE);
	ref[1] = SOFTWARE_NODE_REFERENCE(&nodes->shaft, MAX31856_THERMOCOUPLE);
	ref[2] = SOFTWARE_NODE_REFERENCE(&nodes->tissue, MAX31856_THERMOCOUPLE);
	ref[3] = SOFTWARE_NODE_REFERENCE(&nodes->tip, MAX31856_COLD_JUNCTION);
}

static void add_eeprom(struct sim_nodes *nodes)
{
	nodes->eeprom_properties[0] = PROPERTY_ENTRY_U32("pagesize", SIM_AT24_PAGE);
	nodes->cell_properties[0] = PROPERTY_ENTRY_U32_ARRAY("reg", identity_reg);
	add_node(nodes, &nodes->eeprom, nodes->name[5], NULL, nodes->eeprom_properties);
	add_node(nodes, &nodes->cell, "identity@0", &nodes->eeprom, nodes->cell_properties);
	nodes->identity[0] = SOFTWARE_NODE_REFERENCE(&nodes->cell);
}

/* The probe's channels, in the order of channel_names. */
static void refer_to_chips(struct sim_nodes *nodes)
{
	struct software_node_ref_args *ref = nodes->io_channels;

	if (sim_frontend_is_spi())
		add_max31856(nodes);
	else
		add_ads1115(nodes);
	ref[4] = SOFTWARE_NODE_REFERENCE(&nodes->ir, MLX90614_OBJECT);
	ref[5] = SOFTWARE_NODE_REFERENCE(&nodes->aux, ADS1115_AIN2);
	ref[6] = SOFTWARE_NODE_REFERENCE(&nodes->line, ADS1115_AIN0);
}

static void add_thermocouple(struct sim_nodes *nodes, unsigned int reg, u32 update_ms)
{
	struct property_entry *p = nodes->channel_properties[reg];

	p[0] = PROPERTY_ENTRY_U32("reg", reg);
	p[1] = PROPERTY_ENTRY_U32("thermocouple-type", THERMOCOUPLE_TYPE_T);
	p[2] = PROPERTY_ENTRY_U32("cryo,amplifier-gain-milli", CRYOSIM_TC_GAIN_MILLI);
	p[3] = PROPERTY_ENTRY_U32("cryo,update-period-ms", update_ms);
	add_child(nodes, &nodes->probe, reg, p);
}

static void add_thermometer(struct sim_nodes *nodes, unsigned int reg)
{
	struct property_entry *p = nodes->channel_properties[reg];

	p[0] = PROPERTY_ENTRY_U32("reg", reg);
	p[1] = PROPERTY_ENTRY_U32("cryo,update-period-ms", UPDATE_MS);
	add_child(nodes, &nodes->probe, reg, p);
}

/* Who compensates by it needs it, and cannot say so. */
static void add_required_thermometer(struct sim_nodes *nodes, unsigned int reg)
{
	nodes->channel_properties[reg][2] = PROPERTY_ENTRY_BOOL("cryo,required");
	add_thermometer(nodes, reg);
}

static void add_pressure(struct sim_nodes *nodes, unsigned int reg)
{
	struct property_entry *p = nodes->channel_properties[reg];

	p[0] = PROPERTY_ENTRY_U32("reg", reg);
	p[1] = PROPERTY_ENTRY_U32("cryo,zero-microvolt", CRYOSIM_PRESSURE_ZERO_NV / 1000);
	p[2] = PROPERTY_ENTRY_U32("cryo,span-microvolt",
				  PRESSURE_SPAN_KPA * CRYOSIM_PRESSURE_NV_PER_KPA / 1000);
	p[3] = PROPERTY_ENTRY_U32("cryo,span-kpascal", PRESSURE_SPAN_KPA);
	p[4] = PROPERTY_ENTRY_U32("cryo,update-period-ms", UPDATE_MS);
	add_child(nodes, &nodes->probe, reg, p);
}

static void add_supply_pressure(struct sim_nodes *nodes, unsigned int reg)
{
	const struct sim_cryogen *caps = find_cryogen();
	struct property_entry *p = nodes->channel_properties[reg];

	p[5] = PROPERTY_ENTRY_U32("cryo,min-kpascal", caps->min_kpa);
	p[6] = PROPERTY_ENTRY_U32("cryo,max-kpascal", caps->max_kpa);
	add_pressure(nodes, reg);
}

/* Who the probe is: told by its EEPROM, or else by the firmware. */
static struct property_entry *add_identity(struct sim_nodes *nodes, struct property_entry *p,
					   unsigned int handpiece)
{
	if (sim_label_in_eeprom()) {
		*p++ = PROPERTY_ENTRY_REF_ARRAY("nvmem-cells", nodes->identity);
		*p++ = PROPERTY_ENTRY_STRING("nvmem-cell-names", "identity");
		return p;
	}
	memcpy(p, sim_label_describe(&nodes->label, handpiece), sizeof(nodes->label.properties));
	return p + SIM_LABEL_PROPERTIES;
}

/* Tip, shaft, tissue, cold junction; a temperature that is read in every period needs no node. */
static void add_linearised_channels(struct sim_nodes *nodes)
{
	add_thermometer(nodes, 1);
	add_thermometer(nodes, 2);
	add_required_thermometer(nodes, 3);
}

static void add_voltage_channels(struct sim_nodes *nodes)
{
	add_thermocouple(nodes, 0, 0);
	add_thermocouple(nodes, 1, UPDATE_MS);
	add_thermocouple(nodes, 2, UPDATE_MS);
	add_thermometer(nodes, 3);
}

static void add_probe(struct sim_nodes *nodes, unsigned int handpiece)
{
	const struct sim_cryogen *caps = find_cryogen();
	struct property_entry *p = nodes->probe_properties;

	*p++ = PROPERTY_ENTRY_STRING("compatible", "cryo,probe");
	*p++ = PROPERTY_ENTRY_REF_ARRAY("io-channels", nodes->io_channels);
	*p++ = PROPERTY_ENTRY_STRING_ARRAY("io-channel-names", channel_names);
	*p++ = PROPERTY_ENTRY_U32("cryo,tip-floor-millicelsius", caps->tip_floor_mdegc);
	*p++ = PROPERTY_ENTRY_U32("cryo,freeze-max-ms", caps->freeze_max_ms);
	*p++ = PROPERTY_ENTRY_U32("cryo,freeze-total-max-ms", caps->total_max_ms);
	*p++ = PROPERTY_ENTRY_U32("cryo,freeze-window-ms", caps->window_ms);
	*p++ = PROPERTY_ENTRY_U32("cryo,validity-max-ms", VALIDITY_MAX_MS);
	*p++ = PROPERTY_ENTRY_U32("cryo,idle-max-ms", IDLE_MAX_MS);
	*p++ = PROPERTY_ENTRY_U32("cryo,heat-max-ms", HEAT_MAX_MS);
	*p++ = PROPERTY_ENTRY_U32("cryo,heat-tip-max-millicelsius", HEAT_TIP_MAX_MDEGC);
	*p++ = PROPERTY_ENTRY_STRING("cryo,cryogen", caps->name);
	if (sim_frontend_is_spi())
		*p++ = PROPERTY_ENTRY_U32("cryo,sensor-lag-ms", MAX31856_LAG_MS);
	p = add_identity(nodes, p, handpiece);
	add_node(nodes, &nodes->probe, nodes->name[4], NULL, nodes->probe_properties);

	if (sim_frontend_is_spi())
		add_linearised_channels(nodes);
	else
		add_voltage_channels(nodes);
	add_thermometer(nodes, 4);
	add_supply_pressure(nodes, 5);
	add_pressure(nodes, 6);
}

static void set_names(struct sim_nodes *nodes, unsigned int handpiece)
{
	static const char *const parts[] = { "tip", "aux", "line", "ir", "probe", "eeprom",
					    "shaft", "tissue" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		snprintf(nodes->name[i], sizeof(nodes->name[i]), "cryosim%u-%s", handpiece,
			 parts[i]);
}

static int add_lines(struct sim_nodes *nodes, unsigned int handpiece, const char *label)
{
	struct gpiod_lookup_table *lines;
	unsigned int i;

	lines = kzalloc(struct_size(lines, table, SIM_LINES + 1), GFP_KERNEL);
	if (!lines)
		return -ENOMEM;
	lines->dev_id = kasprintf(GFP_KERNEL, "cryo-probe.%u", handpiece);
	if (!lines->dev_id) {
		kfree(lines);
		return -ENOMEM;
	}
	for (i = 0; i < SIM_LINES; i++)
		lines->table[i] = GPIO_LOOKUP(label, i, sim_line_names[i], GPIO_ACTIVE_HIGH);
	nodes->lines = lines;
	gpiod_add_lookup_table(lines);
	return 0;
}

static void remove_lines(struct sim_nodes *nodes)
{
	gpiod_remove_lookup_table(nodes->lines);
	kfree(nodes->lines->dev_id);
	kfree(nodes->lines);
}

/**
 * sim_nodes_register - describe a handpiece
 * @nodes: zeroed, to be filled in
 * @handpiece: from 0
 * @gpio_label: label of the chip with its lines
 *
 * Return: 0 or a negative error
 */
int sim_nodes_register(struct sim_nodes *nodes, unsigned int handpiece, const char *gpio_label)
{
	int ret;

	set_names(nodes, handpiece);
	add_chips(nodes);
	refer_to_chips(nodes);
	if (sim_label_in_eeprom())
		add_eeprom(nodes);
	add_probe(nodes, handpiece);
	ret = software_node_register_node_group(nodes->group);
	if (ret)
		return ret;
	ret = add_lines(nodes, handpiece, gpio_label);
	if (ret)
		software_node_unregister_node_group(nodes->group);
	return ret;
}

/**
 * sim_nodes_unregister - undo sim_nodes_register()
 * @nodes: the description, with no device left that uses it
 */
void sim_nodes_unregister(struct sim_nodes *nodes)
{
	remove_lines(nodes);
	software_node_unregister_node_group(nodes->group);
}
