/* SPDX-License-Identifier: GPL-2.0-only */
/* Register model of Maxim's MAX31856, a converter that linearises a thermocouple. */
#ifndef CRYOPROBE_SIM_MAX31856_H
#define CRYOPROBE_SIM_MAX31856_H

#include <linux/types.h>

#define SIM_MAX31856_REGISTERS	16

/**
 * enum sim_wires - the wires of a thermocouple
 * @SIM_WIRES_GOOD: they lead to a junction
 * @SIM_WIRES_OPEN: one is broken
 * @SIM_WIRES_BEYOND: one is at ground or at a supply
 */
enum sim_wires {
	SIM_WIRES_GOOD,
	SIM_WIRES_OPEN,
	SIM_WIRES_BEYOND,
};

/**
 * struct sim_max31856_pins - what the chip sees
 * @wires: how they are
 * @nv: voltage of the thermocouple, if they are good
 * @cold_mdegc: temperature of the chip
 */
struct sim_max31856_pins {
	enum sim_wires wires;
	s32 nv;
	s32 cold_mdegc;
};

/**
 * struct sim_max31856 - one converter
 * @reg: its registers
 * @pointer: register that the next byte is of
 * @addressed: a transfer has told which
 * @writing: it is one that writes
 * @stuck: the registers of temperatures are not renewed
 * @end_ns: when the conversion that is going on ends, 0 while there is none
 * @until_test: conversions until the next test for an open circuit
 * @input_nv: what the capacitor at the input holds
 * @sum_nv: of @input_nv at the looks in this conversion
 * @looks: how many
 */
struct sim_max31856 {
	u8 reg[SIM_MAX31856_REGISTERS];
	u8 pointer;
	bool addressed;
	bool writing;
	bool stuck;
	s64 end_ns;
	u32 until_test;
	s32 input_nv;
	s64 sum_nv;
	u32 looks;
};

void sim_max31856_reset(struct sim_max31856 *chip);
void sim_max31856_select(struct sim_max31856 *chip, s64 now_ns,
			 const struct sim_max31856_pins *pins);
u8 sim_max31856_exchange(struct sim_max31856 *chip, u8 in, s64 now_ns);

#endif
