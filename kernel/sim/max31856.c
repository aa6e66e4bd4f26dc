// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register model of Maxim's MAX31856 (data sheet 19-7534): automatic conversion
 * with the times and the filter's mean that belong to it, cold junction, type T
 * linearised, test for an open circuit, over- and undervoltage. Not its single
 * conversions, its comparators and its interrupt.
 *
 * Between two transfers nothing looks at the pins: a conversion is the mean of
 * what was seen in its time. The times are the data sheet's longest, and an
 * open input keeps its last voltage, because no data sheet promises which way
 * it will drift: both are what is hardest for who uses the chip.
 */
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "max31856.h"
#include "type-t.h"

#define REG_CR0			0x00
#define REG_CR1			0x01
#define REG_MASK		0x02
#define REG_COLD_OFFSET		0x09
#define REG_COLD		0x0a
#define REG_TEMPERATURE		0x0c
#define REG_STATUS		0x0f
#define ADDRESS			GENMASK(3, 0)
#define ADDRESS_WRITE		BIT(7)

#define CR0_AUTOMATIC		BIT(7)
#define CR0_OPEN_TEST		GENMASK(5, 4)
#define CR0_50HZ		BIT(0)
#define CR1_AVERAGING		GENMASK(6, 4)
#define CR1_TYPE		GENMASK(3, 0)
#define CR1_TYPE_T		7
#define AVERAGING_MAX		4	/* 16 readings */

#define STATUS_COLD_RANGE	BIT(7)
#define STATUS_RANGE		BIT(6)
#define STATUS_BEYOND		BIT(1)
#define STATUS_OPEN		BIT(0)

/* The first conversion and all others, at 60 Hz; one more reading of a mean. */
#define FIRST_NS		(155 * NSEC_PER_MSEC)
#define NEXT_NS			(90 * NSEC_PER_MSEC)
#define AVERAGE_NS		(NSEC_PER_SEC / 60)
#define FIRST_50HZ_NS		(185 * NSEC_PER_MSEC)
#define NEXT_50HZ_NS		(110 * NSEC_PER_MSEC)
#define AVERAGE_50HZ_NS		(NSEC_PER_SEC / 50)
#define OPEN_TEST_NS		(15 * NSEC_PER_MSEC)
#define OPEN_TEST_EVERY		16

#define COLD_MIN_MDEGC		(-55000)
#define COLD_MAX_MDEGC		125000

static s64 conversion_ns(const struct sim_max31856 *chip, bool first)
{
	u32 more = (1 << min_t(u32, FIELD_GET(CR1_AVERAGING, chip->reg[REG_CR1]),
			       AVERAGING_MAX)) - 1;

	if (chip->reg[REG_CR0] & CR0_50HZ)
		return (first ? FIRST_50HZ_NS : NEXT_50HZ_NS) + more * AVERAGE_50HZ_NS;
	return (first ? FIRST_NS : NEXT_NS) + more * AVERAGE_NS;
}

static void set_status(struct sim_max31856 *chip, u8 bit, bool on)
{
	chip->reg[REG_STATUS] = on ? chip->reg[REG_STATUS] | bit : chip->reg[REG_STATUS] & ~bit;
}

/* 14 bits, the last of which is 1/64 degC; the offset's is 1/16 degC. */
static s32 measure_cold(struct sim_max31856 *chip, s32 mdegc)
{
	s32 cold = clamp(mdegc, COLD_MIN_MDEGC, COLD_MAX_MDEGC);
	s32 code;

	set_status(chip, STATUS_COLD_RANGE, cold != mdegc);
	cold += (s8)chip->reg[REG_COLD_OFFSET] * 1000 / 16;
	code = cold * 64 / 1000;
	chip->reg[REG_COLD] = (code * 4) >> 8;
	chip->reg[REG_COLD + 1] = code * 4;
	return cold;
}

static bool is_end(s32 mdegc)
{
	return mdegc == SIM_TYPE_T_MIN_MDEGC || mdegc == SIM_TYPE_T_MAX_MDEGC;
}

/* 19 bits, the last of which is 1/128 degC. */
static void measure(struct sim_max31856 *chip, s32 input_nv, s32 cold_mdegc)
{
	s32 nv = input_nv + sim_type_t_nv(measure_cold(chip, cold_mdegc));
	bool known = FIELD_GET(CR1_TYPE, chip->reg[REG_CR1]) == CR1_TYPE_T;
	s32 mdegc = known ? sim_type_t_mdegc(nv) : 0;
	s32 code = div_s64((s64)mdegc * 128, 1000) * 32;

	set_status(chip, STATUS_RANGE, !known || is_end(mdegc));
	chip->reg[REG_TEMPERATURE] = code >> 16;
	chip->reg[REG_TEMPERATURE + 1] = code >> 8;
	chip->reg[REG_TEMPERATURE + 2] = code;
}

