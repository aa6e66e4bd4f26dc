// SPDX-License-Identifier: GPL-2.0-or-later
/* The whole daemon but main.c on a private bus: how it is started, asked and ended. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "selftests/cryod/bus-bench.h"
#include "selftests/cryod/remove.h"

#define PACE_US		1000

char directory[32] = "/tmp/cryo-bus-XXXXXX";
char address[128];
const char *sound_program;
static char record[64];
static const char *protocol_path[2];
static pid_t bus_pid;
struct fake_kernel fake;
struct manager *manager;
sd_bus *client;
static pthread_t daemon_thread;
static int ask_end;		/* the daemon's loop ends when this end is closed */
atomic_bool ready, abandoned;
atomic_int loop_result;

bool start_bus(void)
{
	char option[160], answer[256];
	int out[2];
	ssize_t n;

	if (pipe(out) < 0)
		return false;
	snprintf(option, sizeof(option), "--address=%s", address);
	bus_pid = fork();
	if (!bus_pid) {
		/* A test that ends early leaves no bus behind. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], STDOUT_FILENO);
		close(STDERR_FILENO);
		execlp("dbus-daemon", "dbus-daemon", "--config-file=selftests/cryod/bus.conf", "--nofork", "--nopidfile",
		       "--print-address", option, NULL);
		_exit(127);
	}
	close(out[1]);
	n = read(out[0], answer, sizeof(answer));
	close(out[0]);
	return n > 0;
}

void stop_bus(void)
{
	kill(bus_pid, SIGKILL);
	waitpid(bus_pid, NULL, 0);
}

static int end_loop(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	(void)fd, (void)revents, (void)userdata;
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static void *run_daemon(void *userdata)
{
	struct manager_setup setup = {
		.io = &fake.io, .protocol_path = protocol_path, .protocol_store = directory,
		.bus_address = address, .record_path = record, .sound_program = sound_program,
	};
	int end_fd = *(int *)userdata;
	sd_event *event = NULL;

	if (sd_event_new(&event) < 0 || manager_new(event, &setup, &manager) < 0 ||
	    sd_event_add_io(event, NULL, end_fd, EPOLLIN, end_loop, NULL) < 0)
		abort();
	manager_add_device(manager, NODE);
	atomic_store(&ready, true);
	atomic_store(&loop_result, sd_event_loop(event));
	if (manager_has_lost_control(manager)) {
		manager_abandon(manager);
		atomic_store(&abandoned, true);
		/* A process would end here. */
		while (atomic_load(&fake.hang))
			poll(NULL, 0, 10);
	}
	manager_free(manager);
	sd_event_unref(event);
	close(end_fd);
	return NULL;
}

void start_daemon(void)
{
	static int pair[2];

	ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	ask_end = pair[0];
	atomic_store(&ready, false);
	ASSERT_EQ(pthread_create(&daemon_thread, NULL, run_daemon, &pair[1]), 0);
}

void stop_daemon(void)
{
	close(ask_end);
	pthread_join(daemon_thread, NULL);
}

sd_bus *new_client(void)
{
	sd_bus *bus = NULL;

	EXPECT(sd_bus_new(&bus) >= 0);
	EXPECT(sd_bus_set_address(bus, address) >= 0);
	EXPECT(sd_bus_set_bus_client(bus, 1) >= 0);
	EXPECT(sd_bus_negotiate_fds(bus, 1) >= 0);
	EXPECT(sd_bus_start(bus) >= 0);
	return bus;
}

void connect_client(void)
{
	client = sd_bus_flush_close_unref(client);
	client = new_client();
}

char *get_text(const char *property)
{
	char *value = NULL;

	sd_bus_get_property_string(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, property, NULL, &value);
	return value;
}

bool is_text(const char *property, const char *wanted)
{
	_cleanup_free_ char *value = get_text(property);

	return value && !strcmp(value, wanted);
}

bool wait_for(const char *property, const char *wanted)
{
	int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC;

	while (now_ns() < until) {
		if (is_text(property, wanted))
			return true;
		poll(NULL, 0, 5);
	}
	DIAG("%s has not become %s", property, wanted);
	return false;
}

