/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain of a record: SHA-256 (FIPS 180-4) over all its rows, each with the one before it. Pure: values
 * in, hashes out. docs/records.md has the encoding, so that others can follow a chain.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CHAIN_HEAD_BYTES	32

enum chain_kind {
	CHAIN_NULL,
	CHAIN_NUMBER,
	CHAIN_TEXT,
	CHAIN_OTHER,			/* nothing that cryod writes */
};

/* One column of a row. */
struct chain_value {
	enum chain_kind kind;
	int64_t number;
	const char *text;
	size_t length;
};

#define CHAIN_NUMBER(n)		((struct chain_value){ .kind = CHAIN_NUMBER, .number = (int64_t)(n) })

/* NULL is no text. */
static inline struct chain_value chain_text(const char *text)
{
	return (struct chain_value){
		.kind = text ? CHAIN_TEXT : CHAIN_NULL, .text = text, .length = text ? strlen(text) : 0,
	};
}

/* All zero is a chain without rows. */
struct chain {
	int64_t links;				/* rows so far; the first has number 1 */
	uint8_t head[CHAIN_HEAD_BYTES];
};

/*
 * Add a row of the table that @table stands for. Gives the row's tag, which is kept beside it: the head's
 * first eight bytes, so that a row that was changed can be named.
 */
int64_t chain_add(struct chain *chain, char table, const struct chain_value *value, unsigned int n);
