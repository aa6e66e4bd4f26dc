// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interlock: what may be asked of it, and what it permits. Faults are in
 * latch.c, with the table of them all; what finds them is in elapse.c, period.c,
 * tick.c and arming.c.
 *
 * Safety measures SM-PERMIT, SM-SEQUENCE and SM-DEADMAN.
 */
#include "parts.h"

/* Requests */

/**
 * cryo_interlock_init() - start in FAULT, because nobody has looked yet
 * @il: the interlock
 * @config: what the firmware says
 * @now_ns: time now
 */
void cryo_interlock_init(struct cryo_interlock *il, const struct cryo_interlock_config *config,
			 s64 now_ns)
{
	memset(il, 0, sizeof(*il));
	il->config = *config;
	il->plausibility.resolution_mdegc = config->tip_resolution_mdegc;
	il->valves.times = config->valve_times;
	/* The one-shot may still be up from the time before, and the tip be falling. */
	il->pulse_ns = now_ns;
	cryo_valves_disturb(&il->valves, true, false, now_ns);
	cryo_freeze_init(&il->freeze, config->caps.total_window_ms, now_ns);
	cryo_latch(il, CRYOPROBE_FAULT_BOUND, NO_CHANNEL, 0, 0, now_ns);
}

/**
 * cryo_interlock_start_sampling() - periods come from now on
 * @il: the interlock
 * @period_us: sampling period
 * @first_due_ns: when the first one is due
 */
void cryo_interlock_start_sampling(struct cryo_interlock *il, u32 period_us, s64 first_due_ns)
{
	il->period_us = period_us;
	il->last.next_due_ns = first_due_ns;
	il->misses = 0;
	il->sampling = true;
}

/**
 * cryo_interlock_stop_sampling() - no period is due any more
 * @il: the interlock
 */
void cryo_interlock_stop_sampling(struct cryo_interlock *il)
{
	il->sampling = false;
}

/**
 * cryo_interlock_release() - the controller has gone, and its limits with it
 * @il: the interlock
 * @now_ns: time now
 */
void cryo_interlock_release(struct cryo_interlock *il, s64 now_ns)
{
	cryo_pass_time(il, now_ns);
	if (cryo_interlock_live(il))
		cryo_latch(il, CRYOPROBE_FAULT_RELEASED, NO_CHANNEL, 0, 0, now_ns);
	il->limits_set = false;
	memset(&il->limits, 0, sizeof(il->limits));
	memset(il->outside, 0, sizeof(il->outside));
}

/**
 * cryo_interlock_disarm() - everything off; a latched fault stays
 * @il: the interlock
 * @now_ns: time now
 */
void cryo_interlock_disarm(struct cryo_interlock *il, s64 now_ns)
{
	cryo_pass_time(il, now_ns);
	if (cryo_interlock_live(il))
		cryo_stop(il, CRYO_DISARMED);
}

static s64 sample_age_ns(const struct cryo_interlock *il, u64 seq, s64 now_ns)
{
	if (il->last.seq - seq >= CRYO_SAMPLE_TIMES)
		return S64_MAX;
	return now_ns - il->sample_ns[seq % CRYO_SAMPLE_TIMES];
}

static enum cryoprobe_verdict judge(const struct cryo_interlock *il, u64 sample_seq, u32 flow,
				    u32 thaw, s64 now_ns)
{
	if (il->phase == CRYO_FAULT)
		return CRYOPROBE_VERDICT_FAULT;
	if (il->phase != CRYO_ARMED)
		return CRYOPROBE_VERDICT_DISARMED;
	if (flow > CRYOPROBE_FULL_FLOW || thaw > CRYOPROBE_FULL_FLOW ||
	    (thaw && !(il->config.has_thaw && il->limits.heat_max_ms)))
		return CRYOPROBE_VERDICT_RANGE;
	if (flow && thaw)
		return CRYOPROBE_VERDICT_CONFLICT;
	if (sample_seq > il->last.seq)
		return CRYOPROBE_VERDICT_FUTURE;
	if (sample_seq < il->arm_seq)
		return CRYOPROBE_VERDICT_BEFORE_ARM;
	if (sample_seq <= il->command_seq)
		return CRYOPROBE_VERDICT_REPLAY;
	if (sample_age_ns(il, sample_seq, now_ns) >= cryo_validity_ns(il))
		return CRYOPROBE_VERDICT_STALE;
	if ((flow || thaw) && cryo_valves_testing(&il->valves))
		return CRYOPROBE_VERDICT_TESTING;
	return CRYOPROBE_VERDICT_GRANTED;
}

