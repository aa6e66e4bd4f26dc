// SPDX-License-Identifier: GPL-2.0-or-later
/* logind's inhibitor lock. */
#include <fcntl.h>
#include <stdlib.h>

#include "daemon/inhibit.h"
#include "daemon/journal.h"
#include "daemon/util.h"

struct inhibit {
	bool wanted;
	int fd;				/* the lock, as long as it is open */
	sd_bus_slot *asking;
};

static int on_lock(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct inhibit *inhibit = userdata;
	int fd, r;

	(void)error;
	inhibit->asking = sd_bus_slot_unref(inhibit->asking);
	if (sd_bus_message_is_method_error(reply, NULL)) {
		journal(LOG_NOTICE, JOURNAL_PLAIN, NULL, "no inhibitor lock from logind: %s",
			sd_bus_message_get_error(reply)->message);
		return 0;
	}
	r = sd_bus_message_read(reply, "h", &fd);
	if (r < 0)
		return r;
	/* The message's descriptor goes with the message. */
	if (inhibit->wanted)
		inhibit->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return 0;
}

static void ask(struct inhibit *inhibit, sd_bus *bus)
{
	sd_bus_call_method_async(bus, &inhibit->asking, "org.freedesktop.login1",
				 "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
				 "Inhibit", on_lock, inhibit, "ssss", "shutdown:sleep", "cryod",
				 "A cryoneurolysis needle is frozen", "block");
}

void inhibit_set(struct inhibit *inhibit, sd_bus *bus, bool wanted)
{
	inhibit->wanted = wanted;
	if (!wanted) {
		inhibit->asking = sd_bus_slot_unref(inhibit->asking);
		inhibit->fd = safe_close(inhibit->fd);
	} else if (inhibit->fd < 0 && bus) {
		/* A question over a lost connection is never answered. */
		inhibit->asking = sd_bus_slot_unref(inhibit->asking);
		ask(inhibit, bus);
	}
}

int inhibit_new(struct inhibit **ret)
{
	struct inhibit *inhibit = calloc(1, sizeof(*inhibit));

	if (!inhibit)
		return -ENOMEM;
	inhibit->fd = -EBADF;
	*ret = inhibit;
	return 0;
}

void inhibit_free(struct inhibit *inhibit)
{
	if (!inhibit)
		return;
	sd_bus_slot_unref(inhibit->asking);
	safe_close(inhibit->fd);
	free(inhibit);
}
