/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of io.cryo1.Probe.Start: what the record is told of a treatment. */
#pragma once

#include <systemd/sd-bus.h>

#include "daemon/record/store.h"

/*
 * Read the a{sv} that comes next in @call into @ret, which was zeroed; or set @error and return what is to
 * be returned then.
 */
int bus_start_read_options(sd_bus_message *call, struct store_details *ret, sd_bus_error *error);
