// SPDX-License-Identifier: GPL-2.0-or-later
/* Devices: those that come, those that another process holds, those that go. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/devices.h"
#include "daemon/manager.h"
#include "daemon/probe/hotplug.h"
#include "daemon/tell.h"
#include "daemon/util.h"

#define RETRY_USEC		(2 * USEC_PER_SEC)
#define DRIVER_SLACK_S		2

void devices_drop(struct manager *manager, struct probe *probe, int error)
{
	struct journal_context context = probe_context(probe);

	treatments_cut(&manager->treatments, probe);
	journal(LOG_NOTICE, JOURNAL_PROBE_GONE, &context, "probe is gone: %s", strerror(-error));
	recorder_remove_probe(manager->treatments.recorder, probe->key);
	probes_remove(&manager->probes, probe);
	bus_probe_removed(manager->bus, probe);
	probe_free(probe);
	manager_update_sound(manager);
	manager_update(manager);
}

static void wait_for(struct manager *manager, const char *node, const struct cryoprobe_claim *owner)
{
	struct journal_context context = { .device = node };
	struct waiting *waiting = manager->waiting;

	while (waiting && strcmp(waiting->node, node))
		waiting = waiting->next;
	if (!waiting) {
		waiting = calloc(1, sizeof(*waiting));
		if (!waiting || !(waiting->node = strdup(node))) {
			free(waiting);
			return;
		}
		waiting->next = manager->waiting;
		manager->waiting = waiting;
	}
	/* Tried again every two seconds, told once for each owner. */
	if (waiting->owner != (pid_t)owner->owner_pid)
		journal(LOG_WARNING, JOURNAL_PROBE_BUSY, &context, "%s is held by %s (pid %u)", node,
			owner->owner_comm, owner->owner_pid);
	waiting->owner = owner->owner_pid;
	manager_update_status(manager);
	sd_event_source_set_time_relative(manager->retry, RETRY_USEC);
	sd_event_source_set_enabled(manager->retry, SD_EVENT_ONESHOT);
}

static void wait_no_more(struct manager *manager, const char *node)
{
	struct waiting **at = &manager->waiting, *found;

	while (*at && strcmp((*at)->node, node))
		at = &(*at)->next;
	found = *at;
	if (!found)
		return;
	*at = found->next;
	free(found->node);
	free(found);
}

void devices_forget(struct manager *manager)
{
	while (manager->waiting)
		wait_no_more(manager, manager->waiting->node);
}

int devices_on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct manager *manager = userdata;
	struct waiting *next;

	(void)source;
	(void)usec;
	for (struct waiting *waiting = manager->waiting; waiting; waiting = next) {
		next = waiting->next;
		manager_add_device(manager, waiting->node);
	}
	return 0;
}

static int adopt(struct manager *manager, struct probe *probe)
{
	const struct store_frozen *frozen = recorder_frozen(manager->treatments.recorder, probe->identity.serial);
	bool realtime;
	int r;

	if (probes_find(&manager->probes, probe->identity.serial))
		return -EEXIST;
	probe->key = ++manager->last_key;
	hotplug_model_name(probe->node, probe->model_name, sizeof(probe->model_name));
	if (frozen) {
		probe->treatment = frozen->treatment;
		memcpy(probe->protocol, frozen->protocol, sizeof(probe->protocol));
	}
	r = probe_start(probe, manager->event, frozen, &realtime);
	if (r < 0)
		return r;
	probes_add(&manager->probes, probe);
	treatments_attach(&manager->treatments, probe, frozen);
	tell_found(probe, realtime);
	return 0;
}

/* Whether the device came after cryod was started, or so shortly before that systemd may not have seen its driver. */
static bool is_new(const struct manager *manager, const char *node)
{
	struct stat st;

	return !stat(node, &st) && st.st_ctim.tv_sec + DRIVER_SLACK_S >= manager->started_s;
}

/*
 * systemd lets a service have devices by the number that their driver had when the service was started. If it had
 * none then, only another start helps; nothing can be in use here. For an older device it would not: that one is refused.
 */
static void begin_anew(struct manager *manager, const char *node)
{
	journal(LOG_NOTICE, JOURNAL_PLAIN, NULL,
		"the driver was loaded after cryod had been started: ending, to be started again and to get %s", node);
	sd_event_exit(manager->event, 0);
}

void manager_add_device(struct manager *manager, const char *node)
{
	struct cryoprobe_claim owner;
	struct probe *probe;
	int r;

	if (probes_find_node(&manager->probes, node))
		return;
	r = probe_open(manager->event, manager->io, node, &manager->listener, &owner, &probe);
	if (r == -EBUSY) {
		wait_for(manager, node, &owner);
		return;
	}
	if (r >= 0) {
		r = adopt(manager, probe);
		if (r < 0)
			probe_free(probe);
	}
	if (r == -EPERM && !manager->probes.first && is_new(manager, node))
		begin_anew(manager, node);
	else if (r < 0)
		tell_refused(node, r);
	wait_no_more(manager, node);
}

void manager_remove_device(struct manager *manager, const char *node)
{
	struct probe *probe = probes_find_node(&manager->probes, node);

	wait_no_more(manager, node);
	if (probe)
		devices_drop(manager, probe, -ENODEV);
}
