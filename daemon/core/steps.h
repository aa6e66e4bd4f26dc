/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each phase does with a sample, after the conditions have looked at it. */
#pragma once

#include "daemon/core/state.h"

/* prepare.c: until the needle is placed */
void step_self_test(struct treatment *t, const struct probe_sample *sample);
void step_ready(struct treatment *t, const struct probe_sample *sample);

/* cycle.c: freezes, and the thaws between them */
void step_cool(struct treatment *t, const struct probe_sample *sample);
void step_freeze(struct treatment *t, const struct probe_sample *sample);
void step_thaw(struct treatment *t, const struct probe_sample *sample);

/* withdraw.c: until the needle is out */
void step_warm(struct treatment *t, const struct probe_sample *sample);
void step_withdraw(struct treatment *t, const struct probe_sample *sample);
