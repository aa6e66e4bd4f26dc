/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states that were seen: a set of their hashes, how each was reached, and a queue of those that
 * have not been looked at yet, packed as their difference from the first one.
 */
#ifndef CRYO_SELFTESTS_EXPLORE_STORE_H
#define CRYO_SELFTESTS_EXPLORE_STORE_H

#include "selftests/explore/world.h"

#define STORE_ROOT	UINT32_MAX	/* parent of the first state */

struct store;

/** store_new() - an empty one; @first is what states are packed against. Aborts without memory. */
struct store *store_new(const struct world *first);
void store_free(struct store *store);

/**
 * store_add() - take in a canonical state, unless it is there
 * @store: the store
 * @w: the state; its padding must be the same in all states
 * @parent: number of the state before, or STORE_ROOT
 * @input: index of the input that led here
 *
 * Return: true if it is new. It is at the end of the queue then.
 */
bool store_add(struct store *store, const struct world *w, u32 parent, u32 input);

/**
 * store_next() - take the next state from the queue
 * @store: the store
 * @w: to be filled in
 *
 * Return: its number, STORE_ROOT if there is none.
 */
u32 store_next(struct store *store, struct world *w);

/** store_count() - states so far. */
u32 store_count(const struct store *store);

/** store_parent() - how a state was reached. */
u32 store_parent(const struct store *store, u32 state, u32 *ret_input);

#endif /* CRYO_SELFTESTS_EXPLORE_STORE_H */
