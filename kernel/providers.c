// SPDX-License-Identifier: GPL-2.0-only
/*
 * The channels of the providers: finding those that the firmware names, and
 * what it says of each.
 */
#include <linux/iio/consumer.h>
#include <linux/iio/iio.h>
#include <linux/property.h>

#include "core.h"
#include "link.h"

#define UPDATE_MAX_MS	10000

/* What sensors of a role can measure, where a front end does not say. */
static const struct cryo_role {
	const char *name;
	enum cryoprobe_role role;
	enum cryoprobe_unit unit;
	struct cryoprobe_range range;
	u32 number;
} roles[] = {
	{ "tip", CRYOPROBE_ROLE_TIP, CRYOPROBE_UNIT_MDEGC, { -200000, 150000 } },
	{ "shaft", CRYOPROBE_ROLE_SHAFT, CRYOPROBE_UNIT_MDEGC, { -200000, 150000 } },
	{ "tissue-", CRYOPROBE_ROLE_TISSUE, CRYOPROBE_UNIT_MDEGC, { -200000, 150000 } },
	{ "cold-junction", CRYOPROBE_ROLE_COLD_JUNCTION, CRYOPROBE_UNIT_MDEGC,
	  { CRYO_TC_COLD_JUNCTION_MIN_MDEGC, CRYO_TC_COLD_JUNCTION_MAX_MDEGC } },
	/* An MLX90614 ends at -70 degC. */
	{ "infrared", CRYOPROBE_ROLE_INFRARED, CRYOPROBE_UNIT_MDEGC, { -70000, 380000 } },
	{ "pressure", CRYOPROBE_ROLE_PRESSURE, CRYOPROBE_UNIT_KPA, { -100, 30000 },
	  CRYOPROBE_PRESSURE_SUPPLY },
	{ "line-pressure", CRYOPROBE_ROLE_PRESSURE, CRYOPROBE_UNIT_KPA, { -100, 30000 },
	  CRYOPROBE_PRESSURE_LINE },
};

static int set_role(struct cryo_core *core, struct cryo_channel *channel, const char *name)
{
	const struct cryo_role *role;

	for (role = roles; role < roles + ARRAY_SIZE(roles); role++) {
		size_t length = strlen(role->name);

		if (strncmp(name, role->name, length))
			continue;
		channel->info.number = role->number;
		if (role->role == CRYOPROBE_ROLE_TISSUE ?
		    kstrtou32(name + length, 10, &channel->info.number) : name[length])
			continue;
		channel->info.role = role->role;
		channel->info.unit = role->unit;
		channel->info.range = role->range;
		strscpy(channel->info.label, name, sizeof(channel->info.label));
		return 0;
	}
	return dev_err_probe(core->probe, -EINVAL, "unknown name \"%s\" in io-channel-names\n",
			     name);
}

/* A pressure may have limits that hold without a controller's, and that it cannot widen. */
static int read_allowed(struct cryo_core *core, struct cryo_channel *channel,
			const struct fwnode_handle *node)
{
	struct cryoprobe_range *allowed = &channel->allowed;
	int low, high;

	*allowed = channel->info.range;
	if (!node || channel->info.unit != CRYOPROBE_UNIT_KPA)
		return 0;
	low = fwnode_property_read_u32(node, "cryo,min-kpascal", (u32 *)&allowed->min);
	high = fwnode_property_read_u32(node, "cryo,max-kpascal", (u32 *)&allowed->max);
	if (low && high)
		return 0;
	if (allowed->min > allowed->max)
		return dev_err_probe(core->probe, -EINVAL,
				     "%s: cryo,min-kpascal is %d, above cryo,max-kpascal, which is %d\n",
				     channel->info.label, allowed->min, allowed->max);
	channel->ranged = true;
	/* A limit that nobody can look at is none. */
	channel->info.flags |= CRYOPROBE_CHANNEL_REQUIRED;
	return 0;
}

static int read_front_end(struct cryo_core *core, struct cryo_channel *channel,
			  const struct fwnode_handle *node)
{
	u32 type, offset;

	if (!node)
		return 0;
	fwnode_property_read_u32(node, "cryo,update-period-ms", &channel->update_ms);
	if (channel->update_ms > UPDATE_MAX_MS)
		return dev_err_probe(core->probe, -EINVAL,
				     "%s: cryo,update-period-ms is %u, must be 0 to %u\n",
				     channel->info.label, channel->update_ms, UPDATE_MAX_MS);
	if (fwnode_property_read_bool(node, "cryo,required"))
		channel->info.flags |= CRYOPROBE_CHANNEL_REQUIRED;

	if (!fwnode_property_read_u32(node, "thermocouple-type", &type)) {
		if (!cryo_tc_type_known(type))
			return dev_err_probe(core->probe, -EINVAL,
					     "%s: unknown thermocouple-type %u\n",
					     channel->info.label, type);
		channel->tc_type = type;
		channel->front_end = CRYO_FRONT_THERMOCOUPLE;
		channel->info.flags |= CRYOPROBE_CHANNEL_LINEARISED;
		fwnode_property_read_u32(node, "cryo,amplifier-gain-milli", &channel->gain_milli);
		if (!fwnode_property_read_u32(node, "cryo,input-offset-nanovolt", &offset))
			channel->offset_nv = offset;
	} else if (!fwnode_property_read_u32(node, "cryo,span-microvolt", &channel->span_uv)) {
		channel->front_end = CRYO_FRONT_TRANSDUCER;
		fwnode_property_read_u32(node, "cryo,span-kpascal", &channel->span_kpa);
		fwnode_property_read_u32(node, "cryo,zero-microvolt", &channel->zero_uv);
	}
	return 0;
}

