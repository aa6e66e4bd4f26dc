// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register model of Melexis' MLX90614 in its SMBus mode: temperatures in RAM in
 * units of 0.02 K, EEPROM with emissivity, configuration and identity, packet
 * error codes. Its low-pass filters are not modelled.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/i2c.h>
#include <linux/math.h>
#include <linux/math64.h>

#include "mlx90614.h"

#define COMMAND_RAM		0x00
#define COMMAND_EEPROM		0x20
#define COMMAND_INDEX		0x1f

#define RAM_RAW_IR1		0x04
#define RAM_RAW_IR2		0x05
#define RAM_AMBIENT		0x06
#define RAM_OBJECT1		0x07
#define RAM_OBJECT2		0x08

#define EEPROM_EMISSIVITY	0x04
#define EEPROM_WRITABLE		(GENMASK(5, 0) | BIT(0x0e) | BIT(0x0f))
#define EMISSIVITY_ONE		0xffff

#define TEMPERATURE_ERROR	0x8000
#define MK_PER_UNIT		20

/* Measuring ranges in units of 0.02 K: -40 to 125 degC, and -70 to 382.2 degC. */
#define AMBIENT_MIN		0x2d8a
#define AMBIENT_MAX		0x4dc4
#define OBJECT_MIN		0x27ad
#define OBJECT_MAX		0x7fff

static u16 checked(s64 units, s64 min, s64 max)
{
	if (units < min || units > max)
		return TEMPERATURE_ERROR;
	return units;
}

static s64 fourth_power(s64 units)
{
	return units * units * units * units;
}

/*
 * The sensor sees the difference of two radiations, a body with the emissivity
 * one against itself, and divides by the emissivity that it was told.
 */
static s64 seen_object(s64 object, s64 ambient, u16 emissivity)
{
	s64 seen;

	if (emissivity == EMISSIVITY_ONE)
		return object;
	if (!emissivity)
		return -1;
	/* Below 2^15 units a fourth power is below 2^60. */
	seen = div_s64(fourth_power(object) - fourth_power(ambient), emissivity);
	if (abs(seen) > (s64)(BIT_ULL(62) / EMISSIVITY_ONE))
		return -1;
	seen = seen * EMISSIVITY_ONE + fourth_power(ambient);
	return seen < 0 ? -1 : int_sqrt64(int_sqrt64(seen));
}

static u16 ram(const struct sim_mlx90614 *ir, u8 index, s64 object_mk, s64 ambient_mk)
{
	s64 ambient = div_s64(ambient_mk + MK_PER_UNIT / 2, MK_PER_UNIT);
	s64 object = div_s64(object_mk + MK_PER_UNIT / 2, MK_PER_UNIT);
	u16 emissivity = ir->eeprom[EEPROM_EMISSIVITY];

	if (index == RAM_AMBIENT)
		return checked(ambient, AMBIENT_MIN, AMBIENT_MAX);
	if (index != RAM_OBJECT1)
		return 0;
	/* Out of either range the arithmetic below would mean nothing. */
	if (checked(ambient, AMBIENT_MIN, AMBIENT_MAX) == TEMPERATURE_ERROR ||
	    checked(object, OBJECT_MIN, OBJECT_MAX) == TEMPERATURE_ERROR)
		return TEMPERATURE_ERROR;
	return checked(seen_object(object, ambient, emissivity), OBJECT_MIN, OBJECT_MAX);
}

/**
 * sim_mlx90614_reset - power the chip up as it leaves the factory
 * @ir: the chip
 * @serial: last word of its identity
 */
void sim_mlx90614_reset(struct sim_mlx90614 *ir, u16 serial)
{
	*ir = (struct sim_mlx90614) {
		.eeprom = {
			[0x00] = 0x9993,	/* upper end of the PWM output */
			[0x01] = 0x62e3,	/* lower end */
			[0x02] = 0x0201,	/* PWM control */
			[0x03] = 0xf71c,	/* ambient range of the PWM output */
			[EEPROM_EMISSIVITY] = EMISSIVITY_ONE,
			[0x05] = 0x9fb4,	/* one zone, unfiltered */
			[0x0e] = 0xbe5a,	/* address */
			[0x1c] = 0x4352,
			[0x1d] = 0x594f,
			[0x1e] = 0x5349,
			[0x1f] = serial,
		},
	};
}

static int write_eeprom(struct sim_mlx90614 *ir, u8 index, u16 value)
{
	if (!(EEPROM_WRITABLE & BIT(index)))
		return -ENXIO;
	/* A cell must be erased by writing 0 first; without, bits only add up. */
	ir->eeprom[index] = value ? ir->eeprom[index] | value : 0;
	return 0;
}

/**
 * sim_mlx90614_write - a write addressed to the chip
 * @ir: the chip
 * @address: its address
 * @buf: what was written: a command, or command, word and packet error code
 * @len: bytes of @buf
 *
 * Return: 0, or -ENXIO where the chip would not acknowledge, as it does a
 * wrong packet error code.
 */
int sim_mlx90614_write(struct sim_mlx90614 *ir, u8 address, u8 *buf, size_t len)
{
	u8 head = address << 1;

	if (!len)
		return 0;
	if (buf[0] >= COMMAND_EEPROM + SIM_MLX90614_EEPROM_WORDS)
		return -ENXIO;
	ir->command = buf[0];
	if (len == 1)
		return 0;
	if (len != 4 || !(buf[0] & COMMAND_EEPROM))
		return -ENXIO;
	if (i2c_smbus_pec(i2c_smbus_pec(0, &head, 1), buf, 3) != buf[3])
		return -ENXIO;
	return write_eeprom(ir, buf[0] & COMMAND_INDEX, buf[2] << 8 | buf[1]);
}

/**
 * sim_mlx90614_read - a read addressed to the chip
 * @ir: the chip
 * @address: its address
 * @buf: for the word that was asked for, least significant byte first, and
 *	its packet error code
 * @len: bytes of @buf; the bus idles high after the third one
 * @object_mk: temperature of what it looks at, in thousandths of a kelvin
 * @ambient_mk: its own temperature, in thousandths of a kelvin
 *
 * Return: 0
 */
int sim_mlx90614_read(struct sim_mlx90614 *ir, u8 address, u8 *buf, size_t len,
		      s64 object_mk, s64 ambient_mk)
{
	u8 index = ir->command & COMMAND_INDEX;
	u8 frame[6] = { address << 1, ir->command, address << 1 | 1 };
	u16 word;
	size_t i;

	if (ir->command & COMMAND_EEPROM)
		word = ir->eeprom[index];
	else
		word = ram(ir, index, object_mk, ambient_mk);
	frame[3] = word & 0xff;
	frame[4] = word >> 8;
	frame[5] = i2c_smbus_pec(0, frame, 5);
	for (i = 0; i < len; i++)
		buf[i] = i < 3 ? frame[3 + i] : 0xff;
	return 0;
}
