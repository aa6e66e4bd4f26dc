/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the tip behaves as a tip can: readings that are valid each, and yet
 * cannot all be true.
 */
#ifndef CRYO_PLAUSIBILITY_H
#define CRYO_PLAUSIBILITY_H

#include "../pure.h"

#include <linux/cryoprobe.h>

/**
 * struct cryo_tip_look - a valid reading of the tip, and what belongs to it
 * @time_ns: when it was taken
 * @mdegc: the temperature
 * @code: the provider's number, or the temperature where there is none
 * @lowest_mdegc: the lowest temperature to come if all valves close now
 * @flow_permille: flow granted
 */
struct cryo_tip_look {
	s64 time_ns;
	s32 mdegc;
	s32 code;
	s32 lowest_mdegc;
	u32 flow_permille;
};

/**
 * struct cryo_finding - what does not fit, for the record of the fault
 * @value: what was seen
 * @limit: what it was compared with
 */
struct cryo_finding {
	s32 value;
	s32 limit;
};

/**
 * struct cryo_span - lowest and highest reading in some time
 * @begin_ns: its first reading
 * @low: lowest
 * @high: highest
 */
struct cryo_span {
	s64 begin_ns;
	s32 low;
	s32 high;
};

#define CRYO_PLAUSIBILITY_FIRST	CRYOPROBE_FAULT_STUCK_OPEN
#define CRYO_PLAUSIBILITY_LAST	CRYOPROBE_FAULT_STUCK_CODE

/**
 * struct cryo_plausibility - memory of the tip's behaviour
 * @resolution_mdegc: one step of @code at 0 degC; 0 if unknown,
 *	then nothing is expected of it
 * @standing: mask of faults that the last looks amount to
 * @finding: of each, by code from CRYO_PLAUSIBILITY_FIRST
 * @begun: there was a reading
 * @sound_mdegc: the last reading that was no jump
 * @sound_ns: when it was taken
 * @jumps: one bit for each reading, set if it was one
 * @full: flow is full
 * @full_ns: since when
 * @fall_ns: begin of the time in which the tip has to fall
 * @fall_mdegc: tip at that time
 * @warmed_from_mdegc: lowest tip under full flow
 * @flowing: there was flow at the last look
 * @closed: it has ended a short time ago
 * @closed_ns: when
 * @bottom_mdegc: the tip cannot go below that any more
 * @below_bottom: readings in a row that did
 * @code: the last one
 * @code_ns: since when, but not before flow came
 * @code_count: readings since then
 * @moved: the last two seconds before @code changed, newer half first
 *
 * The first one is set by the owner, the rest zeroed.
 */
struct cryo_plausibility {
	u32 resolution_mdegc;
	u64 standing;
	struct cryo_finding finding[CRYO_PLAUSIBILITY_LAST - CRYO_PLAUSIBILITY_FIRST + 1];

	bool begun;
	s32 sound_mdegc;
	s64 sound_ns;
	u8 jumps;

	bool full;
	s64 full_ns;
	s64 fall_ns;
	s32 fall_mdegc;
	s32 warmed_from_mdegc;

	bool flowing;
	bool closed;
	s64 closed_ns;
	s32 bottom_mdegc;
	u8 below_bottom;

	s32 code;
	s64 code_ns;
	u32 code_count;
	struct cryo_span moved[2];
};

void cryo_plausibility_look(struct cryo_plausibility *p, const struct cryo_tip_look *look);

#endif /* CRYO_PLAUSIBILITY_H */
