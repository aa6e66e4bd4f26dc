/* SPDX-License-Identifier: GPL-2.0-only */
/* The page that the virtual handpiece shares with the plant. */
#ifndef CRYOPROBE_SIM_PAGE_H
#define CRYOPROBE_SIM_PAGE_H

#include <linux/miscdevice.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <linux/cryoprobe-sim.h>

struct pci_dev;

/**
 * struct sim_page - the page and our side of it
 * @mem: the page
 * @bar: where it is in a PCI device, 0 if it is memory of our own
 * @misc: /dev/cryoprobe-sim
 * @lock: of @attached, @edge_seq, @word and what follows from them in the page
 * @attached: whose outputs are driven, bit numbers are handpieces
 * @edge_seq: number of the newest edge; the page's is only ever written
 * @word: what the output lines drive, by handpiece
 */
struct sim_page {
	struct cryosim_page *mem;
	phys_addr_t bar;
	struct miscdevice misc;
	raw_spinlock_t lock;
	u32 attached;
	u64 edge_seq;
	u32 word[CRYOSIM_HANDPIECES_MAX];
};

int sim_page_publish(struct sim_page *page, struct cryosim_page *mem, phys_addr_t bar);
void sim_page_withdraw(struct sim_page *page);
int sim_page_handpieces(struct sim_page *page);
bool sim_page_plant_lives(struct sim_page *page);

void sim_page_attach(struct sim_page *page, unsigned int handpiece, u32 word);
void sim_page_detach(struct sim_page *page, unsigned int handpiece);
void sim_page_alive(struct sim_page *page, unsigned int handpiece);
void sim_page_drive(struct sim_page *page, unsigned int handpiece, u32 bits, bool on);
u32 sim_page_word(struct sim_page *page, unsigned int handpiece);
u32 sim_page_levels(struct sim_page *page, unsigned int handpiece);
u32 sim_page_line_faults(struct sim_page *page, unsigned int handpiece);
u32 sim_page_bus_faults(struct sim_page *page, unsigned int handpiece);
u32 sim_page_bus_delay_us(struct sim_page *page, unsigned int handpiece);
int sim_page_read(struct sim_page *page, unsigned int handpiece, struct cryosim_input *ret);

#endif
