/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plant's side of the page that it shares with the virtual handpiece. */
#ifndef CRYO_PLANT_PAGE_H
#define CRYO_PLANT_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"

struct page {
	struct cryosim_page *mem;
	unsigned int handpieces;
	uint64_t next_edge;	/* number of the edge that is awaited */
	uint64_t lost_edges;	/* overwritten before they were read */
};

/*
 * Maps @path: the file behind QEMU's ivshmem-plain (made, or made longer, if need be) or
 * /dev/cryoprobe-sim; then initialises the page for @handpieces, but for its magic. Edges that
 * are already there are history. Returns 0 or a negative errno.
 */
int page_open(struct page *p, const char *path, unsigned int handpieces);

/* The same on memory of the caller's, zeroed or from an earlier run; of CRYOSIM_PAGE_BYTES. */
void page_begin(struct page *p, void *mem, unsigned int handpieces);

/* Writes the magic, once inputs and stamp are there: from now on a handpiece may look. */
void page_announce(struct page *p);

void page_close(struct page *p);

/* Publishes a handpiece's inputs; version is the page's own. */
void page_publish(struct page *p, unsigned int handpiece, const struct cryosim_input *input);

/* The plant's sign of life at host CLOCK_MONOTONIC @now_ns, and the echo of the guest's. */
void page_stamp(struct page *p, int64_t now_ns);

/*
 * The next edge, if one is there. After a loss false, and *@ret_lost is set: the caller takes every
 * page_word() instead.
 */
bool page_next_edge(struct page *p, struct cryosim_edge *ret_edge, bool *ret_lost);

/* A handpiece's output word as driven now. */
uint32_t page_word(const struct page *p, unsigned int handpiece);

#endif
