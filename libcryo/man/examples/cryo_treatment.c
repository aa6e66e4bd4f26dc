// SPDX-License-Identifier: LGPL-2.1-or-later
/* Starts a treatment with the first probe, confirms that the needle is placed, and thinks better of it. */
#include <stdio.h>

#include <cryo.h>

static int treat(struct cryo_probe *probe)
{
	uint64_t treatment;
	int r;

	r = cryo_probe_start(probe, "demo", &treatment);
	if (r < 0)
		return r;
	printf("treatment %llu\n", (unsigned long long)treatment);
	r = cryo_probe_advance(probe);
	return r < 0 ? r : cryo_probe_abort(probe);
}

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	struct cryo_probe *probe;

	if (cryo_ctx_new(&ctx) < 0)
		return 1;
	probe = cryo_ctx_probe(ctx, 0);
	if (!probe)
		return 1;
	if (treat(probe) < 0) {
		fprintf(stderr, "%s\n", cryo_ctx_error(ctx));
		return 1;
	}
	return 0;
}
