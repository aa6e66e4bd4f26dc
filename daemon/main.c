// SPDX-License-Identifier: GPL-2.0-or-later
/* cryod: options, configuration, signals, readiness and watchdog. */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <systemd/sd-daemon.h>

#include "daemon/config.h"
#include "daemon/manager.h"
#include "daemon/probe/hotplug.h"
#include "daemon/util.h"

#define EXIT_BAD_CONFIG		2
#define SOUND_PROGRAM		"/usr/libexec/cryo-sound"

struct options {
	const char *bus_address;	/* NULL: the configuration says */
	const char *root;		/* the configuration's, "" for the system's */
	bool check_config;
	bool done;			/* asked for a text that has been printed */
};

struct cryod {
	const struct options *options;
	struct config config;
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
	"     --check-config say what is wrong with the configuration, and exit\n"
	"     --root=DIR     read the configuration below DIR\n"
	"\n"
	"See cryod(8) and cryod.conf(5).\n";

static int parse_options(int argc, char *argv[], struct options *ret)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ "bus", required_argument, NULL, 'b' },
		{ "check-config", no_argument, NULL, 'c' },
		{ "root", required_argument, NULL, 'r' },
		{ 0 },
	};
	int c;

	*ret = (struct options){ .root = "" };
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
		case 'c':
			ret->check_config = true;
			break;
		case 'r':
			ret->root = optarg;
			break;
		default:
			return -EINVAL;
		}
	if (optind == argc)
		return 0;
	fprintf(stderr, "cryod: takes no argument, '%s' was given\n", argv[optind]);
	return -EINVAL;
}

static void print_problem(const char *file, unsigned int line, const char *text, void *userdata)
{
	(void)userdata;
	if (line)
		fprintf(stderr, "%s:%u: %s\n", file, line, text);
	else
		fprintf(stderr, "%s: %s\n", file, text);
}

static int check_config(const struct options *options)
{
	struct config config;
	int r = config_load(options->root, &config, print_problem, NULL);

	if (r == -EINVAL)
		return EXIT_BAD_CONFIG;
	if (r < 0) {
		fprintf(stderr, "cryod: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	puts("The configuration is good.");
	return EXIT_SUCCESS;
}

static void tell_problem(const char *file, unsigned int line, const char *text, void *userdata)
{
	(void)userdata;
	if (line)
		journal(LOG_ERR, JOURNAL_CONFIG_BAD, NULL, "%s:%u: %s", file, line, text);
	else
		journal(LOG_ERR, JOURNAL_CONFIG_BAD, NULL, "%s: %s", file, text);
}

static void load_config(struct cryod *cryod)
{
	config_init(&cryod->config);
	if (config_load(cryod->options->root, &cryod->config, tell_problem, NULL) < 0)
		journal(LOG_ERR, JOURNAL_CONFIG_NOT_TAKEN, NULL,
			"the configuration is not taken; everything is as without any, and all records are kept");
}

/* Where metrics go if nothing else is said: nowhere outside a service. */
static void set_metrics(struct cryod *cryod)
{
	const char *directory = getenv("RUNTIME_DIRECTORY");
	char path[PATH_MAX] = "";

	if (cryod->config.metrics[0])
		snprintf(path, sizeof(path), "%s", cryod->config.metrics);
	else if (directory)
		snprintf(path, sizeof(path), "%s/metrics.prom", directory);
	manager_set_metrics(cryod->manager, path);
}

static void take_config(struct cryod *cryod, const struct config *new)
{
	const struct config *old = &cryod->config;

	if (strcmp(old->database, new->database) || strcmp(old->bus, new->bus))
		journal(LOG_NOTICE, JOURNAL_PLAIN, NULL,
			"DatabasePath= and Bus= hold when cryod is started the next time");
	cryod->config.records = new->records;
	memcpy(cryod->config.metrics, new->metrics, sizeof(new->metrics));
	set_metrics(cryod);
	manager_limit_records(cryod->manager, &new->records);
	journal(LOG_INFO, JOURNAL_PLAIN, NULL, "the configuration was read again");
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct cryod *cryod = userdata;
	struct config config;

	(void)source, (void)info;
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, (uint64_t)now_ns() / 1000);
	if (config_load(cryod->options->root, &config, tell_problem, NULL) >= 0)
		take_config(cryod, &config);
	else
		journal(LOG_ERR, JOURNAL_CONFIG_NOT_TAKEN, NULL, "the configuration stays as it was");
	sd_notify(0, "READY=1");
	return 0;
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

static int set_up_signals(struct cryod *cryod)
{
	sd_event *event = cryod->event;
	sigset_t mask;
	int r;

	/* Blocked before any thread begins, so that all of them are told by the loop. */
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
	return r < 0 ? r : sd_event_add_signal(event, NULL, SIGHUP, on_reload, cryod);
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

/* Why the record cannot be kept, in SQLite's own words, beside the alarm that says so. */
static void on_database_says(void *unused, int code, const char *text)
{
	(void)unused;
	journal(LOG_NOTICE, JOURNAL_PLAIN, NULL, "SQLite, code %d: %s", code, text);
}

static int set_up_manager(struct cryod *cryod)
{
	const char *directory = getenv("STATE_DIRECTORY");
	char record[PATH_MAX];
	int r;

	store_listen(on_database_says);
	snprintf(record, sizeof(record), "%s/record.db", directory ? directory : "/var/lib/cryo");
	r = manager_new(cryod->event, &(struct manager_setup){
		.io = &probe_io_kernel,
		.protocol_path = protocols_default_path,
		.protocol_store = PROTOCOLS_STORE,
		.sound_program = SOUND_PROGRAM,
		.bus_address = cryod->options->bus_address ?: cryod->config.bus,
		.record_path = cryod->config.database[0] ? cryod->config.database : record,
	}, &cryod->manager);
	if (r < 0)
		return r;
	manager_limit_records(cryod->manager, &cryod->config.records);
	set_metrics(cryod);
	return 0;
}

static int set_up(struct cryod *cryod)
{
	const struct hotplug_listener listener = {
		.added = on_added, .removed = on_removed, .userdata = cryod,
	};
	int r;

	r = sd_event_new(&cryod->event);
	if (r < 0)
		return r;
	r = set_up_signals(cryod);
	if (r < 0)
		return r;
	r = set_up_manager(cryod);
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
	struct cryod cryod = { .options = options };
	int r;

	if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0)
		journal(LOG_WARNING, JOURNAL_MEMORY_NOT_LOCKED, NULL, "memory is not locked: %s", strerror(errno));
	load_config(&cryod);
	r = set_up(&cryod);
	if (r >= 0) {
		sd_notify(0, "READY=1");
		r = sd_event_loop(cryod.event);
	}
	if (r < 0)
		journal(LOG_ERR, JOURNAL_CANNOT_GO_ON, NULL, "cannot go on: %s", strerror(-r));
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
	if (options.check_config)
		return check_config(&options);
	return run(&options) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
