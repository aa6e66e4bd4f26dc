/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ice of a treatment: which tissue it grows in, what is told to its estimate of each sample. */
#pragma once

#include "daemon/core/state.h"

/* Around the needle there is the protocol's tissue, warm. */
void ice_course_begin(struct treatment *t);

/* One sample, @dt_ns since the sample before; the estimate is then in @t. */
void ice_course_step(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns);
