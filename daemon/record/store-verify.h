/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether records are what was written: their rows by their chains, their chains by the signed index. */
#pragma once

#include "daemon/record/store.h"

struct store_verifier;

/*
 * Begin with the record of question->treatment, or with all of them if it is 0. question->answer gets
 * verdict and detail, as io.cryo1.Records.Verify() has them. -ENOENT: there is no such record, and never was.
 */
int store_verifier_new(struct store *store, const struct store_question *question,
		       struct store_verifier **ret);

/* Looks at up to @rows rows: 1 while there are more, 0 at the end. */
int store_verifier_some(struct store_verifier *verifier, unsigned int rows);
void store_verifier_free(struct store_verifier *verifier);