static void grant(struct cryo_interlock *il, u64 sample_seq, u32 flow, u32 thaw, s64 now_ns)
{
	if (flow)
		cryo_freeze_begin(&il->freeze, now_ns);
	if (thaw)
		il->tail_ns = now_ns;
	else if (il->flow && !flow)
		il->tail_ns = now_ns + il->config.tail_ms * CRYO_NS_PER_MS;
	il->flow = flow;
	il->thaw = thaw;
	il->command_seq = sample_seq;
	il->grant_ns = il->sample_ns[sample_seq % CRYO_SAMPLE_TIMES] + cryo_validity_ns(il);
}

/**
 * cryo_interlock_command() - judge the controller's command
 * @il: the interlock
 * @sample_seq: the sample that it answers
 * @flow: wanted flow per mille
 * @thaw: wanted thaw power per mille
 * @now_ns: time now
 *
 * A command that is refused leaves the one before in force, until that ends.
 * While the valves are tested, one for flow or thaw counts as one for nothing.
 *
 * Return: enum cryoprobe_verdict.
 */
u32 cryo_interlock_command(struct cryo_interlock *il, u64 sample_seq, u32 flow, u32 thaw,
			   s64 now_ns)
{
	enum cryoprobe_verdict verdict;

	cryo_pass_time(il, now_ns);
	cryo_check_late(il, now_ns);
	cryo_check_pulse_gap(il, now_ns);
	verdict = judge(il, sample_seq, flow, thaw, now_ns);
	if (verdict == CRYOPROBE_VERDICT_TESTING)
		grant(il, sample_seq, 0, 0, now_ns);
	if (verdict != CRYOPROBE_VERDICT_GRANTED)
		return verdict;
	grant(il, sample_seq, flow, thaw, now_ns);
	/* A freeze or a heating that is over its time already ends before it goes on. */
	cryo_check_freeze_time(il, now_ns);
	cryo_check_heat_time(il, now_ns);
	return il->phase == CRYO_FAULT ? CRYOPROBE_VERDICT_FAULT : verdict;
}

/**
 * cryo_interlock_clear() - take back latched faults
 * @il: the interlock
 * @fault_seq: the newest fault that the caller has seen
 *
 * Return: 0, -EAGAIN if there is a newer one, -EBUSY if the cause of one of
 * them still stands.
 */
int cryo_interlock_clear(struct cryo_interlock *il, u32 fault_seq)
{
	if (fault_seq != il->fault_seq)
		return -EAGAIN;
	if (il->latched & il->standing)
		return -EBUSY;
	if (!il->latched)
		return 0;
	il->latched = 0;
	il->phase = CRYO_DISARMED;
	return 0;
}

/**
 * cryo_interlock_trip() - latch a cause that others have found
 * @il: the interlock
 * @code: CRYOPROBE_FAULT_SUSPEND, _SHUTDOWN, _REMOVED, or one of the probe's
 *	identity; it stands from now on
 * @now_ns: time now
 */
void cryo_interlock_trip(struct cryo_interlock *il, enum cryoprobe_fault code, s64 now_ns)
{
	cryo_pass_time(il, now_ns);
	il->standing |= BIT_ULL(code);
	cryo_latch(il, code, NO_CHANNEL, 0, 0, now_ns);
}

/**
 * cryo_interlock_resume() - the system is awake again
 * @il: the interlock
 */
void cryo_interlock_resume(struct cryo_interlock *il)
{
	cryo_withdraw(il, CRYOPROBE_FAULT_SUSPEND);
}

/* Decisions */

