// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libcryo in an sd-event loop: prints the phase of the first probe whenever it changes and its tip's
 * temperature once a second of samples, until it is unplugged. Nothing here waits but the loop.
 *
 *	cc -o sd-event sd-event.c $(pkg-config --cflags --libs cryo libsystemd)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include <systemd/sd-event.h>

#include <cryo.h>

#define NS_PER_SEC 1000000000LL

struct app {
	sd_event *loop;
	struct cryo_ctx *ctx;
	struct cryo_stream *stream;
	int64_t next_ns;
};

static int on_samples(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct app *app = userdata;
	struct cryo_frame frame;
	int r;

	(void)fd, (void)events;
	while ((r = cryo_stream_next(app->stream, &frame, sizeof(frame))) > 0) {
		if (frame.time_ns < app->next_ns || frame.tip_mdegc == CRYO_NOT_VALID)
			continue;
		printf("%.1f degC\n", frame.tip_mdegc / 1000.0);
		app->next_ns = frame.time_ns + NS_PER_SEC;
	}
	/* An ended stream is readable for ever; the bus will tell why it ended. */
	return r == -EPIPE ? sd_event_source_set_enabled(source, SD_EVENT_OFF) : 0;
}

static void on_stream(struct cryo_call *call, void *userdata)
{
	struct app *app = userdata;
	int r = cryo_probe_open_stream_finish(call, &app->stream);

	if (r >= 0)
		r = sd_event_add_io(app->loop, NULL, cryo_stream_fd(app->stream), EPOLLIN, on_samples, app);
	if (r < 0)
		fprintf(stderr, "no stream: %s\n", cryo_ctx_error(app->ctx));
}

static void on_event(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe,
		     void *userdata)
{
	struct app *app = userdata;

	(void)ctx;
	if (event == CRYO_EVENT_PROBE_ADDED && !app->stream)
		cryo_probe_open_stream_async(probe, on_stream, app, NULL);
	if (event == CRYO_EVENT_PROBE_CHANGED)
		printf("%s: %s\n", cryo_probe_serial(probe),
		       cryo_phase_to_string(cryo_probe_phase(probe)));
	if (event == CRYO_EVENT_PROBE_REMOVED) {
		printf("%s: unplugged\n", cryo_probe_serial(probe));
		sd_event_exit(app->loop, 0);
	}
}

static int on_bus(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct app *app = userdata;
	int r = cryo_ctx_dispatch(app->ctx);

	(void)source, (void)fd, (void)events;
	/* A call that failed was told to its handler; without the bus there is nothing to wait for. */
	return r == -ENOTCONN ? r : 0;
}

static int run(struct app *app)
{
	int r;

	r = sd_event_new(&app->loop);
	if (r >= 0)
		r = cryo_ctx_new_async(&app->ctx);
	if (r < 0)
		return r;
	cryo_ctx_set_handler(app->ctx, on_event, app);
	r = sd_event_add_io(app->loop, NULL, cryo_ctx_fd(app->ctx), EPOLLIN, on_bus, app);
	return r < 0 ? r : sd_event_loop(app->loop);
}

int main(void)
{
	struct app app = { 0 };
	int r = run(&app);

	if (r < 0)
		fprintf(stderr, "%s\n", strerror(-r));
	cryo_stream_free(app.stream);
	cryo_ctx_unref(app.ctx);
	sd_event_unref(app.loop);
	return r < 0;
}
