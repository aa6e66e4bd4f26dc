// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The image in a probe's EEPROM: each value and its borders, checksums against another way of
 * computing them, every bit flipped, and counting that a power cut may end anywhere.
 *
 * SM-IDENTITY
 */
#include "kernel/interlock/identity.h"
#include "selftests/unit/image.h"
#include "selftests/unit/test.h"

#define BITS	(CRYO_IMAGE_BYTES * 8)
#define USES	20

/* Made by other hands: Python's struct and zlib. */
static const u8 good[CRYO_IMAGE_BYTES] = {
	0x43, 0x52, 0x59, 0x4f, 0x01, 0x01, 0x12, 0x00, 0x64, 0x00, 0x00, 0x00, 0x10, 0x27, 0x00, 0x00,
	0x4e, 0x32, 0x4f, 0x2d, 0x31, 0x38, 0x47, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x48, 0x37, 0x2e, 0x30, 0x34, 0x5f, 0x30, 0x30, 0x31, 0x32, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xc6, 0xbf, 0x82, 0xdd,
	0x14, 0x00, 0x00, 0x00, 0x83, 0x43, 0xcc, 0x92, 0x14, 0x00, 0x00, 0x00, 0x83, 0x43, 0xcc, 0x92,
};

static int parse_with(unsigned int at, unsigned int bytes, u32 value, struct cryoprobe_identity *ret)
{
	u8 image[CRYO_IMAGE_BYTES];

	memcpy(image, good, sizeof(image));
	image_put(image + at, value, bytes);
	image_seal(image);
	return cryo_identity_parse(image, ret);
}

TEST(all_of_a_good_image)
{
	static const u8 words[] = "123456789";
	struct cryoprobe_identity identity;

	EXPECT_EQ(image_crc(0, words, 9), 0xcbf43926U);
	ASSERT_EQ(cryo_identity_parse(good, &identity), 0);
	EXPECT(!memcmp(identity.model, "N2O-18G", 8));
	EXPECT(!memcmp(identity.serial, "H7.04_0012", 11));
	EXPECT_EQ(identity.cryogen, CRYOPROBE_CRYOGEN_N2O);
	EXPECT_EQ(identity.gauge, 18);
	EXPECT_EQ(identity.shaft_length_mm, 100);
	EXPECT_EQ(identity.active_um, 10000);
	EXPECT_EQ(identity.uses_left, USES);
	EXPECT_EQ(identity.reserved[0] | identity.reserved[1] | identity.reserved[2], 0);
}

