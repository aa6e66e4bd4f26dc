// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may steer a treatment: its holder, as the bus knows it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/bus-probe.h"
#include "daemon/bus/operator.h"
#include "daemon/util.h"

/* A call that waits for the bus to say whether the holder is still there. Its slot owns it. */
struct waiting_call {
	sd_bus_message *call;
	uint32_t uid;
	struct bus_objects *objects;
	polkit_then_t then;
	char holder[HOLDER_MAX];
};

static void waiting_call_free(void *userdata)
{
	struct waiting_call *waiting = userdata;

	sd_bus_message_unref(waiting->call);
	free(waiting);
}

void operator_hold(struct probe *probe, sd_bus_message *call, uint32_t uid)
{
	probe->held = true;
	probe->holder_uid = uid;
	snprintf(probe->holder, sizeof(probe->holder), "%s", sd_bus_message_get_sender(call));
	bus_probe_emit(sd_bus_message_get_bus(call), probe, "Holder");
}

void operators_forget_clients(const struct probes *probes)
{
	for (struct probe *probe = probes->first; probe; probe = probe->next)
		*probe->holder = '\0';
}

static bool may_steer(const struct probe *probe, sd_bus_message *call, uint32_t uid)
{
	if (!probe->held)
		return true;
	if (!*probe->holder)
		return uid == probe->holder_uid;
	return !strcmp(probe->holder, sd_bus_message_get_sender(call));
}

static int refuse(const struct probe *probe, sd_bus_error *error)
{
	return sd_bus_error_setf(error, BUS_ERROR("NotOperator"),
				 "Treatment %" PRIu64 " is held by user %u%s%s; anyone may abort it, "
				 "TakeOver takes it over", probe->treatment, probe->holder_uid,
				 *probe->holder ? ", client " : "", probe->holder);
}

static int go_on(struct waiting_call *waiting, sd_bus_error *error)
{
	struct probe *probe = bus_probe_of(waiting->call, waiting->objects);

	if (!probe)
		return bus_no_such_probe(error);
	if (!may_steer(probe, waiting->call, waiting->uid))
		return refuse(probe, error);
	return waiting->then(waiting->call, waiting->objects, error);
}

static int on_has_owner(sd_bus_message *reply, void *userdata, sd_bus_error *unused)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	struct waiting_call *waiting = userdata;
	struct probe *probe = bus_probe_of(waiting->call, waiting->objects);
	int there, r;

	(void)unused;
	if (probe && sd_bus_message_read(reply, "b", &there) > 0 && !there &&
	    !strcmp(probe->holder, waiting->holder))
		*probe->holder = '\0';
	r = go_on(waiting, &error);
	if (r < 0 || sd_bus_error_is_set(&error))
		sd_bus_reply_method_errno(waiting->call, r, &error);
	return 0;
}

static int ask_for_holder(const struct probe *probe, struct waiting_call *waiting)
{
	sd_bus_slot *slot;
	int r;

	memcpy(waiting->holder, probe->holder, sizeof(waiting->holder));
	r = sd_bus_call_method_async(sd_bus_message_get_bus(waiting->call), &slot,
				     "org.freedesktop.DBus", "/org/freedesktop/DBus",
				     "org.freedesktop.DBus", "NameHasOwner", on_has_owner, waiting, "s",
				     waiting->holder);
	if (r < 0)
		return r;
	sd_bus_message_ref(waiting->call);
	sd_bus_slot_set_destroy_callback(slot, waiting_call_free);
	sd_bus_slot_set_floating(slot, 1);
	sd_bus_slot_unref(slot);
	return 1;
}

int operator_ask(sd_bus_message *call, uint32_t uid, struct bus_objects *objects, polkit_then_t then,
		 sd_bus_error *error)
{
	struct probe *probe = bus_probe_of(call, objects);
	struct waiting_call *waiting;
	int r;

	if (!probe)
		return bus_no_such_probe(error);
	if (may_steer(probe, call, uid))
		return then(call, objects, error);
	/* Another client of the same user: it may, if the holder has left. */
	if (uid != probe->holder_uid || !*probe->holder)
		return refuse(probe, error);
	waiting = malloc(sizeof(*waiting));
	if (!waiting)
		return -ENOMEM;
	*waiting = (struct waiting_call){
		.call = call, .uid = uid, .objects = objects, .then = then,
	};
	r = ask_for_holder(probe, waiting);
	if (r < 0)
		free(waiting);
	return r;
}
