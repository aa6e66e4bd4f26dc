/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The phases of a treatment, one after the other. */
#pragma once

#include "daemon/core/state.h"

/* One sample: moves through the phases. @dt_ns since the sample before. */
void sequencer_step(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns);

/* Enters SELF_TEST with the protocol that is in @t. */
void sequencer_start(struct treatment *t);

/* Enters SELF_TEST without a treatment. */
void sequencer_self_test(struct treatment *t);
