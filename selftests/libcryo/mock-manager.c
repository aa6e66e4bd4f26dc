// SPDX-License-Identifier: GPL-2.0-or-later
/* The mock's io.cryo1.Manager: three protocols, one of which can be read. */
#include <string.h>

#include "selftests/libcryo/mock.h"

static const struct {
	const char *name, *title;
} protocols[] = {
	{ "demo", "Short double freeze" },
	{ "genicular", "Genicular nerves" },
	{ "intercostal", "Intercostal nerve" },
};

bool mock_knows_protocol(const char *name)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (!strcmp(protocols[i].name, name))
			return true;
	return false;
}

static int on_list_protocols(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	(void)userdata, (void)e;
	return sd_bus_reply_method_return(m, "a(ss)", 3, protocols[0].name, protocols[0].title,
					  protocols[1].name, protocols[1].title, protocols[2].name,
					  protocols[2].title);
}

static int on_read_protocol(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *name;
	int r;

	(void)userdata;
	r = sd_bus_message_read(m, "s", &name);
	if (r < 0)
		return r;
	if (strcmp(name, "demo"))
		return mock_fail(e, "NoSuchProtocol", "no such protocol");
	return sd_bus_reply_method_return(m, "s", "[Protocol]\nTitle=Short double freeze\n");
}

/* Whatever begins with a section is a protocol. */
static bool is_protocol(const char *text)
{
	return *text == '[';
}

static int on_validate_protocol(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *text;
	int r;

	(void)userdata, (void)e;
	r = sd_bus_message_read(m, "s", &text);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(m, "bs", is_protocol(text),
					  is_protocol(text) ? "" : "line 1: no section");
}

static int on_install_protocol(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	const char *name, *text;
	int r;

	(void)userdata;
	r = sd_bus_message_read(m, "ss", &name, &text);
	if (r < 0)
		return r;
	if (!is_protocol(text))
		return mock_fail(e, "BadProtocol", "line 1: no section");
	if (strchr(name, '/'))
		return sd_bus_error_set(e, SD_BUS_ERROR_INVALID_ARGS, "that is no name");
	return sd_bus_reply_method_return(m, NULL);
}

static int get_version(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *e)
{
	(void)bus, (void)path, (void)interface, (void)property, (void)userdata, (void)e;
	return sd_bus_message_append(reply, "s", "mock");
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("ListProtocols", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ss)", protocols),
				on_list_protocols, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ReadProtocol", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", text),
				on_read_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DescribeProtocol", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", text),
				on_read_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ValidateProtocol", SD_BUS_ARGS("s", text),
				SD_BUS_RESULT("b", ok, "s", problem), on_validate_protocol,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("InstallProtocol", SD_BUS_ARGS("s", name, "s", text),
				SD_BUS_NO_RESULT, on_install_protocol, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_VTABLE_END
};

int mock_manager_add(sd_bus *bus)
{
	return sd_bus_add_object_vtable(bus, NULL, ROOT, "io.cryo1.Manager", manager_vtable, NULL);
}
