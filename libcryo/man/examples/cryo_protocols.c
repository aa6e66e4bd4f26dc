// SPDX-License-Identifier: LGPL-2.1-or-later
/* Lists the protocols, and tells whether a text could be one. */
#include <stdio.h>

#include <cryo.h>

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	CRYO_CLEANUP(cryo_protocols_free) struct cryo_protocols *protocols = NULL;

	if (cryo_ctx_new(&ctx) < 0 || cryo_ctx_list_protocols(ctx, &protocols) < 0)
		return 1;
	for (size_t i = 0; i < cryo_protocols_count(protocols); i++)
		printf("%s: %s\n", cryo_protocols_name(protocols, i),
		       cryo_protocols_title(protocols, i));
	if (cryo_ctx_validate_protocol(ctx, "Target=-60\n") < 0)
		printf("no protocol: %s\n", cryo_ctx_error(ctx));
	return 0;
}
