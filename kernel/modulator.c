// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modulator: keeps account of the open time that a duty owes, opens when
 * enough has gathered for one opening and closes when it is paid back. The
 * mean over many openings is therefore exact, whatever the minimum times, and
 * wherever between two decisions an opening had to end.
 */
#include "modulator.h"

#define FULL		1000U
/* Beyond this many cycles a debt is forgotten, it would come as a flood. */
#define DEBT_CYCLES	2

/* One opening and closing with this duty. */
struct cycle {
	s64 on_ns;
	s64 off_ns;
};

static struct cycle cycle_of(const struct cryo_modulator *m, u32 permille)
{
	struct cycle c;

	c.on_ns = max(div_s64(m->period_ns * permille, FULL), m->min_on_ns);
	c.off_ns = div_s64(c.on_ns * (FULL - permille), permille);
	if (c.off_ns >= m->min_off_ns || permille == FULL)
		return c;
	c.off_ns = m->min_off_ns;
	c.on_ns = div_s64(c.off_ns * permille, FULL - permille);
	return c;
}

static void count(struct cryo_modulator *m, s64 now_ns)
{
	s64 passed_ns = now_ns - m->counted_ns;

	m->owed += passed_ns * m->permille;
	if (m->open)
		m->owed -= passed_ns * FULL;
	m->counted_ns = now_ns;
}

/* When an open output has paid what it owed. */
static s64 paid_ns(const struct cryo_modulator *m, s64 now_ns)
{
	s64 earliest_ns = m->changed_ns + m->min_on_ns;

	if (m->permille == FULL)
		return S64_MAX;
	if (m->owed <= 0)
		return max(earliest_ns, now_ns);
	return max(earliest_ns, now_ns + div_s64(m->owed, FULL - m->permille));
}

static bool may_open(const struct cryo_modulator *m, s64 now_ns, s64 enough)
{
	return m->owed >= enough && now_ns - m->changed_ns >= m->min_off_ns;
}

/**
 * cryo_modulator_reset() - start closed, with nothing owed
 * @m: the modulator
 * @now_ns: time now, from which the shortest closed time counts
 */
void cryo_modulator_reset(struct cryo_modulator *m, s64 now_ns)
{
	m->open = false;
	m->changed_ns = now_ns;
	m->close_ns = now_ns;
	m->counted_ns = now_ns;
	m->permille = 0;
	m->owed = 0;
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
	count(m, now_ns);
	m->open = false;
	m->changed_ns = now_ns;
}

/**
 * cryo_modulator_step() - decide for the time until the next step
 * @m: the modulator
 * @permille: wanted duty, 0 to 1000; 0 is a stop and forgets what is owed
 * @now_ns: time now
 * @hold_ns: longest time from now that the output may stay open without
 *	another step
 *
 * Afterwards @open tells whether the output is to be open, and @close_ns when
 * it must be closed if no other step comes before.
 */
void cryo_modulator_step(struct cryo_modulator *m, u32 permille, s64 now_ns, s64 hold_ns)
{
	struct cycle c;
	s64 enough, most;

	count(m, now_ns);
	m->permille = min(permille, FULL);
	if (!m->permille) {
		cryo_modulator_close(m, now_ns);
		m->owed = 0;
		return;
	}

	c = cycle_of(m, m->permille);
	enough = c.on_ns * (FULL - m->permille);
	most = DEBT_CYCLES * (enough + FULL * m->period_ns);
	m->owed = clamp(m->owed, -most, most);
	if (!m->open && may_open(m, now_ns, enough)) {
		m->open = true;
		m->changed_ns = now_ns;
	}
	if (!m->open)
		return;
	m->close_ns = min(paid_ns(m, now_ns), now_ns + hold_ns);
	if (m->close_ns <= now_ns)
		cryo_modulator_close(m, now_ns);
}
