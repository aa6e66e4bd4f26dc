/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the store share. */
#pragma once

#include <sqlite3.h>

#include "daemon/store.h"

sqlite3 *store_database(struct store *store);

/* A code of SQLite: 0, -ENOSPC, -EROFS, -EBADMSG (no database), -ENOMEM, else -EIO. */
int store_error(int code);
