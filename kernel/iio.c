// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IIO device: the open window for any IIO tool. It shows what the sampler
 * has read and never makes a reading of its own.
 */
#include <linux/iio/buffer.h>
#include <linux/iio/iio.h>
#include <linux/iio/kfifo_buf.h>
#include <linux/iio/sysfs.h>

#include "core.h"

#define HZ_MIN		1
#define HZ_MAX		100
#define US_PER_SECOND	1000000

/* What a scan has for a channel without a usable value. */
#define NO_VALUE	S32_MIN

/* A scan: values, then the sample's number and the time, each 8-byte aligned. */
struct cryo_scan {
	s32 value[CRYOPROBE_CHANNELS_MAX];
	u64 seq;
	s64 time_ns;
} __aligned(8);

static struct cryo_core *core_of(const struct iio_dev *indio_dev)
{
	return *(struct cryo_core **)iio_priv(indio_dev);
}

static u32 index_of(const struct iio_chan_spec *spec)
{
	return spec->address;
}

static void latest(struct cryo_core *core, struct cryoprobe_sample *sample)
{
	cryo_lock(core);
	*sample = core->sample;
	cryo_unlock(core);
}

/* Attributes of a channel */

static int read_value(struct cryo_core *core, const struct iio_chan_spec *spec, int *val)
{
	struct cryoprobe_sample sample;

	latest(core, &sample);
	if (spec->type == IIO_COUNT) {
		*val = (u32)sample.seq & S32_MAX;
		return IIO_VAL_INT;
	}
	if (!(sample.channel[index_of(spec)].status & CRYOPROBE_VALUE_VALID))
		return -EIO;
	*val = sample.channel[index_of(spec)].value;
	return IIO_VAL_INT;
}

static int cryo_read_raw(struct iio_dev *indio_dev, const struct iio_chan_spec *spec, int *val,
			 int *val2, long mask)
{
	struct cryo_core *core = core_of(indio_dev);

	switch (mask) {
	case IIO_CHAN_INFO_RAW:
		return read_value(core, spec, val);
	case IIO_CHAN_INFO_SCALE:
		*val = 1;
		return IIO_VAL_INT;
	case IIO_CHAN_INFO_SAMP_FREQ:
		*val = US_PER_SECOND;
		*val2 = READ_ONCE(core->sampler.period_us);
		return IIO_VAL_FRACTIONAL;
	default:
		return -EINVAL;
	}
}

static int cryo_write_raw(struct iio_dev *indio_dev, const struct iio_chan_spec *spec, int val,
			  int val2, long mask)
{
	struct cryo_core *core = core_of(indio_dev);
	int ret;

	if (mask != IIO_CHAN_INFO_SAMP_FREQ)
		return -EINVAL;
	if (val < HZ_MIN || val > HZ_MAX || val2)
		return -EINVAL;
	cryo_race_delay();
	mutex_lock(&core->iio.rate_lock);
	ret = cryo_sampler_set_period(core, US_PER_SECOND / val);
	mutex_unlock(&core->iio.rate_lock);
	return ret;
}

static int cryo_read_avail(struct iio_dev *indio_dev, const struct iio_chan_spec *spec,
			   const int **vals, int *type, int *length, long mask)
{
	static const int frequencies[] = { HZ_MIN, 1, HZ_MAX };

	if (mask != IIO_CHAN_INFO_SAMP_FREQ)
		return -EINVAL;
	*vals = frequencies;
	*type = IIO_VAL_INT;
	*length = ARRAY_SIZE(frequencies);
	return IIO_AVAIL_RANGE;
}

static int cryo_read_label(struct iio_dev *indio_dev, const struct iio_chan_spec *spec, char *label)
{
	struct cryo_core *core = core_of(indio_dev);

	if (spec->type == IIO_COUNT)
		return sysfs_emit(label, "seq\n");
	return sysfs_emit(label, "%s\n", core->channel[index_of(spec)].info.label);
}

static ssize_t read_fault(struct iio_dev *indio_dev, uintptr_t statuses,
			  const struct iio_chan_spec *spec, char *buf)
{
	struct cryoprobe_sample sample;

	latest(core_of(indio_dev), &sample);
	return sysfs_emit(buf, "%d\n", !!(sample.channel[index_of(spec)].status & statuses));
}

