// SPDX-License-Identifier: LGPL-2.1-or-later
/* Calls whose answer comes later: their life, and how their end is told. */
#include <string.h>

#include "internal.h"

static void call_free(struct cryo_call *call)
{
	sd_bus_slot_unref(call->slot);
	sd_bus_message_unref(call->reply);
	cryo_probe_unref(call->probe);
	cryo_probe_unref(call->tested);
	free(call);
}

/* Out of its context's list. */
static void forget(struct cryo_call *call)
{
	struct cryo_call **at;

	if (!call->ctx)
		return;
	for (at = &call->ctx->calls; *at; at = &(*at)->next)
		if (*at == call) {
			*at = call->next;
			return;
		}
}

struct cryo_call *cryo_call_ref(struct cryo_call *call)
{
	if (call)
		call->refs++;
	return call;
}

struct cryo_call *cryo_call_unref(struct cryo_call *call)
{
	if (!call || --call->refs > 0)
		return NULL;
	forget(call);
	call_free(call);
	return NULL;
}

static void release_kept(struct cryo_call *call)
{
	if (!call->kept)
		return;
	call->kept = false;
	cryo_call_unref(call);
}

void calls_clear(struct cryo_ctx *ctx)
{
	struct cryo_call *call;

	while ((call = ctx->calls)) {
		ctx->calls = call->next;
		call->slot = sd_bus_slot_unref(call->slot);
		call->ctx = NULL;
		release_kept(call);
	}
}

/* What a refresh has read is in the probe before anybody is told. */
static void take_properties(struct cryo_call *call)
{
	if (call->probe && !sd_bus_message_is_method_error(call->reply, NULL))
		call->bad_answer = properties_read(&call->probe->properties, call->reply) < 0;
}

static int on_reply(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct cryo_call *call = cryo_call_ref(userdata);
	struct cryo_ctx *ctx = call->ctx;

	(void)ret_error;
	call->slot = sd_bus_slot_unref(call->slot);
	call->reply = sd_bus_message_ref(m);
	take_properties(call);
	ctx->n_events++;
	if (call->handler)
		call->handler(call, call->userdata);
	release_kept(call);
	cryo_call_unref(call);
	return 0;
}

static struct cryo_call *call_new(struct cryo_ctx *ctx, const char *member, const struct twin *twin)
{
	struct cryo_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	*call = (struct cryo_call){
		.refs = 1, .ctx = ctx, .member = member, .handler = twin->handler,
		.userdata = twin->userdata, .kept = !twin->ret_call,
		.probe = cryo_probe_ref(twin->refreshed), .tested = cryo_probe_ref(twin->tested),
	};
	return call;
}

static int fail_to_send(struct cryo_ctx *ctx, const char *member, int r)
{
	static const sd_bus_error none = SD_BUS_ERROR_NULL;

	return ctx_fail_call(ctx, member, &none, r);
}

int ctx_call_message_async(struct cryo_ctx *ctx, sd_bus_message *m, const char *member,
			   const struct twin *twin)
{
	struct cryo_call *call = call_new(ctx, member, twin);
	int r;

	if (!call)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	r = sd_bus_call_async(ctx->bus, &call->slot, m, on_reply, call, 0);
	if (r < 0) {
		call_free(call);
		return fail_to_send(ctx, member, r);
	}
	call->next = ctx->calls;
	ctx->calls = call;
	ctx_rearm(ctx);
	if (twin->ret_call)
		*twin->ret_call = call;
	return 0;
}

static int message_newv(struct cryo_ctx *ctx, const char *path, const char *interface, const char *member,
			const char *types, va_list args, sd_bus_message **ret_message)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	int r;

	r = sd_bus_message_new_method_call(ctx->bus, &m, BUS_NAME, path, interface, member);
	if (r >= 0 && types)
		r = sd_bus_message_appendv(m, types, args);
	if (r < 0)
		return fail_to_send(ctx, member, r);
	*ret_message = TAKE_PTR(m);
	return 0;
}

int ctx_call_async(struct cryo_ctx *ctx, const char *path, const char *interface, const char *member,
		   const struct twin *twin, const char *types, ...)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	va_list args;
	int r;

	va_start(args, types);
	r = message_newv(ctx, path, interface, member, types, args, &m);
	va_end(args);
	return r < 0 ? r : ctx_call_message_async(ctx, m, member, twin);
}

int probe_call_async(struct cryo_probe *probe, const char *member, const struct twin *twin,
		     const char *types, ...)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	int r = probe_check(probe);
	va_list args;

	if (r < 0)
		return r;
	va_start(args, types);
	r = message_newv(probe->ctx, probe->path, PROBE_INTERFACE, member, types, args, &m);
	va_end(args);
	return r < 0 ? r : ctx_call_message_async(probe->ctx, m, member, twin);
}

bool cryo_call_is_done(const struct cryo_call *call)
{
	return call && (call->reply || !call->ctx);
}

/* sd-bus ends what waits with NoReply when the connection is lost, as when the time is over. */
static int fail_call(struct cryo_call *call)
{
	const sd_bus_error *error = sd_bus_message_get_error(call->reply);
	int r = -sd_bus_error_get_errno(error);

	if (r == -ETIMEDOUT && call->ctx && sd_bus_is_open(call->ctx->bus) <= 0)
		r = -ENOTCONN;
	return ctx_fail_call(call->ctx, call->member, error, r);
}

int call_reply(struct cryo_call *call, const char *member, sd_bus_message **ret_reply)
{
	if (!call || (member && strcmp(member, call->member)))
		return -EINVAL;
	if (!call->reply)
		return call->ctx ? -EINPROGRESS : -ECANCELED;
	if (sd_bus_message_is_method_error(call->reply, NULL))
		return fail_call(call);
	if (call->bad_answer)
		return ctx_fail_answer(call->ctx, call->member);
	sd_bus_message_rewind(call->reply, true);
	if (ret_reply)
		*ret_reply = call->reply;
	return 0;
}

int cryo_call_finish(struct cryo_call *call)
{
	return call_reply(call, NULL, NULL);
}
