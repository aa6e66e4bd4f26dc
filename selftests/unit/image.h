/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images of a probe's EEPROM with checksums that are right, for tests that change what is in them.
 * The checksum is computed in another way than by the code under test.
 */
#ifndef CRYO_SELFTESTS_UNIT_IMAGE_H
#define CRYO_SELFTESTS_UNIT_IMAGE_H

#include "kernel/pure.h"

#define IMAGE_BYTES	112
#define IMAGE_CRYOGEN	5
#define IMAGE_SERIAL	48
#define IMAGE_USES	80
#define IMAGE_CRC	92
#define IMAGE_SLOT_A	96
#define IMAGE_SLOT_B	104

/* By nibbles, from a table: not the way of the code under test. */
static inline u32 image_crc(u32 start, const u8 *bytes, size_t count)
{
	static const u32 table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158,
		0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4,
		0xa00ae278, 0xbdbdf21c,
	};
	u32 sum = ~start;

	for (size_t i = 0; i < count; i++) {
		sum = sum >> 4 ^ table[(sum ^ bytes[i]) & 15];
		sum = sum >> 4 ^ table[(sum ^ bytes[i] >> 4) & 15];
	}
	return ~sum;
}

static inline void image_put(u8 *to, u32 value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		to[i] = value >> 8 * i;
}

static inline u32 image_get(const u8 *from, unsigned int bytes)
{
	u32 value = 0;

	for (unsigned int i = 0; i < bytes; i++)
		value |= (u32)from[i] << 8 * i;
	return value;
}

static inline void image_set_slot(u8 *image, unsigned int at, u32 uses)
{
	image_put(image + at, uses, 4);
	image_put(image + at + 4, image_crc(image_get(image + IMAGE_CRC, 4), image + at, 4), 4);
}

/* All checksums as they have to be. */
static inline void image_seal(u8 *image)
{
	image_put(image + IMAGE_CRC, image_crc(0, image, IMAGE_CRC), 4);
	image_set_slot(image, IMAGE_SLOT_A, image_get(image + IMAGE_SLOT_A, 4));
	image_set_slot(image, IMAGE_SLOT_B, image_get(image + IMAGE_SLOT_B, 4));
}

#endif /* CRYO_SELFTESTS_UNIT_IMAGE_H */
