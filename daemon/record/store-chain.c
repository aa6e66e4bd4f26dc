// SPDX-License-Identifier: GPL-2.0-or-later
/* The chain of a record: what is hashed of a row, and how. */
#include <sodium.h>

#include "daemon/record/store-chain.h"

_Static_assert(CHAIN_HEAD_BYTES == crypto_hash_sha256_BYTES, "a head is one hash");

typedef crypto_hash_sha256_state hash_t;

static void big_endian(uint64_t number, unsigned int bytes, uint8_t *ret)
{
	for (unsigned int i = 0; i < bytes; i++)
		ret[i] = number >> 8 * (bytes - 1 - i);
}

static void add_number(hash_t *hash, char kind, uint64_t number, unsigned int bytes)
{
	uint8_t encoded[1 + sizeof(number)] = { kind };

	big_endian(number, bytes, encoded + 1);
	crypto_hash_sha256_update(hash, encoded, 1 + bytes);
}

static void add_value(hash_t *hash, const struct chain_value *value)
{
	switch (value->kind) {
	case CHAIN_NULL:
		crypto_hash_sha256_update(hash, (const uint8_t *)"n", 1);
		break;
	case CHAIN_NUMBER:
		add_number(hash, 'i', value->number, 8);
		break;
	case CHAIN_TEXT:
		add_number(hash, 's', value->length, 4);
		crypto_hash_sha256_update(hash, (const uint8_t *)value->text, value->length);
		break;
	case CHAIN_OTHER:
		crypto_hash_sha256_update(hash, (const uint8_t *)"x", 1);
		break;
	}
}

int64_t chain_add(struct chain *chain, char table, const struct chain_value *value, unsigned int n)
{
	uint64_t tag = 0;
	hash_t hash;

	crypto_hash_sha256_init(&hash);
	crypto_hash_sha256_update(&hash, chain->head, sizeof(chain->head));
	add_number(&hash, table, ++chain->links, 8);
	for (unsigned int i = 0; i < n; i++)
		add_value(&hash, &value[i]);
	crypto_hash_sha256_final(&hash, chain->head);
	for (unsigned int i = 0; i < sizeof(tag); i++)
		tag = tag << 8 | chain->head[i];
	return tag;
}
