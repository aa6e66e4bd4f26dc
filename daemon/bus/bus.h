/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bus: connection, name and objects of io.cryo1 (daemon/bus/io.cryo1.xml). Getters answer from what is
 * known, methods that need somebody else answer later; no call here waits. A lost connection is made
 * again, with growing pauses.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "daemon/core/types.h"

struct answer;
struct bus;
struct control_step;
struct probe;
struct probes;
struct treatments;

/* All of it outlives the bus. */
struct bus_setup {
	const char *address;		/* "system", "session", or a D-Bus address */
	const char *const *protocol_path;
	const char *protocol_store;	/* one of protocol_path, for protocols that clients install */
	const struct probes *probes;
	struct treatments *treatments;
	/* The connection was made or lost. */
	void (*changed)(bool connected, void *userdata);
	void *userdata;
};

/* A bus that is not there yet is waited for. */
int bus_new(sd_event *event, const struct bus_setup *setup, struct bus **ret);
void bus_free(struct bus *bus);

/* NULL while the name is not ours. */
sd_bus *bus_connection(struct bus *bus);

void bus_probe_added(struct bus *bus, struct probe *probe);
void bus_probe_removed(struct bus *bus, struct probe *probe);

/* Tells what changed between @before and probe->latest. */
void bus_probe_stepped(struct bus *bus, struct probe *probe, const struct control_step *before);

/* Its uses left have changed. */
void bus_probe_used(struct bus *bus, const struct probe *probe);

/* A pause of the sound of its alarms is over. */
void bus_probe_audio_over(struct bus *bus, const struct probe *probe);

/* Its treatment is over: it has no operator any more. */
void bus_probe_released(struct bus *bus, struct probe *probe);

/* The recorder answers what was asked for over the bus; @answer stays the caller's. */
void bus_answered(struct bus *bus, uint64_t id, int error, const struct answer *answer);

/* A record begins or ends. */
void bus_record_changed(struct bus *bus, uint64_t treatment, enum outcome outcome);
