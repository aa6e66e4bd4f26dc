/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the store share. */
#pragma once

#include <sqlite3.h>

#include "daemon/record/store.h"

sqlite3 *store_database(struct store *store);

/* A code of SQLite: 0, -ENOSPC, -EROFS, -EBADMSG (no database), -ENOMEM, else -EIO. */
int store_error(int code);

/*
 * Runs @query, whose one parameter is a treatment, up to its first row: *ret is to be read and
 * finalized. -ENOENT there is none, or as store_error().
 */
int store_find(struct store *store, const char *query, uint64_t treatment, sqlite3_stmt **ret);
