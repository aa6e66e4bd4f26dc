// SPDX-License-Identifier: GPL-2.0-or-later
/* Plays the bursts that it is told to. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "daemon/sound/burst.h"
#include "daemon/sound/player.h"

struct player {
	uint32_t priority;
	const struct burst *burst;	/* NULL: silence */
	uint32_t next;			/* pulse of it */
	int wait_ms;			/* before that, -1: for ever */
};

/* A priority that is there already goes on in its burst. */
static void obey(struct player *player, char command)
{
	uint32_t priority = command - '0';

	if (priority == player->priority)
		return;
	player->priority = priority;
	player->burst = burst_of(priority);
	player->next = 0;
	player->wait_ms = player->burst ? 0 : -1;
}

static void advance(struct player *player)
{
	if (++player->next < player->burst->pulses) {
		player->wait_ms = player->burst->pulse[player->next].gap_ms;
	} else {
		player->next = 0;
		player->wait_ms = player->burst->pause_ms;
	}
}

/* Only the last of several commands counts. 1: go on, 0: there will be none any more. */
static int take_commands(struct player *player, int fd)
{
	char commands[64];
	ssize_t n = read(fd, commands, sizeof(commands));

	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	if (n > 0)
		obey(player, commands[n - 1]);
	return n > 0;
}

int player_run(int fd, struct output *output)
{
	struct player player = { .wait_ms = -1 };
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	int r = 1;

	while (r > 0) {
		r = poll(&readable, 1, player.wait_ms);
		if (r < 0)
			return -errno;
		if (r > 0) {
			r = take_commands(&player, fd);
			continue;
		}
		r = output->tone(output, player.burst->pulse[player.next].tone_ms);
		advance(&player);
		r = r < 0 ? r : 1;
	}
	return r;
}
