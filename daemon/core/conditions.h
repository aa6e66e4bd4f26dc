/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is watched at every sample, whatever the phase: the tip's sensor, the emergency stop, and all
 * that raises an alarm by itself.
 */
#pragma once

#include "daemon/core/state.h"

/*
 * Whether the kernel has latched that the tip's values cannot be true. They may look warm while the tip
 * is frozen: so nothing that they say counts until the next treatment.
 */
bool conditions_tip_doubted(const struct treatment *t, const struct probe_sample *sample);

/*
 * Before the phases look. @dt_ns since the sample before, @seen_ns as much of it as a single value may
 * stand for.
 */
void conditions_look(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns,
		     int64_t seen_ns);

/* What flow there is has not brought the tip to its target for so long that it has to be told. */
bool conditions_saturated(const struct treatment *t);

/* After the phases: raises and ends alarms. */
void conditions_tell(struct treatment *t, const struct probe_sample *sample);

/*
 * Faults that a start may take back by itself: they tell of an earlier owner, or of the E-stop's
 * exercise, not of a danger.
 */
uint64_t conditions_benign_faults(const struct treatment *t);

/* The code of the first latched fault, or if that is benign of one that is not. */
uint32_t conditions_first_fault(const struct treatment *t, const struct probe_sample *sample);

/* The title of a fault that only another probe takes away, as its identity cannot be read; NULL if there is none. */
const char *conditions_wrong_probe(const struct treatment *t);
