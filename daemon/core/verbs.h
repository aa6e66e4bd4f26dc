/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the operator may ask of a treatment that runs. */
#pragma once

#include "daemon/core/state.h"

/* As treatment_verb(). */
int verb_do(struct treatment *t, enum verb verb, const char **ret_reason);
