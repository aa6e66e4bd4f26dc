// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a provider's channel, and making a temperature or a pressure of what
 * was read.
 *
 * Safety measure SM-SENSOR.
 */
#include <linux/iio/consumer.h>
#include <linux/iio/iio.h>

#include "core.h"

#define MILLION		1000000LL
#define BILLION		1000000000
#define NV_PER_UV	1000

/* Of a setting that the provider keeps in memory; 0 if it has none such. */
static int read_setting(struct cryo_channel *channel, enum iio_chan_info_enum setting)
{
	int val, val2;

	return iio_read_channel_attribute(channel->iio, &val, &val2, setting) < 0 ? 0 : val;
}

static void read_settings(struct cryo_channel *channel)
{
	struct cryo_scale scale = {};

	scale.type = iio_read_channel_scale(channel->iio, &scale.val, &scale.val2);
	if (scale.type < 0)
		scale = (struct cryo_scale) {};
	channel->read.scale = scale;
	channel->read.mean_of = read_setting(channel, IIO_CHAN_INFO_OVERSAMPLING_RATIO);
	channel->read.tc_letter = read_setting(channel, IIO_CHAN_INFO_THERMOCOUPLE_TYPE);
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
	ret = to_millionths(&channel->read.scale, raw * 1000LL + offset_milli(channel),
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
	if (channel->read.scale.type)
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
	if (to_millionths(&channel->read.scale, raw, ret_nv)) {
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
	read_settings(channel);
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

	read_settings(channel);
	if (to_millionths(&channel->read.scale, 1, &millionths))
		return 0;
	if (channel->front_end == CRYO_FRONT_DIRECT)
		return max(div_s64(millionths, MILLION), 1LL);
	nv = div_s64(millionths * 1000, channel->gain_milli);
	if (nv != (s32)nv || cryo_tc_linearise(channel->tc_type, nv, 0, &step_mdegc))
		return 0;
	return max(step_mdegc, 1);
}
