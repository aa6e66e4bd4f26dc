/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The index of the records: the heads of their chains, signed, each entry with the one before it. */
#pragma once

#include "daemon/record/store-private.h"

struct index_entry {
	int64_t entry;			/* from 1 */
	int64_t treatment;
	bool expired;			/* a tombstone; else the head of a record that is closed */
	struct chain chain;
	int64_t time_us;
	uint8_t signature[STORE_SIGNATURE_BYTES];
};

/* The columns that index_read() reads. */
#define INDEX_COLUMNS	"entry, treatment, state, links, head, time_us, signature"

/* -EBADMSG: the row has not the form of an entry. */
int index_read(sqlite3_stmt *row, struct index_entry *ret);

/* The latest entry of a treatment, of all where it is 0. -ENOENT there is none. */
int index_last(struct store *store, uint64_t treatment, struct index_entry *ret);

/* Whether @entry was signed after @before, all zero for the first. */
bool index_fits(const struct store *store, const struct index_entry *entry, const struct index_entry *before);

/* Adds the head of a record as it stands now. */
int index_add(struct store *store, uint64_t treatment, bool expired);
