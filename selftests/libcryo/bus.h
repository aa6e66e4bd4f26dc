/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A private bus and the mock of cryod for a test: started by it, gone with it. */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

/* Starts a bus and points DBUS_SYSTEM_BUS_ADDRESS to it; what an earlier test left is ended first. */
bool bus_start(void);

/* Starts the mock and waits until it owns io.cryo1. */
bool mock_start(void);
void mock_kill(void);

/* Calls a method of io.cryo1.Mock and waits for its answer. */
bool mock_call(const char *member, const char *types, ...);

/* Ends the bus under its users. */
void bus_kill(void);

/* Ends bus and mock. */
void bus_stop(void);
