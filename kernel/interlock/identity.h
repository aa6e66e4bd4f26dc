/* SPDX-License-Identifier: GPL-2.0-only */
/* The image in a probe's EEPROM: who it is, and how often it may still be used. */
#ifndef CRYO_IDENTITY_H
#define CRYO_IDENTITY_H

#include "../pure.h"

#include <linux/cryoprobe.h>

#define CRYO_IMAGE_BYTES	112
#define CRYO_IMAGE_FIXED	96	/* the first ones never change */
#define CRYO_SLOT_BYTES		8

int cryo_identity_parse(const u8 image[CRYO_IMAGE_BYTES], struct cryoprobe_identity *identity);
u64 cryo_identity_judge(const struct cryoprobe_identity *identity, u32 cryogen);
int cryo_identity_count(const u8 image[CRYO_IMAGE_BYTES], u8 slot[CRYO_SLOT_BYTES]);

#endif /* CRYO_IDENTITY_H */
