/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control socket: a line of text in, a line of text out. */
#ifndef CRYO_PLANT_CONTROL_H
#define CRYO_PLANT_CONTROL_H

#include "selftests/plant/plant.h"

#define CONTROL_CLIENTS_MAX 8
#define CONTROL_LINE_MAX 256
#define CONTROL_REPLY_MAX 2048

struct control_client {
	int fd;			/* -1 when free */
	size_t used;
	char line[CONTROL_LINE_MAX];
};

struct control {
	int listen_fd;		/* -1 when there is no socket */
	const char *path;
	struct control_client client[CONTROL_CLIENTS_MAX];
};

/* Listens at @path, replacing a socket nobody listens at. 0 or a negative errno. */
int control_begin(struct control *c, const char *path);
void control_end(struct control *c);

/* Does what clients asked for since the last call; never waits. */
void control_turn(struct control *c, struct plant *p);

/*
 * One command: the reply, without its newline, begins with "ok" or "error". @reply holds
 * CONTROL_REPLY_MAX characters. README.md lists the commands.
 */
void control_command(struct plant *p, char *line, char *reply);

/*
 * A fault by name: NAME[@SECONDSs][@HANDPIECE]. Returns NULL, or what is wrong with it (a static
 * buffer). Without a time at_s is 0, without a handpiece it is handpiece 0.
 */
const char *control_parse_fault(const char *text, unsigned int handpieces,
				struct planned_fault *ret_fault);

#endif
