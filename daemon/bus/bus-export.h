/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records on their way out: each is written into a file of its own, which then answers a call. */
#pragma once

#include <stdint.h>

#include <systemd/sd-bus.h>

struct bus_export;
struct recorder;

struct bus_exports {
	struct bus_export *first;
	uint64_t last_id;
};

/*
 * The record of @treatment is written into @fd, which is no longer the caller's, and then answers
 * @call. 1, or -errno.
 */
int bus_export_begin(struct bus_exports *exports, struct recorder *recorder, sd_bus_message *call,
		     uint64_t treatment, int fd);

/* The recorder has done @id, with 0 or -errno: its call is answered. */
void bus_export_done(struct bus_exports *exports, uint64_t id, int error);

/* Those that are not done are never answered. */
void bus_export_free_all(struct bus_exports *exports);
