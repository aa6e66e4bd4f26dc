/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ring between exactly one writing and one reading thread. Neither waits for the other, neither
 * makes a system call, and what does not fit is the writer's to deal with.
 */
#pragma once

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct ring {
	_Atomic uint32_t written;	/* count of all entries ever written; the index is its low part */
	_Atomic uint32_t read;
	uint32_t entries;
	uint32_t entry_size;
	unsigned char *data;
};

/* @entries is a power of two. -EINVAL, -ENOMEM. */
static inline int ring_init(struct ring *ring, uint32_t entries, uint32_t entry_size)
{
	if (!entries || entries & (entries - 1) || !entry_size)
		return -EINVAL;
	ring->data = calloc(entries, entry_size);
	if (!ring->data)
		return -ENOMEM;
	ring->entries = entries;
	ring->entry_size = entry_size;
	atomic_store(&ring->written, 0);
	atomic_store(&ring->read, 0);
	return 0;
}

static inline void ring_done(struct ring *ring)
{
	free(ring->data);
	ring->data = NULL;
}

static inline void *ring_slot(const struct ring *ring, uint32_t count)
{
	return ring->data + (size_t)(count & (ring->entries - 1)) * ring->entry_size;
}

/* Entries that the writer may still push. To the writer it never shrinks by itself. */
static inline uint32_t ring_room(const struct ring *ring)
{
	uint32_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
	uint32_t read = atomic_load_explicit(&ring->read, memory_order_acquire);

	return ring->entries - (written - read);
}

/* Writer: false if the ring is full. */
static inline bool ring_push(struct ring *ring, const void *entry)
{
	uint32_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);

	if (!ring_room(ring))
		return false;
	memcpy(ring_slot(ring, written), entry, ring->entry_size);
	atomic_store_explicit(&ring->written, written + 1, memory_order_release);
	return true;
}

/* Reader: false if the ring is empty. */
static inline bool ring_pop(struct ring *ring, void *ret)
{
	uint32_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);

	if (read == atomic_load_explicit(&ring->written, memory_order_acquire))
		return false;
	memcpy(ret, ring_slot(ring, read), ring->entry_size);
	atomic_store_explicit(&ring->read, read + 1, memory_order_release);
	return true;
}
