/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ties the probe to a provider: a provider that goes takes the probe with it,
 * and brings it back; and the probe is suspended before its providers.
 */
#ifndef CRYO_LINK_H
#define CRYO_LINK_H

#include <linux/device.h>

/**
 * cryo_link() - make the probe depend on a provider
 * @probe: the probe, being bound
 * @provider: a provider's device, NULL or without driver is nothing to depend on
 *
 * Return: 0 or -EINVAL.
 */
static inline int cryo_link(struct device *probe, struct device *provider)
{
	if (!provider || !provider->driver)
		return 0;
	if (!device_link_add(probe, provider, DL_FLAG_AUTOPROBE_CONSUMER))
		return dev_err_probe(probe, -EINVAL, "cannot depend on %s\n",
				     dev_name(provider));
	return 0;
}

#endif /* CRYO_LINK_H */
