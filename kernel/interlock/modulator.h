/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Duty of a valve or heater to the times when it opens and closes.
 */
#ifndef CRYO_MODULATOR_H
#define CRYO_MODULATOR_H

#include "../pure.h"

/**
 * struct cryo_modulator - one modulated output
 * @min_on_ns: shortest time open, but for a stop
 * @min_off_ns: shortest time closed between two openings
 * @period_ns: one opening and closing, where the two above allow it; never less
 *	in the mean
 * @step_ns: time from step to step; a cycle is a whole number of them
 * @open: it is open
 * @changed_ns: when it was last opened or closed
 * @close_ns: when it is to be closed, if @open
 * @running: there was an opening since the latest stop
 * @cycle_ns: when the present cycle began, or was to begin
 * @late_ns: how much later than that its opening came
 * @opened_ns: when its opening began
 * @due_ns: when that is, or was, to end
 *
 * The first three are set by the owner before cryo_modulator_reset(), @step_ns
 * before each step that asks for anything. All times are of one monotonic clock.
 */
struct cryo_modulator {
	s64 min_on_ns;
	s64 min_off_ns;
	s64 period_ns;
	s32 step_ns;

	bool open;
	s64 changed_ns;
	s64 close_ns;
	bool running;
	s64 cycle_ns;
	s64 late_ns;
	s64 opened_ns;
	s64 due_ns;
};

void cryo_modulator_reset(struct cryo_modulator *m, s64 now_ns);
void cryo_modulator_step(struct cryo_modulator *m, u32 permille, s64 now_ns, s64 hold_ns);
void cryo_modulator_close(struct cryo_modulator *m, s64 now_ns);

#endif /* CRYO_MODULATOR_H */
