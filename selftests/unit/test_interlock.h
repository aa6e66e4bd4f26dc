/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that surrounds an interlock in its tests: a bench that calls it as sampler, guard and
 * controller do, and what befalls it in more than one of them.
 */
#ifndef CRYO_SELFTESTS_UNIT_TEST_INTERLOCK_H
#define CRYO_SELFTESTS_UNIT_TEST_INTERLOCK_H

#include "kernel/interlock/interlock.h"
#include "selftests/unit/test.h"

#define MS CRYO_NS_PER_MS
#define T_MS 20
#define V_MS 200
#define TIP 0
#define TISSUE 1
#define PRESSURE 2
#define WARM_MDEGC 34000
/* After as many the one-shot has dropped, and its supply is gone. */
#define DROP_PERIODS 56
#define OK_STATUS (CRYOPROBE_VALUE_VALID | CRYOPROBE_VALUE_FRESH)
#define BAD_STATUS CRYOPROBE_VALUE_FRESH
#define FLOWING (CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT | CRYOPROBE_OUT_FREEZE)
#define TAIL (CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT)

struct bench {
	struct cryo_interlock il;
	struct cryo_lines lines;
	struct cryo_period period;
	s64 now_ns;
	bool no_sense_change;	/* the sense line does not follow the pulse */
	bool stuck;		/* the tip's converter gives one number, without its noise */
};

static const struct cryo_interlock_config full_config = {
	.caps = {
		.validity_min_ms = 20, .validity_max_ms = 1000, .tip_floor_mdegc = -90000,
		.freeze_max_ms = 60000, .total_max_ms = 120000, .total_window_ms = 640000,
		.idle_max_ms = 300000, .heat_max_ms = 10000, .heat_max_mdegc = 43000,
	},
	.channels = 3, .required = BIT(TIP), .pressures = BIT(PRESSURE),
	.ranged = BIT(PRESSURE), .allowed[PRESSURE] = { 2500, 6900 },
	.tip_resolution_mdegc = 10, .tail_ms = 500, .lag_ms = 100,
	.has_thaw = true, .has_sense = true,
};

static const struct cryoprobe_limits some_limits = {
	.validity_ms = V_MS, .tip_floor_mdegc = -80000, .freeze_max_ms = 30000,
	.total_max_ms = 90000, .idle_max_ms = 200000,
	.heat_max_ms = 5000, .heat_max_mdegc = 42000,
};

static inline void tick(struct bench *b)
{
	cryo_interlock_tick(&b->il, &b->lines, b->now_ns);
	if (cryo_interlock_pulse(&b->il, b->now_ns) && !b->no_sense_change)
		b->lines.supply_sense = true;
	if (!cryo_interlock_live(&b->il) && !b->no_sense_change)
		b->lines.supply_sense = false;
	b->lines.estop_edge = false;
}

/* Time passes and one period finishes, due at its beginning. */
static inline void next_period(struct bench *b)
{
	b->now_ns += T_MS * MS;
	b->period.seq++;
	b->period.time_ns = b->now_ns;
	b->period.due_ns = b->now_ns;
	b->period.next_due_ns = b->now_ns + T_MS * MS;
	b->period.tip_code += !b->stuck;
	cryo_interlock_period(&b->il, &b->period, b->now_ns);
	b->period.missed = 0;
	tick(b);
}

static inline void periods(struct bench *b, unsigned int count)
{
	while (count--)
		next_period(b);
}

static inline void tip(struct bench *b, s32 mdegc)
{
	b->period.value[TIP].value = mdegc;
}

static inline struct bench bench_at(s64 now_ns, const struct cryo_interlock_config *config)
{
	struct bench b = { .now_ns = now_ns, .lines = { .estop_released = true } };

	cryo_interlock_init(&b.il, config, now_ns);
	cryo_interlock_start_sampling(&b.il, T_MS * 1000, now_ns + T_MS * MS);
	b.period.value[TIP] = (struct cryoprobe_value){ WARM_MDEGC, OK_STATUS };
	b.period.value[TISSUE] = (struct cryoprobe_value){ WARM_MDEGC, OK_STATUS };
	b.period.value[PRESSURE] = (struct cryoprobe_value){ 4500, OK_STATUS };
	return b;
}

static inline void try_estop(struct bench *b)
{
	b->lines.estop_released = false;
	tick(b);
	b->lines.estop_released = true;
	tick(b);
}

