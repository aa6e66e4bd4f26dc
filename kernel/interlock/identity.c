// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image in a probe's EEPROM, little endian,
 * Documentation/devicetree/bindings/iio/cryo,probe-eeprom.rst:
 *
 *	0	"CRYO"
 *	4	1, the layout's version
 *	5	enum cryoprobe_cryogen
 *	6	gauge
 *	8	length of the needle in millimetres, 16 bits
 *	12	length of the active tip in micrometres, 32 bits
 *	16	model, 32 bytes
 *	48	serial number, 32 bytes
 *	80	uses that the probe is made for, 16 bits, 0xffff for any number
 *	92	CRC-32 of all before
 *	96	slot: uses left, 16 bits, two zero bytes, CRC-32
 *	104	slot
 *
 * All other bytes are zero. A slot's checksum goes on from the one at 92, so a
 * slot belongs to its probe. The slot with fewer uses left counts; one fewer is
 * written to the other, so power that fails in between leaves the old count.
 *
 * Safety measure SM-IDENTITY.
 */
#include "identity.h"

#define VERSION_AT	4
#define CRYOGEN_AT	5
#define GAUGE_AT	6
#define SHAFT_AT	8
#define ACTIVE_AT	12
#define MODEL_AT	16
#define SERIAL_AT	48
#define USES_AT		80
#define CRC_AT		92

#define VERSION		1
#define TEXT_BYTES	32
#define UNLIMITED	0xffff
#define SLOTS		2
#define SLOT_CRC_AT	4

/* CRC-32 of IEEE 802.3, reflected. */
#define POLYNOMIAL	0xedb88320U

static u32 get_u16(const u8 *from)
{
	return from[0] | from[1] << 8;
}

static u32 get_u32(const u8 *from)
{
	return get_u16(from) | get_u16(from + 2) << 16;
}

static void put_u16(u8 *to, u32 value)
{
	to[0] = value & 0xff;
	to[1] = value >> 8;
}

static void put_u32(u8 *to, u32 value)
{
	put_u16(to, value & 0xffff);
	put_u16(to + 2, value >> 16);
}

/* Goes on from the checksum of what came before, 0 at first. */
static u32 checksum(u32 crc, const u8 *bytes, u32 count)
{
	u32 bit;

	crc = ~crc;
	while (count--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
	}
	return ~crc;
}

static bool zero(const u8 *bytes, u32 count)
{
	while (count--)
		if (*bytes++)
			return false;
	return true;
}

