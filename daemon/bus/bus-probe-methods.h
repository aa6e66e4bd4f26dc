/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The methods of io.cryo1.Probe, as sd-bus handlers; registered with a struct bus_objects. */
#pragma once

#include <systemd/sd-bus.h>

struct control_reply;

int bus_probe_abort(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_probe_steer(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_probe_start(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_probe_self_test(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_probe_take_over(sd_bus_message *call, void *userdata, sd_bus_error *error);
int bus_probe_open_stream(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* Answers @call with what became of its request; @reply is NULL if the probe has gone. */
int bus_probe_reply(sd_bus_message *call, const struct control_reply *reply);