bool has_alarm(const char *wanted)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	const char *code;
	bool found = false;

	if (sd_bus_get_property(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "Alarms", NULL, &reply,
				"a(ssubb)") < 0 ||
	    sd_bus_message_enter_container(reply, 'a', "(ssubb)") < 0)
		return false;
	while (sd_bus_message_read(reply, "(ssubb)", &code, NULL, NULL, NULL, NULL) > 0)
		found |= !strcmp(code, wanted);
	return found;
}

/*
 * The stand-in's time goes twenty times faster than ours: what a test does in a phase comes in time only
 * if that phase lasts for many seconds of ours, too.
 */
const char protocol_text[] =
	"[Protocol]\nTitle=Bus test\nCryogen=n2o\n"
	"[Freeze]\nTarget=-60 degC\nTargetBand=2 degC\nFloor=-80 degC\nCycles=1\n"
	"Duration=10 min\nCoolTimeout=45 s\n"
	"[Thaw]\nUntil=-5 degC\nAtLeast=3 s\n"
	"[Prompts]\nConfirmReady=yes\nReadyTimeout=290 s\nConfirmWithdraw=yes\n"
	"WithdrawTimeout=290 s\n";

void set_up(void)
{
	char path[96];
	FILE *file;

	snprintf(directory, sizeof(directory), "/tmp/cryo-bus-XXXXXX");
	ASSERT(mkdtemp(directory));
	snprintf(address, sizeof(address), "unix:path=%s/bus", directory);
	snprintf(record, sizeof(record), "%s/record.db", directory);
	snprintf(path, sizeof(path), "%s/test.protocol", directory);
	file = fopen(path, "w");
	fputs(protocol_text, file);
	fclose(file);
	snprintf(path, sizeof(path), "%s/bad.protocol", directory);
	file = fopen(path, "w");
	fputs("[Protocol]\nNonsense=1\n", file);
	fclose(file);
	protocol_path[0] = directory;
	fake_kernel_init(&fake, "T-1");
	fake.pace_us = PACE_US;
}

void tear_down(void)
{
	client = sd_bus_flush_close_unref(client);
	stop_daemon();
	stop_bus();
	fake_kernel_done(&fake);
	EXPECT_EQ(remove_directory(directory), 0);
}

bool begin(void)
{
	set_up();
	if (!start_bus()) {
		stop_bus();
		fake_kernel_done(&fake);
		EXPECT_EQ(remove_directory(directory), 0);
		return false;
	}
	start_daemon();
	connect_client();
	return wait_for("Phase", "idle");
}

static int callv(const char *path, const char *interface, const char *method, char ret_error[128],
		 sd_bus_message **ret, const char *types, va_list args)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_call_methodv(client, BUS_NAME, path, interface, method, &error, &reply, types, args);
	snprintf(ret_error, 128, "%s", error.name ? error.name : "");
	if (error.message)
		DIAG("%s: %s", method, error.message);
	if (ret)
		*ret = TAKE_PTR(reply);
	return r;
}

int call(const char *method, char ret_error[128], sd_bus_message **ret, const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = callv(PROBE, BUS_PROBE_INTERFACE, method, ret_error, ret, types, args);
	va_end(args);
	return r;
}

int ask(const char *method, char ret_error[128], sd_bus_message **ret, const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = callv(BUS_RECORDS_PATH, BUS_RECORDS_INTERFACE, method, ret_error, ret, types, args);
	va_end(args);
	return r;
}

uint64_t start_treatment(void)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	uint64_t treatment = 0;
	char error[128];

	if (call("Start", error, &reply, "sa{sv}", "test", 0) >= 0)
		sd_bus_message_read(reply, "t", &treatment);
	return treatment;
}

bool verb(const char *method)
{
	char error[128];

	return call(method, error, NULL, NULL) >= 0;
}

void under_lock(bool *flag, bool value)
{
	pthread_mutex_lock(&fake.lock);
	*flag = value;
	pthread_mutex_unlock(&fake.lock);
}

uint32_t outputs_now(void)
{
	uint32_t outputs;

	pthread_mutex_lock(&fake.lock);
	outputs = fake.status.outputs;
	pthread_mutex_unlock(&fake.lock);
	return outputs;
}
