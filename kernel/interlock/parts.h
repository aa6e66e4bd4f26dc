/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the interlock's files have in common: each is a part of it, and nobody
 * else includes this.
 */
#ifndef CRYO_INTERLOCK_PARTS_H
#define CRYO_INTERLOCK_PARTS_H

#include "interlock.h"

#define NO_CHANNEL		(-1)

/* The one-shot drops when no edge comes for this long. */
#define PULSE_GAP_NS	(100 * CRYO_NS_PER_MS)
#define LATE_MIN_NS	(30 * CRYO_NS_PER_MS)

static inline s32 cryo_to_ms(s64 ns)
{
	return clamp(div_s64(ns, CRYO_NS_PER_MS), (s64)0, (s64)S32_MAX);
}

static inline s64 cryo_period_ns(const struct cryo_interlock *il)
{
	return il->period_us * 1000LL;
}

static inline s64 cryo_validity_ns(const struct cryo_interlock *il)
{
	return il->limits.validity_ms * CRYO_NS_PER_MS;
}

static inline s64 cryo_late_ns(const struct cryo_interlock *il)
{
	return max(2 * cryo_period_ns(il), LATE_MIN_NS);
}

static inline bool cryo_tip_valid(const struct cryo_interlock *il)
{
	return il->last.value[0].status & CRYOPROBE_VALUE_VALID;
}

/* latch.c */
void cryo_stop(struct cryo_interlock *il, enum cryo_phase phase);
void cryo_latch(struct cryo_interlock *il, enum cryoprobe_fault code, s32 channel, s32 value,
		s32 limit, s64 now_ns);
void cryo_report(struct cryo_interlock *il, enum cryoprobe_fault code, s32 channel, s32 value,
		 s32 limit, s64 now_ns);
void cryo_withdraw(struct cryo_interlock *il, enum cryoprobe_fault code);

/* elapse.c */
void cryo_check_freeze_time(struct cryo_interlock *il, s64 now_ns);
void cryo_check_heat_time(struct cryo_interlock *il, s64 now_ns);
void cryo_check_late(struct cryo_interlock *il, s64 now_ns);
void cryo_pass_time(struct cryo_interlock *il, s64 now_ns);

/* period.c */
u32 cryo_required(const struct cryo_interlock *il);
enum cryoprobe_fault cryo_sensor_code(u32 status);
void cryo_check_period(struct cryo_interlock *il, s64 now_ns);

/* arming.c */
void cryo_check_pulse_gap(struct cryo_interlock *il, s64 now_ns);
bool cryo_one_shot_dropped(const struct cryo_interlock *il, s64 now_ns);
void cryo_go_on_arming(struct cryo_interlock *il, bool sense, s64 now_ns);

#endif /* CRYO_INTERLOCK_PARTS_H */
