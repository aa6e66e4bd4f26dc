/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the sender of a call may do an action: its user first, then polkit; answered later. */
#pragma once

#include <systemd/sd-bus.h>

#define POLKIT_OBSERVE	"io.cryo1.observe"
#define POLKIT_TREAT	"io.cryo1.treat"
#define POLKIT_CONFIGURE "io.cryo1.configure"
#define POLKIT_SERVICE	"io.cryo1.service"

/* Carries out a call that is allowed; as an sd-bus method handler. */
typedef int (*polkit_then_t)(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);

/* The same, with the user who calls. */
typedef int (*polkit_then_as_t)(sd_bus_message *call, uint32_t uid, void *userdata,
				sd_bus_error *ret_error);

/*
 * Ask, and go on with @then or answer with AccessDenied. Root and the daemon's own user are
 * allowed without polkit, so that a treatment never waits for it to start; @action is not copied.
 * To be returned by a method handler: 1, or -errno.
 */
int polkit_ask(sd_bus_message *call, const char *action, polkit_then_t then, void *userdata);
int polkit_ask_as(sd_bus_message *call, const char *action, polkit_then_as_t then, void *userdata);
