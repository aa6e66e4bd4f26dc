// SPDX-License-Identifier: LGPL-2.1-or-later
/* Asks for the daemon's version, and goes on until the answer is there. */
#include <stdio.h>
#include <stdlib.h>

#include <cryo.h>

static void on_version(struct cryo_call *call, void *userdata)
{
	char *version;

	if (cryo_ctx_daemon_version_finish(call, &version) >= 0) {
		printf("cryod %s\n", version);
		free(version);
	}
	*(bool *)userdata = true;
}

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	bool done = false;

	if (cryo_ctx_new(&ctx) < 0)
		return 1;
	if (cryo_ctx_daemon_version_async(ctx, on_version, &done, NULL) < 0)
		return 1;
	while (!done)
		cryo_ctx_wait(ctx, -1);		/* here an application does its own things */
	return 0;
}