static const struct iio_chan_spec_ext_info fault_attributes[] = {
	{
		.name = "fault_oc",
		.shared = IIO_SEPARATE,
		.private = CRYOPROBE_VALUE_OPEN,
		.read = read_fault,
	}, {
		.name = "fault_ovuv",
		.shared = IIO_SEPARATE,
		.private = CRYOPROBE_VALUE_SHORT,
		.read = read_fault,
	},
	{ }
};

/* Attributes of the device */

static ssize_t late_periods_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cryo_core *core = core_of(dev_to_iio_dev(dev));

	return sysfs_emit(buf, "%u\n", READ_ONCE(core->interlock.late));
}

static ssize_t missed_periods_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cryo_core *core = core_of(dev_to_iio_dev(dev));

	return sysfs_emit(buf, "%u\n", READ_ONCE(core->interlock.missed));
}

static ssize_t lost_scans_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cryo_core *core = core_of(dev_to_iio_dev(dev));

	return sysfs_emit(buf, "%d\n", atomic_read(&core->iio.lost));
}

static IIO_DEVICE_ATTR_RO(late_periods, 0);
static IIO_DEVICE_ATTR_RO(missed_periods, 0);
static IIO_DEVICE_ATTR_RO(lost_scans, 0);

static struct attribute *cryo_attributes[] = {
	&iio_dev_attr_late_periods.dev_attr.attr,
	&iio_dev_attr_missed_periods.dev_attr.attr,
	&iio_dev_attr_lost_scans.dev_attr.attr,
	NULL
};

static const struct attribute_group cryo_attribute_group = {
	.attrs = cryo_attributes,
};

static const struct iio_info cryo_info = {
	.attrs = &cryo_attribute_group,
	.read_raw = cryo_read_raw,
	.read_avail = cryo_read_avail,
	.write_raw = cryo_write_raw,
	.read_label = cryo_read_label,
};

/* The buffer */

static void set_buffered(struct iio_dev *indio_dev, bool buffered)
{
	struct cryo_iio *iio = &core_of(indio_dev)->iio;

	cryo_race_delay();
	mutex_lock(&iio->push_lock);
	iio->buffered = buffered;
	mutex_unlock(&iio->push_lock);
}

static int begin_pushing(struct iio_dev *indio_dev)
{
	set_buffered(indio_dev, true);
	return 0;
}

static int end_pushing(struct iio_dev *indio_dev)
{
	set_buffered(indio_dev, false);
	return 0;
}

static const struct iio_buffer_setup_ops cryo_buffer_ops = {
	.postenable = begin_pushing,
	.predisable = end_pushing,
};

/*
 * The scan as IIO lays it out for the channels that are wanted. To always give
 * all of them, by available_scan_masks, and let IIO choose, would leak its
 * tables for that when the device goes: see docs/soup.md.
 */
static void fill_scan(struct cryo_core *core, const struct cryoprobe_sample *sample,
		      const unsigned long *wanted, void *scan)
{
	s32 *values = scan;
	u32 i, count = 0;
	u64 *seq;

	for_each_set_bit(i, wanted, core->channels)
		values[count++] = sample->channel[i].status & CRYOPROBE_VALUE_VALID ?
				  sample->channel[i].value : NO_VALUE;
	seq = scan + ALIGN(count * sizeof(s32), sizeof(u64));
	if (test_bit(core->channels, wanted))
		*seq = sample->seq;
}

/* The sample's own time on the clock that was chosen for the device. */
static s64 on_its_clock(struct iio_dev *indio_dev, s64 time_ns)
{
	return iio_get_time_ns(indio_dev) - (ktime_get_ns() - time_ns);
}

/**
 * cryo_iio_push() - give a sample to the buffer, if there is one
 * @core: the core
 * @sample: the sample
 */
void cryo_iio_push(struct cryo_core *core, const struct cryoprobe_sample *sample)
{
	struct iio_dev *indio_dev = core->iio.indio_dev;
	struct cryo_scan scan = {};

	cryo_race_delay();
	mutex_lock(&core->iio.push_lock);
	if (core->iio.buffered) {
		fill_scan(core, sample, indio_dev->active_scan_mask, &scan);
		if (iio_push_to_buffers_with_timestamp(indio_dev, &scan,
						       on_its_clock(indio_dev, sample->time_ns)))
			atomic_inc(&core->iio.lost);
	}
	mutex_unlock(&core->iio.push_lock);
}

