// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware properties: identity, caps, valve. The caps have no defaults: a
 * probe whose limits nobody has thought of is not bound.
 */
#include <linux/log2.h>
#include <linux/property.h>

#include "core.h"

#define VALIDITY_MIN_MS		20
#define VALIDITY_MAX_MS		1000
#define IDLE_CAP_MIN_MS		300000

/* One number that the firmware gives; without a default it must. */
struct cryo_property {
	const char *name;
	u32 *value;
	u32 low;
	u32 high;
	bool required;
};

static int read_u32(struct device *dev, const struct cryo_property *p)
{
	u32 value;
	int ret;

	ret = device_property_read_u32(dev, p->name, &value);
	if (ret == -EINVAL && !p->required)
		return 0;
	if (ret)
		return dev_err_probe(dev, -EINVAL, "property %s is missing\n", p->name);
	if (value < p->low || value > p->high)
		return dev_err_probe(dev, -EINVAL, "property %s is %u, must be %u to %u\n",
				     p->name, value, p->low, p->high);
	*p->value = value;
	return 0;
}

static int read_all(struct device *dev, const struct cryo_property *p, size_t count)
{
	int ret = 0;

	for (; count && !ret; count--, p++)
		ret = read_u32(dev, p);
	return ret;
}

static int read_floor(struct device *dev, s32 *ret_floor)
{
	u32 value;
	s32 floor;

	if (device_property_read_u32(dev, "cryo,tip-floor-millicelsius", &value))
		return dev_err_probe(dev, -EINVAL,
				     "property cryo,tip-floor-millicelsius is missing\n");
	floor = value;
	if (floor < CRYO_TC_MIN_MDEGC || floor > 0)
		return dev_err_probe(dev, -EINVAL,
				     "property cryo,tip-floor-millicelsius is %d, must be %d to 0\n",
				     floor, CRYO_TC_MIN_MDEGC);
	*ret_floor = floor;
	return 0;
}

static int read_caps(struct cryo_core *core)
{
	struct cryo_interlock_config *config = &core->config;
	struct cryoprobe_caps *caps = &config->caps;
	const struct cryo_property properties[] = {
		{ "cryo,freeze-max-ms", &caps->freeze_max_ms, 1000, 3600000, true },
		{ "cryo,freeze-total-max-ms", &caps->total_max_ms, 1000, 14400000, true },
		{ "cryo,freeze-window-ms", &caps->total_window_ms, 1000, 86400000, true },
		{ "cryo,validity-max-ms", &caps->validity_max_ms, VALIDITY_MIN_MS,
		  VALIDITY_MAX_MS, true },
		{ "cryo,idle-max-ms", &caps->idle_max_ms, IDLE_CAP_MIN_MS, 3600000, true },
		{ "cryo,tail-ms", &config->tail_ms, 0, 5000, false },
		{ "cryo,sensor-lag-ms", &config->lag_ms, 0, 5000, false },
	};

	caps->validity_min_ms = VALIDITY_MIN_MS;
	config->tail_ms = 500;
	config->lag_ms = 100;
	config->valve_times = (struct cryo_valve_times)CRYO_VALVE_TIMES;
	return read_floor(core->probe, &caps->tip_floor_mdegc) ?:
	       read_all(core->probe, properties, ARRAY_SIZE(properties));
}

/* Without a heater they have no meaning, with one they are caps like the others. */
static int read_heater(struct cryo_core *core)
{
	struct cryoprobe_caps *caps = &core->config.caps;
	u32 max_mdegc = 0;
	const struct cryo_property properties[] = {
		{ "cryo,heat-max-ms", &caps->heat_max_ms, 1000, 3600000, true },
		{ "cryo,heat-tip-max-millicelsius", &max_mdegc, 20000, 60000, true },
	};
	int ret;

	if (!core->gpios.output[ilog2(CRYOPROBE_OUT_THAW)])
		return 0;
	ret = read_all(core->probe, properties, ARRAY_SIZE(properties));
	caps->heat_max_mdegc = max_mdegc;
	return ret;
}

static int read_valve(struct cryo_core *core)
{
	u32 min_on_ms = 15, min_off_ms = 15, period_ms = 200;
	const struct cryo_property properties[] = {
		{ "cryo,valve-min-on-ms", &min_on_ms, 1, 1000, false },
		{ "cryo,valve-min-off-ms", &min_off_ms, 1, 1000, false },
		{ "cryo,valve-period-ms", &period_ms, 20, 5000, false },
	};
	int ret;

	ret = read_all(core->probe, properties, ARRAY_SIZE(properties));
	if (ret)
		return ret;
	core->outputs.valve.min_on_ns = min_on_ms * CRYO_NS_PER_MS;
	core->outputs.valve.min_off_ns = min_off_ms * CRYO_NS_PER_MS;
	core->outputs.valve.period_ns = period_ms * CRYO_NS_PER_MS;
	/* A heater has nothing that moves. */
	core->outputs.heater.min_on_ns = CRYO_NS_PER_MS;
	core->outputs.heater.min_off_ns = CRYO_NS_PER_MS;
	core->outputs.heater.period_ns = core->outputs.valve.period_ns;
	return 0;
}

static int read_string(struct device *dev, const char *name, char *to, size_t size)
{
	const char *value;

	if (device_property_read_string(dev, name, &value))
		return 0;
	if (strscpy(to, value, size) < 0)
		return dev_err_probe(dev, -EINVAL, "property %s is longer than %zu characters\n",
				     name, size - 1);
	return 0;
}

static int read_cryogen(struct device *dev, u32 *ret_cryogen)
{
	const char *name;

	*ret_cryogen = CRYOPROBE_CRYOGEN_UNKNOWN;
	if (device_property_read_string(dev, "cryo,cryogen", &name))
		return 0;
	if (!strcmp(name, "n2o"))
		*ret_cryogen = CRYOPROBE_CRYOGEN_N2O;
	else if (!strcmp(name, "ln2"))
		*ret_cryogen = CRYOPROBE_CRYOGEN_LN2;
	else
		return dev_err_probe(dev, -EINVAL,
				     "property cryo,cryogen is \"%s\", must be n2o or ln2\n", name);
	return 0;
}

static int read_identity(struct cryo_core *core)
{
	struct cryoprobe_identity *identity = &core->identity;
	struct device *dev = core->probe;
	const struct cryo_property properties[] = {
		{ "cryo,gauge", &identity->gauge, 16, 22, false },
		{ "cryo,shaft-length-mm", &identity->shaft_length_mm, 1, 1000, false },
		{ "cryo,active-length-micrometer", &identity->active_um, 1, 100000, false },
	};

	identity->uses_left = U32_MAX;
	return read_string(dev, "cryo,model", identity->model, sizeof(identity->model)) ?:
	       read_string(dev, "cryo,serial", identity->serial, sizeof(identity->serial)) ?:
	       read_cryogen(dev, &identity->cryogen) ?:
	       read_all(dev, properties, ARRAY_SIZE(properties));
}

/**
 * cryo_config_read() - read all properties but those of channels and lines
 * @core: the core, with its lines; filled in are @identity, @config and the
 *	modulators
 *
 * Return: 0 or a negative error number, the log names the property.
 */
int cryo_config_read(struct cryo_core *core)
{
	return read_caps(core) ?: read_heater(core) ?: read_valve(core) ?: read_identity(core);
}
