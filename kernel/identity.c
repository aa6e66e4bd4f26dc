// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who the probe is, as attributes of its class device: what udev names links
 * by before anybody has opened the character device.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "core.h"

static ssize_t serial_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cryo_core *core = container_of(dev, struct cryo_core, dev);

	return sysfs_emit(buf, "%s\n", core->identity.serial);
}
static DEVICE_ATTR_RO(serial);

static ssize_t model_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cryo_core *core = container_of(dev, struct cryo_core, dev);

	return sysfs_emit(buf, "%s\n", core->identity.model);
}
static DEVICE_ATTR_RO(model);

static ssize_t uses_left_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct cryo_core *core = container_of(dev, struct cryo_core, dev);
	u32 uses = READ_ONCE(core->identity.uses_left);

	return uses == U32_MAX ? sysfs_emit(buf, "unlimited\n") : sysfs_emit(buf, "%u\n", uses);
}
static DEVICE_ATTR_RO(uses_left);

static struct attribute *identity_attrs[] = {
	&dev_attr_model.attr,
	&dev_attr_serial.attr,
	&dev_attr_uses_left.attr,
	NULL,
};

static const struct attribute_group identity_group = {
	.attrs = identity_attrs,
};

const struct attribute_group *cryo_identity_groups[] = {
	&identity_group,
	NULL,
};
