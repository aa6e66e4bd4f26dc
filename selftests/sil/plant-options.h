/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A patient of the population as options of cryo-plant. */
#ifndef CRYO_SELFTESTS_SIL_PLANT_OPTIONS_H
#define CRYO_SELFTESTS_SIL_PLANT_OPTIONS_H

#include <stdio.h>

#include "selftests/sil/traits.h"

/* On one line. What is not the plant's (the converter's gain, timing) and the grid are left out. */
void plant_options_print(const struct traits *t, FILE *out);

#endif
