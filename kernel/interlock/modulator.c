// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modulator: one opening in each cycle, as long as the duty then in force says.
 * Nothing is owed from one cycle to the next: whoever asks for flow sees what
 * it does, and would see an old debt paid back as a disturbance. For a steady
 * duty the mean is exact all the same, because a cycle that began late gets a
 * longer opening. Openings come at an even pace, because a tip that is cooled
 * by pulses moves least when they are alike. That is why a cycle is a whole
 * number of steps: nothing opens between two of them.
 */
#include "modulator.h"

#define FULL		1000U

/* Long enough for the minimum times. */
static s64 length_ns(const struct cryo_modulator *m, u32 permille)
{
	s64 length = max(m->period_ns, div_s64(m->min_on_ns * FULL, permille));

	if (permille < FULL)
		length = max(length, div_s64(m->min_off_ns * FULL, FULL - permille));
	return div_s64(length + m->step_ns - 1, m->step_ns) * m->step_ns;
}

static void begin_cycle(struct cryo_modulator *m, s64 now_ns, s64 length)
{
	s64 late_ns = now_ns - m->cycle_ns - length;

	m->cycle_ns += length;
	m->late_ns = 0;
	/* A step that came a little late is no other pace; a step that was left out is. */
	if (late_ns > m->step_ns / 2) {
		m->cycle_ns = now_ns;
		m->late_ns = min(late_ns, m->period_ns);
	}
	m->opened_ns = now_ns;
	m->running = true;
	if (!m->open) {
		m->open = true;
		m->changed_ns = now_ns;
	}
}

static void set_close(struct cryo_modulator *m, u32 permille, s64 length, s64 now_ns, s64 hold_ns)
{
	s64 on_ns = div_s64(permille * (length + m->late_ns), FULL);

	m->due_ns = max(m->opened_ns + on_ns, m->changed_ns + m->min_on_ns);
	if (permille == FULL)
		m->due_ns = S64_MAX;
	m->close_ns = min(m->due_ns, now_ns + hold_ns);
	if (m->close_ns <= now_ns)
		cryo_modulator_close(m, now_ns);
}

/**
 * cryo_modulator_reset() - start closed
 * @m: the modulator
 * @now_ns: time now, from which the shortest closed time counts
 */
void cryo_modulator_reset(struct cryo_modulator *m, s64 now_ns)
{
	m->open = false;
	m->running = false;
	m->changed_ns = now_ns;
}

/**
 * cryo_modulator_close() - the output was, or is to be, closed now
 * @m: the modulator
 * @now_ns: time now
 *
 * To be called when @close_ns is reached, and at any stop: a stop does not
 * wait for the shortest open time. Does nothing if the output is closed.
 */
void cryo_modulator_close(struct cryo_modulator *m, s64 now_ns)
{
	if (!m->open)
		return;
	m->open = false;
	m->changed_ns = now_ns;
}

/**
 * cryo_modulator_step() - decide for the time until the next step
 * @m: the modulator
 * @permille: wanted duty, 0 to 1000; 0 is a stop, what follows begins anew
 * @now_ns: time now
 * @hold_ns: longest time from now that the output may stay open without
 *	another step
 *
 * Afterwards @open tells whether the output is to be open, and @close_ns when
 * it must be closed if no other step comes before.
 */
void cryo_modulator_step(struct cryo_modulator *m, u32 permille, s64 now_ns, s64 hold_ns)
{
	bool may_open = m->open ? m->due_ns == S64_MAX : now_ns - m->changed_ns >= m->min_off_ns;
	s64 length;

	permille = min(permille, FULL);
	if (!permille) {
		cryo_modulator_close(m, now_ns);
		m->running = false;
		return;
	}

	length = length_ns(m, permille);
	if (!m->running)
		m->cycle_ns = now_ns - length;
	if (may_open && now_ns - m->cycle_ns >= length - m->step_ns / 2) {
		begin_cycle(m, now_ns, length);
	} else if (may_open && !m->open && m->due_ns - now_ns >= m->min_on_ns) {
		/* It had to close before its time. */
		m->open = true;
		m->changed_ns = now_ns;
	}
	if (m->open)
		set_close(m, permille, length, now_ns, hold_ns);
}
