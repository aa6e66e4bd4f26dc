/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names on the bus (daemon/bus/io.cryo1.xml), and what the objects there stand for. */
#pragma once

#include <systemd/sd-bus.h>

#include "daemon/bus/bus-answers.h"
#include "daemon/probe/probes.h"
#include "daemon/record/treatments.h"

#define BUS_NAME		"io.cryo1"
#define BUS_PATH		"/io/cryo1"
#define BUS_PROBE_PATH		"/io/cryo1/probe"
#define BUS_RECORDS_PATH	"/io/cryo1/records"
#define BUS_RECORDS_INTERFACE	"io.cryo1.Records"
#define BUS_PROBE_INTERFACE	"io.cryo1.Probe"
#define BUS_ERROR(name)		"io.cryo1.Error." name

struct bus_self_test;

/* Outlives every call and every probe. */
struct bus_objects {
	const char *const *protocol_path;
	const char *protocol_store;
	const struct probes *probes;
	struct treatments *treatments;
	struct bus_answers answers;
	struct bus_self_test *self_tests;	/* whose callers wait */
};
