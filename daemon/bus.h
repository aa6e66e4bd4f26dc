/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bus: connection, name and objects of io.cryo1 (daemon/io.cryo1.xml). Getters answer from what is
 * known, methods that need somebody else answer later; no call here waits. A lost connection is made
 * again, with growing pauses.
 */
#pragma once

#include <stdint.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define BUS_NAME		"io.cryo1"
#define BUS_PATH		"/io/cryo1"
#define BUS_PROBE_PATH		"/io/cryo1/probe"
#define BUS_PROBE_INTERFACE	"io.cryo1.Probe"
#define BUS_ERROR(name)		"io.cryo1.Error." name

struct bus;
struct control_step;
struct manager;
struct probe;
struct protocol;

/* @address: "system", "session", or a D-Bus address. A bus that is not there yet is waited for. */
int bus_new(sd_event *event, const char *address, struct manager *manager, struct bus **ret);
void bus_free(struct bus *bus);

/* Read the protocol of this name, or set @error and return what is to be returned then. */
int bus_load_protocol(struct manager *manager, const char *name, struct protocol *ret,
		      sd_bus_error *error);

/* NULL while the name is not ours. */
sd_bus *bus_connection(struct bus *bus);

void bus_probe_added(struct bus *bus, struct probe *probe);
void bus_probe_removed(struct bus *bus, struct probe *probe);

/* Tells what changed between @before and probe->latest. */
void bus_probe_stepped(struct bus *bus, struct probe *probe, const struct control_step *before);

/* A record is written into @fd, which becomes the bus's, and then answers @call. */
int bus_export_begin(struct bus *bus, sd_bus_message *call, uint64_t treatment, int fd);
void bus_export_done(struct bus *bus, uint64_t id, int error);
