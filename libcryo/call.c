// SPDX-License-Identifier: LGPL-2.1-or-later
/* Method calls of the daemon: one way to make them, one table from the bus's errors to errno. */
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>

#include "internal.h"

static const struct {
	const char *name;
	int error;
} errors[] = {
	{ "io.cryo1.Error.NoSuchProbe", ENODEV },
	{ "io.cryo1.Error.NoSuchProtocol", ENOENT },
	{ "io.cryo1.Error.BadProtocol", ERANGE },
	{ "io.cryo1.Error.NotOperator", EPERM },
	{ "io.cryo1.Error.Busy", EBUSY },
	{ "io.cryo1.Error.NotReady", EAGAIN },
	{ "io.cryo1.Error.NoTreatment", ESRCH },
	{ "io.cryo1.Error.NotInPhase", EOPNOTSUPP },
	{ "io.cryo1.Error.Fault", EIO },
	{ "io.cryo1.Error.NoSuchRecord", ESRCH },
	{ "io.cryo1.Error.RecordDamaged", EUCLEAN },
	{ "org.freedesktop.DBus.Error.UnknownObject", ENODEV },
	{ SD_BUS_ERROR_FAILED, EREMOTEIO },	/* sd-bus would make EACCES of it */
	{ SD_BUS_ERROR_IO_ERROR, EREMOTEIO },
	{ SD_BUS_ERROR_ACCESS_DENIED, EACCES },
	{ SD_BUS_ERROR_SERVICE_UNKNOWN, EHOSTUNREACH },
	{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, EHOSTUNREACH },
};

/* Nobody answers to the name, and systemd could not change that. */
static bool says_nobody_starts(const sd_bus_error *error)
{
	static const char *const prefixes[] = {
		"org.freedesktop.DBus.Error.Spawn.", "org.freedesktop.systemd1.",
	};

	for (size_t i = 0; error->name && i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(error->name, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static int error_to_errno(const sd_bus_error *error, int r)
{
	if (says_nobody_starts(error))
		return EHOSTUNREACH;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (sd_bus_error_has_name(error, errors[i].name))
			return errors[i].error;
	return -r;
}

int ctx_fail_call(struct cryo_ctx *ctx, const char *member, const sd_bus_error *error, int r)
{
	int number = error_to_errno(error, r);

	if (number == EHOSTUNREACH)
		return ctx_fail(ctx, number, "cryod does not run: nobody owns %s on the bus",
				BUS_NAME);
	if (number == ETIMEDOUT)
		return ctx_fail(ctx, number, "cryod gave no answer to %s within %u ms", member,
				ctx ? ctx->timeout_ms : 0);
	if (number == ENOTCONN || number == ECONNRESET)
		return ctx_fail(ctx, ENOTCONN, "the bus connection was lost");
	return ctx_fail(ctx, number, "%s", error->message ? error->message : strerror(number));
}

int ctx_fail_answer(struct cryo_ctx *ctx, const char *member)
{
	return ctx_fail(ctx, EBADMSG, "cryod's answer to %s makes no sense", member);
}

int probe_message_new(struct cryo_probe *probe, const char *member, sd_bus_message **ret_message)
{
	int r = probe_check(probe);

	if (r < 0)
		return r;
	r = sd_bus_message_new_method_call(probe->ctx->bus, ret_message, BUS_NAME, probe->path,
					   PROBE_INTERFACE, member);
	return r < 0 ? ctx_fail(probe->ctx, -r, "%s: %s", member, strerror(-r)) : 0;
}

int ctx_call_message(struct cryo_ctx *ctx, sd_bus_message *m, sd_bus_message **ret_reply)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_call(ctx->bus, m, 0, &error, ret_reply);
	/* Signals that came before the answer wait in sd-bus's queue, not in the socket. */
	ctx_rearm(ctx);
	return r < 0 ? ctx_fail_call(ctx, sd_bus_message_get_member(m), &error, r) : 0;
}

static int ctx_callv(struct cryo_ctx *ctx, const char *path, const char *interface,
		     const char *member, sd_bus_message **ret_reply, const char *types,
		     va_list args)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_call_methodv(ctx->bus, BUS_NAME, path, interface, member, &error, &reply, types,
				args);
	/* Signals that came before the answer wait in sd-bus's queue, not in the socket. */
	ctx_rearm(ctx);
	if (r < 0)
		return ctx_fail_call(ctx, member, &error, r);
	if (ret_reply)
		*ret_reply = TAKE_PTR(reply);
	return 0;
}

int ctx_call(struct cryo_ctx *ctx, const char *path, const char *interface, const char *member,
	     sd_bus_message **ret_reply, const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = ctx_callv(ctx, path, interface, member, ret_reply, types, args);
	va_end(args);
	return r;
}

int probe_call(struct cryo_probe *probe, const char *member, sd_bus_message **ret_reply,
	       const char *types, ...)
{
	int r = probe_check(probe);
	va_list args;

	if (r < 0)
		return r;
	va_start(args, types);
	r = ctx_callv(probe->ctx, probe->path, PROBE_INTERFACE, member, ret_reply, types, args);
	va_end(args);
	return r;
}

int reply_take_fd(struct cryo_ctx *ctx, const char *member, sd_bus_message *reply, int *ret_fd)
{
	int fd, copy;

	if (sd_bus_message_read(reply, "h", &fd) <= 0)
		return ctx_fail_answer(ctx, member);
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (copy < 0)
		return ctx_fail(ctx, errno, "descriptor of %s: %s", member, strerror(errno));
	*ret_fd = copy;
	return 0;
}
