// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probe's EEPROM: found by the firmware's nvmem-cells, read at bind, and
 * looked at again at each arming, so that no other probe is taken for the one
 * that was bound. The first arming after bind counts as a use.
 *
 * The kernel counts, as it alone sees every way to freeze. At arming, because
 * writing takes milliseconds and may hang, which only its caller may wait for;
 * before, and not after a freeze, so that no way to end one saves a use.
 *
 * nvmem's own look-up of cells knows device trees only: the reference is
 * followed here, so that ACPI and software nodes work the same.
 *
 * Safety measure SM-IDENTITY.
 */
#include <linux/nvmem-consumer.h>
#include <linux/property.h>

#include "core.h"
#include "link.h"

/* Which device has an EEPROM's node, and where to tell it. */
struct search {
	const struct fwnode_handle *node;
	struct device **device;
};

static int has_node(struct device *dev, const void *data)
{
	const struct search *search = data;

	if (!dev->parent || dev_fwnode(dev->parent) != search->node)
		return 0;
	*search->device = dev->parent;
	return 1;
}

static void forget(void *data)
{
	struct cryo_core *core = data;

	/* Who is arming may still be writing. */
	mutex_lock(&core->eeprom.lock);
	nvmem_device_put(core->eeprom.nvmem);
	core->eeprom.nvmem = NULL;
	mutex_unlock(&core->eeprom.lock);
}

static int get_provider(struct cryo_core *core, const struct fwnode_handle *node)
{
	struct device *device, *dev = core->probe;
	struct search search = { node, &device };
	struct nvmem_device *nvmem;
	int ret;

	nvmem = nvmem_device_find(&search, has_node);
	if (IS_ERR(nvmem))
		return dev_err_probe(dev, -EPROBE_DEFER, "no EEPROM at nvmem-cells yet\n");
	core->eeprom.nvmem = nvmem;
	ret = devm_add_action_or_reset(dev, forget, core);
	return ret ?: cryo_link(dev, device);
}

/* In a device tree the cell may be in a node of its own for the layout. */
static struct fwnode_handle *get_provider_node(struct fwnode_handle *cell)
{
	struct fwnode_handle *layout, *node = fwnode_get_parent(cell);

	if (!fwnode_property_present(node, "compatible") ||
	    fwnode_property_match_string(node, "compatible", "fixed-layout") < 0)
		return node;
	layout = node;
	node = fwnode_get_parent(layout);
	fwnode_handle_put(layout);
	return node;
}

static int get_cell(struct cryo_core *core, struct fwnode_handle *cell)
{
	struct fwnode_handle *node;
	u32 reg[2];
	int ret;

	if (fwnode_property_read_u32_array(cell, "reg", reg, ARRAY_SIZE(reg)) ||
	    reg[1] < CRYO_IMAGE_BYTES)
		return dev_err_probe(core->probe, -EINVAL,
				     "the identity's cell needs a reg with at least %d bytes\n",
				     CRYO_IMAGE_BYTES);
	core->eeprom.offset = reg[0];
	node = get_provider_node(cell);
	ret = get_provider(core, node);
	fwnode_handle_put(node);
	return ret;
}

static int read_image(struct cryo_core *core, u8 image[CRYO_IMAGE_BYTES])
{
	int ret = nvmem_device_read(core->eeprom.nvmem, core->eeprom.offset, CRYO_IMAGE_BYTES,
				    image);

	return ret < 0 ? ret : 0;
}

static void read_identity(struct cryo_core *core)
{
	u32 cryogen = core->identity.cryogen;
	int ret;

	core->identity = (struct cryoprobe_identity) {};
	ret = read_image(core, core->eeprom.image) ?:
	      cryo_identity_parse(core->eeprom.image, &core->identity);
	if (ret) {
		dev_warn(core->probe, "no identity in the EEPROM: error %d\n", ret);
		core->eeprom.faults = BIT_ULL(CRYOPROBE_FAULT_IDENTITY);
	} else {
		core->eeprom.faults = cryo_identity_judge(&core->identity, cryogen);
	}
}

/**
 * cryo_eeprom_get() - find and read the EEPROM, if the firmware names one
 * @core: the core, with the identity that the firmware gives, which is the
 *	console's if there is an EEPROM
 *
 * Return: 0, also if what is read is no good, or a negative error number.
 */
int cryo_eeprom_get(struct cryo_core *core)
{
	struct device *dev = core->probe;
	struct fwnode_handle *cell;
	int ret;

	mutex_init(&core->eeprom.lock);
	ret = device_property_match_string(dev, "nvmem-cell-names", "identity");
	if (ret < 0)
		return 0;
	cell = fwnode_find_reference(dev_fwnode(dev), "nvmem-cells", ret);
	if (IS_ERR(cell))
		return dev_err_probe(dev, PTR_ERR(cell), "no cell at nvmem-cells\n");
	ret = get_cell(core, cell);
	fwnode_handle_put(cell);
	if (ret)
		return ret;
	read_identity(core);
	return 0;
}

static void take_uses(struct cryo_core *core, const u8 image[CRYO_IMAGE_BYTES])
{
	struct cryoprobe_identity identity;

	if (cryo_identity_parse(image, &identity))
		return;
	cryo_lock(core);
	core->identity.uses_left = identity.uses_left;
	cryo_unlock(core);
}

/* What was written is read again: a write-protected EEPROM acknowledges all. */
static int write_use(struct cryo_core *core, u8 image[CRYO_IMAGE_BYTES])
{
	u8 slot[CRYO_SLOT_BYTES];
	int at, ret;

	at = cryo_identity_count(image, slot);
	if (at < 0)
		return 0;
	ret = nvmem_device_write(core->eeprom.nvmem, core->eeprom.offset + at, sizeof(slot), slot);
	if (ret >= 0)
		ret = read_image(core, image);
	if (!ret && memcmp(image + at, slot, sizeof(slot)))
		ret = -EROFS;
	if (ret)
		dev_warn(core->probe, "cannot count the use: error %d\n", ret);
	else
		take_uses(core, image);
	return ret;
}

static int use(struct cryo_core *core, enum cryoprobe_fault *code)
{
	struct cryo_eeprom *eeprom = &core->eeprom;
	u8 image[CRYO_IMAGE_BYTES];

	*code = CRYOPROBE_FAULT_IDENTITY;
	if (read_image(core, image) || memcmp(image, eeprom->image, CRYO_IMAGE_FIXED))
		return -EIO;
	*code = CRYOPROBE_FAULT_USE_COUNT;
	if (!eeprom->counted && write_use(core, image))
		return -EIO;
	eeprom->counted = true;
	return 0;
}

/**
 * cryo_eeprom_use() - the probe is about to be used
 * @core: the core, not locked
 *
 * Sleeps, for as long as the EEPROM's bus likes.
 *
 * Return: 0, or -EIO if this is another probe or its use cannot be counted; the
 * fault is latched then.
 */
int cryo_eeprom_use(struct cryo_core *core)
{
	enum cryoprobe_fault code;
	int ret = 0;

	mutex_lock(&core->eeprom.lock);
	if (core->eeprom.nvmem)
		ret = use(core, &code);
	mutex_unlock(&core->eeprom.lock);
	if (ret)
		cryo_core_trip(core, code);
	return ret;
}
