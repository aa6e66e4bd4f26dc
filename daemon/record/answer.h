/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the record answers to a question: numbers and texts in rows, from the recorder's thread to the bus. */
#pragma once

#include <stdint.h>
#include <stdlib.h>

/* `type` is that of the bus: u, x, t, or s. */
struct answer_cell {
	char type;
	union {
		uint32_t u;
		int64_t x;
		uint64_t t;
		char *s;
	};
};

struct answer {
	struct answer_cell *cell;
	size_t n, room;
	int error;			/* -ENOMEM once something did not fit */
};

void answer_add_number(struct answer *answer, char type, int64_t number);

/* NULL is an empty text. */
void answer_add_text(struct answer *answer, const char *text);

void answer_free(struct answer *answer);
static inline void answer_freep(struct answer **answer)
{
	answer_free(*answer);
}
