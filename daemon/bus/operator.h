/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may steer a treatment: the client that started it, or any of its user once that client has left
 * the bus. Others may watch, abort, and take the treatment over if polkit lets them.
 */
#pragma once

#include "daemon/bus/bus-objects.h"
#include "daemon/bus/polkit.h"

/* The sender of @call, who is the user @uid, holds the treatment of @probe from now on. */
void operator_hold(struct probe *probe, sd_bus_message *call, uint32_t uid);

/* The bus was lost: names on the next one are other clients'. */
void operators_forget_clients(const struct probes *probes);

/*
 * Goes on with @then if @call's sender may steer the treatment of the probe that it was sent to, or
 * answers with NotOperator. To be returned by a polkit_then_as_t.
 */
int operator_ask(sd_bus_message *call, uint32_t uid, struct bus_objects *objects, polkit_then_t then,
		 sd_bus_error *error);
