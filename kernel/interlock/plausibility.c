// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plausibility of the tip. Each check looks at every valid reading; what it
 * finds stands until the readings fit again. The figures in degrees and
 * seconds are the contract's; those that keep a healthy needle from tripping
 * were measured on the plant (selftests/sil/test_plausibility.c), N2O and LN2,
 * 16G to 22G, muscle and fat.
 *
 * Safety measures SM-PLAUSIBLE and SM-STUCK.
 */
#include "plausibility.h"

#define NS_PER_MS		1000000LL

/* STEP: 200 degC/s is 1 m degC in 5 us; the plant's fastest tip does 71 degC/s. */
#define STEP_NS_PER_MDEGC	5000
/* Twice a converter's noise at its worst, so that a fast clock finds no steps in it. */
#define STEP_LEAST_MDEGC	1000
/* This many of the last readings must be jumps: a lone outlier is none. */
#define JUMPS			3
#define JUMPS_OF		0x1f	/* the last 5 */
/* After so long without a reading the tip may be anywhere. */
#define STEP_MEMORY_NS		(1000 * NS_PER_MS)

/* The modulator's shortest closing makes less than all of it useless. */
#define FULL_PERMILLE		900
/* NO_RESPONSE */
#define RESPONSE_NS		(3000 * NS_PER_MS)
#define RESPONSE_MDEGC		5000
#define RESPONSE_ABOVE_MDEGC	(-20000)
/* REVERSED: what thaws goes on rising until the flow gets to it. */
#define TURN_NS			(500 * NS_PER_MS)
#define RISE_MDEGC		2000

/*
 * STUCK_OPEN: so far beyond the prediction, which healthy needles pass by up to
 * 3.7 degC when they are let go amid the pulses of a hold; and for how long.
 */
#define BOTTOM_MARGIN_MDEGC	6000
#define CLOSED_NS		(5000 * NS_PER_MS)
#define BELOW_BOTTOM		2

/* STUCK_CODE */
#define STUCK_NS		(2000 * NS_PER_MS)
#define STUCK_READINGS		20
/*
 * The valve's pulses move a tip above -20 degC by 300 m degC or more in 2 s: four
 * steps of a converter that is as coarse as this.
 */
#define STUCK_COARSE_MDEGC	75
#define STUCK_PULSES_PERMILLE	20
/*
 * A tip that moved by this in 2 s does not stand still in the next 2 s. At the
 * end of the fall, where the cryogen boils, only a fine converter sees that:
 * one of 16 bits on an amplified thermocouple.
 */
#define STUCK_MOVED_MDEGC	200
#define STUCK_FINE_MDEGC	16
#define HALF_SPAN_NS		(STUCK_NS / 2)

static s32 distance(s32 a, s32 b)
{
	return max(a - b, b - a);
}

static void judge(struct cryo_plausibility *p, enum cryoprobe_fault code, bool stands, s32 value,
		  s32 limit)
{
	p->standing &= ~BIT_ULL(code);
	if (!stands)
		return;
	p->standing |= BIT_ULL(code);
	p->finding[code - CRYO_PLAUSIBILITY_FIRST] = (struct cryo_finding) { value, limit };
}

/* Steps */

static bool is_jump(const struct cryo_plausibility *p, const struct cryo_tip_look *look)
{
	s64 passed_ns = look->time_ns - p->sound_ns;

	return p->begun && passed_ns < STEP_MEMORY_NS &&
	       distance(look->mdegc, p->sound_mdegc) >
	       STEP_LEAST_MDEGC + div_s64(passed_ns, STEP_NS_PER_MDEGC);
}

static void check_step(struct cryo_plausibility *p, const struct cryo_tip_look *look)
{
	bool jump = is_jump(p, look);

	p->jumps = (p->jumps << 1 | jump) & JUMPS_OF;
	judge(p, CRYOPROBE_FAULT_STEP, hweight8(p->jumps) >= JUMPS, look->mdegc,
	      p->sound_mdegc);
	/* What stays where it has jumped to is where the tip is said to be. */
	if (jump && hweight8(p->jumps) < JUMPS)
		return;
	p->sound_mdegc = look->mdegc;
	p->sound_ns = look->time_ns;
	p->begun = true;
}

/* Full flow */

static void begin_full(struct cryo_plausibility *p, s64 now_ns)
{
	p->full = true;
	p->full_ns = now_ns;
	p->fall_ns = now_ns;
	p->fall_mdegc = p->sound_mdegc;
}

static void check_rise(struct cryo_plausibility *p, s64 now_ns)
{
	s32 rise;

	if (now_ns - p->full_ns < TURN_NS)
		p->warmed_from_mdegc = p->sound_mdegc;
	p->warmed_from_mdegc = min(p->warmed_from_mdegc, p->sound_mdegc);
	rise = p->sound_mdegc - p->warmed_from_mdegc;
	judge(p, CRYOPROBE_FAULT_REVERSED, rise > RISE_MDEGC, rise, RISE_MDEGC);
}