/**
 * cryo_interlock_live() - tell whether it is armed, or about to be
 * @il: the interlock
 *
 * Return: true if so.
 */
bool cryo_interlock_live(const struct cryo_interlock *il)
{
	return il->phase == CRYO_ARMED || il->phase == CRYO_ARMING;
}

/**
 * cryo_interlock_permit() - the one place that says what may be energised
 * @il: the interlock
 * @now_ns: time now
 *
 * The vent is shut while flow is granted or its tail runs, and open otherwise;
 * the supply valve goes with it. In the test of the valves FREEZE is alone.
 *
 * Return: mask of CRYOPROBE_OUT_*; FREEZE and THAW are never both in it.
 */
u32 cryo_interlock_permit(const struct cryo_interlock *il, s64 now_ns)
{
	if (il->phase != CRYO_ARMED || now_ns >= il->grant_ns)
		return 0;
	if (cryo_valves_testing(&il->valves))
		return cryo_valves_open(&il->valves, now_ns);
	if (il->thaw)
		return CRYOPROBE_OUT_THAW;
	if (il->flow)
		return CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT | CRYOPROBE_OUT_FREEZE;
	if (now_ns < il->tail_ns)
		return CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT;
	return 0;
}

/**
 * cryo_interlock_duty() - how much of the time the freeze valve is open
 * @il: the interlock
 *
 * Return: per mille of the time in which FREEZE is permitted.
 */
u32 cryo_interlock_duty(const struct cryo_interlock *il)
{
	return cryo_valves_testing(&il->valves) ? CRYOPROBE_FULL_FLOW : il->flow;
}

/**
 * cryo_interlock_deadline() - when the guard must look again at the latest
 * @il: the interlock
 * @now_ns: time now
 *
 * Return: a time, S64_MAX if none.
 */
s64 cryo_interlock_deadline(const struct cryo_interlock *il, s64 now_ns)
{
	s64 next_ns = S64_MAX;

	if (!cryo_interlock_live(il))
		return next_ns;
	if (il->sampling)
		next_ns = il->last.next_due_ns + cryo_late_ns(il) + 1;
	if (il->pulses)
		next_ns = min(next_ns, il->pulse_ns + PULSE_GAP_NS);
	if (il->phase != CRYO_ARMED)
		return next_ns;
	if (il->tail_ns > now_ns)
		next_ns = min(next_ns, il->tail_ns);
	if (cryo_valves_testing(&il->valves))
		next_ns = min(next_ns, il->valves.end_ns);
	return min(next_ns, il->grant_ns);
}

/**
 * cryo_interlock_state() - the state as user space knows it
 * @il: the interlock
 *
 * Return: enum cryoprobe_state.
 */
u32 cryo_interlock_state(const struct cryo_interlock *il)
{
	return il->phase == CRYO_ARMING ? CRYOPROBE_STATE_DISARMED : (u32)il->phase;
}

/**
 * cryo_interlock_status() - fill in what the interlock knows
 * @il: the interlock
 * @status: to be filled in; other fields are left alone
 */
void cryo_interlock_status(const struct cryo_interlock *il, struct cryoprobe_status *status)
{
	status->state = cryo_interlock_state(il);
	status->fault_mask = il->latched;
	status->present_mask = il->latched & il->standing;
	status->fault_seq = il->fault_seq;
	status->missed = il->missed;
	status->late = il->late;
	status->sample_seq = il->last.seq;
	status->arm_seq = il->arm_seq;
	status->grant_ns = il->phase == CRYO_ARMED ? il->grant_ns : 0;
	status->flow_permille = il->flow;
	status->thaw_permille = il->thaw;
	status->freeze_ms = il->freeze.active ? cryo_to_ms(il->freeze.length_ns) : 0;
	status->due = (il->estop_tried ? 0 : CRYOPROBE_DUE_ESTOP) |
		      (cryo_valves_testing(&il->valves) ? CRYOPROBE_DUE_VALVES : 0);
	status->total_ms = cryo_to_ms(cryo_freeze_total_ns(&il->freeze));
	if (il->latched)
		status->first = il->record[il->first];
}
