/* SPDX-License-Identifier: GPL-2.0-or-later */
/* io.cryo1.Records: the records of treatments. The recorder's thread reads them, calls are answered later. */
#pragma once

#include "daemon/bus/bus-objects.h"

int bus_records_register(sd_bus *connection, struct bus_objects *objects);
void bus_records_emit_changed(sd_bus *connection, uint64_t treatment, enum outcome outcome);
