// SPDX-License-Identifier: GPL-2.0-or-later
/* Does to interlock and outputs what sampler, guard and ioctls do under the core's lock. */
#include "selftests/explore/world.h"

#define CALM_MDEGC 501

static const struct input calm_sample = {
	.kind = INPUT_SAMPLE, .status = CRYOPROBE_VALUE_VALID,
	.lines = { .estop_released = true },
};

static const struct input calm_guard = {
	.kind = INPUT_GUARD, .lines = { .estop_released = true },
};

void world_init(struct world *w, const struct cryo_interlock_config *config, u32 period_us,
		s64 now_ns)
{
	memset(w, 0, sizeof(*w));
	w->now_ns = now_ns;
	w->out.valve.min_on_ns = period_us * 1000LL;
	w->out.valve.min_off_ns = period_us * 1000LL;
	w->out.valve.period_ns = period_us * 2000LL;
	w->out.heater = w->out.valve;
	cryo_interlock_init(&w->il, config, now_ns);
	/* Its trial at the beginning is what unit tests look at. */
	w->il.estop_pressed = true;
	w->il.estop_tried = true;
	cryo_outputs_reset(&w->out, now_ns);
	cryo_interlock_start_sampling(&w->il, period_us, now_ns + period_us * 1000LL);
	w->seen.due_ns = w->il.last.next_due_ns;
	w->seen.until_ns = now_ns;
	w->seen.pulse_ns = now_ns;
}

/* An arm sequence that has not given a pulse yet. */
static bool dropping(const struct world *w)
{
	return w->il.phase == CRYO_ARMING && !w->il.pulses;
}

bool world_possible(const struct world *w, const struct input *input)
{
	switch (input->kind) {
	case INPUT_SAMPLE:
		return w->il.sampling && w->now_ns >= w->seen.due_ns &&
		       w->now_ns > w->seen.sample_ns[0];
	case INPUT_RESUME:
		return w->seen.tripped & BIT_ULL(CRYOPROBE_FAULT_SUSPEND);
	case INPUT_STOP:
	case INPUT_START:
		/* sampler.c does neither while live. */
		return !cryo_interlock_live(&w->il);
	case INPUT_CALM:
		return w->il.sampling && (!cryo_interlock_live(&w->il) || dropping(w));
	default:
		return true;
	}
}

static void see_outputs(struct world *w)
{
	u32 valves = w->driven & (CRYOPROBE_OUT_FREEZE | CRYOPROBE_OUT_SUPPLY);

	if (w->il.phase != CRYO_ARMED)
		w->seen.tested = 0;
	else if (valves == CRYOPROBE_OUT_FREEZE || valves == CRYOPROBE_OUT_SUPPLY)
		w->seen.tested |= valves;
}

static void follow(struct world *w)
{
	w->driven = cryo_outputs_follow(&w->out, &w->il, w->now_ns);
	see_outputs(w);
}

static void see_lines(struct world *w, const struct cryo_lines *lines)
{
	bool wrong = w->il.config.has_sense && w->il.phase == CRYO_ARMED && !lines->supply_sense;

	w->seen.estop = !lines->estop_released;
	w->seen.stuck = lines->found;
	if (wrong && !w->seen.wrong)
		w->seen.wrong_ns = w->now_ns;
	w->seen.wrong = wrong;
}

/* Arming counts as an answer. */
static void see_arming(struct world *w, bool armed_before)
{
	if (armed_before || w->il.phase != CRYO_ARMED)
		return;
	w->seen.until_ns = w->now_ns + w->il.limits.validity_ms * MS;
	w->seen.flow = 0;
	w->seen.thaw = 0;
}

static void look(struct world *w, const struct cryo_lines *lines)
{
	bool armed = w->il.phase == CRYO_ARMED;
	struct cryo_lines now = *lines;

	now.driven = w->driven;
	now.found = w->driven ^ lines->found;
	cryo_interlock_tick(&w->il, &now, w->now_ns);
	see_arming(w, armed);
	see_lines(w, lines);
	cryo_outputs_look(&w->out, w->now_ns);
}

