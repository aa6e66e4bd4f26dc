// SPDX-License-Identifier: LGPL-2.1-or-later
/* Prints the next ten temperatures of the first probe's tip. */
#include <poll.h>
#include <stdio.h>

#include <cryo.h>

static int print_samples(struct cryo_stream *stream, int n)
{
	struct pollfd fd = { .fd = cryo_stream_fd(stream), .events = POLLIN };
	struct cryo_frame frame;

	while (n > 0) {
		int r = cryo_stream_next(stream, &frame, sizeof(frame));

		if (r < 0)
			return r;
		if (r == 0) {
			poll(&fd, 1, -1);
			continue;
		}
		printf("%llu: %d m degC\n", (unsigned long long)frame.seq, frame.tip_mdegc);
		n--;
	}
	return 0;
}

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct cryo_probe *probe;

	if (cryo_ctx_new(&ctx) < 0)
		return 1;
	probe = cryo_ctx_probe(ctx, 0);
	if (!probe || cryo_probe_open_stream(probe, &stream) < 0)
		return 1;
	return print_samples(stream, 10) < 0;
}
