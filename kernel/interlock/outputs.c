// SPDX-License-Identifier: GPL-2.0-only
/*
 * What sampler and guard decide about the outputs: what the interlock permits,
 * modulated. The sampler opens once in a period; everybody else only closes.
 *
 * Safety measure SM-OUTPUT.
 */
#include "outputs.h"

/**
 * cryo_outputs_reset() - start with nothing energised
 * @outputs: the outputs
 * @now_ns: time now
 */
void cryo_outputs_reset(struct cryo_outputs *outputs, s64 now_ns)
{
	cryo_modulator_reset(&outputs->valve, now_ns);
	cryo_modulator_reset(&outputs->heater, now_ns);
	outputs->opened = 0;
}

static void close_at_its_time(struct cryo_modulator *modulator, s64 now_ns)
{
	if (modulator->open && now_ns >= modulator->close_ns)
		cryo_modulator_close(modulator, now_ns);
}

/**
 * cryo_outputs_look() - close what has reached its time
 * @outputs: the outputs
 * @now_ns: time now
 */
void cryo_outputs_look(struct cryo_outputs *outputs, s64 now_ns)
{
	close_at_its_time(&outputs->valve, now_ns);
	close_at_its_time(&outputs->heater, now_ns);
}

static u32 wanted(struct cryo_outputs *outputs, const struct cryo_interlock *il, s64 now_ns)
{
	u32 permit = cryo_interlock_permit(il, now_ns);

	if (!(permit & CRYOPROBE_OUT_FREEZE))
		cryo_modulator_close(&outputs->valve, now_ns);
	if (!(permit & CRYOPROBE_OUT_THAW))
		cryo_modulator_close(&outputs->heater, now_ns);
	if (!outputs->valve.open)
		permit &= ~CRYOPROBE_OUT_FREEZE;
	if (!outputs->heater.open)
		permit &= ~CRYOPROBE_OUT_THAW;
	return permit;
}

/**
 * cryo_outputs_open() - decide until the next period
 * @outputs: the outputs, after a look
 * @il: the interlock, after a look
 * @now_ns: time now
 *
 * The only place where something is energised. What is opened here closes by
 * itself a period and a half later: half a period for the next decision, which
 * comes after readings of varying length.
 */
void cryo_outputs_open(struct cryo_outputs *outputs, const struct cryo_interlock *il,
		       s64 now_ns)
{
	u32 permit = cryo_interlock_permit(il, now_ns);
	s64 hold_ns = il->period_us * 1500LL;
	u32 duty = permit & CRYOPROBE_OUT_FREEZE ? cryo_interlock_duty(il) : 0;

	outputs->valve.step_ns = il->period_us * 1000LL;
	outputs->heater.step_ns = il->period_us * 1000LL;
	cryo_modulator_step(&outputs->valve, duty, now_ns, hold_ns);
	cryo_modulator_step(&outputs->heater, permit & CRYOPROBE_OUT_THAW ? il->thaw : 0,
			    now_ns, hold_ns);
	outputs->opened = wanted(outputs, il, now_ns);
}

/* The sounder is silent while there is neither a fault nor an orphaned treatment. */
static u32 alarm(const struct cryo_outputs *outputs, const struct cryo_interlock *il)
{
	bool calm = cryo_interlock_state(il) != CRYOPROBE_STATE_FAULT;

	return calm && outputs->has_alarm ? CRYOPROBE_OUT_ALARM : 0;
}

/**
 * cryo_outputs_follow() - close what is not permitted any more
 * @outputs: the outputs
 * @il: the interlock
 * @now_ns: time now
 *
 * Return: mask of CRYOPROBE_OUT_* to be energised now: of valves and heater
 * nothing that was not so before.
 */
u32 cryo_outputs_follow(struct cryo_outputs *outputs, const struct cryo_interlock *il,
			s64 now_ns)
{
	outputs->opened &= wanted(outputs, il, now_ns);
	return outputs->opened | alarm(outputs, il);
}

static s64 next_close_ns(const struct cryo_modulator *modulator)
{
	return modulator->open ? modulator->close_ns : S64_MAX;
}

/**
 * cryo_outputs_deadline() - when somebody must look again at the latest
 * @outputs: the outputs
 * @il: the interlock
 * @now_ns: time now
 *
 * Return: a time, S64_MAX if none.
 */
s64 cryo_outputs_deadline(const struct cryo_outputs *outputs, const struct cryo_interlock *il,
			  s64 now_ns)
{
	s64 next_ns = cryo_interlock_deadline(il, now_ns);

	next_ns = min(next_ns, next_close_ns(&outputs->valve));
	return min(next_ns, next_close_ns(&outputs->heater));
}