/* What the sampler hands in, as its clock and its provider have it. */
static void fill_period(const struct world *w, const struct input *input,
			struct cryo_period *period)
{
	s64 period_ns = w->il.period_us * 1000LL;
	s64 skipped = input->late ? 0 : (w->now_ns - w->seen.due_ns) / period_ns;

	memcpy(period, &w->il.last, sizeof(*period));
	period->seq++;
	period->time_ns = w->now_ns;
	period->due_ns = w->seen.due_ns + skipped * period_ns;
	period->next_due_ns = period->due_ns + period_ns;
	period->missed = skipped;
	/* A converter's noise is never still. */
	period->tip_code++;
	period->scale_changed = input->scale_changed;
	period->value[0].value = input->tip_mdegc;
	period->value[0].status = input->status | CRYOPROBE_VALUE_FRESH;
}

static void see_sample(struct onlooker *seen, const struct cryo_period *period)
{
	bool valid = period->value[0].status & CRYOPROBE_VALUE_VALID;

	memmove(seen->sample_ns + 1, seen->sample_ns,
		sizeof(seen->sample_ns) - sizeof(seen->sample_ns[0]));
	seen->sample_ns[0] = period->time_ns;
	seen->due_ns = period->next_due_ns;
	seen->bad = (seen->bad << 1 | !valid) & 0x1f;
	seen->pulsed = false;
}

/* A freeze ends when the tip was warm for two seconds, or cannot be known for five minutes. */
static void see_thaw(struct onlooker *seen, const struct cryoprobe_value *tip, s64 now_ns)
{
	bool valid = tip->status & CRYOPROBE_VALUE_VALID;
	bool warm = valid && tip->value > 500 && now_ns > seen->flow_ns;

	if (warm && !seen->warm)
		seen->warm_ns = now_ns;
	seen->warm = warm;
	if (warm ? now_ns - seen->warm_ns >= 2000 * MS :
		   !valid && now_ns - seen->flow_ns >= 300000 * MS)
		seen->freezing = false;
}

/* Flow lasts until the look that ends it. */
static void see_flow(struct onlooker *seen, bool flow, s64 now_ns)
{
	if (!flow)
		return;
	if (!seen->freezing)
		seen->frozen_ns = now_ns;
	seen->freezing = true;
	seen->flow_ns = now_ns;
	seen->warm = false;
}

static void sample(struct world *w, const struct input *input)
{
	struct cryo_period period;

	fill_period(w, input, &period);
	see_sample(&w->seen, &period);
	see_flow(&w->seen, w->il.flow, w->now_ns);
	see_thaw(&w->seen, &period.value[0], w->now_ns);
	cryo_interlock_period(&w->il, &period, w->now_ns);
	look(w, &input->lines);
	cryo_outputs_open(&w->out, &w->il, w->now_ns);
}

static bool guard(struct world *w, const struct input *input)
{
	bool pulse;

	look(w, &input->lines);
	pulse = cryo_interlock_pulse(&w->il, w->now_ns);
	return pulse;
}

static u32 command(struct world *w, const struct input *input)
{
	u32 verdict = cryo_interlock_command(&w->il, w->il.last.seq - input->age, input->flow,
					     input->thaw, w->now_ns);

	bool granted = verdict == CRYOPROBE_VERDICT_GRANTED;

	if (granted || verdict == CRYOPROBE_VERDICT_TESTING) {
		w->seen.until_ns = w->seen.sample_ns[input->age] +
				   w->il.limits.validity_ms * MS;
		w->seen.flow = granted ? input->flow : 0;
		w->seen.thaw = granted ? input->thaw : 0;
	}
	return verdict;
}

static void start(struct world *w, u32 period_us)
{
	w->seen.due_ns = w->now_ns + period_us * 1000LL;
	cryo_interlock_start_sampling(&w->il, period_us, w->seen.due_ns);
}