/* Cleared, limits set, sampling. */
static inline struct bench ready_bench_at(s64 now_ns)
{
	struct bench b = bench_at(now_ns, &full_config);

	try_estop(&b);
	periods(&b, DROP_PERIODS);
	EXPECT_EQ(cryo_interlock_clear(&b.il, b.il.fault_seq), 0);
	EXPECT_EQ(cryo_interlock_set_limits(&b.il, &some_limits), 0);
	return b;
}

static inline struct bench ready_bench(void)
{
	return ready_bench_at(0);
}

static inline void arm(struct bench *b)
{
	EXPECT_EQ(cryo_interlock_arm(&b->il, 5000, b->now_ns), 0);
	periods(b, 5);
	for (int i = 0; i < DROP_PERIODS && b->il.phase == CRYO_ARMING; i++)
		next_period(b);
	EXPECT_EQ(cryo_interlock_state(&b->il), CRYOPROBE_STATE_ARMED);
}

static inline struct bench armed_bench(void)
{
	struct bench b = ready_bench();

	arm(&b);
	return b;
}

static inline u32 command(struct bench *b, u32 flow, u32 thaw)
{
	return cryo_interlock_command(&b->il, b->period.seq, flow, thaw, b->now_ns);
}

static inline struct bench flowing_bench(void)
{
	struct bench b = armed_bench();

	next_period(&b);
	EXPECT_EQ(command(&b, 500, 0), CRYOPROBE_VERDICT_GRANTED);
	return b;
}

static inline u32 permit(const struct bench *b)
{
	return cryo_interlock_permit(&b->il, b->now_ns);
}

/* One turn of a good controller. */
static inline void turn(struct bench *b, u32 flow)
{
	next_period(b);
	command(b, flow, 0);
}

static inline void turns(struct bench *b, u32 flow, unsigned int count)
{
	while (count--)
		turn(b, flow);
}

/* Takes the tip there at 20 degC/s. */
static inline void ramp(struct bench *b, u32 flow, s32 mdegc)
{
	s32 *now_mdegc = &b->period.value[TIP].value;

	while (*now_mdegc != mdegc) {
		*now_mdegc += clamp(mdegc - *now_mdegc, -20 * T_MS, 20 * T_MS);
		turn(b, flow);
	}
}

static inline bool latched(const struct bench *b, enum cryoprobe_fault code)
{
	return cryo_interlock_state(&b->il) == CRYOPROBE_STATE_FAULT &&
	       (b->il.latched & BIT_ULL(code)) && !permit(b);
}

static inline int clear(struct bench *b)
{
	return cryo_interlock_clear(&b->il, b->il.fault_seq);
}

static inline bool recorded(const struct bench *b, enum cryoprobe_fault code, s32 channel,
			    s32 value, s32 limit)
{
	const struct cryoprobe_fault_record *record = &b->il.record[code];

	if (record->channel == channel && record->value == value && record->limit == limit)
		return true;
	DIAG("fault %u: channel %d, value %d, limit %d", code, record->channel, record->value,
	     record->limit);
	return false;
}

/* What befalls it */

static inline void let_expire(struct bench *b)
{
	periods(b, V_MS / T_MS);
}

static inline void lose_controller(struct bench *b)
{
	cryo_interlock_release(&b->il, b->now_ns);
}

static inline void hang_sampler(struct bench *b)
{
	b->now_ns += (T_MS + 41) * MS;
	tick(b);
}

static inline void fail_tip(struct bench *b, u32 status)
{
	b->period.value[TIP].status = BAD_STATUS | status;
	turns(b, 500, 3);
}

static inline void fail_tip_io(struct bench *b) { fail_tip(b, CRYOPROBE_VALUE_IO); }

static inline void mend_tip(struct bench *b)
{
	b->period.value[TIP].status = OK_STATUS;
	periods(b, 3);
}

static inline void freeze_too_long(struct bench *b)
{
	ramp(b, 500, -60000);
	turns(b, 500, some_limits.freeze_max_ms / T_MS);
}

static inline void pressure(struct bench *b, s32 kpa)
{
	b->period.value[PRESSURE].value = kpa;
	turns(b, 500, 2);
}

static inline void heat(struct bench *b, unsigned int count)
{
	while (count--) {
		next_period(b);
		command(b, 0, 1000);
	}
}

static inline void suspend(struct bench *b)
{
	cryo_interlock_trip(&b->il, CRYOPROBE_FAULT_SUSPEND, b->now_ns);
}

static inline void resume(struct bench *b)
{
	cryo_interlock_resume(&b->il);
}

#endif /* CRYO_SELFTESTS_UNIT_TEST_INTERLOCK_H */
