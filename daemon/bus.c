// SPDX-License-Identifier: GPL-2.0-or-later
/* The bus: connection, name, io.cryo1.Manager, and records on their way out. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "daemon/bus-probe.h"
#include "daemon/manager.h"
#include "daemon/util.h"

#define PAUSE_MIN_USEC		(100 * USEC_PER_MSEC)
#define PAUSE_MAX_USEC		(5 * USEC_PER_SEC)

struct export {
	struct export *next;
	uint64_t id;
	sd_bus_message *call;
	int fd;
};

struct bus {
	sd_event *event;
	struct manager *manager;
	const char *address;
	sd_bus *connection;
	sd_event_source *again;		/* tries to connect */
	uint64_t pause_usec;
	bool named;			/* the name is ours */
	struct export *exports;
	uint64_t last_export;
};

sd_bus *bus_connection(struct bus *bus)
{
	return bus && bus->named ? bus->connection : NULL;
}

/*
 * io.cryo1.Manager
 */

int bus_load_protocol(struct manager *manager, const char *name, struct protocol *ret,
		      sd_bus_error *error)
{
	struct protocol_error trouble = { 0 };
	int r = protocols_load(manager->protocol_path, name, ret, &trouble);

	if (r == -EBADMSG)
		return sd_bus_error_setf(error, BUS_ERROR("BadProtocol"), "%s.protocol, line %u: %s",
					 name, trouble.line, trouble.text);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR("NoSuchProtocol"), "Protocol '%s': %s", name,
					 strerror(-r));
	return 0;
}

static int append_protocol(sd_bus_message *reply, struct manager *manager, const char *name)
{
	struct protocol_error error;
	struct protocol protocol;

	/* One that does not parse is listed all the same: Start() says what is wrong with it. */
	if (protocols_load(manager->protocol_path, name, &protocol, &error) < 0)
		return sd_bus_message_append(reply, "(ss)", name, "");
	return sd_bus_message_append(reply, "(ss)", name, protocol.title);
}

static int append_protocols(sd_bus_message *reply, struct manager *manager)
{
	char **names = NULL;
	int r;

	r = protocols_list(manager->protocol_path, &names);
	if (r < 0)
		return r;
	r = sd_bus_message_open_container(reply, 'a', "(ss)");
	for (char **name = names; r >= 0 && *name; name++)
		r = append_protocol(reply, manager, *name);
	protocols_free_list(names);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int method_list_protocols(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	int r;

	(void)error;
	r = sd_bus_message_new_method_return(call, &reply);
	if (r >= 0)
		r = append_protocols(reply, userdata);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int method_read_protocol(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct manager *manager = userdata;
	_cleanup_free_ char *text = NULL;
	const char *name;
	int r;

	r = sd_bus_message_read(call, "s", &name);
	if (r < 0)
		return r;
	r = protocols_read(manager->protocol_path, name, &text);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR("NoSuchProtocol"), "Protocol '%s': %s", name,
					 strerror(-r));
	return sd_bus_reply_method_return(call, "s", text);
}

static int method_describe_protocol(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct manager *manager = userdata;
	char text[PROTOCOL_COURSE_MAX];
	struct protocol protocol;
	const char *name;
	int r;

	r = sd_bus_message_read(call, "s", &name);
	if (r < 0)
		return r;
	r = bus_load_protocol(manager, name, &protocol, error);
	if (r < 0)
		return r;
	r = protocol_describe(&protocol, text, sizeof(text));
	return r < 0 ? r : sd_bus_reply_method_return(call, "s", text);
}

static int get_version(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)userdata, (void)error;
	return sd_bus_message_append(reply, "s", CRYO_VERSION);
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("ListProtocols", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ss)", protocols),
				method_list_protocols, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ReadProtocol", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", text),
				method_read_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DescribeProtocol", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", text),
				method_describe_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_VTABLE_END,
};

/*
 * Connection
 */

static int on_disconnected(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct bus *bus = userdata;

	(void)message;
	(void)error;
	/* Not closed here, inside its own dispatch, but when the timer connects again. */
	sd_event_source_set_time_relative(bus->again, bus->pause_usec);
	sd_event_source_set_enabled(bus->again, SD_EVENT_ONESHOT);
	if (bus->named)
		manager_bus_changed(bus->manager, false);
	bus->named = false;
	return 0;
}

static int on_named(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct bus *bus = userdata;
	uint32_t result;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "u", &result) < 0 || result != 1) {
		journal(LOG_ERR, JOURNAL_PLAIN, NULL, "cannot have the name " BUS_NAME " on the bus");
		return on_disconnected(reply, userdata, error);
	}
	bus->named = true;
	bus->pause_usec = PAUSE_MIN_USEC;
	manager_bus_changed(bus->manager, true);
	return 0;
}

static int new_connection(struct bus *bus, sd_bus **ret)
{
	sd_bus *connection;
	int r;

	if (!strcmp(bus->address, "system"))
		return sd_bus_open_system_with_description(ret, "cryod");
	if (!strcmp(bus->address, "session"))
		return sd_bus_open_user_with_description(ret, "cryod");
	r = sd_bus_new(&connection);
	if (r < 0)
		return r;
	r = sd_bus_set_address(connection, bus->address);
	if (r >= 0)
		r = sd_bus_set_bus_client(connection, 1);
	if (r >= 0)
		r = sd_bus_negotiate_fds(connection, 1);
	if (r >= 0)
		r = sd_bus_start(connection);
	if (r < 0)
		sd_bus_unref(connection);
	else
		*ret = connection;
	return r;
}

