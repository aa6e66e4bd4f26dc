/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The probes that cryod has claimed, by serial number and by device node. */
#pragma once

#include "daemon/probe/probe.h"

struct probes {
	struct probe *first;
};

/* NULL if there is none. */
struct probe *probes_find(const struct probes *probes, const char *serial);
struct probe *probes_find_node(const struct probes *probes, const char *node);

void probes_add(struct probes *probes, struct probe *probe);

/* @probe must be one of them. */
void probes_remove(struct probes *probes, struct probe *probe);
