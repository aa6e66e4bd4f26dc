/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A population's figures as files, for plots. */
#ifndef CRYO_SELFTESTS_SIL_DATASET_H
#define CRYO_SELFTESTS_SIL_DATASET_H

#include "selftests/sil/population.h"

/*
 * Into the folder @path: figures.csv, a row for each patient and law with
 * traits and figures; deviation.csv, percentiles of
 * the deviation from the target since the first flow; the courses of @worst seeds, seed-N.csv and
 * seed-N-ice.csv. Only patients that count, but for the worst. 0 or -errno.
 */
int dataset_write(const char *path, const struct subject *subject, size_t n,
		  const uint64_t *worst, size_t worst_n);

#endif
