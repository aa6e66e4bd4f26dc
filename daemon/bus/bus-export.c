// SPDX-License-Identifier: GPL-2.0-or-later
/* A record's way out: the recorder fills the file, the caller gets it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/bus/bus-objects.h"
#include "daemon/record/recorder.h"
#include "daemon/util.h"

struct bus_export {
	struct bus_export *next;
	uint64_t id;
	sd_bus_message *call;
	int fd;
};

static void export_free(struct bus_exports *exports, struct bus_export *export)
{
	struct bus_export **at = &exports->first;

	while (*at != export)
		at = &(*at)->next;
	*at = export->next;
	sd_bus_message_unref(export->call);
	safe_close(export->fd);
	free(export);
}

int bus_export_begin(struct bus_exports *exports, struct recorder *recorder, sd_bus_message *call,
		     uint64_t treatment, int fd)
{
	struct bus_export *export = calloc(1, sizeof(*export));
	int r;

	if (!export) {
		safe_close(fd);
		return -ENOMEM;
	}
	*export = (struct bus_export){
		.next = exports->first, .id = ++exports->last_id, .call = sd_bus_message_ref(call),
		.fd = fd,
	};
	exports->first = export;
	r = recorder_export(recorder, export->id, treatment, fd);
	if (r < 0)
		export_free(exports, export);
	return r < 0 ? r : 1;
}

/* The reader gets a descriptor that nobody can change any more and that begins at its start. */
static void export_answer(struct bus_export *export, int error)
{
	if (error == -ENOENT) {
		sd_bus_reply_method_errorf(export->call, BUS_ERROR("NoTreatment"),
					   "There is no record of that treatment");
		return;
	}
	if (error < 0) {
		sd_bus_reply_method_errorf(export->call, SD_BUS_ERROR_IO_ERROR, "The record: %s",
					   strerror(-error));
		return;
	}
	fcntl(export->fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	lseek(export->fd, 0, SEEK_SET);
	sd_bus_reply_method_return(export->call, "h", export->fd);
}

void bus_export_done(struct bus_exports *exports, uint64_t id, int error)
{
	struct bus_export *export = exports->first;

	while (export && export->id != id)
		export = export->next;
	if (!export)
		return;
	export_answer(export, error);
	export_free(exports, export);
}

void bus_export_free_all(struct bus_exports *exports)
{
	while (exports->first)
		export_free(exports, exports->first);
}
