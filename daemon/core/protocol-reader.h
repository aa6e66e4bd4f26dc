/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reads a protocol's text: its keys, and the place where it has come to. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/protocol.h"

enum key_kind {
	KEY_TEXT,
	KEY_CRYOGENS,
	KEY_PURPOSE,
	KEY_TISSUE,
	KEY_OUT_OF_REACH,
	KEY_BOOL,
	KEY_STEPS,
	KEY_COUNT,
	KEY_TEMPERATURE,	/* thousandths of a degree Celsius */
	KEY_DURATION,		/* milliseconds */
	KEY_LENGTH,		/* micrometres */
};

struct key {
	const char *section, *name;
	enum key_kind kind;
	size_t offset;
	int32_t min, max;	/* in the unit that is stored */
	bool required;
};

enum key_index {
	K_TITLE, K_CRYOGEN, K_PURPOSE, K_TISSUE, K_TISSUE_SENSOR, K_SITES,
	K_TARGET, K_BAND, K_FLOOR, K_CYCLES, K_REPEATS, K_DURATION, K_COOL_TIMEOUT,
	K_OUT_OF_REACH,
	K_BOUNDARY,
	K_ISOTHERM, K_ISOTHERM_TIME,
	K_UNTIL, K_AT_LEAST, K_ACTIVE,
	K_STEPS, K_READY, K_READY_TIMEOUT, K_WITHDRAW, K_WITHDRAW_TIMEOUT,
	K_END
};

struct reader {
	const char *text;
	size_t size, at;
	unsigned int line;		/* of what was read last */
	unsigned int line_of[K_END];	/* where each key stood, 0 = absent */
	struct protocol protocol;
	struct protocol_error error;	/* the first one; text[0] = 0 while there is none */
};

/* All keys; docs/protocols.md tells of them by this table. */
extern const struct key protocol_keys[K_END];

/* Keeps the first error; false. @line is 0 where none is concerned. */
__attribute__((format(printf, 3, 4)))
bool refuse(struct reader *r, unsigned int line, const char *format, ...);

/* Stores @value of @key, which stands in r->line; false if it is refused. */
bool reader_store(struct reader *r, const struct key *key, const char *value);

/* What keys demand of each other; false if it is refused. */
bool reader_check(struct reader *r);
