/* SPDX-License-Identifier: GPL-2.0-only */
/* Handpieces that the firmware describes. */
#ifndef CRYOPROBE_SIM_DESCRIBED_H
#define CRYOPROBE_SIM_DESCRIBED_H

struct device;

/**
 * struct sim_described_ops - how a handpiece is plugged in and pulled out
 * @plug: plug in the handpiece of that number, from 0, below the device of its
 *	node; returns 0 or a negative error
 * @unplug: undo it
 */
struct sim_described_ops {
	int (*plug)(unsigned int handpiece, struct device *parent);
	void (*unplug)(unsigned int handpiece);
};

int sim_described_plug_in(const struct sim_described_ops *ops);
void sim_described_pull_out(void);

#endif
