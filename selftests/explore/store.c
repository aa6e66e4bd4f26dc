// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * States are told apart by 128 bits of hash: with ten million of them, two that are taken for one
 * have a chance of 1 in 10^24.
 */
#include <stdlib.h>

#include "selftests/explore/store.h"

#define WORDS (sizeof(struct world) / sizeof(u64))
_Static_assert(sizeof(struct world) % sizeof(u64) == 0, "worlds are hashed by words");

struct key {
	u64 low, high;
};

struct origin {
	u32 parent;
	u32 input;
};

/* One word that differs from the first state's. */
struct patch {
	u64 value;
	u32 index;
};

struct store {
	u64 first[WORDS];
	struct key *keys;
	u64 slots;
	struct origin *origins;
	u32 count, capacity;
	struct patch *queue;		/* patches of all waiting states, one after the other */
	u64 head, tail, room;
	u32 *lengths;			/* by state: how many patches */
	u32 next;
};

static void *resize(void *memory, size_t count, size_t size)
{
	void *resized = reallocarray(memory, count, size);

	if (!resized)
		abort();
	return resized;
}

static u64 mix(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)(a ^ 0x9e3779b97f4a7c15) * (b ^ 0xd1b54a32d192ed03);

	return (u64)product ^ (u64)(product >> 64);
}

static struct key hash(const struct store *store, const u64 *words)
{
	struct key key = { 1, 2 };

	for (u32 i = 0; i < WORDS; i++) {
		u64 difference = words[i] ^ store->first[i];

		if (!difference)
			continue;
		key.low = mix(key.low ^ difference, i + 1);
		key.high = mix(key.high + difference, ~(u64)i);
	}
	/* All zeros is an empty slot. */
	key.low |= !key.low;
	return key;
}

/* The slot of the key, or the empty one where it belongs. */
static struct key *find(struct key *keys, u64 slots, const struct key *key)
{
	u64 i = key->low & (slots - 1);

	while (keys[i].low && (keys[i].low != key->low || keys[i].high != key->high))
		i = (i + 1) & (slots - 1);
	return &keys[i];
}

static void grow_keys(struct store *store)
{
	u64 slots = 2 * store->slots;
	struct key *keys = calloc(slots, sizeof(*keys));

	if (!keys)
		abort();
	for (u64 i = 0; i < store->slots; i++)
		if (store->keys[i].low)
			*find(keys, slots, &store->keys[i]) = store->keys[i];
	free(store->keys);
	store->keys = keys;
	store->slots = slots;
}

struct store *store_new(const struct world *first)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		abort();
	memcpy(store->first, first, sizeof(*first));
	store->slots = 1 << 12;
	store->keys = calloc(store->slots, sizeof(*store->keys));
	if (!store->keys)
		abort();
	return store;
}

void store_free(struct store *store)
{
	free(store->keys);
	free(store->origins);
	free(store->queue);
	free(store->lengths);
	free(store);
}

static void make_room(struct store *store)
{
	if (store->count == store->capacity) {
		store->capacity = store->capacity ? 2 * store->capacity : 1024;
		store->origins = resize(store->origins, store->capacity, sizeof(*store->origins));
		store->lengths = resize(store->lengths, store->capacity, sizeof(*store->lengths));
	}
	if (store->tail + WORDS <= store->room)
		return;
	/* What was taken from the queue is given up when that is worth the copying. */
	if (store->head > store->room / 2) {
		memmove(store->queue, store->queue + store->head,
			(store->tail - store->head) * sizeof(*store->queue));
		store->tail -= store->head;
		store->head = 0;
		return;
	}
	store->room = 2 * store->room + 2 * WORDS;
	store->queue = resize(store->queue, store->room, sizeof(*store->queue));
}

static u32 enqueue(struct store *store, const u64 *words)
{
	u64 begin = store->tail;

	for (u32 i = 0; i < WORDS; i++)
		if (words[i] != store->first[i])
			store->queue[store->tail++] = (struct patch) { words[i], i };
	return store->tail - begin;
}

bool store_add(struct store *store, const struct world *w, u32 parent, u32 input)
{
	u64 words[WORDS];
	struct key key, *slot;

	memcpy(words, w, sizeof(*w));
	key = hash(store, words);
	slot = find(store->keys, store->slots, &key);
	if (slot->low)
		return false;
	*slot = key;
	make_room(store);
	store->origins[store->count] = (struct origin) { parent, input };
	store->lengths[store->count] = enqueue(store, words);
	store->count++;
	if (store->count > store->slots / 2)
		grow_keys(store);
	return true;
}

u32 store_next(struct store *store, struct world *w)
{
	u64 words[WORDS];
	u32 state = store->next;

	if (state == store->count)
		return STORE_ROOT;
	memcpy(words, store->first, sizeof(words));
	for (u32 i = 0; i < store->lengths[state]; i++) {
		const struct patch *patch = &store->queue[store->head++];

		words[patch->index] = patch->value;
	}
	memcpy(w, words, sizeof(*w));
	store->next++;
	return state;
}

u32 store_count(const struct store *store)
{
	return store->count;
}

u32 store_parent(const struct store *store, u32 state, u32 *ret_input)
{
	*ret_input = store->origins[state].input;
	return store->origins[state].parent;
}
