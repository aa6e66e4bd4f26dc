// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handpiece's lines: a GPIO chip whose outputs go into the page at once,
 * and whose inputs are looked at again and again for interrupts.
 */
#include <linux/bitops.h>
#include <linux/interrupt.h>
#include <linux/module.h>

#include "gpio.h"
#include "page.h"

#define POLL_MIN_US	100
#define POLL_MAX_US	20000

static uint poll_us = 1000;
module_param(poll_us, uint, 0444);
MODULE_PARM_DESC(poll_us, "How often the input lines are looked at, 100 to 20000 us (default 1000)");

static bool gpio_can_sleep;
module_param(gpio_can_sleep, bool, 0444);
MODULE_PARM_DESC(gpio_can_sleep, "Declare that the lines may sleep, which a probe must refuse (default no)");

static uint found_driven;
module_param(found_driven, uint, 0444);
MODULE_PARM_DESC(found_driven, "Output lines that are driven before any driver has asked, CRYOSIM_OUT_* (default 0)");

const char *const sim_line_names[SIM_LINES] = {
	[SIM_LINE_SUPPLY] = "supply",
	[SIM_LINE_FREEZE] = "freeze",
	[SIM_LINE_VENT] = "vent",
	[SIM_LINE_THAW] = "thaw",
	[SIM_LINE_WATCHDOG] = "watchdog",
	[SIM_LINE_ALARM] = "alarm",
	[SIM_LINE_ESTOP] = "estop",
	[SIM_LINE_SENSE] = "supply-sense",
	[SIM_LINE_TRIGGER] = "trigger",
	[SIM_LINE_DETECT] = "handpiece-detect",
};

/* The page's bit of each line: of the output word before ESTOP, of the levels from there. */
static const u32 line_bit[SIM_LINES] = {
	[SIM_LINE_SUPPLY] = CRYOSIM_OUT_SUPPLY,
	[SIM_LINE_FREEZE] = CRYOSIM_OUT_FREEZE,
	[SIM_LINE_VENT] = CRYOSIM_OUT_VENT,
	[SIM_LINE_THAW] = CRYOSIM_OUT_THAW,
	[SIM_LINE_WATCHDOG] = CRYOSIM_OUT_PULSE,
	[SIM_LINE_ALARM] = CRYOSIM_OUT_ALARM,
	[SIM_LINE_ESTOP] = CRYOSIM_LEVEL_ESTOP_RELEASED,
	[SIM_LINE_SENSE] = CRYOSIM_LEVEL_SUPPLY_SENSE,
	[SIM_LINE_TRIGGER] = CRYOSIM_LEVEL_TRIGGER,
	[SIM_LINE_DETECT] = CRYOSIM_LEVEL_DETECT,
};

static bool is_output(unsigned int line)
{
	return line < SIM_LINE_ESTOP;
}

static int get_direction(struct gpio_chip *chip, unsigned int line)
{
	return is_output(line) ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}

static int direction_input(struct gpio_chip *chip, unsigned int line)
{
	return is_output(line) ? -EINVAL : 0;
}

static void set(struct gpio_chip *chip, unsigned int line, int value)
{
	struct sim_gpio *gpio = gpiochip_get_data(chip);

	if (is_output(line))
		sim_page_drive(gpio->page, gpio->handpiece, line_bit[line], value);
}

static int direction_output(struct gpio_chip *chip, unsigned int line, int value)
{
	if (!is_output(line))
		return -EINVAL;
	set(chip, line, value);
	return 0;
}

static int get(struct gpio_chip *chip, unsigned int line)
{
	struct sim_gpio *gpio = gpiochip_get_data(chip);
	u32 bits;

	if (is_output(line))
		bits = sim_page_word(gpio->page, gpio->handpiece);
	else
		bits = sim_page_levels(gpio->page, gpio->handpiece);
	return !!(bits & line_bit[line]);
}

static void irq_ack(struct irq_data *data)
{
}

static void irq_mask(struct irq_data *data)
{
	struct sim_gpio *gpio = gpiochip_get_data(irq_data_get_irq_chip_data(data));

	clear_bit(irqd_to_hwirq(data), &gpio->unmasked);
	gpiochip_disable_irq(&gpio->chip, irqd_to_hwirq(data));
}

static void irq_unmask(struct irq_data *data)
{
	struct sim_gpio *gpio = gpiochip_get_data(irq_data_get_irq_chip_data(data));

	gpiochip_enable_irq(&gpio->chip, irqd_to_hwirq(data));
	set_bit(irqd_to_hwirq(data), &gpio->unmasked);
}

