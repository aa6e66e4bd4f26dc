// SPDX-License-Identifier: LGPL-2.1-or-later
/* Tests the first probe and tells what did not pass. */
#include <stdio.h>

#include <cryo.h>

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	const struct cryo_test *test;
	struct cryo_probe *probe;
	int r;

	if (cryo_ctx_new(&ctx) < 0 || cryo_ctx_set_timeout(ctx, CRYO_SELF_TEST_MAX_MS) < 0)
		return 1;
	probe = cryo_ctx_probe(ctx, 0);
	if (!probe)
		return 1;
	r = cryo_probe_self_test(probe);
	if (r < 0) {
		fprintf(stderr, "%s\n", cryo_ctx_error(ctx));
		return 1;
	}
	for (size_t i = 0; (test = cryo_probe_test(probe, i)); i++)
		if (cryo_test_result(test) != CRYO_TEST_PASSED)
			printf("%s: %s\n", cryo_test_title(test),
			       cryo_test_result_to_string(cryo_test_result(test)));
	return r == 1 ? 0 : 1;
}
