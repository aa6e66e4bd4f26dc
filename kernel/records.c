// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue of records behind one open file. When it is full the oldest record
 * goes, and the next one that is read tells how many went.
 *
 * All but making and freeing it is done under the core's lock.
 */
#include <linux/slab.h>

#include "core.h"

/* Some four seconds at 100 Hz with the valve's edges. */
#define RECORDS		512

struct cryo_queue {
	u32 types;
	u32 lost;
	u64 first;		/* seq of the oldest record, counts from 1 */
	u64 next;		/* seq of the next one */
	struct cryoprobe_record record[RECORDS];
};

/**
 * cryo_queue_new() - make an empty queue for all types of records
 *
 * Return: the queue, to be freed by cryo_queue_free(), or NULL.
 */
struct cryo_queue *cryo_queue_new(void)
{
	struct cryo_queue *queue = kvzalloc(sizeof(*queue), GFP_KERNEL);

	if (!queue)
		return NULL;
	queue->types = BIT(CRYOPROBE_RECORD_SAMPLE) | BIT(CRYOPROBE_RECORD_EVENT);
	queue->first = 1;
	queue->next = 1;
	return queue;
}

/**
 * cryo_queue_free() - free a queue
 * @queue: the queue
 */
void cryo_queue_free(struct cryo_queue *queue)
{
	kvfree(queue);
}

/**
 * cryo_queue_mask() - choose the types of records to come
 * @queue: the queue
 * @types: bit N is set for type N
 *
 * What is in the queue already stays.
 */
void cryo_queue_mask(struct cryo_queue *queue, u32 types)
{
	queue->types = types;
}

/**
 * cryo_queue_empty() - tell whether there is nothing to read
 * @queue: the queue
 *
 * Return: true if so.
 */
bool cryo_queue_empty(const struct cryo_queue *queue)
{
	return queue->first == queue->next;
}

/**
 * cryo_queue_peek() - look at the oldest record
 * @queue: the queue
 * @record: to be filled in
 *
 * Return: false if there is none.
 */
bool cryo_queue_peek(const struct cryo_queue *queue, struct cryoprobe_record *record)
{
	if (cryo_queue_empty(queue))
		return false;
	*record = queue->record[queue->first % RECORDS];
	record->lost = queue->lost;
	return true;
}

/**
 * cryo_queue_drop() - the oldest record has been read
 * @queue: the queue
 * @seq: its number; nothing happens if it has been lost meanwhile
 */
void cryo_queue_drop(struct cryo_queue *queue, u64 seq)
{
	if (queue->first != seq)
		return;
	queue->first++;
	queue->lost = 0;
}

/**
 * cryo_queue_add() - put in a record if its type is wanted
 * @queue: the queue
 * @record: type and content are copied
 */
void cryo_queue_add(struct cryo_queue *queue, const struct cryoprobe_record *record)
{
	struct cryoprobe_record *slot = &queue->record[queue->next % RECORDS];

	if (!(queue->types & BIT(record->type)))
		return;
	if (queue->next - queue->first == RECORDS) {
		queue->first++;
		queue->lost++;
	}
	*slot = *record;
	slot->seq = queue->next++;
	slot->lost = 0;
}
