/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The full-screen view of a probe, on any terminal whose cursor can be placed. */
#pragma once

#include <stdbool.h>

#include "view.h"

/* Keys that are no character. */
#define SCREEN_NO_KEY	(-1)

/* Takes the terminal. False: its cursor cannot be placed, or it is none; nothing was changed. */
bool screen_begin(void);

/* Gives the terminal back as it was. Does nothing where nothing was begun. */
void screen_end(void);

/* A line that is slow, as a serial one, should see fewer pictures. */
bool screen_is_slow(void);

void screen_draw(const struct view *view);

/* The next key that was pressed, or SCREEN_NO_KEY; never waits. */
int screen_key(void);
