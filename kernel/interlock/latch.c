// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latching. Causes of faults are levels: every look recomputes which of
 * them stand, a standing cause latches while armed (some latch always), and
 * what is latched is only cleared when its cause is gone.
 *
 *	code		looked at	latches		cause is gone when
 *	BOUND		bind		at bind		at once
 *	ESTOP		tick		always		the line reads released
 *	EXPIRED		tick, command	armed		at once: nothing is granted
 *	RELEASED	release		armed		at once: there is a new claim
 *	LATE		tick		armed		a period has finished
 *	MISSED		period		armed		less than 3 of the last 50 missed
 *	PULSE_GAP	tick, pulse	armed		at once: arming starts the pulse anew
 *	SENSOR_*	period		armed		less than 3 of the last 5 readings bad
 *	SCALE		period		armed		at once: arming takes the new scale
 *	FLOOR		period		armed		the prediction is above the floor
 *	CHANNEL_LIMIT	period		armed		the last reading is within the limits
 *	FREEZE_TIME	tick, command	flow		at once: there is no flow
 *	TOTAL_TIME	tick, command	flow		at once: there is no flow
 *	IDLE_TIME	tick		armed		at once: not armed
 *	SUPPLY_SENSE	tick		armed		the line reads as expected
 *	SUSPEND		trip		always		resumed
 *	SHUTDOWN	trip		always		never
 *	REMOVED		trip		always		never
 *	STUCK_OPEN	period		always		not below the prediction, or 5 s are over
 *	NO_RESPONSE	period		armed		at once: there is no flow
 *	REVERSED	period		armed		at once: there is no flow
 *	STEP		period		armed		less than 3 of the last 5 readings jumped
 *	STUCK_CODE	period		armed		at once: there is no flow
 *	PRESSURE_LOW	period		armed		the last reading is within the limits
 *	PRESSURE_HIGH	period		armed		the last reading is within the limits
 *	OVERHEAT	tick, period	heating		at once: there is no heating
 *	OUTPUT		tick		always		all lines read back as they are driven
 *	TEST_ONE_SHOT	tick		not armed	the line reads as expected
 *	TEST_SUPPLY	tick		arming		at once: arming tests again
 *	TEST_*_VALVE	period		testing		at once: arming tests again
 *	TEST_SENSORS	arm		arming		at once: arming tests again
 *	TEST_ESTOP	arm		arming		the line has read pressed, and then released
 *	IDENTITY	bind, arm	always		never: another bind reads it again
 *	USED_UP		bind		always		never: another bind reads it again
 *	CRYOGEN		bind		always		never: another bind reads it again
 *	USE_COUNT	arm		always		never: another bind tries again
 *
 * The sampler makes a period, the guard makes ticks.
 *
 * Safety measure SM-LATCH.
 */
#include "parts.h"

/* Latch in every state. */
#define ALWAYS_FAULTS		(BIT_ULL(CRYOPROBE_FAULT_ESTOP) | \
				 BIT_ULL(CRYOPROBE_FAULT_STUCK_OPEN) | \
				 BIT_ULL(CRYOPROBE_FAULT_OUTPUT) | \
				 BIT_ULL(CRYOPROBE_FAULT_SUPPLY_SENSE) | \
				 BIT_ULL(CRYOPROBE_FAULT_TEST_ONE_SHOT))

/**
 * cryo_stop() - every way out of ARMED
 * @il: the interlock
 * @phase: where to
 */
void cryo_stop(struct cryo_interlock *il, enum cryo_phase phase)
{
	il->phase = phase;
	il->flow = 0;
	il->thaw = 0;
	il->grant_ns = 0;
	il->tail_ns = 0;
	il->command_seq = 0;
	cryo_valves_stop(&il->valves);
}

/**
 * cryo_latch() - stop, and keep the fault until it is cleared
 * @il: the interlock
 * @code: the fault
 * @channel: the channel concerned, or NO_CHANNEL
 * @value: what was seen, in the channel's unit or in milliseconds
 * @limit: what it was compared with
 * @now_ns: time now
 */
void cryo_latch(struct cryo_interlock *il, enum cryoprobe_fault code, s32 channel, s32 value,
		s32 limit, s64 now_ns)
{
	cryo_stop(il, CRYO_FAULT);
	if (il->latched & BIT_ULL(code))
		return;
	if (!il->latched)
		il->first = code;
	il->latched |= BIT_ULL(code);
	il->fault_seq++;
	il->record[code] = (struct cryoprobe_fault_record) {
		.code = code,
		.channel = channel,
		.value = value,
		.limit = limit,
		.time_ns = now_ns,
		.sample_seq = il->last.seq,
	};
}

/**
 * cryo_report() - a cause stands now; it latches while armed, some always
 * @il: the interlock
 * @code: as in cryo_latch(), and all that follows
 * @channel: see there
 * @value: see there
 * @limit: see there
 * @now_ns: time now
 */
void cryo_report(struct cryo_interlock *il, enum cryoprobe_fault code, s32 channel, s32 value,
		 s32 limit, s64 now_ns)
{
	il->standing |= BIT_ULL(code);
	if (cryo_interlock_live(il) || (ALWAYS_FAULTS & BIT_ULL(code)))
		cryo_latch(il, code, channel, value, limit, now_ns);
}

/**
 * cryo_withdraw() - a cause stands no more; what it has latched stays
 * @il: the interlock
 * @code: the fault
 */
void cryo_withdraw(struct cryo_interlock *il, enum cryoprobe_fault code)
{
	il->standing &= ~BIT_ULL(code);
}