static int irq_set_type(struct irq_data *data, unsigned int type)
{
	struct sim_gpio *gpio = gpiochip_get_data(irq_data_get_irq_chip_data(data));

	if (type & ~IRQ_TYPE_EDGE_BOTH)
		return -EINVAL;
	assign_bit(irqd_to_hwirq(data), &gpio->rising, type & IRQ_TYPE_EDGE_RISING);
	assign_bit(irqd_to_hwirq(data), &gpio->falling, type & IRQ_TYPE_EDGE_FALLING);
	return 0;
}

static const struct irq_chip sim_irq_chip = {
	.name = "cryoprobe-sim",
	.irq_ack = irq_ack,
	.irq_mask = irq_mask,
	.irq_unmask = irq_unmask,
	.irq_set_type = irq_set_type,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

static void look_at_inputs(struct sim_gpio *gpio)
{
	u32 levels = sim_page_levels(gpio->page, gpio->handpiece);
	u32 changed = levels ^ gpio->levels;
	unsigned int line;

	gpio->levels = levels;
	if (!changed || sim_page_line_faults(gpio->page, gpio->handpiece) & CRYOSIM_LINE_NO_IRQS)
		return;
	for (line = SIM_LINE_ESTOP; line < SIM_LINES; line++) {
		unsigned long *wanted = levels & line_bit[line] ? &gpio->rising : &gpio->falling;

		if ((changed & line_bit[line]) && test_bit(line, wanted) &&
		    test_bit(line, &gpio->unmasked))
			generic_handle_domain_irq(gpio->chip.irq.domain, line);
	}
}

static ktime_t poll_time(void)
{
	return ns_to_ktime(poll_us * NSEC_PER_USEC);
}

/* A hard timer, also with PREEMPT_RT: it stands for the interrupt controller. */
static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct sim_gpio *gpio = container_of(timer, struct sim_gpio, timer);

	sim_page_alive(gpio->page, gpio->handpiece);
	look_at_inputs(gpio);
	hrtimer_forward_now(timer, poll_time());
	return HRTIMER_RESTART;
}

static void describe(struct sim_gpio *gpio, struct device *parent)
{
	struct gpio_chip *chip = &gpio->chip;
	unsigned int line;

	snprintf(gpio->label, sizeof(gpio->label), "cryoprobe-sim.%u", gpio->handpiece);
	for (line = 0; line < SIM_LINES; line++) {
		snprintf(gpio->name[line], sizeof(gpio->name[line]), "cryo%u-%s", gpio->handpiece,
			 sim_line_names[line]);
		gpio->names[line] = gpio->name[line];
	}
	chip->label = gpio->label;
	chip->parent = parent;
	/* No owner: a handpiece may be pulled out while its lines are in use. */
	chip->base = -1;
	chip->ngpio = SIM_LINES;
	chip->names = gpio->names;
	chip->can_sleep = gpio_can_sleep;
	chip->get_direction = get_direction;
	chip->direction_input = direction_input;
	chip->direction_output = direction_output;
	chip->get = get;
	chip->set = set;
	gpio_irq_chip_set_chip(&chip->irq, &sim_irq_chip);
	chip->irq.handler = handle_edge_irq;
	chip->irq.default_type = IRQ_TYPE_NONE;
}

/**
 * sim_gpio_check - check the module parameters
 *
 * Return: 0, or -EINVAL after telling which one is wrong
 */
int sim_gpio_check(void)
{
	if (poll_us >= POLL_MIN_US && poll_us <= POLL_MAX_US)
		return 0;
	pr_err("parameter poll_us=%u is not %u to %u\n", poll_us, POLL_MIN_US, POLL_MAX_US);
	return -EINVAL;
}

/**
 * sim_gpio_add - register a handpiece's lines
 * @gpio: zeroed, to be filled in
 * @page: the page
 * @handpiece: from 0
 * @parent: of the chip
 *
 * Return: 0 or a negative error
 */
int sim_gpio_add(struct sim_gpio *gpio, struct sim_page *page, unsigned int handpiece,
		 struct device *parent)
{
	int ret;

	gpio->page = page;
	gpio->handpiece = handpiece;
	gpio->levels = sim_page_levels(page, handpiece);
	describe(gpio, parent);
	sim_page_attach(page, handpiece, found_driven & ~CRYOSIM_OUT_PULSE);
	ret = gpiochip_add_data(&gpio->chip, gpio);
	if (ret) {
		sim_page_detach(page, handpiece);
		return ret;
	}
	hrtimer_init(&gpio->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	gpio->timer.function = tick;
	hrtimer_start(&gpio->timer, poll_time(), HRTIMER_MODE_REL_HARD);
	return 0;
}

/**
 * sim_gpio_remove - undo sim_gpio_add(); all outputs are off afterwards
 * @gpio: the lines
 */
void sim_gpio_remove(struct sim_gpio *gpio)
{
	hrtimer_cancel(&gpio->timer);
	gpiochip_remove(&gpio->chip);
	sim_page_detach(gpio->page, gpio->handpiece);
}
