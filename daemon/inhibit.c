// SPDX-License-Identifier: GPL-2.0-or-later
/* logind's inhibitor locks. */
#include <fcntl.h>
#include <stdlib.h>

#include "daemon/inhibit.h"
#include "daemon/journal.h"
#include "daemon/util.h"

/* One lock for each: logind asks polkit for an action that fits only if a lock is for one thing. */
static const char *const lock_what[] = { "shutdown", "sleep" };

struct lock {
	const char *what;
	int fd;				/* the lock, as long as it is open */
	sd_bus_slot *asking;
	bool refused;
};

struct inhibit {
	struct lock lock[ARRAY_SIZE(lock_what)];
};

static int on_lock(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct lock *lock = userdata;
	int fd, r;

	(void)error;
	lock->asking = sd_bus_slot_unref(lock->asking);
	if (sd_bus_message_is_method_error(reply, NULL)) {
		if (!lock->refused)
			journal(LOG_NOTICE, JOURNAL_PLAIN, NULL,
				"no inhibitor lock for %s from logind: %s", lock->what,
				sd_bus_message_get_error(reply)->message);
		lock->refused = true;
		return 0;
	}
	r = sd_bus_message_read(reply, "h", &fd);
	if (r < 0)
		return r;
	/* The message's descriptor goes with the message. */
	lock->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return 0;
}

static void ask(struct lock *lock, sd_bus *bus)
{
	sd_bus_call_method_async(bus, &lock->asking, "org.freedesktop.login1",
				 "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
				 "Inhibit", on_lock, lock, "ssss", lock->what, "cryod",
				 "A cryoneurolysis needle is frozen", "block");
}

static void let_go(struct lock *lock)
{
	lock->asking = sd_bus_slot_unref(lock->asking);
	lock->fd = safe_close(lock->fd);
}

void inhibit_set(struct inhibit *inhibit, sd_bus *bus, bool wanted)
{
	for (size_t i = 0; i < ARRAY_SIZE(lock_what); i++) {
		struct lock *lock = &inhibit->lock[i];

		if (!wanted)
			let_go(lock);
		else if (bus && lock->fd < 0 && !lock->asking)
			ask(lock, bus);
	}
}

int inhibit_new(struct inhibit **ret)
{
	struct inhibit *inhibit = calloc(1, sizeof(*inhibit));

	if (!inhibit)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(lock_what); i++)
		inhibit->lock[i] = (struct lock){
			.what = lock_what[i], .fd = -EBADF,
		};
	*ret = inhibit;
	return 0;
}

void inhibit_free(struct inhibit *inhibit)
{
	if (!inhibit)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(lock_what); i++)
		let_go(&inhibit->lock[i]);
	free(inhibit);
}
