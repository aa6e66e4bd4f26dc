// SPDX-License-Identifier: GPL-2.0-or-later
/* Drivers of the second handpiece come and go. */
#include <stdio.h>

#include "selftests/kernel/handpiece.h"
#include "selftests/kernel/sysfs.h"

void handpiece_chip(char name[16], unsigned int address)
{
	snprintf(name, 16, "%d-%04x", sysfs_i2c_bus(HANDPIECE), address);
}

void handpiece_unbind(void)
{
	char name[16];

	sysfs_unbind_probe(HANDPIECE);
	for (unsigned int address = TIP; address <= LINE; address++) {
		handpiece_chip(name, address);
		sysfs_unbind("i2c", "ads1015", name);
	}
	handpiece_chip(name, INFRARED);
	sysfs_unbind("i2c", "mlx90614", name);
	handpiece_chip(name, MEMORY);
	sysfs_unbind("i2c", "at24", name);
}

void handpiece_bind(void)
{
	char name[16];

	for (unsigned int address = TIP; address <= LINE; address++) {
		handpiece_chip(name, address);
		sysfs_bind("i2c", "ads1015", name);
	}
	handpiece_chip(name, INFRARED);
	sysfs_bind("i2c", "mlx90614", name);
	handpiece_chip(name, MEMORY);
	sysfs_bind("i2c", "at24", name);
	/* Bound by itself if it was so when its providers went. */
	sysfs_bind_probe(HANDPIECE);
}
