/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is to be energised, from one look to the next.
 */
#ifndef CRYO_OUTPUTS_H
#define CRYO_OUTPUTS_H

#include "interlock.h"
#include "modulator.h"

/**
 * struct cryo_outputs - the modulated outputs
 * @valve: of the freeze valve
 * @heater: of the heater
 * @has_alarm: there is a sounder
 * @opened: CRYOPROBE_OUT_* that the last period has energised, less what was
 *	closed since
 *
 * The owner sets @has_alarm, and the times of the modulators, before
 * cryo_outputs_reset().
 */
struct cryo_outputs {
	struct cryo_modulator valve;
	struct cryo_modulator heater;
	bool has_alarm;
	u32 opened;
};

void cryo_outputs_reset(struct cryo_outputs *outputs, s64 now_ns);
void cryo_outputs_look(struct cryo_outputs *outputs, s64 now_ns);
void cryo_outputs_open(struct cryo_outputs *outputs, const struct cryo_interlock *il,
		       s64 now_ns);
u32 cryo_outputs_follow(struct cryo_outputs *outputs, const struct cryo_interlock *il,
			s64 now_ns);
s64 cryo_outputs_deadline(const struct cryo_outputs *outputs, const struct cryo_interlock *il,
			  s64 now_ns);

#endif /* CRYO_OUTPUTS_H */
