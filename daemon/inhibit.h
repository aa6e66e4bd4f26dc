/* SPDX-License-Identifier: GPL-2.0-or-later */
/* logind's inhibitor lock: no shutdown and no sleep by accident while a needle is frozen to a patient. */
#pragma once

#include <stdbool.h>

#include <systemd/sd-bus.h>

struct inhibit;

int inhibit_new(struct inhibit **ret);
void inhibit_free(struct inhibit *inhibit);

/* Take the lock over @bus, without waiting for it, or let go of it. A NULL @bus: taken at a later call. */
void inhibit_set(struct inhibit *inhibit, sd_bus *bus, bool wanted);
