// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register model of TI's ADS1115 (data sheet SBAS444): configuration,
 * multiplexer, gain, data rate, single-shot and continuous conversion.
 *
 * Conversions take their time: the conversion register holds the last finished
 * one, and a new configuration in continuous mode is used only after the
 * conversion that is going on. Between two transfers nothing looks at the
 * pins, so a finished conversion gets the voltage at the next transfer, which
 * is at most one conversion later than on the chip while a driver polls it.
 */
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#include <linux/cryoprobe-sim.h>

#include "ads1115.h"

#define REG_CONVERSION		0
#define REG_CONFIG		1
#define REG_LOW_THRESHOLD	2
#define REG_HIGH_THRESHOLD	3

#define CONFIG_IDLE		BIT(15)	/* read: not converting, write: start */
#define CONFIG_MUX		GENMASK(14, 12)
#define CONFIG_GAIN		GENMASK(11, 9)
#define CONFIG_SINGLE_SHOT	BIT(8)
#define CONFIG_RATE		GENMASK(7, 5)
#define CONFIG_RESET		0x0583	/* AIN0 - AIN1, 2.048 V, single shot, 128 SPS */

#define WAKE_UP_NS		25000

static s64 period_ns(u16 config)
{
	static const u16 rate_hz[] = { 8, 16, 32, 64, 128, 250, 475, 860 };

	return NSEC_PER_SEC / rate_hz[FIELD_GET(CONFIG_RATE, config)];
}

/* A pin's protection diodes hold it between ground and supply. */
static s64 pin(const s64 pin_nv[4], unsigned int input)
{
	return clamp_t(s64, pin_nv[input], 0, CRYOSIM_ADC_SUPPLY_NV);
}

static s64 selected_nv(u16 config, const s64 pin_nv[4])
{
	unsigned int mux = FIELD_GET(CONFIG_MUX, config);

	switch (mux) {
	case 0:
		return pin(pin_nv, 0) - pin(pin_nv, 1);
	case 1:
	case 2:
	case 3:
		return pin(pin_nv, mux - 1) - pin(pin_nv, 3);
	default:
		return pin(pin_nv, mux - 4);
	}
}

static u16 convert(u16 config, const s64 pin_nv[4])
{
	static const s64 full_scale_nv[] = {
		6144000000LL, 4096000000LL, 2048000000LL, 1024000000LL,
		512000000LL, 256000000LL, 256000000LL, 256000000LL,
	};
	s64 full_scale = full_scale_nv[FIELD_GET(CONFIG_GAIN, config)];
	s64 code = selected_nv(config, pin_nv) * 32768;

	code = div64_s64(code + (code < 0 ? -full_scale : full_scale) / 2, full_scale);
	return clamp_t(s64, code, S16_MIN, S16_MAX);
}

static void finish(struct sim_ads1115 *adc, const s64 pin_nv[4])
{
	if (!adc->stuck)
		adc->conversion = convert(adc->running, pin_nv);
}

/* Brings the chip to now. */
static void advance(struct sim_ads1115 *adc, s64 now_ns, const s64 pin_nv[4])
{
	s64 period, more;

	if (!adc->end_ns || now_ns < adc->end_ns)
		return;

	finish(adc, pin_nv);
	if (adc->config & CONFIG_SINGLE_SHOT) {
		adc->end_ns = 0;
		return;
	}
	adc->running = adc->config;
	period = period_ns(adc->running);
	more = div64_s64(now_ns - adc->end_ns, period);
	if (more)
		finish(adc, pin_nv);
	adc->end_ns += (more + 1) * period;
}

static void configure(struct sim_ads1115 *adc, u16 config, s64 now_ns)
{
	adc->config = config & ~CONFIG_IDLE;
	if (adc->end_ns)
		return;
	if ((config & CONFIG_SINGLE_SHOT) && !(config & CONFIG_IDLE))
		return;
	adc->running = adc->config;
	adc->end_ns = now_ns + WAKE_UP_NS + period_ns(adc->running);
}

/**
 * sim_ads1115_reset - power the chip up
 * @adc: the chip
 */
void sim_ads1115_reset(struct sim_ads1115 *adc)
{
	*adc = (struct sim_ads1115) {
		.config = CONFIG_RESET,
		.low_threshold = 0x8000,
		.high_threshold = 0x7fff,
	};
}

/**
 * sim_ads1115_write - a write addressed to the chip
 * @adc: the chip
 * @buf: what was written: pointer, or pointer and register
 * @len: bytes of @buf
 * @now_ns: time of the transfer
 * @pin_nv: voltages of AIN0 to AIN3 in nanovolt
 *
 * Return: 0, or -ENXIO where the chip would not acknowledge.
 */
int sim_ads1115_write(struct sim_ads1115 *adc, const u8 *buf, size_t len, s64 now_ns,
		      const s64 pin_nv[4])
{
	u16 value;

	advance(adc, now_ns, pin_nv);
	if (!len)
		return 0;
	if (len == 2 || len > 3 || buf[0] > REG_HIGH_THRESHOLD)
		return -ENXIO;
	adc->pointer = buf[0];
	if (len == 1)
		return 0;

	value = buf[1] << 8 | buf[2];
	switch (adc->pointer) {
	case REG_CONFIG:
		configure(adc, value, now_ns);
		return 0;
	case REG_LOW_THRESHOLD:
		adc->low_threshold = value;
		return 0;
	case REG_HIGH_THRESHOLD:
		adc->high_threshold = value;
		return 0;
	default:
		return -ENXIO;
	}
}

static u16 register_value(const struct sim_ads1115 *adc)
{
	switch (adc->pointer) {
	case REG_CONVERSION:
		return adc->conversion;
	case REG_CONFIG:
		return adc->config | (adc->end_ns ? 0 : CONFIG_IDLE);
	case REG_LOW_THRESHOLD:
		return adc->low_threshold;
	default:
		return adc->high_threshold;
	}
}

/**
 * sim_ads1115_read - a read addressed to the chip
 * @adc: the chip
 * @buf: for the register at the pointer, most significant byte first
 * @len: bytes of @buf; the bus idles high after the second one
 * @now_ns: time of the transfer
 * @pin_nv: voltages of AIN0 to AIN3 in nanovolt
 */
void sim_ads1115_read(struct sim_ads1115 *adc, u8 *buf, size_t len, s64 now_ns,
		      const s64 pin_nv[4])
{
	u16 value;
	size_t i;

	advance(adc, now_ns, pin_nv);
	value = register_value(adc);
	for (i = 0; i < len; i++)
		buf[i] = i == 0 ? value >> 8 : i == 1 ? value & 0xff : 0xff;
}
