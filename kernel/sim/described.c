// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handpieces that the firmware describes, as it would describe real ones: a
 * node for the handpiece, which is its GPIO controller and I2C adapter, below
 * it the chips, and elsewhere the probe that refers to them. Where there is
 * such a node, mainline's drivers and the probe's find all else in firmware.
 */
#include <linux/device.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include <linux/cryoprobe-sim.h>

#include "described.h"

static const struct sim_described_ops *the_ops;
static unsigned int nodes;	/* that the driver was asked for */

static void unplug(void *data)
{
	the_ops->unplug((uintptr_t)data);
}

static int described_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	u32 handpiece;
	int ret;

	nodes++;
	ret = device_property_read_u32(dev, "cryo,handpiece", &handpiece);
	if (ret)
		return dev_err_probe(dev, ret, "no property cryo,handpiece\n");
	if (handpiece >= CRYOSIM_HANDPIECES_MAX)
		return dev_err_probe(dev, -EINVAL, "cryo,handpiece is %u, must be 0 to %u\n",
				     handpiece, CRYOSIM_HANDPIECES_MAX - 1);
	ret = the_ops->plug(handpiece, dev);
	if (ret)
		return dev_err_probe(dev, ret, "cannot plug in handpiece %u\n", handpiece);
	return devm_add_action_or_reset(dev, unplug, (void *)(uintptr_t)handpiece);
}

static const struct of_device_id described_of_match[] = {
	{ .compatible = "cryo,handpiece-sim" },
	{ }
};
MODULE_DEVICE_TABLE(of, described_of_match);

static struct platform_driver described_driver = {
	.driver = {
		.name = "cryo-handpiece-sim",
		.of_match_table = described_of_match,
		/* All are there when registering returns, and go with the module. */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
		.suppress_bind_attrs = true,
	},
	.probe = described_probe,
};

/**
 * sim_described_plug_in - plug in what the firmware describes
 * @ops: how
 *
 * Return: how many nodes there are, or a negative error
 */
int sim_described_plug_in(const struct sim_described_ops *ops)
{
	int ret;

	the_ops = ops;
	nodes = 0;
	ret = platform_driver_register(&described_driver);
	if (ret)
		the_ops = NULL;
	return ret ?: nodes;
}

/**
 * sim_described_pull_out - undo sim_described_plug_in(), if it was called
 *
 * Those who use the chips and lines of a handpiece are taken from them first,
 * and must not wait for a bus that hangs.
 */
void sim_described_pull_out(void)
{
	if (the_ops)
		platform_driver_unregister(&described_driver);
	the_ops = NULL;
}
