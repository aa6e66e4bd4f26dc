/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What monitor knows of a probe, and pieces of text made of it. Pure. */
#pragma once

#include <cryo.h>

#include "ball.h"
#include "plot.h"
#include "text.h"

#define VIEW_ALARMS	2
#define VIEW_BAR_CELLS	20
#define VIEW_LINE_MAX	512
#define VIEW_CONFIRM	" (cryoctl advance)"	/* after a prompt: how to answer it */

struct view {
	char title[128];
	char prompt[128];			/* "": nothing is asked */
	bool confirm;				/* the prompt waits for the operator's word */
	char alarm[VIEW_ALARMS][TEXT_ALARM_MAX];	/* the most urgent ones, "": none */
	size_t alarms;				/* how many there are */
	char note[128];				/* what the viewer itself has to say, "": nothing */
	bool silent;				/* no samples come */
	bool paused;
	bool utf8;
	unsigned int site, sites;
	unsigned int audio_paused_s;		/* how long alarms are still silent */
	uint32_t boundary_um, boundary_in_ms;
	uint32_t isotherm_time_ms;		/* that -20 degC shall be at the nerve */
	uint64_t lost;				/* frames */
	struct cryo_frame frame;		/* the newest */
	struct plot plot;
};

/* "cool (paused)". Returns @text. */
const char *view_phase(const struct view *view, char text[TEXT_MAX]);

/* The flow as a bar of VIEW_BAR_CELLS characters. Returns @text. */
const char *view_bar(const struct view *view, char text[3 * VIEW_BAR_CELLS + 1]);

/* One line of everything; @time_ns is the sample's time since the first. */
void view_line(const struct view *view, int64_t time_ns, char line[VIEW_LINE_MAX]);
