// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes that come and go, by libudev. */
#include <libudev.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/probe/hotplug.h"
#include "daemon/util.h"

#define SUBSYSTEM "cryoprobe"

struct hotplug {
	struct hotplug_listener listener;
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *source;
};

static int on_event(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct hotplug *hotplug = userdata;
	const struct hotplug_listener *listener = &hotplug->listener;
	struct udev_device *device = udev_monitor_receive_device(hotplug->monitor);
	const char *action, *node;

	(void)source;
	(void)fd;
	(void)revents;
	if (!device)
		return 0;
	action = udev_device_get_action(device);
	node = udev_device_get_devnode(device);
	if (node && action && !strcmp(action, "add"))
		listener->added(node, listener->userdata);
	else if (node && action && !strcmp(action, "remove"))
		listener->removed(node, listener->userdata);
	udev_device_unref(device);
	return 0;
}

static void tell_present(struct hotplug *hotplug, const char *syspath)
{
	struct udev_device *device = udev_device_new_from_syspath(hotplug->udev, syspath);

	/* One that udev has not worked on yet is announced by an event of its own. */
	if (device && udev_device_get_is_initialized(device) && udev_device_get_devnode(device))
		hotplug->listener.added(udev_device_get_devnode(device), hotplug->listener.userdata);
	udev_device_unref(device);
}

static int enumerate(struct hotplug *hotplug)
{
	struct udev_enumerate *list = udev_enumerate_new(hotplug->udev);
	struct udev_list_entry *entry;
	int r;

	if (!list)
		return -ENOMEM;
	r = udev_enumerate_add_match_subsystem(list, SUBSYSTEM);
	if (r >= 0)
		r = udev_enumerate_scan_devices(list);
	if (r >= 0)
		udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list))
			tell_present(hotplug, udev_list_entry_get_name(entry));
	udev_enumerate_unref(list);
	return r;
}

static int start_listening(struct hotplug *hotplug, sd_event *event)
{
	int r;

	hotplug->udev = udev_new();
	if (!hotplug->udev)
		return -ENOMEM;
	hotplug->monitor = udev_monitor_new_from_netlink(hotplug->udev, "udev");
	if (!hotplug->monitor)
		return -errno;
	r = udev_monitor_filter_add_match_subsystem_devtype(hotplug->monitor, SUBSYSTEM, NULL);
	if (r < 0)
		return r;
	r = udev_monitor_enable_receiving(hotplug->monitor);
	if (r < 0)
		return r;
	return sd_event_add_io(event, &hotplug->source, udev_monitor_get_fd(hotplug->monitor), EPOLLIN,
			       on_event, hotplug);
}

int hotplug_new(sd_event *event, const struct hotplug_listener *listener, struct hotplug **ret)
{
	struct hotplug *hotplug = calloc(1, sizeof(*hotplug));
	int r;

	if (!hotplug)
		return -ENOMEM;
	hotplug->listener = *listener;
	r = start_listening(hotplug, event);
	if (r >= 0)
		r = enumerate(hotplug);
	if (r < 0) {
		hotplug_free(hotplug);
		return r;
	}
	*ret = hotplug;
	return 0;
}

void hotplug_free(struct hotplug *hotplug)
{
	if (!hotplug)
		return;
	sd_event_source_disable_unref(hotplug->source);
	udev_monitor_unref(hotplug->monitor);
	udev_unref(hotplug->udev);
	free(hotplug);
}

void hotplug_model_name(const char *node, char *ret, size_t size)
{
	struct udev_device *device = NULL;
	struct udev *udev = udev_new();
	const char *name = NULL;
	struct stat st;

	if (udev && stat(node, &st) >= 0)
		device = udev_device_new_from_devnum(udev, 'c', st.st_rdev);
	if (device)
		name = udev_device_get_property_value(device, "ID_MODEL_FROM_DATABASE");
	snprintf(ret, size, "%s", name ? name : "");
	udev_device_unref(device);
	udev_unref(udev);
}