/* Registration */

static void describe_channel(struct iio_chan_spec *spec, const struct cryo_channel *channel,
			     u32 index, u32 number)
{
	bool temperature = channel->info.unit == CRYOPROBE_UNIT_MDEGC;

	*spec = (struct iio_chan_spec) {
		.type = temperature ? IIO_TEMP : IIO_PRESSURE,
		.indexed = 1,
		.channel = number,
		.address = index,
		.info_mask_separate = BIT(IIO_CHAN_INFO_RAW) | BIT(IIO_CHAN_INFO_SCALE),
		.info_mask_shared_by_all = BIT(IIO_CHAN_INFO_SAMP_FREQ),
		.info_mask_shared_by_all_available = BIT(IIO_CHAN_INFO_SAMP_FREQ),
		.scan_index = index,
		.scan_type = {
			.sign = 's',
			.realbits = 32,
			.storagebits = 32,
			.endianness = IIO_CPU,
		},
		.ext_info = temperature ? fault_attributes : NULL,
	};
}

static void describe_seq(struct iio_chan_spec *spec, u32 scan_index)
{
	*spec = (struct iio_chan_spec) {
		.type = IIO_COUNT,
		.indexed = 1,
		.info_mask_separate = BIT(IIO_CHAN_INFO_RAW),
		.info_mask_shared_by_all = BIT(IIO_CHAN_INFO_SAMP_FREQ),
		.info_mask_shared_by_all_available = BIT(IIO_CHAN_INFO_SAMP_FREQ),
		.scan_index = scan_index,
		.scan_type = {
			.sign = 'u',
			.realbits = 64,
			.storagebits = 64,
			.endianness = IIO_CPU,
		},
	};
}

/* Temperatures and pressures each count from 0; temp0 is the tip. */
static struct iio_chan_spec *describe(struct cryo_core *core)
{
	struct iio_chan_spec timestamp = IIO_CHAN_SOFT_TIMESTAMP(core->channels + 1);
	u32 i, temperatures = 0, pressures = 0;
	struct iio_chan_spec *specs;

	specs = devm_kcalloc(core->probe, core->channels + 2, sizeof(*specs), GFP_KERNEL);
	if (!specs)
		return NULL;
	for (i = 0; i < core->channels; i++) {
		bool pressure = core->channel[i].info.unit == CRYOPROBE_UNIT_KPA;

		describe_channel(&specs[i], &core->channel[i], i,
				 pressure ? pressures++ : temperatures++);
	}
	describe_seq(&specs[core->channels], core->channels);
	specs[core->channels + 1] = timestamp;
	return specs;
}

/**
 * cryo_iio_alloc() - make the IIO device, for the sampler to push to
 * @core: the core, with its channels
 *
 * Return: 0 or a negative error number.
 */
int cryo_iio_alloc(struct cryo_core *core)
{
	struct device *dev = core->probe;
	struct iio_dev *indio_dev;

	indio_dev = devm_iio_device_alloc(dev, sizeof(core));
	if (!indio_dev)
		return -ENOMEM;
	*(struct cryo_core **)iio_priv(indio_dev) = core;
	indio_dev->name = "cryoprobe";
	indio_dev->info = &cryo_info;
	indio_dev->num_channels = core->channels + 2;
	indio_dev->channels = describe(core);
	if (!indio_dev->channels)
		return -ENOMEM;
	core->iio.indio_dev = indio_dev;
	core->iio.id = iio_device_id(indio_dev);
	mutex_init(&core->iio.push_lock);
	mutex_init(&core->iio.rate_lock);
	return devm_iio_kfifo_buffer_setup(dev, indio_dev, &cryo_buffer_ops);
}

/**
 * cryo_iio_register() - let user space at the IIO device
 * @core: the core, sampling
 *
 * The sampling frequency may be written from now on and until the device is
 * unregistered, so the sampler is started before and stopped after.
 *
 * Return: 0 or a negative error number.
 */
int cryo_iio_register(struct cryo_core *core)
{
	return devm_iio_device_register(core->probe, core->iio.indio_dev);
}
