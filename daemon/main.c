// SPDX-License-Identifier: GPL-2.0-or-later
/* cryod: options, signals, readiness and watchdog. */
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <systemd/sd-daemon.h>

#include "daemon/probe/hotplug.h"
#include "daemon/manager.h"
#include "daemon/util.h"

struct options {
	const char *bus_address;
	bool done;			/* asked for a text that has been printed */
};

struct cryod {
	sd_event *event;
	struct manager *manager;
	struct hotplug *hotplug;
	sd_event_source *watchdog;
	uint64_t watchdog_usec;
};

static const char help[] =
	"cryod [OPTIONS...]\n"
	"Control cryoneurolysis probes.\n"
	"\n"
	"  -h --help         this text\n"
	"     --version      the version\n"
	"     --bus=ADDRESS  system (default), session, or a D-Bus address\n"
	"\n"
	"See cryod(8).\n";

static int parse_options(int argc, char *argv[], struct options *ret)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ "bus", required_argument, NULL, 'b' },
		{ 0 },
	};
	int c;

	*ret = (struct options){ .bus_address = "system" };
	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0)
		switch (c) {
		case 'h':
			fputs(help, stdout);
			ret->done = true;
			return 0;
		case 'V':
			puts("cryod " CRYO_VERSION);
			ret->done = true;
			return 0;
		case 'b':
			ret->bus_address = optarg;
			break;
		default:
			return -EINVAL;
		}
	if (optind == argc)
		return 0;
	fprintf(stderr, "cryod: takes no argument, '%s' was given\n", argv[optind]);
	return -EINVAL;
}

/* The watchdog learns of finished control turns, not of a loop that turns (SM-WATCHDOG). */
static int on_watchdog(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct cryod *cryod = userdata;

	(void)usec;
	if (manager_is_alive(cryod->manager))
		sd_notify(0, "WATCHDOG=1");
	sd_event_source_set_time_relative(source, cryod->watchdog_usec / 4);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int set_up_watchdog(struct cryod *cryod)
{
	int r = sd_watchdog_enabled(0, &cryod->watchdog_usec);

	if (r <= 0)
		return r;
	return sd_event_add_time_relative(cryod->event, &cryod->watchdog, CLOCK_MONOTONIC,
					  cryod->watchdog_usec / 4, USEC_PER_SEC / 10, on_watchdog,
					  cryod);
}

static int set_up_signals(sd_event *event)
{
	sigset_t mask;
	int r;

	/* Blocked before any thread begins, so that all of them are told by the loop. */
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	return r < 0 ? r : sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
}

static void on_added(const char *node, void *userdata)
{
	struct cryod *cryod = userdata;

	manager_add_device(cryod->manager, node);
}

static void on_removed(const char *node, void *userdata)
{
	struct cryod *cryod = userdata;

	manager_remove_device(cryod->manager, node);
}

static int set_up_manager(struct cryod *cryod, const struct options *options)
{
	const char *directory = getenv("STATE_DIRECTORY");
	char record[PATH_MAX];

	snprintf(record, sizeof(record), "%s/record.db", directory ? directory : "/var/lib/cryo");
	return manager_new(cryod->event, &(struct manager_setup){
		.io = &probe_io_kernel,
		.protocol_path = protocols_default_path,
		.protocol_store = PROTOCOLS_STORE,
		.bus_address = options->bus_address,
		.record_path = record,
	}, &cryod->manager);
}

static int set_up(struct cryod *cryod, const struct options *options)
{
	const struct hotplug_listener listener = {
		.added = on_added, .removed = on_removed, .userdata = cryod,
	};
	int r;

	r = sd_event_new(&cryod->event);
	if (r < 0)
		return r;
	r = set_up_signals(cryod->event);
	if (r < 0)
		return r;
	r = set_up_manager(cryod, options);
	if (r < 0)
		return r;
	r = hotplug_new(cryod->event, &listener, &cryod->hotplug);
	if (r < 0)
		return r;
	return set_up_watchdog(cryod);
}

static void tear_down(struct cryod *cryod)
{
	sd_notify(0, "STOPPING=1");
	if (manager_has_lost_control(cryod->manager)) {
		manager_abandon(cryod->manager);
		return;
	}
	hotplug_free(cryod->hotplug);
	manager_free(cryod->manager);
	sd_event_source_disable_unref(cryod->watchdog);
	sd_event_unref(cryod->event);
}

static int run(const struct options *options)
{
	struct cryod cryod = { 0 };
	int r;

	if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
		journal(LOG_WARNING, JOURNAL_PLAIN, NULL, "memory is not locked: %s", strerror(errno));
	r = set_up(&cryod, options);
	if (r >= 0) {
		sd_notify(0, "READY=1");
		r = sd_event_loop(cryod.event);
	}
	if (r < 0)
		journal(LOG_ERR, JOURNAL_PLAIN, NULL, "cannot go on: %s", strerror(-r));
	tear_down(&cryod);
	return r;
}

int main(int argc, char *argv[])
{
	struct options options;

	if (parse_options(argc, argv, &options) < 0)
		return EXIT_FAILURE;
	if (options.done)
		return EXIT_SUCCESS;
	return run(&options) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
