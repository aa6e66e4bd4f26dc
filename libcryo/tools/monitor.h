/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the verb monitor share. */
#pragma once

#include "cryoctl.h"
#include "view.h"

struct monitor {
	struct invocation *in;
	struct cryo_probe *probe;
	char serial[64];
	struct cryo_stream *stream;
	int signal_fd;
	int wait_s;			/* for what has gone, or AWAIT_FOR_EVER */
	bool full_screen;		/* else lines */
	bool stream_ended;
	bool daemon_gone;
	bool bus_lost;
	bool interrupted;
	bool has_frame;
	int64_t first_ns, next_ns;	/* of the first sample; when to show the next */
	int64_t refresh_ns;		/* when to ask for what no signal tells */
	struct view view;
	char told_prompt[sizeof(((struct view *)0)->prompt)];
	char told_alarm[TEXT_ALARM_MAX];
	uint64_t told_lost;
	int asked_key;			/* pressed once, of those that want to be pressed twice */
	int64_t asked_ms;
};

/* monitor-lines.c */

/* The newest sample as a line, or an object, after what is new beside it. */
void lines_show(struct monitor *m);

/* "WORD: TEXT", or an object. */
void lines_tell(const struct monitor *m, const char *word, const char *text);

/* monitor-keys.c */

/* Does what the key stands for; how it went is told in the view's note. */
void keys_press(struct monitor *m, int key);
