// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An app that stays while cryod comes and goes: says what its context tells, and uses whatever is there
 * anew. Ends when it is killed, or with the bus.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <cryo.h>

#define PATIENCE_MS	10000

static struct cryo_probe *added;	/* and not used yet */

static void on_event(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe, void *userdata)
{
	(void)ctx, (void)userdata;
	if (event == CRYO_EVENT_DAEMON_UP)
		puts("daemon is up");
	else if (event == CRYO_EVENT_DAEMON_GONE)
		puts("daemon is gone");
	else if (event == CRYO_EVENT_PROBE_REMOVED)
		printf("%s is gone\n", cryo_probe_serial(probe));
	else if (event == CRYO_EVENT_PROBE_ADDED && !added)
		added = cryo_probe_ref(probe);
}

/* A sample by a stream of its own. */
static int read_sample(struct cryo_probe *probe)
{
	CRYO_CLEANUP(cryo_stream_free) struct cryo_stream *stream = NULL;
	struct pollfd readable = { .events = POLLIN };
	struct cryo_frame frame;
	int r = cryo_probe_open_stream(probe, &stream);

	if (r < 0)
		return r;
	readable.fd = cryo_stream_fd(stream);
	poll(&readable, 1, PATIENCE_MS);
	r = cryo_stream_next(stream, &frame, sizeof(frame));
	if (r > 0)
		printf("%s has samples\n", cryo_probe_serial(probe));
	return r;
}

/* A call that cryod answers. */
static int list_protocols(struct cryo_ctx *ctx)
{
	CRYO_CLEANUP(cryo_protocols_free) struct cryo_protocols *protocols = NULL;
	int r = cryo_ctx_list_protocols(ctx, &protocols);

	if (r >= 0)
		printf("%zu protocols\n", cryo_protocols_count(protocols));
	return r;
}

static int use(struct cryo_ctx *ctx, struct cryo_probe *probe)
{
	int r = read_sample(probe);

	if (r >= 0)
		r = list_protocols(ctx);
	if (r < 0)
		printf("%s: %s\n", strerror(-r), cryo_ctx_error(ctx));
	fflush(stdout);
	return r;
}

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	int r = cryo_ctx_new(&ctx);

	if (r < 0)
		return 1;
	cryo_ctx_set_timeout(ctx, PATIENCE_MS);
	cryo_ctx_set_handler(ctx, on_event, NULL);
	added = cryo_probe_ref(cryo_ctx_probe(ctx, 0));
	while (r >= 0) {
		if (added) {
			use(ctx, added);
			added = cryo_probe_unref(added);
		}
		r = cryo_ctx_wait(ctx, -1);
		fflush(stdout);
	}
	printf("%s: %s\n", strerror(-r), cryo_ctx_error(ctx));
	return 1;
}