/* The kind of the provider's channel must be what the front end makes use of. */
static int check_front_end(struct cryo_core *core, struct cryo_channel *channel)
{
	bool pressure = channel->info.unit == CRYOPROBE_UNIT_KPA;
	enum iio_chan_type type;
	bool fits;
	int ret;

	ret = iio_get_channel_type(channel->iio, &type);
	if (ret)
		return ret;
	switch (channel->front_end) {
	case CRYO_FRONT_THERMOCOUPLE:
		fits = type == IIO_VOLTAGE && !pressure && (s32)channel->gain_milli > 0;
		break;
	case CRYO_FRONT_TRANSDUCER:
		fits = type == IIO_VOLTAGE && pressure && (s32)channel->span_uv > 0 &&
		       channel->span_kpa;
		break;
	default:
		fits = type == (pressure ? IIO_PRESSURE : IIO_TEMP);
	}
	if (!fits)
		return dev_err_probe(core->probe, -EINVAL,
				     "%s: the properties of its channel@ node do not fit the provider's channel\n",
				     channel->info.label);
	return 0;
}

static s32 largest_raw(const struct iio_chan_spec *spec)
{
	if (spec->scan_type.sign != 's' || spec->scan_type.realbits < 8 ||
	    spec->scan_type.realbits > 31)
		return 0;
	return (1 << (spec->scan_type.realbits - 1)) - 1;
}

static struct fwnode_handle *find_node(struct device *dev, u32 index)
{
	struct fwnode_handle *node;
	u32 reg;

	device_for_each_child_node(dev, node)
		if (!fwnode_property_read_u32(node, "reg", &reg) && reg == index)
			return node;
	return NULL;
}

static int get_provider(struct cryo_core *core, struct cryo_channel *channel)
{
	struct device *dev = core->probe;

	channel->iio = devm_iio_channel_get(dev, channel->info.label);
	if (IS_ERR(channel->iio)) {
		int ret = PTR_ERR(channel->iio);

		/* The provider's node is there, the provider itself may come later. */
		if (ret == -ENODEV)
			ret = -EPROBE_DEFER;
		return dev_err_probe(dev, ret, "cannot get io-channel \"%s\"\n",
				     channel->info.label);
	}
	channel->raw_max = largest_raw(channel->iio->channel);
	return cryo_link(dev, channel->iio->indio_dev->dev.parent);
}

static int get_channel(struct cryo_core *core, struct cryo_channel *channel, const char *name,
		       u32 index)
{
	struct fwnode_handle *node;
	int ret;

	channel->gain_milli = 1000;
	ret = set_role(core, channel, name);
	if (ret)
		return ret;
	node = find_node(core->probe, index);
	ret = read_front_end(core, channel, node) ?: read_allowed(core, channel, node);
	fwnode_handle_put(node);
	if (ret)
		return ret;
	ret = get_provider(core, channel);
	if (ret)
		return ret;
	return check_front_end(core, channel);
}

static struct cryo_channel *find_role(struct cryo_core *core, enum cryoprobe_role role)
{
	u32 i;

	for (i = 0; i < core->channels; i++)
		if (core->channel[i].info.role == role)
			return &core->channel[i];
	return NULL;
}

static int check_set(struct cryo_core *core)
{
	struct cryo_channel *tip = &core->channel[0];
	struct cryo_channel *cold_junction = find_role(core, CRYOPROBE_ROLE_COLD_JUNCTION);
	u32 i;

	tip->info.flags |= CRYOPROBE_CHANNEL_REQUIRED;
	tip->update_ms = 0;
	for (i = 0; i < core->channels; i++) {
		u32 flags = core->channel[i].info.flags;

		if (!(flags & CRYOPROBE_CHANNEL_LINEARISED))
			continue;
		if (!cold_junction)
			return dev_err_probe(core->probe, -EINVAL,
					     "%s is a thermocouple and needs \"cold-junction\" in io-channel-names\n",
					     core->channel[i].info.label);
		if (flags & CRYOPROBE_CHANNEL_REQUIRED)
			cold_junction->info.flags |= CRYOPROBE_CHANNEL_REQUIRED;
	}
	return 0;
}

static int get_all(struct cryo_core *core, const char * const *names, int count)
{
	int i, tip, ret;

	tip = match_string(names, count, "tip");
	if (tip < 0)
		return dev_err_probe(core->probe, -EINVAL, "no \"tip\" in io-channel-names\n");
	ret = get_channel(core, &core->channel[0], names[tip], tip);
	if (ret)
		return ret;
	core->channels = 1;
	for (i = 0; i < count; i++) {
		if (i == tip)
			continue;
		if (match_string(names, i, names[i]) >= 0 || !strcmp(names[i], "tip"))
			return dev_err_probe(core->probe, -EINVAL,
					     "\"%s\" is twice in io-channel-names\n", names[i]);
		ret = get_channel(core, &core->channel[core->channels], names[i], i);
		if (ret)
			return ret;
		core->channels++;
	}
	return check_set(core);
}

/**
 * cryo_channels_get() - find all channels that the firmware names
 * @core: the core
 *
 * Return: 0 or a negative error number.
 */
int cryo_channels_get(struct cryo_core *core)
{
	const char *names[CRYOPROBE_CHANNELS_MAX];
	int count;

	count = device_property_string_array_count(core->probe, "io-channel-names");
	if (count < 1 || count > CRYOPROBE_CHANNELS_MAX)
		return dev_err_probe(core->probe, -EINVAL,
				     "io-channel-names must have 1 to %d names, has %d\n",
				     CRYOPROBE_CHANNELS_MAX, count);
	count = device_property_read_string_array(core->probe, "io-channel-names", names, count);
	if (count < 0)
		return dev_err_probe(core->probe, count, "cannot read io-channel-names\n");
	return get_all(core, names, count);
}
