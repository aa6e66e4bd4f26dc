/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of the phase that a treatment is in. */
#pragma once

#include "daemon/core/state.h"

bool phase_flows(const struct treatment *t);
bool phase_armed(const struct treatment *t);
bool phase_pausable(const struct treatment *t);

/* A lost tip, a fault or a disarming ends the treatment. */
bool phase_guarded(const struct treatment *t);

/* What the probe shall do now. */
bool phase_wants_flow(const struct treatment *t);
bool phase_wants_armed(const struct treatment *t);
bool phase_wants_clear(const struct treatment *t, const struct probe_sample *sample);

/* What the operator is asked, "" if nothing; static text. */
const char *phase_prompt(const struct treatment *t);

/* How long the emergency stop is waited for. */
int64_t phase_estop_ns(const struct treatment *t);

/* Until the phase ends by time, 0 if it does not. */
int64_t phase_left_ns(const struct treatment *t);
