/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SelfTest of io.cryo1.Probe: who asked for one is answered when it is over. */
#pragma once

#include "daemon/bus/bus-objects.h"

/* As a method handler, for who may do it. */
int bus_self_test_do(sd_bus_message *call, void *userdata, sd_bus_error *error);

/* The steps of a probe's present or last self-test, as a(ssss). */
int bus_self_test_append(sd_bus_message *reply, const struct probe *probe);

/* After each step of a probe, and when it goes. */
void bus_self_test_stepped(struct bus_objects *objects, const struct probe *probe);
void bus_self_test_gone(struct bus_objects *objects, const struct probe *probe);

/* The rest is never answered. */
void bus_self_tests_free(struct bus_objects *objects);
