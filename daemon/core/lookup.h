/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A word by its number, out of an array that may have gaps. */
#pragma once

#include <stddef.h>

#define LOOK_UP(table, index)							\
	((size_t)(index) < sizeof(table) / sizeof((table)[0]) && (table)[index] ?	\
	 (table)[index] : "unknown")
