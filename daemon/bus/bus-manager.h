/* SPDX-License-Identifier: GPL-2.0-or-later */
/* io.cryo1.Manager: the protocols there are, and the version. */
#pragma once

#include "daemon/bus/bus-objects.h"

int bus_manager_register(sd_bus *connection, struct bus_objects *objects);

/*
 * Read the protocol of this name, and its text unless @ret_text is NULL; or set @error and return what is
 * to be returned then.
 */
int bus_load_protocol(const struct bus_objects *objects, const char *name, struct protocol *ret,
		      char **ret_text, sd_bus_error *error);
