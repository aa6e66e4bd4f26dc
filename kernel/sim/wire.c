// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wires between console and handpiece, which delay, time out, hang or spin
 * as the page asks for, on whatever bus.
 */
#include <linux/delay.h>

#include <linux/cryoprobe-sim.h>

#include "page.h"
#include "wire.h"

#define HANG_POLL_US	1000

static u32 faults(struct sim_wire *wire)
{
	return sim_page_bus_faults(wire->page, wire->handpiece);
}

static void wait_us(u32 us)
{
	if (us)
		usleep_range(us, us + 1);
}

/**
 * sim_wire_suffer - what happens to a transfer before any chip sees it
 * @wire: the wires
 *
 * Sleeps, for as long as the page likes.
 *
 * Return: 0, or -ETIMEDOUT
 */
int sim_wire_suffer(struct sim_wire *wire)
{
	u32 delay_us = sim_page_bus_delay_us(wire->page, wire->handpiece);

	while (faults(wire) & (CRYOSIM_BUS_HANG | CRYOSIM_BUS_SPIN)) {
		if (READ_ONCE(wire->going))
			return -ETIMEDOUT;
		if (faults(wire) & CRYOSIM_BUS_SPIN)
			cpu_relax();
		else
			wait_us(HANG_POLL_US);
	}
	if (faults(wire) & (CRYOSIM_BUS_DELAY | CRYOSIM_BUS_TIMEOUT))
		wait_us(delay_us);
	if (faults(wire) & CRYOSIM_BUS_TIMEOUT)
		return -ETIMEDOUT;
	return 0;
}

/**
 * sim_wire_unhang - let transfers that hang return, now and from now on
 * @wire: the wires
 */
void sim_wire_unhang(struct sim_wire *wire)
{
	WRITE_ONCE(wire->going, true);
}
