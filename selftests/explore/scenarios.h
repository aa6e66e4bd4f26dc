/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is explored.
 */
#ifndef CRYO_SELFTESTS_EXPLORE_SCENARIOS_H
#define CRYO_SELFTESTS_EXPLORE_SCENARIOS_H

#include "selftests/explore/search.h"

extern const struct scenario scenarios[];
extern const u32 scenarios_count;

#endif /* CRYO_SELFTESTS_EXPLORE_SCENARIOS_H */
