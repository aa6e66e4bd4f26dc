// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs commands in a guest for the host, over virtio-serial ports named "agent.N".
 *
 * It needs nothing of the guest but the kernel, so it works before, beside and without systemd,
 * the bus and our daemon. One process serves one port, one command at a time; as many commands run
 * side by side as there are ports. channel.py is the other end.
 *
 * Both directions carry frames: three little-endian 32-bit words (type, session, length) and the
 * payload. The host picks the session; a RUN in a running session ends the one before. When the
 * host closes the port and stays away, the command is killed. Data overtake the news of who is
 * connected: after a quick change of clients the port can look closed while the new one waits.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORTS_DIR "/sys/class/virtio-ports"
#define PAYLOAD_MAX 16384
#define ARGS_MAX 256
#define PIPE_BYTES 65536
#define AWAY_MS 500

enum frame_type {
	FRAME_HELLO = 'H',	/* to host: the agent has just started */
	FRAME_RUN = 'R',	/* to guest: arguments, each ended by a NUL */
	FRAME_STDIN = 'I',	/* to guest: input; empty = end of input */
	FRAME_STARTED = 'A',	/* to host */
	FRAME_STDOUT = 'O',	/* to host */
	FRAME_STDERR = 'E',	/* to host */
	FRAME_EXIT = 'X',	/* to host: one 32-bit word, the exit status as a shell gives it */
};

struct frame {
	uint32_t type;
	uint32_t session;
	uint32_t length;
	char payload[PAYLOAD_MAX + 1];
};

#define HEADER_BYTES offsetof(struct frame, payload)

/* One port and the command that runs on it; pid is 0 when none does. */
struct worker {
	int port;
	int events;		/* signalfd: SIGCHLD, and SIGIO of the port */
	uint32_t session;
	pid_t pid;
	int in, out, err;	/* our ends of the command's pipes, -1 when closed */
	struct frame input;	/* what the command has not read yet */
	size_t input_done;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool host_gone(const struct worker *w)
{
	struct pollfd fd = { .fd = w->port };

	return poll(&fd, 1, 0) > 0 && (fd.revents & POLLHUP);
}

/* Waits for a signal: SIGIO tells that the host came or went. False if none within timeout_ms. */
static bool wait_event(const struct worker *w, int timeout_ms)
{
	struct pollfd fd = { .fd = w->events, .events = POLLIN };
	struct signalfd_siginfo info;

	return poll(&fd, 1, timeout_ms) > 0 && read(w->events, &info, sizeof(info)) > 0;
}

/* Waits until the port may be ready for what is wanted. False when the host stays away. */
static bool wait_port(const struct worker *w, short wanted)
{
	struct pollfd fd = { .fd = w->port, .events = wanted };

	while (host_gone(w))
		if (!wait_event(w, AWAY_MS))
			return false;
	return poll(&fd, 1, -1) > 0 || errno == EINTR;
}

/* One write is one buffer of the port: a frame reaches the host whole or, after a hang-up, not. */
static void send_frame(struct worker *w, enum frame_type type, const void *payload, size_t length)
{
	struct frame frame = { .type = type, .session = w->session, .length = length };

	memcpy(frame.payload, payload, length);
	while (write(w->port, &frame, HEADER_BYTES + length) < 0)
		if ((errno != EAGAIN && errno != EINTR) || !wait_port(w, POLLOUT))
			return;
}

/* False when the host stays away. */
static bool read_full(struct worker *w, void *buffer, size_t length)
{
	char *at = buffer;

	while (length > 0) {
		ssize_t n = read(w->port, at, length);

		if (n > 0) {
			at += n;
			length -= n;
		} else if ((n < 0 && errno != EAGAIN && errno != EINTR) || !wait_port(w, POLLIN)) {
			return false;
		}
	}
	return true;
}

/* Does not wait for its end: a process can be stuck in a driver. */
static void drop_command(struct worker *w)
{
	if (w->pid > 0)
		kill(-w->pid, SIGKILL);
	w->pid = 0;
	w->input.length = 0;
	w->input_done = 0;
	close_fd(&w->in);
	close_fd(&w->out);
	close_fd(&w->err);
}

static void become_command(char **args, int in, int out, int err_fd)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err_fd, 2) < 0)
		_exit(126);
	execvp(args[0], args);
	fprintf(stderr, "%s: %s\n", args[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static int split_args(struct frame *run, char **args)
{
	int n = 0;

	run->payload[run->length] = '\0';
	for (char *at = run->payload; at < run->payload + run->length; at += strlen(at) + 1) {
		if (n == ARGS_MAX)
			return 0;
		args[n++] = at;
	}
	args[n] = NULL;
	return n;
}

static void start_command(struct worker *w, struct frame *run)
{
	char *args[ARGS_MAX + 1];
	int in[2], out[2], err_pipe[2];

	drop_command(w);
	w->session = run->session;
	if (split_args(run, args) == 0) {
		send_frame(w, FRAME_EXIT, &(uint32_t){ 126 }, sizeof(uint32_t));
		return;
	}
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err_pipe, O_CLOEXEC))
		err(1, "pipe");
	send_frame(w, FRAME_STARTED, "", 0);
	w->pid = fork();
	if (w->pid < 0)
		err(1, "fork");
	if (w->pid == 0)
		become_command(args, in[0], out[1], err_pipe[1]);
	close(in[0]);
	close(out[1]);
	close(err_pipe[1]);
	w->in = in[1];
	w->out = out[0];
	w->err = err_pipe[0];
	fcntl(w->in, F_SETFL, O_NONBLOCK);
	fcntl(w->out, F_SETFL, O_NONBLOCK);
	fcntl(w->err, F_SETFL, O_NONBLOCK);
}

