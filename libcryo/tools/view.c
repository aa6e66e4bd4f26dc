// SPDX-License-Identifier: LGPL-2.1-or-later
/* What monitor knows of a probe, as pieces of text. Pure. */
#include <stdio.h>
#include <string.h>

#include "view.h"

const char *view_phase(const struct view *view, char text[TEXT_MAX])
{
	snprintf(text, TEXT_MAX, "%s%s",
		 cryo_phase_to_string((enum cryo_phase)view->frame.phase),
		 view->paused ? " (paused)" : "");
	return text;
}

const char *view_bar(const struct view *view, char text[3 * VIEW_BAR_CELLS + 1])
{
	uint32_t full = (view->frame.flow_permille * VIEW_BAR_CELLS + 500) / 1000;
	char *end = text;

	for (uint32_t i = 0; i < VIEW_BAR_CELLS; i++)
		end = stpcpy(end, i < full ? (view->utf8 ? "█" : "#") : (view->utf8 ? "░" : "."));
	return text;
}

void view_line(const struct view *view, int64_t time_ns, char line[VIEW_LINE_MAX])
{
	const struct cryo_frame *f = &view->frame;
	char tip[TEXT_MAX], target[TEXT_MAX], phase[TEXT_MAX], left[TEXT_MAX];
	char share[TEXT_MAX], ice[TEXT_MAX];

	snprintf(line, VIEW_LINE_MAX,
		 "%7.1f s  %-10s %u/%u  tip %s  target %s  flow %s  ice %s  left %s",
		 time_ns / 1e9, view_phase(view, phase), f->cycle, f->cycles,
		 text_temperature(tip, f->tip_mdegc, view->utf8),
		 text_temperature(target, f->target_mdegc, view->utf8),
		 text_share(share, f->flow_permille), text_length(ice, f->ice_radius_um),
		 text_left(left, f->phase_left_ms));
}
