// SPDX-License-Identifier: GPL-2.0-or-later
/* io.cryo1.Manager: the protocols there are, and the version. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/bus-manager.h"
#include "daemon/bus/polkit.h"
#include "daemon/journal.h"
#include "daemon/files.h"
#include "daemon/protocols.h"
#include "daemon/util.h"

#define PROBLEM_MAX	256

int bus_load_protocol(const struct bus_objects *objects, const char *name, struct protocol *ret,
		      char **ret_text, sd_bus_error *error)
{
	struct protocol_error trouble = { 0 };
	int r = protocols_load(objects->protocol_path, name, ret, ret_text, &trouble);

	if (r == -EBADMSG)
		return sd_bus_error_setf(error, BUS_ERROR("BadProtocol"), "%s.protocol, line %u: %s",
					 name, trouble.line, trouble.text);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR("NoSuchProtocol"), "Protocol '%s': %s", name,
					 strerror(-r));
	return 0;
}

static int append_protocol(sd_bus_message *reply, const struct bus_objects *objects,
			   const char *name)
{
	struct protocol_error error;
	struct protocol protocol;

	/* One that does not parse is listed all the same: Start() says what is wrong with it. */
	if (protocols_load(objects->protocol_path, name, &protocol, NULL, &error) < 0)
		return sd_bus_message_append(reply, "(ss)", name, "");
	return sd_bus_message_append(reply, "(ss)", name, protocol.title);
}

static int append_protocols(sd_bus_message *reply, const struct bus_objects *objects)
{
	char **names = NULL;
	int r;

	r = protocols_list(objects->protocol_path, &names);
	if (r < 0)
		return r;
	r = sd_bus_message_open_container(reply, 'a', "(ss)");
	for (char **name = names; r >= 0 && *name; name++)
		r = append_protocol(reply, objects, *name);
	files_free_list(names);
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
	const struct bus_objects *objects = userdata;
	_cleanup_free_ char *text = NULL;
	const char *name;
	int r;

	r = sd_bus_message_read(call, "s", &name);
	if (r < 0)
		return r;
	r = protocols_read(objects->protocol_path, name, &text);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR("NoSuchProtocol"), "Protocol '%s': %s", name,
					 strerror(-r));
	return sd_bus_reply_method_return(call, "s", text);
}

static int method_describe_protocol(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	const struct bus_objects *objects = userdata;
	char text[PROTOCOL_COURSE_MAX];
	struct protocol protocol;
	const char *name;
	int r;

	r = sd_bus_message_read(call, "s", &name);
	if (r < 0)
		return r;
	r = bus_load_protocol(objects, name, &protocol, NULL, error);
	if (r < 0)
		return r;
	r = protocol_describe(&protocol, text, sizeof(text));
	return r < 0 ? r : sd_bus_reply_method_return(call, "s", text);
}

/* As it is told over the bus: "line 3: Target=...". */
static const char *problem_text(const struct protocol_error *problem, char text[PROBLEM_MAX])
{
	if (problem->line)
		snprintf(text, PROBLEM_MAX, "line %u: %s", problem->line, problem->text);
	else
		snprintf(text, PROBLEM_MAX, "%s", problem->text);
	return text;
}

static int method_validate_protocol(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct protocol_error problem = { 0 };
	char words[PROBLEM_MAX];
	const char *text;
	int r;

	(void)userdata, (void)error;
	r = sd_bus_message_read(call, "s", &text);
	if (r < 0)
		return r;
	r = protocols_validate("protocol", text, &problem);
	return sd_bus_reply_method_return(call, "bs", r >= 0, r < 0 ? problem_text(&problem, words) : "");
}

static int complain_of_install(const struct bus_objects *objects, const char *name, int r,
			       const struct protocol_error *problem, sd_bus_error *error)
{
	char words[PROBLEM_MAX];

	switch (r) {
	case -EINVAL:
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "'%s' is no name: 1 to %d letters, digits, '-', '_' or '.', the first no dot",
					 name, PROTOCOL_NAME_MAX - 1);
	case -EEXIST:
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "Protocol '%s' of the administrator, in %s, would hide it", name,
					 objects->protocol_path[0]);
	case -EBADMSG:
		return sd_bus_error_setf(error, BUS_ERROR("BadProtocol"), "%s.protocol, %s", name,
					 problem_text(problem, words));
	default:
		return sd_bus_error_setf(error, SD_BUS_ERROR_IO_ERROR, "Protocol '%s' in %s: %s", name,
					 objects->protocol_store, strerror(-r));
	}
}

static int do_install_protocol(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	const struct bus_objects *objects = userdata;
	struct protocol_error problem = { 0 };
	const char *name, *text;
	int r;

	r = sd_bus_message_read(call, "ss", &name, &text);
	if (r < 0)
		return r;
	r = protocols_install(objects->protocol_path, objects->protocol_store, name, text, &problem);
	if (r < 0)
		return complain_of_install(objects, name, r, &problem, error);
	journal(LOG_NOTICE, JOURNAL_PLAIN, NULL, "protocol %s was installed over the bus, in %s", name,
		objects->protocol_store);
	return sd_bus_reply_method_return(call, NULL);
}

static int method_install_protocol(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	(void)error;
	return polkit_ask(call, POLKIT_CONFIGURE, do_install_protocol, userdata);
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
	SD_BUS_METHOD_WITH_ARGS("ValidateProtocol", SD_BUS_ARGS("s", text),
				SD_BUS_RESULT("b", ok, "s", problem), method_validate_protocol,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("InstallProtocol", SD_BUS_ARGS("s", name, "s", text), SD_BUS_NO_RESULT,
				method_install_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_VTABLE_END,
};

int bus_manager_register(sd_bus *connection, struct bus_objects *objects)
{
	return sd_bus_add_object_vtable(connection, NULL, BUS_PATH, "io.cryo1.Manager",
					manager_vtable, objects);
}
