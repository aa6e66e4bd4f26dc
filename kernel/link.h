/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ties the probe to a provider: a provider that goes takes the probe with it,
 * and brings it back; and the probe is suspended before its providers, which
 * stay powered while it is bound.
 */
#ifndef CRYO_LINK_H
#define CRYO_LINK_H

#include <linux/device.h>
#include <linux/pm_runtime.h>

static inline void cryo_let_power_down(void *provider)
{
	pm_runtime_put(provider);
}

/*
 * A provider that powers down by itself may find its bus failing just then.
 * Its runtime power management remembers that error until it is bound again.
 */
static inline int cryo_keep_powered(struct device *probe, struct device *provider)
{
	int ret;

	if (!pm_runtime_enabled(provider))
		return 0;
	ret = pm_runtime_resume_and_get(provider);
	if (ret)
		return dev_err_probe(probe, ret, "cannot power %s\n", dev_name(provider));
	return devm_add_action_or_reset(probe, cryo_let_power_down, provider);
}

/**
 * cryo_link() - make the probe depend on a provider
 * @probe: the probe, being bound
 * @provider: a provider's device, NULL or without driver is nothing to depend on
 *
 * Return: 0 or a negative error number.
 */
static inline int cryo_link(struct device *probe, struct device *provider)
{
	if (!provider || !provider->driver)
		return 0;
	/* The driver core wants no consumer that fails while its provider is being bound. */
	if (READ_ONCE(provider->links.status) == DL_DEV_PROBING)
		return dev_err_probe(probe, -EPROBE_DEFER, "%s is still being bound\n",
				     dev_name(provider));
	if (!device_link_add(probe, provider, DL_FLAG_AUTOPROBE_CONSUMER))
		return dev_err_probe(probe, -EINVAL, "cannot depend on %s\n",
				     dev_name(provider));
	return cryo_keep_powered(probe, provider);
}

#endif /* CRYO_LINK_H */
