/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the kernel has the driver of probes. */
#pragma once

#include <stdbool.h>

/* Whether the driver is loaded, and so has a device number. That it cannot be told counts as loaded. */
bool driver_is_loaded(void);
