/* SPDX-License-Identifier: GPL-2.0-only */
/* The handpiece's lines. */
#ifndef CRYOPROBE_SIM_GPIO_H
#define CRYOPROBE_SIM_GPIO_H

#include <linux/gpio/driver.h>
#include <linux/hrtimer.h>

struct sim_page;

enum sim_line {
	SIM_LINE_SUPPLY,
	SIM_LINE_FREEZE,
	SIM_LINE_VENT,
	SIM_LINE_THAW,
	SIM_LINE_WATCHDOG,
	SIM_LINE_ALARM,
	SIM_LINE_ESTOP,
	SIM_LINE_SENSE,
	SIM_LINE_TRIGGER,
	SIM_LINE_DETECT,
	SIM_LINES,
};

/**
 * struct sim_gpio - a virtual GPIO chip
 * @chip: as gpiolib knows it
 * @page: the page
 * @handpiece: from 0
 * @label: unique name of the chip
 * @name: unique names of the lines
 * @names: pointers to @name
 * @timer: looks at the input lines and renews the sign of life
 * @levels: input levels at the timer's last look
 * @unmasked: lines whose interrupt is wanted
 * @rising: lines whose rising edge is one
 * @falling: lines whose falling edge is one
 */
struct sim_gpio {
	struct gpio_chip chip;
	struct sim_page *page;
	unsigned int handpiece;
	char label[24];
	char name[SIM_LINES][32];
	const char *names[SIM_LINES];
	struct hrtimer timer;
	u32 levels;
	unsigned long unmasked;
	unsigned long rising;
	unsigned long falling;
};

/* As the probe's properties name them, without the "-gpios". */
extern const char *const sim_line_names[SIM_LINES];

int sim_gpio_check(void);
int sim_gpio_add(struct sim_gpio *gpio, struct sim_page *page, unsigned int handpiece,
		 struct device *parent);
void sim_gpio_remove(struct sim_gpio *gpio);

#endif
