// SPDX-License-Identifier: LGPL-2.1-or-later
/* Digits that are read from across the room, of cells two characters wide. Pure. */
#include <string.h>

#include "big.h"

/* Three cells a row, the left one first. */
static const struct glyph {
	char character;
	char rows[BIG_ROWS][4];
} glyphs[] = {
	{ '0', { "###", "# #", "# #", "# #", "###" } }, { '1', { "  #", "  #", "  #", "  #", "  #" } },
	{ '2', { "###", "  #", "###", "#  ", "###" } }, { '3', { "###", "  #", "###", "  #", "###" } },
	{ '4', { "# #", "# #", "###", "  #", "  #" } }, { '5', { "###", "#  ", "###", "  #", "###" } },
	{ '6', { "###", "#  ", "###", "# #", "###" } }, { '7', { "###", "  #", "  #", "  #", "  #" } },
	{ '8', { "###", "# #", "###", "# #", "###" } }, { '9', { "###", "# #", "###", "  #", "###" } },
	{ '-', { "   ", "   ", "###", "   ", "   " } }, { '+', { "   ", " # ", "###", " # ", "   " } },
	{ '.', { " ", " ", " ", " ", "#" } },
};

static const char *cells_of(char character, int row)
{
	for (size_t i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++)
		if (glyphs[i].character == character)
			return glyphs[i].rows[row];
	return "   ";
}

void big_row(const char *text, int row, bool utf8, char line[BIG_ROW_MAX])
{
	const char *full = utf8 ? "██" : "##";
	char *end = line;

	for (size_t i = 0; text[i] && i < TEXT_MAX; i++) {
		for (const char *cell = cells_of(text[i], row); *cell; cell++)
			end = stpcpy(end, *cell == '#' ? full : "  ");
		end = stpcpy(end, " ");
	}
	*end = 0;
}
