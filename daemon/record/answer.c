// SPDX-License-Identifier: GPL-2.0-or-later
/* An answer grows by cells; one that lacks memory keeps the error instead. */
#include <errno.h>
#include <string.h>

#include "daemon/record/answer.h"

#define ROOM_FIRST	64

static struct answer_cell *add(struct answer *answer)
{
	struct answer_cell *cells;
	size_t room;

	if (answer->n == answer->room) {
		room = answer->room ? 2 * answer->room : ROOM_FIRST;
		cells = reallocarray(answer->cell, room, sizeof(*cells));
		if (!cells) {
			answer->error = -ENOMEM;
			return NULL;
		}
		answer->cell = cells;
		answer->room = room;
	}
	return &answer->cell[answer->n];
}

void answer_add_number(struct answer *answer, char type, int64_t number)
{
	struct answer_cell *cell = add(answer);

	if (!cell)
		return;
	*cell = (struct answer_cell){ .type = type };
	if (type == 'u')
		cell->u = number;
	else
		cell->x = number;
	answer->n++;
}

void answer_add_text(struct answer *answer, const char *text)
{
	struct answer_cell *cell = add(answer);
	char *copy = strdup(text ?: "");

	if (!cell || !copy) {
		answer->error = -ENOMEM;
		free(copy);
		return;
	}
	*cell = (struct answer_cell){ .type = 's', .s = copy };
	answer->n++;
}

void answer_free(struct answer *answer)
{
	if (!answer)
		return;
	for (size_t i = 0; i < answer->n; i++)
		if (answer->cell[i].type == 's')
			free(answer->cell[i].s);
	free(answer->cell);
	free(answer);
}
