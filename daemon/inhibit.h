/* SPDX-License-Identifier: GPL-2.0-or-later */
/* logind's inhibitor locks: no shutdown and no sleep by accident while a needle is frozen to a patient. */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>

struct inhibit;

int inhibit_new(struct inhibit **ret);
void inhibit_free(struct inhibit *inhibit);

/*
 * Take the locks over @bus, without waiting for them, or let go of them. What is not there yet, since
 * @bus is NULL or logind refused, is asked for by a later call.
 */
void inhibit_set(struct inhibit *inhibit, sd_bus *bus, bool wanted);
