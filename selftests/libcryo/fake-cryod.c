// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All of cryod but main.c, with one probe behind the stand-in for the kernel, whose time passes
 * twenty times as fast as ours: fake-cryod RECORD. Protocols that are installed go to the folder
 * RECORD.protocols. The bus is that of DBUS_SYSTEM_BUS_ADDRESS.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/manager.h"
#include "daemon/util.h"
#include "selftests/cryod/fake-kernel.h"

#define PACE_US 1000

static int serve(struct fake_kernel *fake, const char *record, const char *store)
{
	const char *const protocol_path[] = { store, "daemon/protocols", NULL };
	struct manager_setup setup = {
		.io = &fake->io, .protocol_path = protocol_path, .protocol_store = store,
		.record_path = record,
		.bus_address = getenv("DBUS_SYSTEM_BUS_ADDRESS"),
	};
	struct manager *manager = NULL;
	sd_event *event = NULL;
	int r;

	r = sd_event_new(&event);
	if (r >= 0)
		r = manager_new(event, &setup, &manager);
	if (r < 0)
		return r;
	manager_add_device(manager, "/dev/cryoprobe0");
	puts("ready");
	fflush(stdout);
	return sd_event_loop(event);
}

int main(int argc, char *argv[])
{
	static struct fake_kernel fake;
	char store[PATH_MAX];
	int r;

	if (argc != 2) {
		fprintf(stderr, "usage: fake-cryod RECORD\n");
		return EXIT_FAILURE;
	}
	fake_kernel_init(&fake, "T-1");
	fake.pace_us = PACE_US;
	snprintf(store, sizeof(store), "%s.protocols", argv[1]);
	r = serve(&fake, argv[1], store);
	fprintf(stderr, "fake-cryod: %s\n", strerror(-r));
	return EXIT_FAILURE;
}
