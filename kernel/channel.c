// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels of the providers: finding them, reading one, and making a
 * temperature or a pressure of what was read.
 */
#include <linux/iio/consumer.h>
#include <linux/iio/iio.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "core.h"
#include "link.h"

#define MILLION		1000000LL
#define BILLION		1000000000
#define NV_PER_UV	1000

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

/* Reading */

static void read_scale(struct cryo_channel *channel)
{
	struct cryo_scale scale = {};

	scale.type = iio_read_channel_scale(channel->iio, &scale.val, &scale.val2);
	if (scale.type < 0)
		scale = (struct cryo_scale) {};
	channel->read_scale = scale;
}

/* Millionths of IIO's unit: nanovolts of a voltage. */
static int to_millionths(const struct cryo_scale *scale, s64 number, s64 *ret)
{
	s64 whole = number * scale->val * MILLION;
	s64 part = number * (scale->val < 0 ? -scale->val2 : scale->val2);

	switch (scale->type) {
	case IIO_VAL_INT:
		*ret = whole;
		return 0;
	case IIO_VAL_INT_PLUS_MICRO:
		*ret = whole + part;
		return 0;
	case IIO_VAL_INT_PLUS_NANO:
		*ret = whole + div_s64(part, 1000);
		return 0;
	case IIO_VAL_FRACTIONAL:
		*ret = div_s64(whole, scale->val2);
		return 0;
	case IIO_VAL_FRACTIONAL_LOG2:
		*ret = whole >> scale->val2;
		return 0;
	default:
		return -EINVAL;
	}
}

/* Thousandths of a raw number; none is zero. */
static s64 offset_milli(const struct cryo_channel *channel)
{
	struct cryo_scale offset = {};
	s64 millionths;

	offset.type = iio_read_channel_offset(channel->iio, &offset.val, &offset.val2);
	if (to_millionths(&offset, 1, &millionths))
		return 0;
	return div_s64(millionths, 1000);
}

static void set_error(struct cryoprobe_value *value, u32 error)
{
	value->status = CRYOPROBE_VALUE_FRESH | error;
}

static void set_value(const struct cryo_channel *channel, struct cryoprobe_value *value,
		      s64 measured)
{
	const struct cryoprobe_range *range = &channel->info.range;

	if (measured < range->min || measured > range->max) {
		set_error(value, CRYOPROBE_VALUE_RANGE);
		return;
	}
	value->value = measured;
	value->status = CRYOPROBE_VALUE_FRESH | CRYOPROBE_VALUE_VALID;
}

static u32 error_status(int error)
{
	return error == -EBUSY ? CRYOPROBE_VALUE_BUSY : CRYOPROBE_VALUE_IO;
}

static int read_processed(struct cryo_channel *channel, s64 *ret_measured)
{
	int measured, ret;

	ret = iio_read_channel_processed(channel->iio, &measured);
	if (ret < 0)
		return ret;
	channel->raw = measured;
	*ret_measured = measured;
	return 0;
}

/* As iio_read_channel_processed(), which drops the fraction of an offset. */
static int read_scaled(struct cryo_channel *channel, s64 *ret_measured)
{
	s64 billionths;
	int raw, ret;

	ret = iio_read_channel_raw(channel->iio, &raw);
	if (ret < 0)
		return ret;
	channel->raw = raw;
	ret = to_millionths(&channel->read_scale, raw * 1000LL + offset_milli(channel),
			    &billionths);
	if (ret)
		return ret;
	*ret_measured = DIV_S64_ROUND_CLOSEST(billionths, BILLION);
	return 0;
}

static void read_direct(struct cryo_channel *channel, struct cryoprobe_value *value)
{
	s64 measured;
	int ret;

	/* A provider that does the arithmetic itself has no scale. */
	if (channel->read_scale.type)
		ret = read_scaled(channel, &measured);
	else
		ret = read_processed(channel, &measured);
	if (ret < 0)
		set_error(value, error_status(ret));
	else
		set_value(channel, value, measured);
}

