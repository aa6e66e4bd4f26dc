// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register model of Atmel's AT24C02 (data sheet 0180): address counter, random
 * and sequential read with roll-over, page write with roll-over within the page,
 * self-timed write cycle in which nothing is acknowledged, write-protect pin.
 */
#include <linux/errno.h>
#include <linux/time64.h>

#include "at24.h"

#define WRITE_CYCLE_NS	(5 * NSEC_PER_MSEC)

/**
 * sim_at24_write - a write addressed to the chip
 * @eeprom: the chip
 * @buf: what was written: an address, and perhaps bytes
 * @len: bytes of @buf
 * @now_ns: time of the transfer
 * @protected: the write-protect pin is high: bytes are acknowledged, and lost
 *
 * Return: 0, or -ENXIO where the chip would not acknowledge.
 */
int sim_at24_write(struct sim_at24 *eeprom, const u8 *buf, size_t len, s64 now_ns, bool protected)
{
	u8 page;
	size_t i;

	if (now_ns < eeprom->ready_ns)
		return -ENXIO;
	if (!len)
		return 0;
	eeprom->pointer = buf[0];
	page = eeprom->pointer & ~(SIM_AT24_PAGE - 1);
	for (i = 1; i < len; i++) {
		if (!protected)
			eeprom->memory[eeprom->pointer] = buf[i];
		eeprom->pointer = page | ((eeprom->pointer + 1) & (SIM_AT24_PAGE - 1));
	}
	if (len > 1 && !protected)
		eeprom->ready_ns = now_ns + WRITE_CYCLE_NS;
	return 0;
}

/**
 * sim_at24_read - a read addressed to the chip
 * @eeprom: the chip
 * @buf: for the bytes at the address counter
 * @len: bytes of @buf
 * @now_ns: time of the transfer
 *
 * Return: 0, or -ENXIO where the chip would not acknowledge.
 */
int sim_at24_read(struct sim_at24 *eeprom, u8 *buf, size_t len, s64 now_ns)
{
	if (now_ns < eeprom->ready_ns)
		return -ENXIO;
	while (len--)
		*buf++ = eeprom->memory[eeprom->pointer++];
	return 0;
}