/* True if there may be more to read. */
static bool pass_output(struct worker *w, int *fd, enum frame_type type)
{
	char buffer[PAYLOAD_MAX];
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, buffer, sizeof(buffer));
	if (n > 0)
		send_frame(w, type, buffer, n);
	else if (n == 0)
		close_fd(fd);
	return n > 0;
}

/* Passes what a command that has ended left in its pipe, whoever else still writes to it. */
static void drain_output(struct worker *w, int *fd, enum frame_type type)
{
	for (int i = 0; i <= PIPE_BYTES / PAYLOAD_MAX && pass_output(w, fd, type); i++)
		;
}

static void pass_input(struct worker *w)
{
	ssize_t n = write(w->in, w->input.payload + w->input_done, w->input.length - w->input_done);

	if (n >= 0)
		w->input_done += n;
	else if (errno == EPIPE)
		w->input_done = w->input.length;
	if (w->input_done == w->input.length)
		w->input.length = w->input_done = 0;
}

static void take_frame(struct worker *w)
{
	static struct frame frame;

	if (!read_full(w, &frame, HEADER_BYTES) || frame.length > PAYLOAD_MAX ||
	    !read_full(w, frame.payload, frame.length))
		return;
	if (frame.type == FRAME_RUN) {
		start_command(w, &frame);
	} else if (frame.type == FRAME_STDIN && frame.session == w->session && w->in >= 0) {
		if (frame.length == 0)
			close_fd(&w->in);
		else
			w->input = frame;
	}
}

/* A command's end does not wait for those who inherited its output. */
static void report_exit(struct worker *w, int wait_status)
{
	uint32_t status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);

	w->pid = 0;
	drain_output(w, &w->out, FRAME_STDOUT);
	drain_output(w, &w->err, FRAME_STDERR);
	send_frame(w, FRAME_EXIT, &status, sizeof(status));
	drop_command(w);
}

static void reap(struct worker *w)
{
	int wait_status;
	pid_t pid;

	while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0)
		if (pid == w->pid)
			report_exit(w, wait_status);
}

/* A port that is hung up polls as ready for ever, so only signals are waited for then. */
static void wait_return(struct worker *w)
{
	if (!wait_event(w, w->pid ? AWAY_MS : -1))
		drop_command(w);
	reap(w);
}

/* While input is pending the port is not read. */
static void serve_once(struct worker *w)
{
	bool pending = w->input.length > 0;
	struct pollfd fds[] = {
		{ .fd = w->events, .events = POLLIN },
		{ .fd = pending ? -1 : w->port, .events = POLLIN },
		{ .fd = w->out, .events = POLLIN },
		{ .fd = w->err, .events = POLLIN },
		{ .fd = pending ? w->in : -1, .events = POLLOUT },
	};

	if (poll(fds, 5, -1) < 0)
		return;
	if (fds[0].revents)
		wait_event(w, 0);
	if (fds[2].revents)
		pass_output(w, &w->out, FRAME_STDOUT);
	if (fds[3].revents)
		pass_output(w, &w->err, FRAME_STDERR);
	if (fds[4].revents)
		pass_input(w);
	reap(w);
	if (fds[1].revents & POLLIN)
		take_frame(w);
}

static void serve(const char *device)
{
	static struct worker w = { .in = -1, .out = -1, .err = -1 };
	sigset_t signals;

	w.port = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (w.port < 0)
		err(1, "%s", device);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGIO);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	w.events = signalfd(-1, &signals, SFD_CLOEXEC);
	if (w.events < 0 || fcntl(w.port, F_SETOWN, getpid()) ||
	    fcntl(w.port, F_SETFL, O_NONBLOCK | O_ASYNC))
		err(1, "%s", device);
	if (!host_gone(&w))
		send_frame(&w, FRAME_HELLO, "", 0);
	for (;;) {
		if (host_gone(&w))
			wait_return(&w);
		else
			serve_once(&w);
	}
}

static bool is_ours(const char *port)
{
	char path[300], name[32] = "";
	FILE *file;
	bool ours;

	snprintf(path, sizeof(path), PORTS_DIR "/%s/name", port);
	file = fopen(path, "re");
	if (!file)
		return false;
	ours = fgets(name, sizeof(name), file) && strncmp(name, "agent.", 6) == 0;
	fclose(file);
	return ours;
}

int main(void)
{
	char device[300];
	struct dirent *entry;
	DIR *dir = opendir(PORTS_DIR);

	if (!dir)
		err(1, PORTS_DIR);
	while ((entry = readdir(dir))) {
		if (!is_ours(entry->d_name))
			continue;
		snprintf(device, sizeof(device), "/dev/%s", entry->d_name);
		if (fork() == 0)
			serve(device);
	}
	closedir(dir);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return 1;
}
