// SPDX-License-Identifier: GPL-2.0-or-later
/* The connection to the bus: its name, its objects, and how it is made again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/bus-manager.h"
#include "daemon/bus/bus-probe.h"
#include "daemon/bus/bus-records.h"
#include "daemon/bus/bus-self-test.h"
#include "daemon/bus/bus.h"
#include "daemon/bus/operator.h"
#include "daemon/journal.h"
#include "daemon/util.h"

#define PAUSE_MIN_USEC		(100 * USEC_PER_MSEC)
#define PAUSE_MAX_USEC		(5 * USEC_PER_SEC)

struct bus {
	sd_event *event;
	struct bus_setup setup;
	struct bus_objects objects;
	sd_bus *connection;
	sd_event_source *again;		/* tries to connect */
	uint64_t pause_usec;
	bool named;			/* the name is ours */
};

sd_bus *bus_connection(struct bus *bus)
{
	return bus && bus->named ? bus->connection : NULL;
}

static int on_disconnected(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct bus *bus = userdata;

	(void)message;
	(void)error;
	operators_forget_clients(bus->objects.probes);
	/* Not closed here, inside its own dispatch, but when the timer connects again. */
	sd_event_source_set_time_relative(bus->again, bus->pause_usec);
	sd_event_source_set_enabled(bus->again, SD_EVENT_ONESHOT);
	if (bus->named)
		bus->setup.changed(false, bus->setup.userdata);
	bus->named = false;
	return 0;
}

static int on_named(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct bus *bus = userdata;
	uint32_t result;

	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "u", &result) < 0 || result != 1) {
		journal(LOG_ERR, JOURNAL_BUS_NAME, NULL, "cannot have the name " BUS_NAME " on the bus");
		return on_disconnected(reply, userdata, error);
	}
	bus->named = true;
	bus->pause_usec = PAUSE_MIN_USEC;
	bus->setup.changed(true, bus->setup.userdata);
	return 0;
}

static int new_connection(struct bus *bus, sd_bus **ret)
{
	sd_bus *connection;
	int r;

	if (!strcmp(bus->setup.address, "system"))
		return sd_bus_open_system_with_description(ret, "cryod");
	if (!strcmp(bus->setup.address, "session"))
		return sd_bus_open_user_with_description(ret, "cryod");
	r = sd_bus_new(&connection);
	if (r < 0)
		return r;
	r = sd_bus_set_address(connection, bus->setup.address);
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
	r = bus_manager_register(connection, &bus->objects);
	if (r < 0)
		return r;
	r = bus_probe_register(connection, &bus->objects);
	if (r < 0)
		return r;
	r = bus_records_register(connection, &bus->objects);
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

int bus_new(sd_event *event, const struct bus_setup *setup, struct bus **ret)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	int r;

	if (!bus)
		return -ENOMEM;
	*bus = (struct bus){
		.event = event,
		.setup = *setup,
		.objects = {
			.protocol_path = setup->protocol_path,
			.protocol_store = setup->protocol_store,
			.probes = setup->probes,
			.treatments = setup->treatments,
		},
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

void bus_free(struct bus *bus)
{
	if (!bus)
		return;
	bus_answers_free(&bus->objects.answers);
	bus_self_tests_free(&bus->objects);
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

	bus_self_test_gone(&bus->objects, probe);
	if (bus->named && probe->latest.frame.seq && bus_probe_path(probe, &path) >= 0)
		sd_bus_emit_interfaces_removed(bus->connection, path, BUS_PROBE_INTERFACE, NULL);
}

void bus_probe_stepped(struct bus *bus, struct probe *probe, const struct control_step *before)
{
	if (bus->named)
		bus_probe_emit_changes(bus->connection, probe, before);
	bus_self_test_stepped(&bus->objects, probe);
}

void bus_probe_audio_over(struct bus *bus, const struct probe *probe)
{
	if (bus->named)
		bus_probe_emit(bus->connection, probe, "AudioPaused");
}

void bus_probe_released(struct bus *bus, struct probe *probe)
{
	probe->held = false;
	if (bus->named)
		bus_probe_emit(bus->connection, probe, "Holder");
}

void bus_probe_used(struct bus *bus, const struct probe *probe)
{
	if (bus->named)
		bus_probe_emit(bus->connection, probe, "UsesLeft");
}

/*
 * Records
 */

void bus_answered(struct bus *bus, uint64_t id, int error, const struct answer *answer)
{
	bus_answer_done(&bus->objects.answers, id, error, answer);
}

void bus_record_changed(struct bus *bus, uint64_t treatment, enum outcome outcome)
{
	if (bus->named)
		bus_records_emit_changed(bus->connection, treatment, outcome);
}
