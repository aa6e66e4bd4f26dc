// SPDX-License-Identifier: LGPL-2.1-or-later
/* The context's mirror of the daemon's objects: who is there, who comes, who goes, what changes. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

static struct cryo_probe *find_path(const struct cryo_ctx *ctx, const char *path)
{
	for (size_t i = 0; i < ctx->n_probes; i++)
		if (!strcmp(ctx->probes[i]->path, path))
			return ctx->probes[i];
	return NULL;
}

/* Takes over the caller's reference on success. */
static int insert(struct cryo_ctx *ctx, struct cryo_probe *probe)
{
	struct cryo_probe **grown;
	size_t i;

	grown = reallocarray(ctx->probes, ctx->n_probes + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	ctx->probes = grown;
	for (i = ctx->n_probes; i > 0; i--) {
		if (strcmp(grown[i - 1]->properties.serial, probe->properties.serial) <= 0)
			break;
		grown[i] = grown[i - 1];
	}
	grown[i] = probe;
	ctx->n_probes++;
	return 0;
}

/* Takes the probe out of the list and gives the list's reference to the caller. */
static struct cryo_probe *take_out(struct cryo_ctx *ctx, size_t index)
{
	struct cryo_probe *probe = ctx->probes[index];

	ctx->n_probes--;
	memmove(&ctx->probes[index], &ctx->probes[index + 1],
		(ctx->n_probes - index) * sizeof(ctx->probes[0]));
	probe->ctx = NULL;
	return probe;
}

void registry_clear(struct cryo_ctx *ctx)
{
	while (ctx->n_probes > 0)
		cryo_probe_unref(take_out(ctx, ctx->n_probes - 1));
	free(ctx->probes);
	ctx->probes = NULL;
}

static void remove_path(struct cryo_ctx *ctx, const char *path)
{
	for (size_t i = 0; i < ctx->n_probes; i++) {
		CRYO_CLEANUP(cryo_probe_unref) struct cryo_probe *probe = NULL;

		if (strcmp(ctx->probes[i]->path, path))
			continue;
		probe = take_out(ctx, i);
		ctx_tell(ctx, CRYO_EVENT_PROBE_REMOVED, probe);
		return;
	}
}

/* @m stands before the properties of the probe at @path, known or new. */
static int take_probe(struct cryo_ctx *ctx, const char *path, sd_bus_message *m)
{
	CRYO_CLEANUP(cryo_probe_unref) struct cryo_probe *probe = NULL;
	int r;

	probe = cryo_probe_ref(find_path(ctx, path));
	if (probe)
		return properties_read(&probe->properties, m);
	r = probe_new(ctx, path, &probe);
	if (r < 0)
		return r;
	r = properties_read(&probe->properties, m);
	if (r < 0)
		return r;
	r = insert(ctx, cryo_probe_ref(probe));
	if (r < 0) {
		cryo_probe_unref(probe);
		return r;
	}
	ctx_tell(ctx, CRYO_EVENT_PROBE_ADDED, probe);
	return 0;
}

/* @m stands before an object's a{sa{sv}}. */
static int take_object(struct cryo_ctx *ctx, const char *path, sd_bus_message *m)
{
	const char *interface;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read_basic(m, 's', &interface);
		if (r < 0)
			return r;
		if (!strcmp(interface, PROBE_INTERFACE))
			r = take_probe(ctx, path, m);
		else
			r = sd_bus_message_skip(m, "a{sv}");
		if (r < 0)
			return r;
		r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* @m is the answer to GetManagedObjects. */
static int take_objects(struct cryo_ctx *ctx, sd_bus_message *m)
{
	const char *path;
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");
	if (r < 0)
		return ctx_fail_answer(ctx, "GetManagedObjects");
	while ((r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}")) > 0) {
		r = sd_bus_message_read_basic(m, 'o', &path);
		if (r >= 0)
			r = take_object(ctx, path, m);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			break;
	}
	return r < 0 ? ctx_fail_answer(ctx, "GetManagedObjects") : 0;
}

static void daemon_gone(struct cryo_ctx *ctx)
{
	ctx->listing = sd_bus_slot_unref(ctx->listing);
	while (ctx->n_probes > 0) {
		CRYO_CLEANUP(cryo_probe_unref) struct cryo_probe *probe = take_out(ctx, 0);

		ctx_tell(ctx, CRYO_EVENT_PROBE_REMOVED, probe);
	}
	if (!ctx->daemon_runs)
		return;
	ctx->daemon_runs = false;
	ctx_tell(ctx, CRYO_EVENT_DAEMON_GONE, NULL);
}

static int on_objects(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct cryo_ctx *ctx = userdata;
	const sd_bus_error *error = sd_bus_message_get_error(m);
	int r;

	(void)ret_error;
	ctx->listing = sd_bus_slot_unref(ctx->listing);
	if (error)
		r = ctx_fail_call(ctx, "GetManagedObjects", error, -sd_bus_error_get_errno(error));
	else
		r = take_objects(ctx, m);
	if (r == -EHOSTUNREACH) {
		ctx_tell(ctx, CRYO_EVENT_DAEMON_GONE, NULL);
		return 0;
	}
	if (r < 0) {
		ctx->deferred_error = r;
		return 0;
	}
	ctx->daemon_runs = true;
	ctx_tell(ctx, CRYO_EVENT_DAEMON_UP, NULL);
	return 0;
}

static int ask_for_objects(struct cryo_ctx *ctx)
{
	return sd_bus_call_method_async(ctx->bus, &ctx->listing, BUS_NAME, BUS_ROOT,
					"org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
					on_objects, ctx, NULL);
}

static int on_owner_changed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct cryo_ctx *ctx = userdata;
	const char *name, *old, *new;
	int r;

	(void)ret_error;
	r = sd_bus_message_read(m, "sss", &name, &old, &new);
	if (r < 0)
		return r;
	daemon_gone(ctx);
	if (!*new)
		return 0;
	r = ask_for_objects(ctx);
	if (r < 0)
		ctx->deferred_error = ctx_fail(ctx, -r, "GetManagedObjects: %s", strerror(-r));
	return 0;
}

static int on_interfaces_added(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct cryo_ctx *ctx = userdata;
	const char *path;
	int r;

	(void)ret_error;
	r = sd_bus_message_read_basic(m, 'o', &path);
	if (r >= 0)
		r = take_object(ctx, path, m);
	if (r < 0)
		ctx->deferred_error = ctx_fail_answer(ctx, "InterfacesAdded");
	return 0;
}

static int on_interfaces_removed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct cryo_ctx *ctx = userdata;
	const char *path, *interface;
	int r;

	(void)ret_error;
	r = sd_bus_message_read_basic(m, 'o', &path);
	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "s");
	while (r >= 0 && (r = sd_bus_message_read_basic(m, 's', &interface)) > 0)
		if (!strcmp(interface, PROBE_INTERFACE))
			remove_path(ctx, path);
	if (r < 0)
		ctx->deferred_error = ctx_fail_answer(ctx, "InterfacesRemoved");
	return 0;
}

