/* SPDX-License-Identifier: GPL-2.0-only */
/* Who a virtual probe is: in its EEPROM, or in its firmware description. */
#ifndef CRYOPROBE_SIM_LABEL_H
#define CRYOPROBE_SIM_LABEL_H

#include <linux/property.h>
#include <linux/types.h>

#define SIM_LABEL_BYTES		112	/* of the image in the EEPROM */
#define SIM_LABEL_PROPERTIES	5	/* of the firmware description instead */

/**
 * struct sim_label - what can be read on a probe
 * @serial: serial number
 * @properties: the same in firmware
 */
struct sim_label {
	char serial[16];
	struct property_entry properties[SIM_LABEL_PROPERTIES];
};

int sim_label_check(void);
bool sim_label_in_eeprom(void);
void sim_label_write(u8 *memory, unsigned int handpiece, u32 cryogen);
const struct property_entry *sim_label_describe(struct sim_label *label, unsigned int handpiece);

#endif
