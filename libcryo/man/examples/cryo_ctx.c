// SPDX-License-Identifier: LGPL-2.1-or-later
/* Tells whether cryod runs, and what it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cryo.h>

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	char *version;
	int r;

	r = cryo_ctx_new(&ctx);
	if (r < 0) {
		fprintf(stderr, "no bus: %s\n", strerror(-r));
		return 1;
	}
	cryo_ctx_set_timeout(ctx, 2000);
	if (cryo_ctx_daemon_version(ctx, &version) < 0) {
		fprintf(stderr, "%s\n", cryo_ctx_error(ctx));
		return 1;
	}
	printf("cryod %s, %zu probes\n", version, cryo_ctx_probe_count(ctx));
	free(version);
	return 0;
}
