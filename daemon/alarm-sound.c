// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes alarms heard, by a program that can hang or end without harm. */
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "daemon/alarm-sound.h"
#include "daemon/journal.h"
#include "daemon/util.h"

#define AGAIN_NS	(10 * NSEC_PER_SEC)
#define NAME_MAX_BYTES	32

extern char **environ;

struct alarm_sound {
	sd_event *event;
	const char *program;
	pid_t pid;			/* 0: it does not run */
	int fd;				/* our end */
	int pid_fd;
	sd_event_source *said;
	sd_event_source *ended;
	int64_t started_ns;
	uint32_t priority;
	char told[NAME_MAX_BYTES];	/* what the journal knows it to play on */
};

static void tell(struct alarm_sound *sound, const char *name)
{
	if (!strcmp(sound->told, name))
		return;
	snprintf(sound->told, sizeof(sound->told), "%s", name);
	if (!strcmp(name, "none"))
		journal(LOG_WARNING, JOURNAL_NO_SOUND, NULL, "alarms cannot be heard: no sound device");
	else
		journal(LOG_INFO, JOURNAL_PLAIN, NULL, "alarms are heard by %s", name);
}

static int on_said(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct alarm_sound *sound = userdata;
	char name[NAME_MAX_BYTES];
	ssize_t n = read(fd, name, sizeof(name) - 1);

	(void)revents;
	if (n <= 0)
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);
	name[n] = '\0';
	name[strcspn(name, "\n")] = '\0';
	tell(sound, name);
	return 0;
}

/* Forgets the program, whether or not it has ended. */
static void let_go(struct alarm_sound *sound)
{
	sound->said = sd_event_source_disable_unref(sound->said);
	sound->ended = sd_event_source_disable_unref(sound->ended);
	sound->fd = safe_close(sound->fd);
	sound->pid_fd = safe_close(sound->pid_fd);
	sound->pid = 0;
}

static int on_ended(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct alarm_sound *sound = userdata;

	(void)source, (void)fd, (void)revents;
	waitpid(sound->pid, NULL, WNOHANG);
	let_go(sound);
	tell(sound, "none");
	return 0;
}

/* With the signals of any program: ours are blocked. */
static int spawn(const char *program, int fd, pid_t *ret_pid)
{
	char *const argv[] = { (char *)program, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn(ret_pid, program, &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int watch(struct alarm_sound *sound)
{
	int r;

	sound->pid_fd = pidfd_open(sound->pid, 0);
	if (sound->pid_fd < 0)
		return -errno;
	r = sd_event_add_io(sound->event, &sound->said, sound->fd, EPOLLIN, on_said, sound);
	if (r < 0)
		return r;
	/* What it has said last is read before its end is seen. */
	r = sd_event_source_set_priority(sound->said, SD_EVENT_PRIORITY_NORMAL - 1);
	if (r < 0)
		return r;
	return sd_event_add_io(sound->event, &sound->ended, sound->pid_fd, EPOLLIN, on_ended, sound);
}

static int start(struct alarm_sound *sound)
{
	_cleanup_close_ int theirs = -EBADF;
	int pair[2], r;
	pid_t pid;

	sound->started_ns = now_ns();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	sound->fd = pair[0];
	theirs = pair[1];
	r = spawn(sound->program, theirs, &pid);
	if (r < 0)
		return r;
	sound->pid = pid;
	return watch(sound);
}

/* It has room for thousands of commands, and only the last one counts. */
static void send_priority(struct alarm_sound *sound)
{
	char command = '0' + sound->priority;

	if (sound->pid)
		send(sound->fd, &command, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void try_start(struct alarm_sound *sound)
{
	if (start(sound) >= 0)
		return;
	if (sound->pid)
		kill(sound->pid, SIGKILL);
	let_go(sound);
	tell(sound, "none");
}

void alarm_sound_set(struct alarm_sound *sound, uint32_t priority)
{
	bool started = false;

	if (!sound)
		return;
	if (!sound->pid && priority && now_ns() - sound->started_ns >= AGAIN_NS) {
		try_start(sound);
		started = true;
	}
	if (priority == sound->priority && !started)
		return;
	sound->priority = priority;
	send_priority(sound);
}

int alarm_sound_new(sd_event *event, const char *program, struct alarm_sound **ret)
{
	struct alarm_sound *sound = calloc(1, sizeof(*sound));

	if (!sound)
		return -ENOMEM;
	*sound = (struct alarm_sound){
		.event = event, .program = program, .fd = -EBADF, .pid_fd = -EBADF,
	};
	try_start(sound);
	*ret = sound;
	return 0;
}

void alarm_sound_free(struct alarm_sound *sound)
{
	if (!sound)
		return;
	/* One that hangs in a driver is not waited for. */
	if (sound->pid) {
		kill(sound->pid, SIGKILL);
		waitpid(sound->pid, NULL, WNOHANG);
	}
	let_go(sound);
	free(sound);
}