static void turn(struct world *w, const struct input *input)
{
	struct input part = *input;

	w->now_ns += w->il.period_us * 1000LL;
	part.kind = INPUT_SAMPLE;
	if (world_possible(w, &part))
		world_apply(w, &part);
	part.kind = INPUT_GUARD;
	world_apply(w, &part);
	part.kind = INPUT_COMMAND;
	world_apply(w, &part);
}

static void calm(struct world *w)
{
	struct input sample = calm_sample;

	/* Warm, and no jump. */
	sample.tip_mdegc = max(w->il.last.value[0].value, CALM_MDEGC);
	for (unsigned int i = 0; i < WORLD_CALM && !(cryo_interlock_live(&w->il) && w->il.pulses); i++) {
		w->now_ns += w->il.period_us * 1000LL;
		world_apply(w, &sample);
		world_apply(w, &calm_guard);
	}
}

static struct outcome request(struct world *w, const struct input *input)
{
	struct outcome outcome = {};

	switch (input->kind) {
	case INPUT_COMMAND:
		outcome.verdict = command(w, input);
		break;
	case INPUT_ARM:
		outcome.result = cryo_interlock_arm(&w->il, input->number, w->now_ns);
		break;
	case INPUT_DISARM:
		cryo_interlock_disarm(&w->il, w->now_ns);
		break;
	case INPUT_LIMITS:
		outcome.result = cryo_interlock_set_limits(&w->il, input->limits);
		break;
	case INPUT_RELEASE:
		cryo_interlock_release(&w->il, w->now_ns);
		break;
	case INPUT_CLEAR:
		outcome.result = cryo_interlock_clear(&w->il, w->il.fault_seq - input->number);
		break;
	default:
		break;
	}
	return outcome;
}

static void happen(struct world *w, const struct input *input)
{
	switch (input->kind) {
	case INPUT_PASS:
		w->now_ns += input->number;
		break;
	case INPUT_TRIP:
		w->seen.tripped |= BIT_ULL(input->number);
		cryo_interlock_trip(&w->il, input->number, w->now_ns);
		break;
	case INPUT_RESUME:
		w->seen.tripped &= ~BIT_ULL(CRYOPROBE_FAULT_SUSPEND);
		cryo_interlock_resume(&w->il);
		break;
	case INPUT_STOP:
		cryo_interlock_stop_sampling(&w->il);
		break;
	case INPUT_START:
		start(w, input->number);
		break;
	case INPUT_TURN:
		turn(w, input);
		break;
	case INPUT_CALM:
		calm(w);
		break;
	default:
		break;
	}
}

/* Pulses count from the arm sequence that is going on. */
static void see_pulses(struct onlooker *seen, const struct input *input,
		       const struct outcome *outcome, s64 now_ns)
{
	if (input->kind == INPUT_ARM && !outcome->result) {
		seen->pulse_ns = now_ns;
		seen->pulses = 0;
		seen->pulsed = true;
	}
	if (outcome->pulse) {
		seen->pulse_ns = now_ns;
		seen->pulses = min(seen->pulses + 1, 4U);
		seen->pulsed = true;
	}
}

struct outcome world_apply(struct world *w, const struct input *input)
{
	struct outcome outcome = {};
	bool flow = w->il.flow;

	if (input->kind == INPUT_SAMPLE)
		sample(w, input);
	else if (input->kind == INPUT_GUARD)
		outcome.pulse = guard(w, input);
	else
		outcome = request(w, input);
	happen(w, input);
	see_pulses(&w->seen, input, &outcome, w->now_ns);
	if (input->kind != INPUT_PASS && input->kind != INPUT_SAMPLE)
		see_flow(&w->seen, flow || w->il.flow, w->now_ns);
	/* Time alone moves no line. */
	if (input->kind != INPUT_PASS)
		follow(w);
	return outcome;
}