static int set_up_objects(struct bus *bus)
{
	sd_bus *connection = bus->connection;
	int r;

	r = sd_bus_match_signal(connection, NULL, "org.freedesktop.DBus.Local",
				"/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local",
				"Disconnected", on_disconnected, bus);
	if (r < 0)
		return r;
	r = sd_bus_add_object_manager(connection, NULL, BUS_PATH);
	if (r < 0)
		return r;
	r = sd_bus_add_object_vtable(connection, NULL, BUS_PATH, "io.cryo1.Manager", manager_vtable,
				     bus->manager);
	if (r < 0)
		return r;
	r = bus_probe_register(connection, bus->manager);
	if (r < 0)
		return r;
	r = sd_bus_request_name_async(connection, NULL, BUS_NAME, 0, on_named, bus);
	if (r < 0)
		return r;
	return sd_bus_attach_event(connection, bus->event, SD_EVENT_PRIORITY_NORMAL);
}

static int connect_bus(struct bus *bus)
{
	int r = new_connection(bus, &bus->connection);

	return r < 0 ? r : set_up_objects(bus);
}

static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct bus *bus = userdata;

	(void)usec;
	bus->connection = sd_bus_close_unref(bus->connection);
	bus->pause_usec = bus->pause_usec * 2 > PAUSE_MAX_USEC ? PAUSE_MAX_USEC : bus->pause_usec * 2;
	if (connect_bus(bus) >= 0)
		return 0;
	bus->connection = sd_bus_close_unref(bus->connection);
	sd_event_source_set_time_relative(source, bus->pause_usec);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int bus_new(sd_event *event, const char *address, struct manager *manager, struct bus **ret)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	int r;

	if (!bus)
		return -ENOMEM;
	*bus = (struct bus){
		.event = event, .manager = manager, .address = address,
		.pause_usec = PAUSE_MIN_USEC,
	};
	r = sd_event_add_time_relative(event, &bus->again, CLOCK_MONOTONIC, 0, USEC_PER_MSEC * 10,
				       on_again, bus);
	if (r < 0) {
		free(bus);
		return r;
	}
	*ret = bus;
	return 0;
}

static void export_free(struct bus *bus, struct export *export)
{
	struct export **at = &bus->exports;

	while (*at != export)
		at = &(*at)->next;
	*at = export->next;
	sd_bus_message_unref(export->call);
	safe_close(export->fd);
	free(export);
}

void bus_free(struct bus *bus)
{
	if (!bus)
		return;
	while (bus->exports)
		export_free(bus, bus->exports);
	sd_event_source_disable_unref(bus->again);
	/* Not flushed: a bus that hangs must not delay the end. */
	sd_bus_close_unref(bus->connection);
	free(bus);
}

/*
 * Probes
 */

void bus_probe_added(struct bus *bus, struct probe *probe)
{
	_cleanup_free_ char *path = NULL;

	if (bus->named && bus_probe_path(probe, &path) >= 0)
		sd_bus_emit_object_added(bus->connection, path);
}

void bus_probe_removed(struct bus *bus, struct probe *probe)
{
	_cleanup_free_ char *path = NULL;

	if (bus->named && probe->latest.frame.seq && bus_probe_path(probe, &path) >= 0)
		sd_bus_emit_interfaces_removed(bus->connection, path, BUS_PROBE_INTERFACE, NULL);
}

void bus_probe_stepped(struct bus *bus, struct probe *probe, const struct control_step *before)
{
	if (bus->named)
		bus_probe_emit_changes(bus->connection, probe, before);
}

/*
 * Records
 */

int bus_export_begin(struct bus *bus, sd_bus_message *call, uint64_t treatment, int fd)
{
	struct export *export = calloc(1, sizeof(*export));
	int r;

	if (!export) {
		safe_close(fd);
		return -ENOMEM;
	}
	*export = (struct export){
		.next = bus->exports, .id = ++bus->last_export, .call = sd_bus_message_ref(call),
		.fd = fd,
	};
	bus->exports = export;
	r = recorder_export(bus->manager->recorder, export->id, treatment, fd);
	if (r < 0)
		export_free(bus, export);
	return r < 0 ? r : 1;
}

/* The reader gets a descriptor that nobody can change any more and that begins at its start. */
static void export_answer(struct export *export, int error)
{
	if (error == -ENOENT) {
		sd_bus_reply_method_errorf(export->call, BUS_ERROR("NoTreatment"),
					   "There is no record of that treatment");
		return;
	}
	if (error < 0) {
		sd_bus_reply_method_errorf(export->call, SD_BUS_ERROR_IO_ERROR, "The record: %s",
					   strerror(-error));
		return;
	}
	fcntl(export->fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	lseek(export->fd, 0, SEEK_SET);
	sd_bus_reply_method_return(export->call, "h", export->fd);
}

void bus_export_done(struct bus *bus, uint64_t id, int error)
{
	struct export *export = bus->exports;

	while (export && export->id != id)
		export = export->next;
	if (!export)
		return;
	export_answer(export, error);
	export_free(bus, export);
}
