/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices: those that come, those that another process holds, those that go. The manager's own. */
#pragma once

#include <sys/types.h>

#include <systemd/sd-event.h>

struct manager;
struct probe;

/* A device that another process has claimed; tried again every two seconds. */
struct waiting {
	struct waiting *next;
	pid_t owner;
	char *node;
};

/* The timer's handler; @userdata is the manager. */
int devices_on_retry(sd_event_source *source, uint64_t usec, void *userdata);

/* None is waited for any more. */
void devices_forget(struct manager *manager);

/* The probe is of no use any more, since @error: it is taken off the bus and freed. */
void devices_drop(struct manager *manager, struct probe *probe, int error);
