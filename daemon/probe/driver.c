// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the kernel has the driver of probes. */
#include <stdio.h>
#include <string.h>

#include "daemon/probe/driver.h"

#define DRIVER	"cryoprobe"

bool driver_is_loaded(void)
{
	FILE *devices = fopen("/proc/devices", "re");
	char line[80], name[64];
	bool found = false;

	if (!devices)
		return true;
	while (!found && fgets(line, sizeof(line), devices))
		found = sscanf(line, "%*u %63s", name) == 1 && !strcmp(name, DRIVER);
	fclose(devices);
	return found;
}
