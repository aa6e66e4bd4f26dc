// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the daemon says of itself and of the protocols that it knows. */
#include <string.h>

#include "internal.h"

struct cryo_protocols {
	sd_bus_message *reply;		/* the strings live in it */
	size_t n;
	struct {
		const char *name, *title;
	} entries[];
};

struct cryo_protocols *cryo_protocols_free(struct cryo_protocols *protocols)
{
	if (!protocols)
		return NULL;
	sd_bus_message_unref(protocols->reply);
	free(protocols);
	return NULL;
}

static int count_entries(sd_bus_message *reply, size_t *ret_n)
{
	size_t n = 0;
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "(ss)");
	while (r > 0 && (r = sd_bus_message_skip(reply, "(ss)")) > 0) {
		n++;
		r = !sd_bus_message_at_end(reply, false);
	}
	if (r < 0)
		return r;
	*ret_n = n;
	return sd_bus_message_rewind(reply, true);
}

static int read_entries(struct cryo_protocols *protocols)
{
	int r;

	r = sd_bus_message_enter_container(protocols->reply, 'a', "(ss)");
	for (size_t i = 0; r >= 0 && i < protocols->n; i++)
		r = sd_bus_message_read(protocols->reply, "(ss)", &protocols->entries[i].name,
					&protocols->entries[i].title);
	return r;
}

static int protocols_new(struct cryo_ctx *ctx, sd_bus_message *reply, struct cryo_protocols **ret_protocols)
{
	CRYO_CLEANUP(cryo_protocols_free) struct cryo_protocols *protocols = NULL;
	size_t n;

	if (count_entries(reply, &n) < 0)
		return ctx_fail_answer(ctx, "ListProtocols");
	protocols = calloc(1, sizeof(*protocols) + n * sizeof(protocols->entries[0]));
	if (!protocols)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	protocols->n = n;
	protocols->reply = sd_bus_message_ref(reply);
	if (read_entries(protocols) < 0)
		return ctx_fail_answer(ctx, "ListProtocols");
	*ret_protocols = TAKE_PTR(protocols);
	return 0;
}

int cryo_ctx_list_protocols(struct cryo_ctx *ctx, struct cryo_protocols **ret_protocols)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	if (!ctx || !ret_protocols)
		return -EINVAL;
	r = ctx_call(ctx, BUS_ROOT, MANAGER_INTERFACE, "ListProtocols", &reply, NULL);
	return r < 0 ? r : protocols_new(ctx, reply, ret_protocols);
}

int cryo_ctx_list_protocols_async(struct cryo_ctx *ctx, cryo_call_handler handler, void *userdata,
				  struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return ctx ? ctx_call_async(ctx, BUS_ROOT, MANAGER_INTERFACE, "ListProtocols", &twin, NULL) :
	       -EINVAL;
}

int cryo_ctx_list_protocols_finish(struct cryo_call *call, struct cryo_protocols **ret_protocols)
{
	sd_bus_message *reply;
	int r = ret_protocols ? call_reply(call, "ListProtocols", &reply) : -EINVAL;

	return r < 0 ? r : protocols_new(call->ctx, reply, ret_protocols);
}

size_t cryo_protocols_count(const struct cryo_protocols *protocols)
{
	return protocols ? protocols->n : 0;
}

const char *cryo_protocols_name(const struct cryo_protocols *protocols, size_t index)
{
	return protocols && index < protocols->n ? protocols->entries[index].name : NULL;
}

const char *cryo_protocols_title(const struct cryo_protocols *protocols, size_t index)
{
	return protocols && index < protocols->n ? protocols->entries[index].title : NULL;
}

/* @reply stands before the string. */
static int copy_string(struct cryo_ctx *ctx, const char *member, sd_bus_message *reply,
		       char **ret_text)
{
	const char *text;
	char *copy;

	if (sd_bus_message_read_basic(reply, 's', &text) <= 0)
		return ctx_fail_answer(ctx, member);
	copy = strdup(text);
	if (!copy)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	*ret_text = copy;
	return 0;
}

static int text_of_protocol(struct cryo_ctx *ctx, const char *member, const char *name,
			    char **ret_text)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	if (!ctx || !name || !ret_text)
		return -EINVAL;
	r = ctx_call(ctx, BUS_ROOT, MANAGER_INTERFACE, member, &reply, "s", name);
	return r < 0 ? r : copy_string(ctx, member, reply, ret_text);
}

static int text_of_protocol_async(struct cryo_ctx *ctx, const char *member, const char *name,
				  const struct twin *twin)
{
	return ctx && name ? ctx_call_async(ctx, BUS_ROOT, MANAGER_INTERFACE, member, twin, "s", name) :
	       -EINVAL;
}