static void begin(struct sim_max31856 *chip, s64 now_ns, bool first)
{
	chip->sum_nv = 0;
	chip->looks = 0;
	if (first)
		chip->until_test = OPEN_TEST_EVERY;
	chip->end_ns = now_ns + conversion_ns(chip, first);
	if (chip->until_test == 1 && (chip->reg[REG_CR0] & CR0_OPEN_TEST))
		chip->end_ns += OPEN_TEST_NS;
}

static void finish(struct sim_max31856 *chip, const struct sim_max31856_pins *pins)
{
	bool test = chip->reg[REG_CR0] & CR0_OPEN_TEST;

	if (!chip->stuck)
		measure(chip, div_s64(chip->sum_nv, chip->looks), pins->cold_mdegc);
	if (--chip->until_test)
		return;
	chip->until_test = OPEN_TEST_EVERY;
	set_status(chip, STATUS_OPEN, test && pins->wires == SIM_WIRES_OPEN);
}

/* Brings the chip to now. */
static void advance(struct sim_max31856 *chip, s64 now_ns, const struct sim_max31856_pins *pins)
{
	if (pins->wires == SIM_WIRES_GOOD)
		chip->input_nv = pins->nv;
	set_status(chip, STATUS_BEYOND, pins->wires == SIM_WIRES_BEYOND);
	if (!chip->end_ns)
		return;
	/* It does not convert what is beyond its supplies. */
	if (pins->wires == SIM_WIRES_BEYOND) {
		begin(chip, now_ns, false);
		return;
	}
	chip->sum_nv += chip->input_nv;
	chip->looks++;
	if (now_ns < chip->end_ns)
		return;
	/* Nobody has looked for long: what came and went in between has left nothing. */
	while (chip->until_test > 1 && now_ns - chip->end_ns > conversion_ns(chip, false)) {
		chip->until_test--;
		chip->end_ns += conversion_ns(chip, false);
	}
	finish(chip, pins);
	begin(chip, max(chip->end_ns, now_ns - conversion_ns(chip, false)), false);
}

/**
 * sim_max31856_reset - power the chip up
 * @chip: the chip
 */
void sim_max31856_reset(struct sim_max31856 *chip)
{
	/* Type K, off, nothing masked out, thresholds out of the way. */
	static const u8 reset[SIM_MAX31856_REGISTERS] = {
		0x00, 0x03, 0xff, 0x7f, 0xc0, 0x7f, 0xff, 0x80,
	};

	*chip = (struct sim_max31856) {};
	memcpy(chip->reg, reset, sizeof(reset));
}

/**
 * sim_max31856_select - a transfer with the chip begins
 * @chip: the chip
 * @now_ns: time of the transfer
 * @pins: what it sees
 */
void sim_max31856_select(struct sim_max31856 *chip, s64 now_ns,
			 const struct sim_max31856_pins *pins)
{
	advance(chip, now_ns, pins);
	chip->addressed = false;
}

static void write_register(struct sim_max31856 *chip, u8 value, s64 now_ns)
{
	u8 was = chip->reg[REG_CR0];

	if (chip->pointer >= REG_TEMPERATURE)
		return;
	chip->reg[chip->pointer] = value;
	if (chip->pointer != REG_CR0 || (was & CR0_AUTOMATIC) == (value & CR0_AUTOMATIC))
		return;
	if (value & CR0_AUTOMATIC)
		begin(chip, now_ns, true);
	else
		chip->end_ns = 0;
}

/**
 * sim_max31856_exchange - one byte each way
 * @chip: the chip, selected
 * @in: what it is told: first an address, then what to write there and behind
 * @now_ns: time of the transfer
 *
 * Return: what it tells: the registers at the address and behind
 */
u8 sim_max31856_exchange(struct sim_max31856 *chip, u8 in, s64 now_ns)
{
	u8 out = 0;

	if (!chip->addressed) {
		chip->addressed = true;
		chip->writing = in & ADDRESS_WRITE;
		chip->pointer = in & ADDRESS;
		return out;
	}
	if (chip->writing)
		write_register(chip, in, now_ns);
	else
		out = chip->reg[chip->pointer];
	chip->pointer = (chip->pointer + 1) & ADDRESS;
	return out;
}
