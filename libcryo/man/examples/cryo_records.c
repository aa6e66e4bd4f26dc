// SPDX-License-Identifier: LGPL-2.1-or-later
/* Lists the last ten treatments, and tells of each whether its record is what was written. */
#include <stdio.h>

#include <cryo.h>

static const char *verify(struct cryo_ctx *ctx, uint64_t treatment)
{
	enum cryo_verdict verdict;

	if (cryo_ctx_verify_record(ctx, treatment, &verdict, NULL) < 0)
		return cryo_ctx_error(ctx);
	return cryo_verdict_to_string(verdict);
}

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = NULL;

	if (cryo_ctx_new(&ctx) < 0 || cryo_ctx_list_records(ctx, 10, 0, &records) < 0)
		return 1;
	for (size_t i = 0; i < cryo_records_count(records); i++) {
		uint64_t treatment = cryo_records_treatment(records, i);

		printf("%llu: %s, %s\n", (unsigned long long)treatment,
		       cryo_records_protocol(records, i), verify(ctx, treatment));
	}
	return 0;
}
