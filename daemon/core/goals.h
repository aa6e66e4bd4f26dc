/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a freeze is made for: the target, -20 degC at its distance; and the boundary it ends at. */
#pragma once

#include "daemon/core/state.h"

/* Whether the tip is at its target, or below. */
bool goal_target(const struct treatment *t, const struct probe_sample *sample);

/* How many freezes this site gets: the protocol's, and those that the operator has added. */
uint32_t goal_cycles(const struct treatment *t);

/* Whether the ice, with its uncertainty, is where the protocol ends it. */
bool goal_boundary(const struct treatment *t);

/* Whether -20 degC has been at its distance for its time. */
bool goal_isotherm(const struct treatment *t);

/* Counts the time for which -20 degC has been there, and notes when it was enough. */
void goal_watch(struct treatment *t, int64_t seen_ns);

/* The warmest that a target may be lowered to: what still has an effect. */
int32_t goal_warmest_mdegc(const struct protocol *protocol);
