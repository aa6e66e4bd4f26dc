/* SPDX-License-Identifier: GPL-2.0-only */
/* One virtual handpiece, from its chips to its probe. */
#ifndef CRYOPROBE_SIM_HANDPIECE_H
#define CRYOPROBE_SIM_HANDPIECE_H

struct device;
struct sim_handpiece;
struct sim_page;

struct sim_handpiece *sim_handpiece_add(struct sim_page *page, unsigned int index,
					struct device *parent, u8 *eeprom);
void sim_handpiece_unhang(struct sim_handpiece *handpiece);
void sim_handpiece_remove(struct sim_handpiece *handpiece);

#endif
