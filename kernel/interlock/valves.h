/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test of the valves: does each of the two hold alone?
 */
#ifndef CRYO_VALVES_H
#define CRYO_VALVES_H

#include "../pure.h"

#include <linux/cryoprobe.h>

/* The tip must not fall further than this while one of the valves is open. */
#define CRYO_VALVES_FALL_MDEGC	2000
/* Readings in a row that must be lower: one may be noise. */
#define CRYO_VALVES_FALLEN	2

/**
 * struct cryo_valve_times - how long the parts of the test last
 * @rest_ms: after the last flow, until what is left of it cools no more
 * @cool_ms: after the last heating, until the tip falls no more by itself
 * @open_ms: one valve is open; 0: there is no test
 * @shut_ms: both are shut again, and the tip is still looked at; not 0
 */
struct cryo_valve_times {
	u32 rest_ms;
	u32 cool_ms;
	u32 open_ms;
	u32 shut_ms;
};

/*
 * A leak of a quarter of full flow shows within half a second on every needle
 * of the plant; after heating the tissue takes the warmth from the tip for long.
 */
#define CRYO_VALVE_TIMES { .rest_ms = 2000, .cool_ms = 10000, .open_ms = 1000, .shut_ms = 200 }

/**
 * enum cryo_valve_step - steps of the test, in their order
 * @CRYO_VALVES_IDLE: there is no test
 * @CRYO_VALVES_REST: the tip comes to rest, all is shut
 * @CRYO_VALVES_FREEZE: the freeze valve alone is open, the supply valve has to hold
 * @CRYO_VALVES_FREEZE_SHUT: all is shut, what got through may still arrive
 * @CRYO_VALVES_SUPPLY: the supply valve alone is open, and the vent shut; the
 *	freeze valve has to hold
 * @CRYO_VALVES_SUPPLY_SHUT: as above
 */
enum cryo_valve_step {
	CRYO_VALVES_IDLE,
	CRYO_VALVES_REST,
	CRYO_VALVES_FREEZE,
	CRYO_VALVES_FREEZE_SHUT,
	CRYO_VALVES_SUPPLY,
	CRYO_VALVES_SUPPLY_SHUT,
};

/**
 * struct cryo_valves - the test, and what has to be over before it
 * @times: how long it lasts
 * @rest_ns: end of the rest after the last flow or heating
 * @step: the step that it is in
 * @end_ns: end of that step
 * @high_mdegc: highest reading since a valve was opened
 * @fallen: readings in a row too far below that, as far as it matters
 * @fall_mdegc: how far the last one was
 *
 * The first one is set by the owner, the rest zeroed.
 */
struct cryo_valves {
	struct cryo_valve_times times;
	s64 rest_ns;
	enum cryo_valve_step step;
	s64 end_ns;
	s32 high_mdegc;
	u8 fallen;
	s32 fall_mdegc;
};

void cryo_valves_disturb(struct cryo_valves *valves, bool flowing, bool heating, s64 now_ns);
void cryo_valves_begin(struct cryo_valves *valves, s64 now_ns);
void cryo_valves_stop(struct cryo_valves *valves);
void cryo_valves_pass(struct cryo_valves *valves, s64 now_ns);
void cryo_valves_look(struct cryo_valves *valves, s32 tip_mdegc);
bool cryo_valves_testing(const struct cryo_valves *valves);
u32 cryo_valves_open(const struct cryo_valves *valves, s64 now_ns);
u32 cryo_valves_failed(const struct cryo_valves *valves);

#endif /* CRYO_VALVES_H */
