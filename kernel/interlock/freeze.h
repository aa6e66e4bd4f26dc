/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long the tissue has been freezing: this time, and in a sliding window.
 */
#ifndef CRYO_FREEZE_H
#define CRYO_FREEZE_H

#include "../pure.h"

#define CRYO_NS_PER_MS		1000000LL

/* The tissue has thawed when the tip was this warm for this long. */
#define CRYO_THAWED_MDEGC	500
#define CRYO_THAWED_NS		(2000 * CRYO_NS_PER_MS)
/* Without a valid tip, it has thawed this long after the last flow. */
#define CRYO_THAW_ASSUMED_NS	(300000 * CRYO_NS_PER_MS)

#define CRYO_FREEZE_PARTS	64

/**
 * struct cryo_freeze - account of freeze time
 * @active: a freeze is going on
 * @ended: there was one, and it has ended
 * @ended_ns: when, if @ended
 * @length_ns: its length so far, or the length of the last one
 * @counted_ns: until when @length_ns and @spent_ns are right
 * @flow_ns: when there was flow last
 * @warm_ns: since when the tip has been warm, if @warm
 * @warm: the tip was warm and without flow at the last look
 * @part_ns: the window is counted in CRYO_FREEZE_PARTS parts of this length
 * @part: index of the part that is going on
 * @part_end_ns: its end
 * @spent_ns: freeze time in each part, the one before the oldest included
 */
struct cryo_freeze {
	bool active;
	bool ended;
	s64 ended_ns;
	s64 length_ns;
	s64 counted_ns;
	s64 flow_ns;
	s64 warm_ns;
	bool warm;
	s64 part_ns;
	u32 part;
	s64 part_end_ns;
	s64 spent_ns[CRYO_FREEZE_PARTS + 1];
};

void cryo_freeze_init(struct cryo_freeze *freeze, u32 window_ms, s64 now_ns);
void cryo_freeze_count(struct cryo_freeze *freeze, bool flowing, s64 now_ns);
void cryo_freeze_begin(struct cryo_freeze *freeze, s64 now_ns);
void cryo_freeze_look(struct cryo_freeze *freeze, bool tip_valid, s32 tip_mdegc, s64 now_ns);
bool cryo_freeze_recent(const struct cryo_freeze *freeze, s64 now_ns);
s64 cryo_freeze_total_ns(const struct cryo_freeze *freeze);

#endif /* CRYO_FREEZE_H */