static bool is_alphanumeric(u8 c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Fit for the name of a file. */
static bool get_text(const u8 *from, char to[TEXT_BYTES])
{
	u32 i, length = strnlen((const char *)from, TEXT_BYTES);

	if (!is_alphanumeric(from[0]) || length == TEXT_BYTES)
		return false;
	for (i = length - 1; i; i--)
		if (!is_alphanumeric(from[i]) && from[i] != '-' && from[i] != '_' &&
		    from[i] != '.')
			return false;
	memcpy(to, from, length);
	return zero(from + length, TEXT_BYTES - length);
}

static u32 slot_checksum(const u8 *image, const u8 *slot)
{
	return checksum(get_u32(image + CRC_AT), slot, SLOT_CRC_AT);
}

/* The slot that counts, SLOTS if there is none. */
static u32 find_slot(const u8 *image, u32 *uses)
{
	u32 i, found = SLOTS;

	for (i = 0; i < SLOTS; i++) {
		const u8 *slot = image + CRYO_IMAGE_FIXED + i * CRYO_SLOT_BYTES;
		u32 left = get_u16(slot);

		if (get_u32(slot + SLOT_CRC_AT) != slot_checksum(image, slot) ||
		    left > get_u16(image + USES_AT))
			continue;
		if (found == SLOTS || left < *uses) {
			found = i;
			*uses = left;
		}
	}
	return found;
}

static int get_uses(const u8 *image, u32 *uses)
{
	if (get_u16(image + USES_AT) == UNLIMITED) {
		*uses = U32_MAX;
		return 0;
	}
	return find_slot(image, uses) == SLOTS ? -EBADMSG : 0;
}

static bool get_facts(const u8 *image, struct cryoprobe_identity *identity)
{
	identity->cryogen = image[CRYOGEN_AT];
	identity->gauge = image[GAUGE_AT];
	identity->shaft_length_mm = get_u16(image + SHAFT_AT);
	identity->active_um = get_u32(image + ACTIVE_AT);
	return (identity->cryogen == CRYOPROBE_CRYOGEN_N2O ||
		identity->cryogen == CRYOPROBE_CRYOGEN_LN2) &&
	       identity->gauge >= 16 && identity->gauge <= 22 &&
	       identity->shaft_length_mm >= 1 && identity->shaft_length_mm <= 1000 &&
	       identity->active_um >= 1 && identity->active_um <= 100000 &&
	       get_text(image + MODEL_AT, identity->model) &&
	       get_text(image + SERIAL_AT, identity->serial);
}

/**
 * cryo_identity_parse() - take an image apart
 * @image: the image
 * @identity: who the probe is; untouched on an error
 *
 * Return: 0, -EPROTONOSUPPORT if it is no image of this layout, -EBADMSG if a
 * checksum is wrong, -ERANGE if it has a value that no probe has.
 */
int cryo_identity_parse(const u8 image[CRYO_IMAGE_BYTES], struct cryoprobe_identity *identity)
{
	struct cryoprobe_identity found = {};
	int ret;

	if (memcmp(image, "CRYO", VERSION_AT) || image[VERSION_AT] != VERSION)
		return -EPROTONOSUPPORT;
	if (get_u32(image + CRC_AT) != checksum(0, image, CRC_AT))
		return -EBADMSG;
	if (!get_facts(image, &found) || !zero(image + GAUGE_AT + 1, SHAFT_AT - GAUGE_AT - 1) ||
	    !zero(image + SHAFT_AT + 2, ACTIVE_AT - SHAFT_AT - 2) ||
	    !zero(image + USES_AT + 2, CRC_AT - USES_AT - 2))
		return -ERANGE;
	ret = get_uses(image, &found.uses_left);
	if (ret)
		return ret;
	*identity = found;
	return 0;
}

/**
 * cryo_identity_judge() - whether a probe may be used with this console
 * @identity: who the probe is
 * @cryogen: enum cryoprobe_cryogen that the console supplies; unknown fits all
 *
 * Return: mask of the faults that stand against it.
 */
u64 cryo_identity_judge(const struct cryoprobe_identity *identity, u32 cryogen)
{
	u64 faults = 0;

	if (!identity->uses_left)
		faults |= BIT_ULL(CRYOPROBE_FAULT_USED_UP);
	if (cryogen != CRYOPROBE_CRYOGEN_UNKNOWN && identity->cryogen != cryogen)
		faults |= BIT_ULL(CRYOPROBE_FAULT_CRYOGEN);
	return faults;
}

/**
 * cryo_identity_count() - what has to be written for one use fewer
 * @image: a valid image
 * @slot: what to write; untouched on an error
 *
 * Return: where to write it in the image, or -ENODATA if uses are not limited
 * or none is left.
 */
int cryo_identity_count(const u8 image[CRYO_IMAGE_BYTES], u8 slot[CRYO_SLOT_BYTES])
{
	u32 found, uses = 0;

	if (get_u16(image + USES_AT) == UNLIMITED)
		return -ENODATA;
	found = find_slot(image, &uses);
	if (!uses)
		return -ENODATA;
	put_u32(slot, uses - 1);
	put_u32(slot + SLOT_CRC_AT, slot_checksum(image, slot));
	return CRYO_IMAGE_FIXED + !found * CRYO_SLOT_BYTES;
}
