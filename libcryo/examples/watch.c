// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Watches the first probe: prints its phase whenever it changes and the tip's temperature once a
 * second of samples, until the probe is unplugged. One poll() serves the bus and the stream.
 *
 *	cc -o watch watch.c $(pkg-config --cflags --libs cryo)
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <cryo.h>

#define NS_PER_SEC 1000000000LL

static void on_event(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe,
		     void *userdata)
{
	(void)ctx;
	(void)userdata;
	if (event == CRYO_EVENT_PROBE_CHANGED)
		printf("%s: %s\n", cryo_probe_serial(probe),
		       cryo_phase_to_string(cryo_probe_phase(probe)));
	if (event == CRYO_EVENT_PROBE_REMOVED)
		printf("%s: unplugged\n", cryo_probe_serial(probe));
}

/* Prints what the stream has; 0, or a negative errno when it has ended. */
static int print_samples(struct cryo_stream *stream, int64_t *next_ns)
{
	struct cryo_frame frame;
	int r;

	while ((r = cryo_stream_next(stream, &frame, sizeof(frame))) > 0) {
		if (frame.time_ns < *next_ns || frame.tip_mdegc == CRYO_NOT_VALID)
			continue;
		printf("%.1f degC\n", frame.tip_mdegc / 1000.0);
		*next_ns = frame.time_ns + NS_PER_SEC;
	}
	return r;
}

static int watch(struct cryo_ctx *ctx, struct cryo_stream *stream)
{
	struct pollfd fds[2] = {
		{ .fd = cryo_ctx_fd(ctx), .events = POLLIN },
		{ .fd = cryo_stream_fd(stream), .events = POLLIN },
	};
	int64_t next_ns = 0;
	int r = 0;

	while (r >= 0 && poll(fds, 2, -1) > 0) {
		fflush(stdout);
		r = cryo_ctx_dispatch(ctx);
		if (r >= 0)
			r = print_samples(stream, &next_ns);
	}
	/* The bus may tell a moment after the stream's end why it came. */
	if (r == -EPIPE)
		cryo_ctx_wait(ctx, 1000);
	return r == -EPIPE ? 0 : r;
}

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct cryo_probe *probe;
	int r;

	r = cryo_ctx_new(&ctx);
	if (r < 0) {
		fprintf(stderr, "no bus: %s\n", strerror(-r));
		return 1;
	}
	probe = cryo_ctx_probe(ctx, 0);
	if (!probe) {
		fprintf(stderr, "no probe is plugged in\n");
		return 1;
	}
	cryo_ctx_set_handler(ctx, on_event, NULL);
	r = cryo_probe_open_stream(probe, &stream);
	if (r >= 0)
		r = watch(ctx, stream);
	if (r < 0)
		fprintf(stderr, "%s: %s\n", strerror(-r), cryo_ctx_error(ctx));
	return r < 0;
}
