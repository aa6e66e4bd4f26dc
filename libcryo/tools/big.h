/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digits that are read from across the room. Pure. */
#pragma once

#include <stdbool.h>

#include "text.h"

#define BIG_ROWS	5
/* A row of TEXT_MAX glyphs of 7 cells of up to 3 bytes. */
#define BIG_ROW_MAX	(TEXT_MAX * 7 * 3 + 1)

/* Row 0 is the top one of BIG_ROWS. Of @text digits, '+', '-' and '.' are drawn, all else is room. */
void big_row(const char *text, int row, bool utf8, char line[BIG_ROW_MAX]);
