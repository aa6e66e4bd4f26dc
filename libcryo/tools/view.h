/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What monitor shows of a probe: a picture of some lines, or one line. Pure. */
#pragma once

#include <cryo.h>

#include "plot.h"
#include "text.h"

#define VIEW_LINES	(PLOT_ROWS + 8)
#define VIEW_LINE_MAX	512
#define VIEW_CONFIRM	" (cryoctl advance)"	/* after a prompt: how to answer it */

struct view {
	char title[128];
	char prompt[128];		/* "": nothing is asked */
	bool confirm;			/* the prompt waits for the operator's word */
	char alarm[TEXT_ALARM_MAX];	/* the most urgent one, "": none */
	char note[128];			/* what the viewer itself has to say, "": nothing */
	bool paused;
	bool utf8;
	uint64_t lost;			/* frames */
	struct cryo_frame frame;	/* the newest */
	struct plot plot;
};

/* The picture, VIEW_LINES lines of at most @width characters each. */
void view_picture(const struct view *view, int width, char lines[VIEW_LINES][VIEW_LINE_MAX]);

/* One line; @time_ns is the sample's time since the first. */
void view_line(const struct view *view, int64_t time_ns, char line[VIEW_LINE_MAX]);
