/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What verifying a record says. */
#pragma once

#include <stdio.h>

#include "daemon/record/answer.h"
#include "daemon/record/store-verify.h"

#define VERDICT_MAX	256

/* Verdict and detail as one text, "intact: "; "" if the question had no answer. */
static inline void get_verdict(struct store *store, uint64_t treatment, char ret[VERDICT_MAX])
{
	struct store_question question = {
		.kind = STORE_VERIFY, .treatment = treatment, .answer = calloc(1, sizeof(struct answer)),
	};
	struct store_verifier *verifier = NULL;
	int r = store_verifier_new(store, &question, &verifier);

	/* In small pieces, so that there are several. */
	while (r >= 0 && (r = store_verifier_some(verifier, 7)) > 0)
		;
	ret[0] = '\0';
	if (r >= 0 && question.answer->n == 2)
		snprintf(ret, VERDICT_MAX, "%s: %s", question.answer->cell[0].s, question.answer->cell[1].s);
	store_verifier_free(verifier);
	answer_free(question.answer);
}
