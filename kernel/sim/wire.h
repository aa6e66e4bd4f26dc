/* SPDX-License-Identifier: GPL-2.0-only */
/* What both buses of a handpiece suffer before any chip sees a transfer. */
#ifndef CRYOPROBE_SIM_WIRE_H
#define CRYOPROBE_SIM_WIRE_H

#include <linux/types.h>

struct sim_page;

/**
 * struct sim_wire - the wires between console and handpiece
 * @page: the page
 * @handpiece: from 0
 * @going: no transfer hangs any more
 */
struct sim_wire {
	struct sim_page *page;
	unsigned int handpiece;
	bool going;
};

int sim_wire_suffer(struct sim_wire *wire);
void sim_wire_unhang(struct sim_wire *wire);

#endif
