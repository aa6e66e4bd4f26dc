// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of probes. */
#include <string.h>

#include "daemon/probe/probes.h"

struct probe *probes_find(const struct probes *probes, const char *serial)
{
	struct probe *probe = probes->first;

	while (probe && strcmp(probe->identity.serial, serial))
		probe = probe->next;
	return probe;
}

struct probe *probes_find_node(const struct probes *probes, const char *node)
{
	struct probe *probe = probes->first;

	while (probe && strcmp(probe->node, node))
		probe = probe->next;
	return probe;
}

void probes_add(struct probes *probes, struct probe *probe)
{
	probe->next = probes->first;
	probes->first = probe;
}

void probes_remove(struct probes *probes, struct probe *probe)
{
	struct probe **at = &probes->first;

	while (*at != probe)
		at = &(*at)->next;
	*at = probe->next;
}