static int on_properties_changed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct cryo_ctx *ctx = userdata;
	CRYO_CLEANUP(cryo_probe_unref) struct cryo_probe *probe = NULL;
	int r;

	(void)ret_error;
	probe = cryo_probe_ref(find_path(ctx, sd_bus_message_get_path(m)));
	if (!probe)
		return 0;
	r = sd_bus_message_skip(m, "s");
	if (r >= 0)
		r = properties_read(&probe->properties, m);
	if (r < 0)
		ctx->deferred_error = ctx_fail_answer(ctx, "PropertiesChanged");
	else
		ctx_tell(ctx, CRYO_EVENT_PROBE_CHANGED, probe);
	return 0;
}

static int on_record_changed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	(void)m, (void)ret_error;
	ctx_tell(userdata, CRYO_EVENT_RECORDS_CHANGED, NULL);
	return 0;
}

static const struct {
	const char *rule;
	sd_bus_message_handler_t handler;
} matches[] = {
	{ "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
	  "member='NameOwnerChanged',arg0='" BUS_NAME "'", on_owner_changed },
	{ "type='signal',sender='" BUS_NAME "',path='" BUS_ROOT "',"
	  "interface='org.freedesktop.DBus.ObjectManager',member='InterfacesAdded'",
	  on_interfaces_added },
	{ "type='signal',sender='" BUS_NAME "',path='" BUS_ROOT "',"
	  "interface='org.freedesktop.DBus.ObjectManager',member='InterfacesRemoved'",
	  on_interfaces_removed },
	{ "type='signal',sender='" BUS_NAME "',path_namespace='" BUS_ROOT "',"
	  "interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',"
	  "arg0='" PROBE_INTERFACE "'", on_properties_changed },
	{ "type='signal',sender='" BUS_NAME "',path='" RECORDS_PATH "',"
	  "interface='" RECORDS_INTERFACE "',member='Changed'", on_record_changed },
};

int registry_start(struct cryo_ctx *ctx)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	/* Listening starts before asking, so that nothing falls between the two. */
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		r = sd_bus_add_match(ctx->bus, NULL, matches[i].rule, matches[i].handler, ctx);
		if (r < 0)
			return r;
	}
	r = ctx_call(ctx, BUS_ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
		     &reply, NULL);
	if (r == -EHOSTUNREACH)
		return 0;
	if (r < 0)
		return r;
	r = take_objects(ctx, reply);
	if (r < 0)
		return r;
	ctx->daemon_runs = true;
	return 0;
}

int registry_start_async(struct cryo_ctx *ctx)
{
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		int r = sd_bus_add_match_async(ctx->bus, NULL, matches[i].rule, matches[i].handler,
					       NULL, ctx);

		if (r < 0)
			return r;
	}
	return ask_for_objects(ctx);
}

size_t cryo_ctx_probe_count(const struct cryo_ctx *ctx)
{
	return ctx ? ctx->n_probes : 0;
}

struct cryo_probe *cryo_ctx_probe(const struct cryo_ctx *ctx, size_t index)
{
	return ctx && index < ctx->n_probes ? ctx->probes[index] : NULL;
}

struct cryo_probe *cryo_ctx_find_probe(const struct cryo_ctx *ctx, const char *serial)
{
	for (size_t i = 0; ctx && serial && i < ctx->n_probes; i++)
		if (!strcmp(ctx->probes[i]->properties.serial, serial))
			return ctx->probes[i];
	return NULL;
}