static void check_fall(struct cryo_plausibility *p, s64 now_ns)
{
	s32 fall = p->fall_mdegc - p->sound_mdegc;

	if (now_ns - p->fall_ns < RESPONSE_NS)
		return;
	judge(p, CRYOPROBE_FAULT_NO_RESPONSE,
	      p->fall_mdegc > RESPONSE_ABOVE_MDEGC && fall < RESPONSE_MDEGC, fall, RESPONSE_MDEGC);
	p->fall_ns = now_ns;
	p->fall_mdegc = p->sound_mdegc;
}

static void check_full_flow(struct cryo_plausibility *p, const struct cryo_tip_look *look)
{
	if (look->flow_permille < FULL_PERMILLE) {
		p->full = false;
		judge(p, CRYOPROBE_FAULT_REVERSED, false, 0, 0);
		judge(p, CRYOPROBE_FAULT_NO_RESPONSE, false, 0, 0);
		return;
	}
	if (!p->full)
		begin_full(p, look->time_ns);
	/* The closings of a fine needle's nearly full flow let it rise by more than a degree. */
	if (look->flow_permille < CRYOPROBE_FULL_FLOW)
		p->full_ns = look->time_ns;
	check_rise(p, look->time_ns);
	check_fall(p, look->time_ns);
}

/* Closed */

static void check_closed(struct cryo_plausibility *p, const struct cryo_tip_look *look)
{
	if (look->flow_permille || look->time_ns - p->closed_ns > CLOSED_NS)
		p->closed = false;
	if (!look->flow_permille && p->flowing) {
		p->closed = true;
		p->closed_ns = look->time_ns;
		p->bottom_mdegc = look->lowest_mdegc - BOTTOM_MARGIN_MDEGC;
	}
	p->flowing = look->flow_permille;
	if (!p->closed || p->sound_mdegc >= p->bottom_mdegc)
		p->below_bottom = 0;
	else
		p->below_bottom = min(p->below_bottom + 1, BELOW_BOTTOM);
	judge(p, CRYOPROBE_FAULT_STUCK_OPEN, p->below_bottom >= BELOW_BOTTOM,
	      p->sound_mdegc, p->bottom_mdegc);
}

/* Code */

static void note_move(struct cryo_plausibility *p, const struct cryo_tip_look *look)
{
	struct cryo_span *now = &p->moved[0], *before = &p->moved[1];
	s64 age_ns = look->time_ns - now->begin_ns;

	if (!now->begin_ns || age_ns >= HALF_SPAN_NS) {
		struct cryo_span fresh = { look->time_ns, look->mdegc, look->mdegc };

		*before = age_ns < STUCK_NS ? *now : fresh;
		*now = fresh;
	}
	now->low = min(now->low, look->mdegc);
	now->high = max(now->high, look->mdegc);
}

/* It must change by four steps of the converter, by what it did or by what the valve does. */
static bool change_expected(const struct cryo_plausibility *p)
{
	const struct cryo_span *a = &p->moved[0], *b = &p->moved[1];
	s32 moved_mdegc = max(a->high, b->high) - min(a->low, b->low);

	if (!p->resolution_mdegc)
		return false;
	if (p->resolution_mdegc <= STUCK_FINE_MDEGC && moved_mdegc >= STUCK_MOVED_MDEGC)
		return true;
	return p->sound_mdegc > RESPONSE_ABOVE_MDEGC && p->resolution_mdegc <= STUCK_COARSE_MDEGC;
}

static void check_code(struct cryo_plausibility *p, const struct cryo_tip_look *look)
{
	s64 still_ns;

	if (look->code != p->code || !p->code_count) {
		p->code = look->code;
		p->code_count = 0;
		note_move(p, look);
	}
	if (look->flow_permille < STUCK_PULSES_PERMILLE)
		p->code_count = 0;
	if (!p->code_count)
		p->code_ns = look->time_ns;
	p->code_count++;
	still_ns = look->time_ns - p->code_ns;
	judge(p, CRYOPROBE_FAULT_STUCK_CODE,
	      still_ns >= STUCK_NS && p->code_count > STUCK_READINGS && change_expected(p),
	      div_s64(still_ns, NS_PER_MS), div_s64(STUCK_NS, NS_PER_MS));
}

/**
 * cryo_plausibility_look() - take in one valid reading
 * @p: what is known so far; afterwards @standing tells what does not fit
 * @look: the reading
 */
void cryo_plausibility_look(struct cryo_plausibility *p, const struct cryo_tip_look *look)
{
	check_step(p, look);
	check_full_flow(p, look);
	check_closed(p, look);
	check_code(p, look);
}
