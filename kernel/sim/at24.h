/* SPDX-License-Identifier: GPL-2.0-only */
/* Register model of Atmel's AT24C02, an EEPROM of 256 bytes. */
#ifndef CRYOPROBE_SIM_AT24_H
#define CRYOPROBE_SIM_AT24_H

#include <linux/types.h>

#define SIM_AT24_BYTES	256
#define SIM_AT24_PAGE	8	/* bytes that one write can change */

/**
 * struct sim_at24 - one EEPROM
 * @memory: SIM_AT24_BYTES that outlive the power
 * @pointer: address of the next read
 * @ready_ns: end of the write cycle that goes on
 */
struct sim_at24 {
	u8 *memory;
	u8 pointer;
	s64 ready_ns;
};

int sim_at24_write(struct sim_at24 *eeprom, const u8 *buf, size_t len, s64 now_ns, bool protected);
int sim_at24_read(struct sim_at24 *eeprom, u8 *buf, size_t len, s64 now_ns);

#endif
