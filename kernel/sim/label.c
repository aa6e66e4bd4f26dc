// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who a virtual probe is, by the module's parameters: as the image that its
 * EEPROM leaves the factory with, or as firmware properties where it has none.
 *
 * The image is laid out by what the binding says of it, not with the driver's
 * code: the two have to understand each other.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/crc32.h>
#include <linux/module.h>
#include <linux/string.h>

#include "label.h"

static bool eeprom = true;
module_param(eeprom, bool, 0444);
MODULE_PARM_DESC(eeprom, "The probes carry an EEPROM that tells who they are (default Y)");

static uint uses = U16_MAX;
module_param(uses, uint, 0444);
MODULE_PARM_DESC(uses, "How often a probe may be used, 65535 for any number (default 65535)");

static uint gauge = 18;
module_param(gauge, uint, 0444);
MODULE_PARM_DESC(gauge, "Needle gauge, 16 to 22 (default 18)");

static uint shaft_length_mm = 100;
module_param(shaft_length_mm, uint, 0444);
MODULE_PARM_DESC(shaft_length_mm, "Length of the needle, 10 to 300 mm (default 100)");

static uint active_um = 10000;
module_param(active_um, uint, 0444);
MODULE_PARM_DESC(active_um, "Length of the part that freezes, 500 to 50000 um (default 10000)");

static char *model = "CRYOSIM-1";
module_param(model, charp, 0444);
MODULE_PARM_DESC(model, "Type of the probes, at most 31 characters (default CRYOSIM-1)");

static uint serial = 1;
module_param(serial, uint, 0444);
MODULE_PARM_DESC(serial, "Serial number of the first probe, 1 to 9999 (default 1, read as SIM0001)");

/**
 * struct image - what the EEPROM leaves the factory with
 * @magic: "CRYO"
 * @version: 1
 * @cryogen: enum cryoprobe_cryogen
 * @gauge: gauge
 * @zero: 0
 * @shaft_mm: length of the needle
 * @zero2: 0
 * @active_um: length of the active tip
 * @model: type
 * @serial: serial number
 * @uses: uses that it is made for
 * @zero3: 0
 * @crc: of all before
 * @slot: uses left, and a checksum that goes on from @crc
 */
struct image {
	char magic[4];
	u8 version;
	u8 cryogen;
	u8 gauge;
	u8 zero;
	__le16 shaft_mm;
	__le16 zero2;
	__le32 active_um;
	char model[32];
	char serial[32];
	__le16 uses;
	u8 zero3[10];
	__le32 crc;
	struct {
		__le32 left;
		__le32 crc;
	} slot[2];
};

static_assert(sizeof(struct image) == SIM_LABEL_BYTES);

static int check_range(const char *name, uint value, uint min, uint max)
{
	if (value >= min && value <= max)
		return 0;
	pr_err("parameter %s=%u is not %u to %u\n", name, value, min, max);
	return -EINVAL;
}

/**
 * sim_label_check - check the module parameters
 *
 * Return: 0, or -EINVAL after telling which one is wrong
 */
int sim_label_check(void)
{
	if (!*model || strlen(model) > 31) {
		pr_err("parameter model has %zu characters, not 1 to 31\n", strlen(model));
		return -EINVAL;
	}
	return check_range("gauge", gauge, 16, 22) ?:
	       check_range("shaft_length_mm", shaft_length_mm, 10, 300) ?:
	       check_range("active_um", active_um, 500, 50000) ?:
	       check_range("uses", uses, 0, U16_MAX) ?:
	       check_range("serial", serial, 1, 9999);
}

/**
 * sim_label_in_eeprom - whether the probes carry an EEPROM
 *
 * Return: true if they do
 */
bool sim_label_in_eeprom(void)
{
	return eeprom;
}

static void get_serial(char *to, size_t size, unsigned int handpiece)
{
	snprintf(to, size, "SIM%04u", serial + handpiece);
}

static u32 checksum(u32 crc, const void *data, size_t bytes)
{
	return ~crc32_le(~crc, data, bytes);
}

/**
 * sim_label_write - write an EEPROM as in the factory
 * @memory: its first SIM_LABEL_BYTES
 * @handpiece: from 0
 * @cryogen: enum cryoprobe_cryogen
 */
void sim_label_write(u8 *memory, unsigned int handpiece, u32 cryogen)
{
	struct image image = {
		.magic = { 'C', 'R', 'Y', 'O' },
		.version = 1,
		.cryogen = cryogen,
		.gauge = gauge,
		.shaft_mm = cpu_to_le16(shaft_length_mm),
		.active_um = cpu_to_le32(active_um),
		.uses = cpu_to_le16(uses),
	};
	u32 crc;
	int i;

	strscpy(image.model, model, sizeof(image.model));
	get_serial(image.serial, sizeof(image.serial), handpiece);
	crc = checksum(0, &image, offsetof(struct image, crc));
	image.crc = cpu_to_le32(crc);
	for (i = 0; i < ARRAY_SIZE(image.slot); i++) {
		image.slot[i].left = cpu_to_le32(uses);
		image.slot[i].crc = cpu_to_le32(checksum(crc, &image.slot[i].left, 4));
	}
	memcpy(memory, &image, sizeof(image));
}

/**
 * sim_label_describe - the same as properties of the probe's node
 * @label: to be filled in
 * @handpiece: from 0
 *
 * Return: SIM_LABEL_PROPERTIES of them
 */
const struct property_entry *sim_label_describe(struct sim_label *label, unsigned int handpiece)
{
	struct property_entry *p = label->properties;

	get_serial(label->serial, sizeof(label->serial), handpiece);
	p[0] = PROPERTY_ENTRY_STRING("cryo,model", model);
	p[1] = PROPERTY_ENTRY_STRING("cryo,serial", label->serial);
	p[2] = PROPERTY_ENTRY_U32("cryo,gauge", gauge);
	p[3] = PROPERTY_ENTRY_U32("cryo,shaft-length-mm", shaft_length_mm);
	p[4] = PROPERTY_ENTRY_U32("cryo,active-length-micrometer", active_um);
	return p;
}