/* Voltage at the converter; false if there is none, and @value tells why. */
static bool read_voltage(struct cryo_channel *channel, struct cryoprobe_value *value, s64 *ret_nv)
{
	int raw, ret;

	ret = iio_read_channel_raw(channel->iio, &raw);
	if (ret < 0) {
		set_error(value, error_status(ret));
		return false;
	}
	channel->raw = raw;
	/* Bias resistors pull an open input to the positive end. */
	if (channel->raw_max && raw >= channel->raw_max) {
		set_error(value, CRYOPROBE_VALUE_OPEN);
		return false;
	}
	if (channel->raw_max && raw <= -channel->raw_max) {
		set_error(value, CRYOPROBE_VALUE_SHORT);
		return false;
	}
	if (to_millionths(&channel->read_scale, raw, ret_nv)) {
		set_error(value, CRYOPROBE_VALUE_IO);
		return false;
	}
	return true;
}

static void read_thermocouple(struct cryo_channel *channel,
			      const struct cryoprobe_value *cold_junction,
			      struct cryoprobe_value *value)
{
	s32 temp_mdegc;
	s64 nv;

	if (!read_voltage(channel, value, &nv))
		return;
	if (!(cold_junction->status & CRYOPROBE_VALUE_VALID)) {
		set_error(value, cold_junction->status & ~CRYOPROBE_VALUE_FRESH);
		return;
	}
	nv = div_s64(nv * 1000, channel->gain_milli) - channel->offset_nv;
	if (nv != (s32)nv || cryo_tc_linearise(channel->tc_type, nv, cold_junction->value,
					       &temp_mdegc))
		set_error(value, CRYOPROBE_VALUE_RANGE);
	else
		set_value(channel, value, temp_mdegc);
}

static void read_transducer(struct cryo_channel *channel, struct cryoprobe_value *value)
{
	s64 nv, uv;

	if (!read_voltage(channel, value, &nv))
		return;
	uv = div_s64(nv, NV_PER_UV) - channel->zero_uv;
	set_value(channel, value, div_s64(uv * channel->span_kpa, channel->span_uv));
}

/**
 * cryo_channel_read() - read a channel
 * @channel: the channel
 * @cold_junction: the latest reading of the cold junction
 * @value: the channel's latest reading, to be replaced; on an error the number
 *	stays and the status tells why
 *
 * Sleeps, for as long as the provider likes.
 */
void cryo_channel_read(struct cryo_channel *channel, const struct cryoprobe_value *cold_junction,
		       struct cryoprobe_value *value)
{
	read_scale(channel);
	switch (channel->front_end) {
	case CRYO_FRONT_DIRECT:
		read_direct(channel, value);
		break;
	case CRYO_FRONT_THERMOCOUPLE:
		read_thermocouple(channel, cold_junction, value);
		break;
	case CRYO_FRONT_TRANSDUCER:
		read_transducer(channel, value);
		break;
	}
}

/**
 * cryo_channel_resolution() - what one step of a provider's number means
 * @channel: a channel that measures a temperature
 *
 * Return: thousandths of a degree Celsius, of a thermocouple at 0 degC; 0 if
 * unknown.
 */
u32 cryo_channel_resolution(struct cryo_channel *channel)
{
	s64 millionths, nv;
	s32 step_mdegc;

	read_scale(channel);
	if (to_millionths(&channel->read_scale, 1, &millionths))
		return 0;
	if (channel->front_end == CRYO_FRONT_DIRECT)
		return max(div_s64(millionths, MILLION), 1LL);
	nv = div_s64(millionths * 1000, channel->gain_milli);
	if (nv != (s32)nv || cryo_tc_linearise(channel->tc_type, nv, 0, &step_mdegc))
		return 0;
	return max(step_mdegc, 1);
}

/* Finding */

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
	ret = read_front_end(core, channel, node);
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
