/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the mock of cryod share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#define PROBES_MAX	4
#define STREAMS_MAX	8
#define PERIOD_NS	20000000
#define ROOT		"/io/cryo1"
#define PROBE		"io.cryo1.Probe"

struct stream {
	int fd;			/* -1: free */
	uint32_t lost;
};

struct probe {
	sd_bus_slot *slot;	/* NULL: no such probe */
	char path[128];
	char *serial, *model, *model_name, *cryogen, *device_node, *interlock, *phase, *outcome, *protocol;
	char *prompt, *fault, *alarm, *valve;
	int paused;
	bool tested;
	int adequate;
	uint32_t audio_paused, holder;
	uint64_t treatment;
	uint32_t gauge, active_length, uses_left, site, sites, cycle, cycles, flow, phase_left, ice, isotherm,
		ice_error, ice_half, ice_half_error, isotherm_error, isotherm_half, isotherm_half_error,
		nerve, nerve_time, nerve_held, boundary, boundary_in;
	int32_t target, tip;
	uint64_t seq;
	struct stream streams[STREAMS_MAX];
	sd_bus_message *awaiting;	/* the AwaitStream to be answered */
};

struct mock {
	sd_bus *bus;
	int hang;
	char *refusal;
	struct probe probes[PROBES_MAX];
};

extern struct mock mock;

/* Sets io.cryo1.Error.@name; to be returned by a method. */
int mock_fail(sd_bus_error *e, const char *name, const char *text);

/* mock-probe.c: io.cryo1.Probe */

extern const sd_bus_vtable mock_probe_vtable[];

void mock_set_word(char **word, const char *value);
/* Tells everybody of all properties that have a signal. */
void mock_changed(struct probe *p);

/* mock-manager.c: io.cryo1.Manager */

bool mock_knows_protocol(const char *name);
int mock_manager_add(sd_bus *bus);
