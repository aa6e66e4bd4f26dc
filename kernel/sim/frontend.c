// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which converters the thermocouples are at: amplifiers and ADS1115 on I2C, whose
 * voltages the probe's driver linearises, or a MAX31856 for each on SPI.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/string.h>

#include "frontend.h"

static char *frontend = "ads1115";
module_param(frontend, charp, 0444);
MODULE_PARM_DESC(frontend, "Converters of the thermocouples, ads1115 or max31856 (default ads1115)");

/**
 * sim_frontend_check - check the module parameter
 *
 * Return: 0, or -EINVAL after telling that it is wrong
 */
int sim_frontend_check(void)
{
	if (!strcmp(frontend, "ads1115") || sim_frontend_is_spi())
		return 0;
	pr_err("parameter frontend=%s is not ads1115 or max31856\n", frontend);
	return -EINVAL;
}

/**
 * sim_frontend_is_spi - whether they are MAX31856
 *
 * Return: true if they are
 */
bool sim_frontend_is_spi(void)
{
	return !strcmp(frontend, "max31856");
}
