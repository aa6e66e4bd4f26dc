// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cryo-sound: makes alarms heard for cryod, which starts it. A process of its own, so that a sound driver
 * that hangs, or a library that crashes, does so without cryod. It writes the name of what it plays on
 * ("none" if there is nothing) and then reads priorities.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/sound/player.h"

int main(void)
{
	struct output output = { .name = "none" };
	bool found = output_open_alsa(&output) >= 0 || output_open_bell(&output) >= 0;

	if (dprintf(STDOUT_FILENO, "%s\n", output.name) < 0 || !found)
		return EXIT_FAILURE;
	return player_run(STDIN_FILENO, &output) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
