// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of the index: what is signed of one, and how. */
#include <sodium.h>
#include <string.h>

#include "daemon/record/store-index.h"
#include "daemon/util.h"

#define MESSAGE_MAX	256

static uint8_t *put(uint8_t *at, const void *bytes, size_t size)
{
	memcpy(at, bytes, size);
	return at + size;
}

static uint8_t *put_number(uint8_t *at, uint64_t number)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		*at++ = number >> shift;
	return at;
}

/* docs/records.md has the same words. */
static size_t message_of(const struct index_entry *entry, const struct index_entry *before,
			 uint8_t ret[MESSAGE_MAX])
{
	uint8_t *at = put(ret, before->signature, sizeof(before->signature));

	at = put_number(put(at, entry->expired ? "X" : "H", 1), entry->entry);
	at = put_number(put_number(at, entry->treatment), entry->chain.links);
	at = put_number(put(at, entry->chain.head, sizeof(entry->chain.head)), entry->time_us);
	return at - ret;
}

bool index_fits(const struct store *store, const struct index_entry *entry, const struct index_entry *before)
{
	uint8_t message[MESSAGE_MAX];
	size_t size = message_of(entry, before, message);

	return entry->entry == before->entry + 1 &&
	       !crypto_sign_verify_detached(entry->signature, message, size, store->key.public);
}

static bool read_bytes(sqlite3_stmt *row, int column, void *ret, int size)
{
	if (sqlite3_column_type(row, column) != SQLITE_BLOB || sqlite3_column_bytes(row, column) != size)
		return false;
	memcpy(ret, sqlite3_column_blob(row, column), size);
	return true;
}

int index_read(sqlite3_stmt *row, struct index_entry *ret)
{
	const char *state = (const char *)sqlite3_column_text(row, 2) ?: "";

	*ret = (struct index_entry){
		.entry = sqlite3_column_int64(row, 0), .treatment = sqlite3_column_int64(row, 1),
		.expired = !strcmp(state, "expired"), .chain.links = sqlite3_column_int64(row, 3),
		.time_us = sqlite3_column_int64(row, 5),
	};
	if ((!ret->expired && strcmp(state, "closed")) ||
	    !read_bytes(row, 4, ret->chain.head, sizeof(ret->chain.head)) ||
	    !read_bytes(row, 6, ret->signature, sizeof(ret->signature)))
		return -EBADMSG;
	return 0;
}

int index_last(struct store *store, uint64_t treatment, struct index_entry *ret)
{
	sqlite3_stmt *s;
	int r = store_find(store, "SELECT " INDEX_COLUMNS " FROM heads WHERE ?1 IN (0, treatment)"
			   " ORDER BY entry DESC LIMIT 1", treatment, &s);

	if (r < 0)
		return r;
	r = index_read(s, ret);
	sqlite3_finalize(s);
	return r;
}

static int insert(struct store *store, const struct index_entry *entry)
{
	sqlite3_stmt *s = store->statement[STATEMENT_INDEX];

	sqlite3_bind_int64(s, 1, entry->entry);
	sqlite3_bind_int64(s, 2, entry->treatment);
	sqlite3_bind_text(s, 3, entry->expired ? "expired" : "closed", -1, SQLITE_STATIC);
	sqlite3_bind_int64(s, 4, entry->chain.links);
	sqlite3_bind_blob(s, 5, entry->chain.head, sizeof(entry->chain.head), SQLITE_STATIC);
	sqlite3_bind_int64(s, 6, entry->time_us);
	sqlite3_bind_blob(s, 7, entry->signature, sizeof(entry->signature), SQLITE_STATIC);
	return store_run(s);
}

int index_add(struct store *store, uint64_t treatment, bool expired)
{
	struct index_entry before = { 0 }, entry = {
		.treatment = treatment, .expired = expired, .time_us = store_now_us(),
	};
	uint8_t message[MESSAGE_MAX];
	size_t size;
	int r;

	r = store_ensure_transaction(store);
	if (r >= 0)
		r = store_chain(store, treatment, &entry.chain);
	if (r >= 0)
		r = index_last(store, 0, &before);
	/* An entry that was spoiled must not end the recording of treatments; it is found by verifying. */
	if (r < 0 && r != -ENOENT && r != -EBADMSG)
		return r;
	entry.entry = before.entry + 1;
	size = message_of(&entry, &before, message);
	crypto_sign_detached(entry.signature, NULL, message, size, store->key.secret);
	return insert(store, &entry);
}
