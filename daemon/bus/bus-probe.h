/* SPDX-License-Identifier: GPL-2.0-or-later */
/* io.cryo1.Probe: properties, the interface, and change signals. */
#pragma once

#include "daemon/bus/bus-objects.h"

int bus_probe_register(sd_bus *connection, struct bus_objects *objects);

/* The probe that @call was sent to: it may have gone while somebody else was asked. */
struct probe *bus_probe_of(sd_bus_message *call, const struct bus_objects *objects);
int bus_no_such_probe(sd_bus_error *error);

/* The object path of a probe, to be freed. */
int bus_probe_path(const struct probe *probe, char **ret);
/* @property, which no step tells of, has changed. */
void bus_probe_emit(sd_bus *connection, const struct probe *probe, const char *property);
void bus_probe_emit_changes(sd_bus *connection, struct probe *probe, const struct control_step *before);
