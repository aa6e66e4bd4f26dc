// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Before, at and after each deadline of a state, to the nanosecond. The deadlines are computed here
 * from the contracts' numbers; the interlock's own next time must not be later than any of them.
 */
#include "selftests/explore/invariants.h"

#define GAP_NS (100 * MS)
#define LATE_LEAST_NS (30 * MS)
#define SENSE_WRONG_NS (5 * MS)

static const struct cryo_lines supplied = { .estop_released = true, .supply_sense = true };
static const struct cryo_lines unsupplied = { .estop_released = true };

/* A deadline: at at_ns the fault latches, and not a nanosecond earlier for this reason. */
struct deadline {
	enum cryoprobe_fault code;
	s64 at_ns;
	bool applies;
	const char *early;
	const char *missed;
};

static s64 own_deadline(const struct world *w)
{
	return cryo_outputs_deadline(&w->out, &w->il, w->now_ns);
}

static struct world look_at(const struct world *w, const struct cryo_lines *lines, s64 now_ns)
{
	const struct input look = { .name = "look", .kind = INPUT_GUARD, .lines = *lines };
	struct world later = *w;

	later.now_ns = now_ns;
	world_apply(&later, &look);
	return later;
}

static const char *check(const struct world *w, const struct deadline *d)
{
	struct world before, at;

	if (!d->applies || d->at_ns <= w->now_ns)
		return NULL;
	if (own_deadline(w) > d->at_ns)
		return "the guard would look too late";
	before = look_at(w, &supplied, d->at_ns - 1);
	if (before.il.latched & BIT_ULL(d->code))
		return d->early;
	at = look_at(w, &supplied, d->at_ns);
	/* Another deadline may have been first; then it is closed already. */
	if (at.il.phase != CRYO_FAULT && at.il.phase == w->il.phase)
		return d->missed;
	return NULL;
}

/* What the supply's sense line says is believed after five milliseconds. */
static const char *check_supply(const struct world *w)
{
	s64 at_ns = w->seen.wrong_ns + SENSE_WRONG_NS;
	struct world before, at;

	if (!w->seen.wrong || at_ns <= w->now_ns)
		return NULL;
	before = look_at(w, &unsupplied, at_ns - 1);
	if (before.il.latched & BIT_ULL(CRYOPROBE_FAULT_SUPPLY_SENSE))
		return "the supply is given up too early";
	at = look_at(w, &unsupplied, at_ns);
	return at.il.phase != CRYO_FAULT ? "a supply that is off is not seen" : NULL;
}

/* Outputs stay as they are until the guard looks, and closes them in time. */
static const char *check_outputs(const struct world *w)
{
	s64 next_ns = own_deadline(w);
	u32 permit = cryo_interlock_permit(&w->il, w->now_ns);

	if (next_ns == S64_MAX)
		return permit ? "permitted, and nobody will look" : NULL;
	if (next_ns <= w->now_ns)
		return "the guard would look for ever";
	if (cryo_interlock_permit(&w->il, next_ns - 1) != permit)
		return "a permit ends before the guard looks";
	if (w->out.valve.open && w->out.valve.close_ns < next_ns)
		return "the valve's time is over before the guard looks";
	if (w->out.heater.open && w->out.heater.close_ns < next_ns)
		return "the heater's time is over before the guard looks";
	return NULL;
}

const char *deadlines_broken(const struct world *w)
{
	const struct cryo_interlock *il = &w->il;
	s64 late_ns = max(2 * il->period_us * 1000LL, LATE_LEAST_NS);
	const struct deadline deadlines[] = {
		{ CRYOPROBE_FAULT_LATE, w->seen.due_ns + late_ns + 1, il->sampling,
		  "late too early", "late is not seen" },
		{ CRYOPROBE_FAULT_PULSE_GAP, w->seen.pulse_ns + GAP_NS, w->seen.pulses,
		  "a gap of the pulse too early", "a gap of the pulse is not seen" },
		{ CRYOPROBE_FAULT_EXPIRED, w->seen.until_ns,
		  il->phase == CRYO_ARMED, "expired too early", "not expired" },
	};
	const char *why;

	if (!cryo_interlock_live(il))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(deadlines); i++) {
		why = check(w, &deadlines[i]);
		if (why)
			return why;
	}
	why = check_supply(w);
	return why ? why : check_outputs(w);
}
