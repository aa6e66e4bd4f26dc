/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long records are kept. The oldest closed ones go first; one that is open, or whose thaw nobody has
 * watched, never does. The index keeps an entry that says that it was there.
 */
#pragma once

#include "daemon/record/store.h"

/* 0: no limit. */
struct store_limits {
	uint32_t keep_days;		/* since its end, by the wall clock */
	uint32_t size_max_mb;		/* of what the database holds, 10^6 bytes each */
};

/*
 * Does a part of what is to be done, up to @rows deleted rows: 1 while there is more, 0 when there is nothing.
 * *ret_expired is the record that has expired just now, else 0. Deleted rows leave room in the file, which
 * is used again.
 */
int store_expire_some(struct store *store, const struct store_limits *limits, unsigned int rows,
		      uint64_t *ret_expired);
