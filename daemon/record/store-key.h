/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Ed25519 key that signs the index of the records. */
#pragma once

#include <stdint.h>

#define STORE_PUBLIC_BYTES	32
#define STORE_SECRET_BYTES	64
#define STORE_SIGNATURE_BYTES	64

struct store_key {
	uint8_t public[STORE_PUBLIC_BYTES];
	uint8_t secret[STORE_SECRET_BYTES];
};

/*
 * Read record.key beside the database @path, or make one that nobody else can read; record.pub, which
 * everybody may read, is written where it is not there. -EKEYREJECTED: the file holds no key; else what
 * files give.
 */
int store_key_open(const char *path, struct store_key *ret);
