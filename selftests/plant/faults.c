// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of faults. A new one that uses a known disturbance is one line here. */
#include "selftests/plant/faults.h"

#include <string.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"

#define ON(field) offsetof(struct disturbances, field)

static const struct fault faults[] = {
	{ "open-tip", ON(tip_open), 1, "tip thermocouple broken: bias resistors drive full scale" },
	{ "short-tip", ON(tip_short), 1, "tip thermocouple shorted: it reads the cold junction" },
	{ "reversed-tip", ON(tip_reversed), 1, "tip thermocouple with its wires exchanged" },
	{ "stuck-code", ON(bus_bits), CRYOSIM_BUS_TIP_STUCK, "tip converter repeats its last" },
	{ "noise-burst", ON(tip_noise_degc), 25, "25 degC of noise on the tip thermocouple" },
	{ "step", ON(tip_step_degc), 25, "tip reading jumps by 25 degC" },
	{ "open-shaft", ON(shaft_open), 1, "shaft thermocouple broken" },
	{ "open-tissue", ON(tissue_open), 1, "tissue thermocouple broken" },
	{ "shaft-wrong", ON(shaft_degc), -45, "shaft thermocouple reads 45 degC too little" },
	{ "cj-out-of-range", ON(cold_junction_degc), 100, "cold junction reads 100 degC too much" },
	{ "infrared-wrong", ON(infrared_degc), 40, "infrared reads 40 degC too much" },
	{ "pressure-low", ON(pressure_share), -0.7, "supply at 30 % of its pressure" },
	{ "pressure-high", ON(pressure_share), 0.6, "supply at 160 % of its pressure" },
	{ "pressure-falling", ON(pressure_fall_1_s), 0.2, "supply loses a fifth each second" },
	{ "transducer-open", ON(transducer_open), 1, "supply pressure transducer gives 0 V" },
	{ "line-transducer-open", ON(line_transducer_open), 1, "line's transducer gives 0 V" },
	{ "empty-cylinder", ON(cylinder_empty), 1, "all liquid is gone, some vapour left" },
	{ "stuck-open", ON(freeze_stuck), 1, "freeze valve stays open" },
	{ "stuck-closed", ON(freeze_stuck), -1, "freeze valve stays closed" },
	{ "supply-stuck-open", ON(supply_stuck), 1, "supply valve stays open" },
	{ "supply-stuck-closed", ON(supply_stuck), -1, "supply valve stays closed" },
	{ "leak", ON(leak_share), 0.15, "15 % of full flow past both closed valves" },
	{ "freeze-leak", ON(freeze_leak_share), 0.25, "closed freeze valve passes 25 % of full flow" },
	{ "supply-leak", ON(supply_leak_share), 0.5, "closed supply valve passes 50 % of full flow" },
	{ "vent-blocked", ON(vent_blocked), 1, "the line between the valves cannot be vented" },
	{ "exhaust-blocked", ON(exhaust_kpa), 400, "exhaust at 4 bar more: the tip boils warmer" },
	{ "adc-nak", ON(bus_bits), CRYOSIM_BUS_TIP_NAK, "the tip's converter does not answer" },
	{ "aux-nak", ON(bus_bits), CRYOSIM_BUS_AUX_NAK, "the second converter does not answer" },
	{ "line-nak", ON(bus_bits), CRYOSIM_BUS_LINE_NAK, "the third converter does not answer" },
	{ "infrared-nak", ON(bus_bits), CRYOSIM_BUS_IR_NAK, "the infrared chip does not answer" },
	{ "adc-eio", ON(bus_bits), CRYOSIM_BUS_TIP_EIO, "the tip's converter answers with errors" },
	{ "eeprom-nak", ON(bus_bits), CRYOSIM_BUS_EEPROM_NAK, "the EEPROM does not answer" },
	{ "eeprom-protected", ON(bus_bits), CRYOSIM_BUS_EEPROM_PROTECTED, "the EEPROM keeps what it has" },
	{ "bus-timeout", ON(bus_bits), CRYOSIM_BUS_TIMEOUT, "every bus transfer times out" },
	{ "bus-slow", ON(bus_bits), CRYOSIM_BUS_DELAY, "bus transfers are bus_delay_us longer" },
	{ "bus-hang", ON(bus_bits), CRYOSIM_BUS_HANG, "bus transfers do not return" },
	{ "bus-spin", ON(bus_bits), CRYOSIM_BUS_SPIN, "bus transfers keep their processor busy" },
	{ "output-stuck", ON(line_bits), CRYOSIM_LINE_STUCK, "valve lines stay as they are" },
	{ "irq-lost", ON(line_bits), CRYOSIM_LINE_NO_IRQS, "input lines give no interrupts" },
	{ "unplugged", ON(detect_lost), 1, "handpiece-detect line says unplugged" },
	{ "sense-wrong", ON(sense_inverted), 1, "supply sense line tells the opposite" },
	{ "estop-wire-broken", ON(estop_wire_broken), 1, "E-stop reads as pressed, is not" },
	{ "estop-welded", ON(estop_welded), 1, "E-stop is sensed, but does not break the supply" },
	{ "oneshot-stuck-on", ON(oneshot_stuck), 1, "one-shot supplies the valves without pulses" },
	{ "oneshot-stuck-off", ON(oneshot_stuck), -1, "one-shot never supplies the valves" },
};

const struct fault *fault_at(size_t index)
{
	return index < sizeof(faults) / sizeof(faults[0]) ? &faults[index] : NULL;
}

int fault_find(const char *name)
{
	for (size_t i = 0; fault_at(i); i++)
		if (!strcmp(faults[i].name, name))
			return (int)i;
	return -1;
}

struct disturbances fault_disturbances(uint64_t set)
{
	struct disturbances d = { 0 };

	for (size_t i = 0; fault_at(i); i++)
		if (set & 1ULL << i)
			*(double *)((char *)&d + faults[i].field) += faults[i].value;
	return d;
}