/* Each with checksums that are right. */
TEST(values_and_their_borders)
{
	static const struct { unsigned int at, bytes; u32 value; int result; } cases[] = {
		{ 0, 1, 'c', -EPROTONOSUPPORT }, { 3, 1, 'P', -EPROTONOSUPPORT },
		{ 4, 1, 0, -EPROTONOSUPPORT }, { 4, 1, 2, -EPROTONOSUPPORT },
		{ 5, 1, 0, -ERANGE }, { 5, 1, 1, 0 }, { 5, 1, 2, 0 }, { 5, 1, 3, -ERANGE },
		{ 6, 1, 15, -ERANGE }, { 6, 1, 16, 0 }, { 6, 1, 22, 0 }, { 6, 1, 23, -ERANGE },
		{ 8, 2, 0, -ERANGE }, { 8, 2, 1, 0 }, { 8, 2, 1000, 0 }, { 8, 2, 1001, -ERANGE },
		{ 12, 4, 0, -ERANGE }, { 12, 4, 1, 0 }, { 12, 4, 100000, 0 },
		{ 12, 4, 100001, -ERANGE }, { 12, 4, 0x10000001, -ERANGE },
		/* What is not used is zero. */
		{ 7, 1, 1, -ERANGE }, { 10, 1, 1, -ERANGE }, { 11, 1, 1, -ERANGE },
		{ 82, 1, 1, -ERANGE }, { 91, 1, 1, -ERANGE }, { 86, 2, 0x100, -ERANGE },
		/* No more uses left than it is made for. */
		{ 80, 2, USES, 0 }, { 80, 2, USES - 1, -EBADMSG }, { 80, 2, 0xfffe, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cryoprobe_identity identity = { .gauge = 99 };

		EXPECT_EQ(parse_with(cases[i].at, cases[i].bytes, cases[i].value, &identity),
			  cases[i].result);
		EXPECT_EQ(identity.gauge == 99, cases[i].result != 0);
	}
}

TEST(values_of_more_bytes)
{
	struct cryoprobe_identity identity;

	ASSERT_EQ(parse_with(8, 2, 0x0203, &identity), 0);
	EXPECT_EQ(identity.shaft_length_mm, 0x0203);
	ASSERT_EQ(parse_with(12, 4, 0x010203, &identity), 0);
	EXPECT_EQ(identity.active_um, 0x010203);
}

/* @at is that of model or serial number. */
static int parse_text(unsigned int at, const char *text, size_t length)
{
	struct cryoprobe_identity identity;
	u8 image[CRYO_IMAGE_BYTES];

	memcpy(image, good, sizeof(image));
	memset(image + at, 0, 32);
	memcpy(image + at, text, length);
	image_seal(image);
	return cryo_identity_parse(image, &identity);
}

TEST(names_are_fit_for_files)
{
	static const struct { const char *text; size_t length; int result; } cases[] = {
		{ "", 0, -ERANGE }, { "0", 1, 0 }, { "9", 1, 0 }, { "A", 1, 0 }, { "Z", 1, 0 },
		{ "a", 1, 0 }, { "z", 1, 0 }, { "/", 1, -ERANGE }, { ":", 1, -ERANGE },
		{ "@", 1, -ERANGE }, { "[", 1, -ERANGE }, { "`", 1, -ERANGE }, { "{", 1, -ERANGE },
		{ ".", 1, -ERANGE }, { "..", 2, -ERANGE }, { "-a", 2, -ERANGE }, { "a.", 2, 0 },
		{ "a-_.z", 5, 0 }, { "a/b", 3, -ERANGE }, { "a b", 3, -ERANGE },
		{ "ab\n", 3, -ERANGE }, { "abc/d", 5, -ERANGE }, { "a\377", 2, -ERANGE }, { "a\0b", 3, -ERANGE },
		{ "a234567890123456789012345678901", 31, 0 },
		{ "a2345678901234567890123456789012", 32, -ERANGE },
		{ "a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0b", 32, -ERANGE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(parse_text(16, cases[i].text, cases[i].length), cases[i].result);
		EXPECT_EQ(parse_text(48, cases[i].text, cases[i].length), cases[i].result);
	}
}

/* No flipped bit goes unnoticed; one in a slot leaves the other slot. */
TEST(every_bit_flipped)
{
	for (unsigned int bit = 0; bit < BITS; bit++) {
		struct cryoprobe_identity identity = {};
		u8 image[CRYO_IMAGE_BYTES];
		int result;

		memcpy(image, good, sizeof(image));
		image[bit / 8] ^= 1 << bit % 8;
		result = cryo_identity_parse(image, &identity);
		if (bit >= 8 * IMAGE_SLOT_A)
			EXPECT(!result && identity.uses_left == USES);
		else
			EXPECT_EQ(result, bit < 8 * 5 ? -EPROTONOSUPPORT : -EBADMSG);
	}
}

TEST(slots)
{
	static const struct { u32 a, b; bool spoil_a, spoil_b; u32 uses; int written; } cases[] = {
		{ 20, 20, false, false, 20, IMAGE_SLOT_B }, { 20, 19, false, false, 19, IMAGE_SLOT_A },
		{ 18, 19, false, false, 18, IMAGE_SLOT_B }, { 18, 19, true, false, 19, IMAGE_SLOT_A },
		{ 20, 19, false, true, 20, IMAGE_SLOT_B }, { 1, 2, false, false, 1, IMAGE_SLOT_B },
		{ 1, 0, false, false, 0, -ENODATA }, { 0, 1, false, false, 0, -ENODATA },
		/* More uses than it is made for are none. */
		{ 21, 7, false, false, 7, IMAGE_SLOT_A }, { 7, 0x10007, false, false, 7, IMAGE_SLOT_B },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cryoprobe_identity identity = {};
		u8 image[CRYO_IMAGE_BYTES], slot[CRYO_SLOT_BYTES] = { 0xaa };

		memcpy(image, good, sizeof(image));
		image_set_slot(image, IMAGE_SLOT_A, cases[i].a);
		image_set_slot(image, IMAGE_SLOT_B, cases[i].b);
		image[IMAGE_SLOT_A + 7] ^= cases[i].spoil_a ? 0x80 : 0;
		image[IMAGE_SLOT_B + 4] ^= cases[i].spoil_b ? 1 : 0;
		EXPECT_EQ(cryo_identity_parse(image, &identity), 0);
		EXPECT_EQ(identity.uses_left, cases[i].uses);
		EXPECT_EQ(cryo_identity_count(image, slot), cases[i].written);
		if (cases[i].written < 0)
			EXPECT_EQ(slot[0], 0xaa);
	}
}

TEST(without_a_slot_nobody_knows)
{
	struct cryoprobe_identity identity;
	u8 image[CRYO_IMAGE_BYTES], slot[CRYO_SLOT_BYTES];

	memcpy(image, good, sizeof(image));
	image[IMAGE_SLOT_A] ^= 1;
	image[IMAGE_SLOT_B] ^= 1;
	EXPECT_EQ(cryo_identity_parse(image, &identity), -EBADMSG);
	EXPECT_EQ(cryo_identity_count(image, slot), -ENODATA);
}

TEST(what_lies_behind_the_image_does_not_count)
{
	struct cryoprobe_identity identity;
	u8 image[CRYO_IMAGE_BYTES + CRYO_SLOT_BYTES];

	memcpy(image, good, sizeof(good));
	image_set_slot(image, CRYO_IMAGE_BYTES, 1);
	ASSERT_EQ(cryo_identity_parse(image, &identity), 0);
	EXPECT_EQ(identity.uses_left, USES);
}

TEST(unlimited_needs_no_slots)
{
	struct cryoprobe_identity identity;
	u8 image[CRYO_IMAGE_BYTES], slot[CRYO_SLOT_BYTES];

	memcpy(image, good, sizeof(image));
	image_put(image + 80, 0xffff, 2);
	image_put(image + IMAGE_CRC, image_crc(0, image, IMAGE_CRC), 4);
	memset(image + IMAGE_SLOT_A, 0xff, CRYO_IMAGE_BYTES - IMAGE_SLOT_A);
	ASSERT_EQ(cryo_identity_parse(image, &identity), 0);
	EXPECT_EQ(identity.uses_left, U32_MAX);
	image_set_slot(image, IMAGE_SLOT_A, 5);
	EXPECT_EQ(cryo_identity_count(image, slot), -ENODATA);
}

/* Wherever the power fails, in what is written or before, no use is won and none but this is lost. */
TEST(counting_down_to_the_last_through_power_cuts)
{
	struct cryoprobe_identity identity;
	u8 image[CRYO_IMAGE_BYTES], torn[CRYO_IMAGE_BYTES], slot[CRYO_SLOT_BYTES];

	memcpy(image, good, sizeof(image));
	image_put(image + 80, 300, 2);
	image_seal(image);
	image_set_slot(image, IMAGE_SLOT_A, 300);
	image_set_slot(image, IMAGE_SLOT_B, 300);
	for (u32 left = 300; left; left--) {
		int at = cryo_identity_count(image, slot);

		ASSERT(at == IMAGE_SLOT_A || at == IMAGE_SLOT_B);
		for (unsigned int bytes = 0; bytes < CRYO_SLOT_BYTES; bytes++) {
			memcpy(torn, image, sizeof(torn));
			memcpy(torn + at, slot, bytes);
			ASSERT_EQ(cryo_identity_parse(torn, &identity), 0);
			EXPECT(identity.uses_left == left ||
			       (identity.uses_left == left - 1 && !memcmp(torn + at, slot, 8)));
		}
		memcpy(image + at, slot, CRYO_SLOT_BYTES);
		ASSERT_EQ(cryo_identity_parse(image, &identity), 0);
		EXPECT_EQ(identity.uses_left, left - 1);
	}
	EXPECT_EQ(cryo_identity_count(image, slot), -ENODATA);
}

TEST(what_stands_against_a_probe)
{
	static const struct { u32 cryogen, uses, console; u64 faults; } cases[] = {
		{ CRYOPROBE_CRYOGEN_N2O, 1, CRYOPROBE_CRYOGEN_N2O, 0 },
		{ CRYOPROBE_CRYOGEN_LN2, 1, CRYOPROBE_CRYOGEN_LN2, 0 },
		{ CRYOPROBE_CRYOGEN_LN2, U32_MAX, CRYOPROBE_CRYOGEN_UNKNOWN, 0 },
		{ CRYOPROBE_CRYOGEN_LN2, 1, CRYOPROBE_CRYOGEN_N2O,
		  BIT_ULL(CRYOPROBE_FAULT_CRYOGEN) },
		{ CRYOPROBE_CRYOGEN_N2O, 0, CRYOPROBE_CRYOGEN_N2O,
		  BIT_ULL(CRYOPROBE_FAULT_USED_UP) },
		{ CRYOPROBE_CRYOGEN_N2O, 0, CRYOPROBE_CRYOGEN_LN2,
		  BIT_ULL(CRYOPROBE_FAULT_CRYOGEN) | BIT_ULL(CRYOPROBE_FAULT_USED_UP) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct cryoprobe_identity identity = {
			.cryogen = cases[i].cryogen, .uses_left = cases[i].uses,
		};

		EXPECT_EQ(cryo_identity_judge(&identity, cases[i].console), cases[i].faults);
	}
}

/* Whatever the bytes are, with checksums that are right or not: under sanitizers. */
TEST(any_bytes)
{
	u64 random = 88172645463325252ULL;
	u32 accepted = 0;

	for (unsigned int round = 0; round < 20000; round++) {
		struct cryoprobe_identity identity;
		u8 image[CRYO_IMAGE_BYTES], slot[CRYO_SLOT_BYTES];

		memcpy(image, good, sizeof(image));
		for (unsigned int change = 0; change <= round % 7; change++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			image[random % CRYO_IMAGE_BYTES] = random >> 32;
		}
		if (round & 1)
			image_seal(image);
		accepted += !cryo_identity_parse(image, &identity);
		cryo_identity_count(image, slot);
	}
	EXPECT_GT(accepted, 100);
	EXPECT_LT(accepted, 20000);
}

TEST_MAIN()
