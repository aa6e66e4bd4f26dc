// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines: valves, heater, pulse, emergency stop, supply sense. None of them
 * may sleep, because they are written under the core's lock and in a panic.
 *
 * Safety measures SM-LINES and SM-ESTOP.
 */
#include <linux/gpio/consumer.h>
#include <linux/gpio/driver.h>
#include <linux/interrupt.h>

#include "core.h"
#include "link.h"
#include "trace.h"

static const char * const output_names[] = { "supply", "freeze", "vent", "thaw", "alarm" };

#define OPTIONAL_OUTPUTS	(CRYOPROBE_OUT_THAW | CRYOPROBE_OUT_ALARM)

static int get_line(struct cryo_core *core, const char *name, bool optional,
		    enum gpiod_flags flags, struct gpio_desc **ret_line)
{
	struct device *dev = core->probe;
	struct gpio_desc *line;

	line = optional ? devm_gpiod_get_optional(dev, name, flags) :
			  devm_gpiod_get(dev, name, flags);
	if (IS_ERR(line))
		return dev_err_probe(dev, PTR_ERR(line), "cannot get %s-gpios\n", name);
	if (line && gpiod_cansleep(line))
		return dev_err_probe(dev, -EINVAL, "%s-gpios may sleep, it must not\n", name);
	*ret_line = line;
	return line ? cryo_link(dev, gpiod_to_chip(line)->parent) : 0;
}

static void write_line(struct cryo_core *core, unsigned int bit, bool on)
{
	if (!core->gpios.output[bit])
		return;
	cryo_race_delay();
	gpiod_set_value(core->gpios.output[bit], on);
}

static void write_lines(struct cryo_core *core, u32 changed, bool on)
{
	unsigned int bit;

	for (bit = 0; bit < ARRAY_SIZE(core->gpios.output); bit++)
		if (changed & BIT(bit))
			write_line(core, bit, on);
}

/**
 * cryo_lines_drive() - energise exactly these outputs
 * @core: the core, locked
 * @outputs: mask of CRYOPROBE_OUT_*
 *
 * What goes off goes off before anything goes on, so that valve and heater are
 * not even for a moment on together.
 */
void cryo_lines_drive(struct cryo_core *core, u32 outputs)
{
	/* What a write has not reached is written again and again. */
	u32 changed = (outputs ^ core->driven) | core->gpios.wrong;

	if (!changed)
		return;
	write_lines(core, changed & ~outputs, false);
	write_lines(core, changed & outputs, true);
	core->driven = outputs;
	trace_cryoprobe_outputs(core->id, outputs);
}

/**
 * cryo_lines_pulse() - feed the one-shot with an edge
 * @core: the core, locked
 */
void cryo_lines_pulse(struct cryo_core *core)
{
	core->gpios.watchdog_level = !core->gpios.watchdog_level;
	cryo_race_delay();
	gpiod_set_value(core->gpios.watchdog, core->gpios.watchdog_level);
}

/**
 * cryo_lines_panic() - last resort: everything off, without the lock
 * @core: the core
 */
void cryo_lines_panic(struct cryo_core *core)
{
	write_lines(core, ~0U, false);
}

/* What the outputs really are; of those that cannot be read, what they should be. */
static u32 read_back(const struct cryo_core *core)
{
	u32 found = core->driven & ~core->gpios.readable;
	unsigned int bit;
	int level;

	for (bit = 0; bit < ARRAY_SIZE(core->gpios.output); bit++) {
		if (!(core->gpios.readable & BIT(bit)))
			continue;
		level = gpiod_get_value(core->gpios.output[bit]);
		/* An error reads as the wrong level. */
		if (level < 0)
			level = !(core->driven & BIT(bit));
		found |= level ? BIT(bit) : 0;
	}
	return found;
}

/**
 * cryo_lines_read() - what the lines say now
 * @core: the core, locked
 * @lines: to be filled in
 */
void cryo_lines_read(struct cryo_core *core, struct cryo_lines *lines)
{
	lines->estop_edge = atomic_xchg(&core->gpios.estop_edge, 0);
	/* An error reads as pressed. */
	lines->estop_released = gpiod_get_value(core->gpios.estop) == 1;
	lines->supply_sense = core->gpios.supply_sense &&
			      gpiod_get_value(core->gpios.supply_sense) == 1;
	lines->driven = core->driven;
	lines->found = read_back(core);
	core->gpios.wrong = lines->found ^ lines->driven;
}

static irqreturn_t estop_pressed(int irq, void *data)
{
	struct cryo_core *core = data;

	atomic_set(&core->gpios.estop_edge, 1);
	cryo_guard_kick(core);
	return IRQ_HANDLED;
}

/**
 * cryo_lines_watch_estop() - look at the emergency stop when it is pressed
 * @core: the core, its guard running
 *
 * A line without interrupt is only polled, once a period.
 *
 * Return: 0 or a negative error number.
 */
int cryo_lines_watch_estop(struct cryo_core *core)
{
	struct gpio_desc *estop = core->gpios.estop;
	unsigned long edge;
	int irq, ret;

	irq = gpiod_to_irq(estop);
	if (irq == -EPROBE_DEFER)
		return irq;
	if (irq < 0) {
		dev_info(core->probe, "estop-gpios has no interrupt, it is polled\n");
		return 0;
	}
	edge = gpiod_is_active_low(estop) ? IRQF_TRIGGER_RISING : IRQF_TRIGGER_FALLING;
	ret = devm_request_any_context_irq(core->probe, irq, estop_pressed, edge | IRQF_SHARED,
					   dev_name(core->probe), core);
	if (ret < 0)
		return dev_err_probe(core->probe, ret, "cannot get the interrupt of estop-gpios\n");
	return 0;
}

static void all_off(void *data)
{
	struct cryo_core *core = data;

	cryo_lock(core);
	cryo_lines_drive(core, 0);
	core->dead = true;
	cryo_unlock(core);
}

static int get_outputs(struct cryo_core *core)
{
	unsigned int bit;
	int ret;

	for (bit = 0; bit < ARRAY_SIZE(output_names); bit++) {
		ret = get_line(core, output_names[bit], OPTIONAL_OUTPUTS & BIT(bit),
			       GPIOD_OUT_LOW, &core->gpios.output[bit]);
		if (ret)
			return ret;
		if (core->gpios.output[bit] && gpiod_get_value(core->gpios.output[bit]) >= 0)
			core->gpios.readable |= BIT(bit);
	}
	return get_line(core, "watchdog", false, GPIOD_OUT_LOW, &core->gpios.watchdog);
}

static int get_inputs(struct cryo_core *core)
{
	int ret;

	ret = get_line(core, "estop", false, GPIOD_IN | GPIOD_FLAGS_BIT_NONEXCLUSIVE,
		       &core->gpios.estop);
	if (ret)
		return ret;
	return get_line(core, "supply-sense", true, GPIOD_IN, &core->gpios.supply_sense);
}

/**
 * cryo_lines_get() - request all lines, outputs off
 * @core: the core
 *
 * Whatever happens later, the outputs are off again when the probe is unbound:
 * giving back a line alone would leave it as it is.
 *
 * Return: 0 or a negative error number.
 */
int cryo_lines_get(struct cryo_core *core)
{
	int ret;

	ret = get_outputs(core);
	if (ret)
		return ret;
	ret = devm_add_action_or_reset(core->probe, all_off, core);
	if (ret)
		return ret;
	return get_inputs(core);
}
