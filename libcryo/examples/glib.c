// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libcryo in a GLib main loop, and so in GTK: prints the phase of the first probe whenever it changes
 * and its tip's temperature once a second of samples, until it is unplugged. Nothing here waits but
 * the loop.
 *
 *	cc -o glib glib.c $(pkg-config --cflags --libs cryo glib-2.0)
 */
#include <errno.h>
#include <stdio.h>

#include <glib-unix.h>

#include <cryo.h>

#define NS_PER_SEC 1000000000LL

struct app {
	GMainLoop *loop;
	struct cryo_ctx *ctx;
	struct cryo_stream *stream;
	gint64 next_ns;
};

static gboolean on_samples(gint fd, GIOCondition condition, gpointer userdata)
{
	struct app *app = userdata;
	struct cryo_frame frame;
	int r;

	(void)fd, (void)condition;
	while ((r = cryo_stream_next(app->stream, &frame, sizeof(frame))) > 0) {
		if (frame.time_ns < app->next_ns || frame.tip_mdegc == CRYO_NOT_VALID)
			continue;
		g_print("%.1f degC\n", frame.tip_mdegc / 1000.0);
		app->next_ns = frame.time_ns + NS_PER_SEC;
	}
	/* An ended stream is readable for ever; the bus will tell why it ended. */
	return r == -EPIPE ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void on_stream(struct cryo_call *call, void *userdata)
{
	struct app *app = userdata;

	if (cryo_probe_open_stream_finish(call, &app->stream) < 0) {
		g_printerr("no stream: %s\n", cryo_ctx_error(app->ctx));
		return;
	}
	g_unix_fd_add(cryo_stream_fd(app->stream), G_IO_IN, on_samples, app);
}

static void on_event(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe,
		     void *userdata)
{
	struct app *app = userdata;

	(void)ctx;
	if (event == CRYO_EVENT_PROBE_ADDED && !app->stream)
		cryo_probe_open_stream_async(probe, on_stream, app, NULL);
	if (event == CRYO_EVENT_PROBE_CHANGED)
		g_print("%s: %s\n", cryo_probe_serial(probe),
			cryo_phase_to_string(cryo_probe_phase(probe)));
	if (event == CRYO_EVENT_PROBE_REMOVED) {
		g_print("%s: unplugged\n", cryo_probe_serial(probe));
		g_main_loop_quit(app->loop);
	}
}

static gboolean on_bus(gint fd, GIOCondition condition, gpointer userdata)
{
	struct app *app = userdata;

	(void)fd, (void)condition;
	if (cryo_ctx_dispatch(app->ctx) != -ENOTCONN)
		return G_SOURCE_CONTINUE;
	g_printerr("%s\n", cryo_ctx_error(app->ctx));
	g_main_loop_quit(app->loop);
	return G_SOURCE_REMOVE;
}

int main(void)
{
	struct app app = { 0 };
	int r = cryo_ctx_new_async(&app.ctx);

	if (r < 0) {
		g_printerr("no bus: %s\n", g_strerror(-r));
		return 1;
	}
	app.loop = g_main_loop_new(NULL, FALSE);
	cryo_ctx_set_handler(app.ctx, on_event, &app);
	g_unix_fd_add(cryo_ctx_fd(app.ctx), G_IO_IN, on_bus, &app);
	g_main_loop_run(app.loop);
	g_main_loop_unref(app.loop);
	cryo_stream_free(app.stream);
	cryo_ctx_unref(app.ctx);
	return 0;
}