static int text_finish(struct cryo_call *call, const char *member, char **ret_text)
{
	sd_bus_message *reply;
	int r = ret_text ? call_reply(call, member, &reply) : -EINVAL;

	return r < 0 ? r : copy_string(call->ctx, member, reply, ret_text);
}

int cryo_ctx_read_protocol(struct cryo_ctx *ctx, const char *name, char **ret_text)
{
	return text_of_protocol(ctx, "ReadProtocol", name, ret_text);
}

int cryo_ctx_read_protocol_async(struct cryo_ctx *ctx, const char *name, cryo_call_handler handler,
				 void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return text_of_protocol_async(ctx, "ReadProtocol", name, &twin);
}

int cryo_ctx_read_protocol_finish(struct cryo_call *call, char **ret_text)
{
	return text_finish(call, "ReadProtocol", ret_text);
}

int cryo_ctx_describe_protocol(struct cryo_ctx *ctx, const char *name, char **ret_text)
{
	return text_of_protocol(ctx, "DescribeProtocol", name, ret_text);
}

int cryo_ctx_describe_protocol_async(struct cryo_ctx *ctx, const char *name, cryo_call_handler handler,
				     void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return text_of_protocol_async(ctx, "DescribeProtocol", name, &twin);
}

int cryo_ctx_describe_protocol_finish(struct cryo_call *call, char **ret_text)
{
	return text_finish(call, "DescribeProtocol", ret_text);
}

static int read_verdict(struct cryo_ctx *ctx, sd_bus_message *reply)
{
	const char *problem;
	int ok;

	if (sd_bus_message_read(reply, "bs", &ok, &problem) <= 0)
		return ctx_fail_answer(ctx, "ValidateProtocol");
	return ok ? 0 : ctx_fail(ctx, ERANGE, "%s", problem);
}

int cryo_ctx_validate_protocol(struct cryo_ctx *ctx, const char *text)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	if (!ctx || !text)
		return -EINVAL;
	r = ctx_call(ctx, BUS_ROOT, MANAGER_INTERFACE, "ValidateProtocol", &reply, "s", text);
	return r < 0 ? r : read_verdict(ctx, reply);
}

int cryo_ctx_validate_protocol_async(struct cryo_ctx *ctx, const char *text, cryo_call_handler handler,
				     void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return text_of_protocol_async(ctx, "ValidateProtocol", text, &twin);
}

int cryo_ctx_validate_protocol_finish(struct cryo_call *call)
{
	sd_bus_message *reply;
	int r = call_reply(call, "ValidateProtocol", &reply);

	return r < 0 ? r : read_verdict(call->ctx, reply);
}

int cryo_ctx_install_protocol(struct cryo_ctx *ctx, const char *name, const char *text)
{
	if (!ctx || !name || !text)
		return -EINVAL;
	return ctx_call(ctx, BUS_ROOT, MANAGER_INTERFACE, "InstallProtocol", NULL, "ss", name, text);
}

int cryo_ctx_install_protocol_async(struct cryo_ctx *ctx, const char *name, const char *text,
				    cryo_call_handler handler, void *userdata,
				    struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	if (!ctx || !name || !text)
		return -EINVAL;
	return ctx_call_async(ctx, BUS_ROOT, MANAGER_INTERFACE, "InstallProtocol", &twin, "ss", name,
			      text);
}

static int read_version(struct cryo_ctx *ctx, sd_bus_message *reply, char **ret_version)
{
	if (sd_bus_message_enter_container(reply, 'v', "s") < 0)
		return ctx_fail_answer(ctx, "Get");
	return copy_string(ctx, "Get", reply, ret_version);
}

int cryo_ctx_daemon_version(struct cryo_ctx *ctx, char **ret_version)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	if (!ctx || !ret_version)
		return -EINVAL;
	r = ctx_call(ctx, BUS_ROOT, "org.freedesktop.DBus.Properties", "Get", &reply, "ss",
		     MANAGER_INTERFACE, "Version");
	return r < 0 ? r : read_version(ctx, reply, ret_version);
}

int cryo_ctx_daemon_version_async(struct cryo_ctx *ctx, cryo_call_handler handler, void *userdata,
				  struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return ctx ? ctx_call_async(ctx, BUS_ROOT, "org.freedesktop.DBus.Properties", "Get", &twin, "ss",
				    MANAGER_INTERFACE, "Version") : -EINVAL;
}

int cryo_ctx_daemon_version_finish(struct cryo_call *call, char **ret_version)
{
	sd_bus_message *reply;
	int r = ret_version ? call_reply(call, "Get", &reply) : -EINVAL;

	return r < 0 ? r : read_version(call->ctx, reply, ret_version);
}
