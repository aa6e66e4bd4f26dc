/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that cryoctl writes for its user. */
#pragma once

#include <stddef.h>

/*
 * Writes a whole file, or none: what stood there before is replaced only by what is complete. "-" is
 * standard output. CTL_OK, or an exit code after a complaint that names the file.
 */
int output_write(const char *name, const void *bytes, size_t size);
