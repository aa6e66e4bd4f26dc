/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes that come and go, by libudev. */
#pragma once

#include <stddef.h>

#include <systemd/sd-event.h>

struct hotplug;

struct hotplug_listener {
	void (*added)(const char *node, void *userdata);
	void (*removed)(const char *node, void *userdata);
	void *userdata;
};

/* Listens, then tells of the devices that are there already. */
int hotplug_new(sd_event *event, const struct hotplug_listener *listener, struct hotplug **ret);
void hotplug_free(struct hotplug *hotplug);

/* The name of the probe's model by udev's hardware database, "" if that has none; cut to @size. */
void hotplug_model_name(const char *node, char *ret, size_t size);
