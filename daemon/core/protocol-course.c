// SPDX-License-Identifier: GPL-2.0-or-later
/* A protocol's course in words: what lets each phase begin and end. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "daemon/core/goals.h"

struct writer {
	char *text;
	size_t size, used;
};

__attribute__((format(printf, 2, 3)))
static void say(struct writer *w, const char *format, ...)
{
	size_t left = w->used < w->size ? w->size - w->used : 0;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->text + (left ? w->used : 0), left, format, args);
	va_end(args);
	w->used += n > 0 ? n : 0;
}

static double degc(int32_t mdegc)
{
	return mdegc / 1e3;
}

static void say_self_test(struct writer *w, const struct protocol *p)
{
	say(w, "self-test\n"
	    "  begins   at the start, with the tip above %+.0f degC%s\n"
	    "  asks     once after power-up: press and release the emergency stop\n"
	    "  ends     with the probe armed, its valves tested, and the tip between %+.0f and\n"
	    "           %+.0f degC for %d s: to %s\n"
	    "           by a fault, or after %d s (%d s while valves are tested): not begun\n",
	    degc(TIP_WARM_MDEGC), p->sites > 1 ? ", and before each further site" : "",
	    degc(TIP_WARM_MDEGC), degc(SELF_TEST_HOT_MDEGC), SELF_TEST_TIME_S,
	    p->confirm_ready ? "ready" : "cool", SELF_TEST_MAX_S, VALVE_TEST_MAX_S);
}

static void say_ready(struct writer *w, const struct protocol *p)
{
	if (!p->confirm_ready)
		return;
	say(w, "ready\n");
	for (uint32_t i = 0; i < p->steps; i++)
		say(w, "  asks     %s\n", protocol_step_prompt(p->step[i]));
	say(w, "  ends     with the operator's word on each: to cool\n"
	    "           after %.0f s: to warm\n", p->ready_timeout_ms / 1e3);
}

/* Of a freeze and of the way to it. */
static void say_ice(struct writer *w, const struct protocol *p, const char *boundary)
{
	if (p->isotherm_um)
		say(w, "           once -20 degC has surely been %.1f mm from the axis for %.0f s: to the\n"
		    "           next cycle's thaw, or to warm after the last\n",
		    p->isotherm_um / 1e3, p->isotherm_ms / 1e3);
	if (p->boundary_um)
		say(w, "           when the ice may be %.1f mm from the axis: to %s\n", p->boundary_um / 1e3,
		    boundary);
}

static const char *after_freeze(const struct protocol *p)
{
	return protocol_most_cycles(p) > 1 ? "thaw, after the last to warm" : "warm";
}

/* With the words of `saturated`, which tells of it. */
static void say_out_of_reach(struct writer *w, const struct protocol *p)
{
	if (p->out_of_reach == REACH_END)
		say(w, "           when saturated: to warm\n");
	if (p->out_of_reach == REACH_LOWER)
		say(w, "  lowers   when saturated: to the tip there is and %.0f degC more, at most %.0f degC;\n"
		    "           beyond that: to warm\n", degc(LOWER_BY_MDEGC),
		    degc(goal_warmest_mdegc(p)));
}

static void say_cool(struct writer *w, const struct protocol *p)
{
	say(w, "cool, %u %s\n"
	    "  ends     with the tip at %.1f degC or below: to freeze\n", p->cycles,
	    p->cycles == 1 ? "time" : "times", degc(p->target_mdegc + p->band_mdegc));
	if (p->repeats)
		say(w, "  repeats  when the operator wants one more at this site, at most %u\n", p->repeats);
	say_ice(w, p, "warm");
	say(w, "           when the operator ends it: to %s\n"
	    "           after %.0f s: to warm\n", after_freeze(p), p->cool_max_ms / 1e3);
	say_out_of_reach(w, p);
}

static void say_freeze(struct writer *w, const struct protocol *p)
{
	say(w, "freeze\n"
	    "  holds    %.1f degC; the kernel closes before %.1f degC\n"
	    "  ends     after %.0f s at %.1f degC or below: to %s\n",
	    degc(p->target_mdegc), degc(p->floor_mdegc), p->freeze_ms / 1e3,
	    degc(p->target_mdegc + p->band_mdegc), after_freeze(p));
	say_ice(w, p, after_freeze(p));
	say(w, "           when the operator ends it: to %s\n"
	    "           after %.0f s in all: to warm\n", after_freeze(p),
	    (p->freeze_ms + p->cool_max_ms) / 1e3);
	say_out_of_reach(w, p);
}

static void say_thaw(struct writer *w, const struct protocol *p)
{
	if (protocol_most_cycles(p) == 1)
		return;
	say(w, "thaw, %s\n"
	    "  ends     with the tip at %.1f degC or above and after %.0f s at least: to cool\n"
	    "           when the operator ends it: to cool\n"
	    "           after %d s: to warm\n",
	    p->thaw_active ? "heated" : "by itself", degc(p->thaw_mdegc), p->thaw_min_ms / 1e3,
	    THAW_MAX_S);
}

static void say_end(struct writer *w, const struct protocol *p)
{
	say(w, "warm to withdraw\n"
	    "  begins   also by an abort, a fault, a lost tip, a leak, a disarming by another, or a pause\n"
	    "           of more than %d s in cool, freeze or thaw\n"
	    "  ends     with the tip above %+.0f degC for %d s without heat: to withdraw\n"
	    "           without a tip that can be believed: by other sensors and the model of the ice, or\n"
	    "           after the worst case's time, and the operator's word\n",
	    PAUSE_MAX_S, degc(TIP_WARM_MDEGC), WARM_TIME_S);
	say(w, "withdraw\n");
	if (p->confirm_withdraw)
		say(w, "  ends     with the operator's word that the needle is out%s, or after %.0f s\n",
		    p->sites > 1 ? " (then self-test, for the next site)" : "",
		    p->withdraw_timeout_ms / 1e3);
	else
		say(w, "  ends     at once\n");
}

int protocol_describe(const struct protocol *p, char *text, size_t size)
{
	struct writer w = { .text = text, .size = size };

	say(&w, "%s: %s\n", p->name, p->title);
	say(&w, "%s, %s; %u %s, %u %s at each\n\n", p->neurolysis ? "neurolysis" : "ablation",
	    p->cryogens == 1U << CRYOGEN_N2O ? "n2o" :
	    p->cryogens == 1U << CRYOGEN_LN2 ? "ln2" : "n2o or ln2",
	    p->sites, p->sites == 1 ? "site" : "sites", p->cycles,
	    p->cycles == 1 ? "freeze" : "freezes");
	say_self_test(&w, p);
	say_ready(&w, p);
	say_cool(&w, p);
	say_freeze(&w, p);
	say_thaw(&w, p);
	say_end(&w, p);
	return w.used < size ? 0 : -ENOSPC;
}
