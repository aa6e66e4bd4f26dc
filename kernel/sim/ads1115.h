/* SPDX-License-Identifier: GPL-2.0-only */
/* Register model of TI's ADS1115, a 16-bit converter of four inputs. */
#ifndef CRYOPROBE_SIM_ADS1115_H
#define CRYOPROBE_SIM_ADS1115_H

#include <linux/types.h>

/**
 * struct sim_ads1115 - one converter
 * @config: configuration register as written, without its status bit
 * @conversion: result of the last finished conversion
 * @low_threshold: comparator's lower threshold; its output pin is not wired
 * @high_threshold: comparator's upper threshold
 * @pointer: register that the next read gives
 * @running: configuration of the conversion that is going on
 * @end_ns: when that one ends, 0 while powered down
 * @stuck: the conversion register is not renewed
 */
struct sim_ads1115 {
	u16 config;
	u16 conversion;
	u16 low_threshold;
	u16 high_threshold;
	u8 pointer;
	u16 running;
	s64 end_ns;
	bool stuck;
};

void sim_ads1115_reset(struct sim_ads1115 *adc);
int sim_ads1115_write(struct sim_ads1115 *adc, const u8 *buf, size_t len, s64 now_ns,
		      const s64 pin_nv[4]);
void sim_ads1115_read(struct sim_ads1115 *adc, u8 *buf, size_t len, s64 now_ns,
		      const s64 pin_nv[4]);

#endif
