// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verb monitor: follows a probe's stream and the bus until one of them ends it. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "await.h"
#include "view.h"

#define NS_PER_SEC		1000000000LL
#define PICTURE_NS		200000000LL	/* five pictures a second of samples */
#define SILENCE_MS		2000		/* without a sample for so long: say so */
#define FAREWELL_MS		2000		/* after the stream's end, for the bus to say why */
#define WIDTH_DEFAULT		80
#define WAIT_S			30		/* for what has gone, where nobody looks on */
#define WAIT_MAX_S		86400

struct monitor {
	struct invocation *in;
	struct cryo_probe *probe;
	char serial[64];
	struct cryo_stream *stream;
	int signal_fd;
	int wait_s;			/* for what has gone, or AWAIT_FOR_EVER */
	bool tty;
	bool drawn;			/* a picture stands above the cursor */
	bool stream_ended;
	bool daemon_gone;
	bool bus_lost;
	bool interrupted;
	bool has_frame;
	int64_t first_ns, next_ns;	/* of the first sample; when to show the next */
	struct view view;
	char told_prompt[sizeof(((struct view *)0)->prompt)];
	char told_alarm[sizeof(((struct view *)0)->alarm)];
	uint64_t told_lost;
};

static int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return WIDTH_DEFAULT;
	return size.ws_col;
}

static void draw_picture(struct monitor *m)
{
	static char lines[VIEW_LINES][VIEW_LINE_MAX];

	view_picture(&m->view, terminal_width(), lines);
	if (m->drawn)
		printf("\033[%dA", VIEW_LINES);
	for (int i = 0; i < VIEW_LINES; i++)
		printf("%s%s%s\033[K\n", i == 1 ? "\033[1m" : "", lines[i], i == 1 ? "\033[0m" : "");
	m->drawn = true;
	fflush(stdout);
}

/* Prints what is new since it was told last. */
static void print_news(struct monitor *m)
{
	const struct view *v = &m->view;

	if (strcmp(m->told_prompt, v->prompt) && *v->prompt)
		printf("prompt: %s%s\n", v->prompt, v->confirm ? VIEW_CONFIRM : "");
	if (strcmp(m->told_alarm, v->alarm) && *v->alarm)
		printf("alarm: %s\n", v->alarm);
	if (m->told_lost != v->lost)
		printf("lost: %llu samples\n", (unsigned long long)(v->lost - m->told_lost));
	memcpy(m->told_prompt, v->prompt, sizeof(m->told_prompt));
	memcpy(m->told_alarm, v->alarm, sizeof(m->told_alarm));
	m->told_lost = v->lost;
}

static void print_line(struct monitor *m)
{
	char line[VIEW_LINE_MAX];

	print_news(m);
	view_line(&m->view, m->view.frame.time_ns - m->first_ns, line);
	puts(line);
	fflush(stdout);
}

static void show(struct monitor *m)
{
	if (m->tty)
		draw_picture(m);
	else if (m->has_frame)
		print_line(m);
}

static void take_frame(struct monitor *m, const struct cryo_frame *frame)
{
	if (!m->has_frame)
		m->first_ns = m->next_ns = frame->time_ns;
	m->has_frame = true;
	m->view.frame = *frame;
	m->view.note[0] = 0;
	m->view.lost = cryo_stream_lost(m->stream);
	plot_add(&m->view.plot, frame->time_ns, frame->tip_mdegc, frame->target_mdegc);
	if (frame->time_ns < m->next_ns)
		return;
	show(m);
	m->next_ns += m->tty ? PICTURE_NS : NS_PER_SEC;
	if (m->next_ns <= frame->time_ns)
		m->next_ns = frame->time_ns + (m->tty ? PICTURE_NS : NS_PER_SEC);
}

static int take_frames(struct monitor *m)
{
	struct cryo_frame frame;
	int r;

	while ((r = cryo_stream_next(m->stream, &frame, sizeof(frame))) > 0)
		take_frame(m, &frame);
	if (r == -EPIPE)
		m->stream_ended = true;
	else if (r < 0)
		return complain(CTL_FAILED, "the stream of samples: %s", strerror(-r));
	return CTL_OK;
}

static void take_properties(struct monitor *m)
{
	struct view *v = &m->view;
	const struct cryo_alarm *alarm = cryo_probe_alarm(m->probe, 0);

	snprintf(v->title, sizeof(v->title), "%s  %s  %uG %s  %s", cryo_probe_serial(m->probe),
		 cryo_probe_model(m->probe), cryo_probe_gauge(m->probe),
		 cryo_probe_cryogen(m->probe), cryo_probe_protocol(m->probe));
	snprintf(v->prompt, sizeof(v->prompt), "%s", cryo_probe_prompt(m->probe));
	/* In self-test the probe itself sees what is done. */
	v->confirm = cryo_probe_phase(m->probe) != CRYO_PHASE_SELF_TEST;
	v->alarm[0] = 0;
	if (alarm)
		alarm_text(v->alarm, alarm);
	v->paused = cryo_probe_is_paused(m->probe);
}

static void on_event(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe,
		     void *userdata)
{
	struct monitor *m = userdata;

	(void)ctx;
	if (event == CRYO_EVENT_DAEMON_GONE)
		m->daemon_gone = true;
	if (event == CRYO_EVENT_PROBE_CHANGED && probe == m->probe)
		take_properties(m);
}

/*
 * Right after a start the properties may still tell of the treatment before; the first sample does
 * not.
 */
static bool treatment_is_over(const struct monitor *m)
{
	return m->has_frame && m->view.frame.phase == CRYO_PHASE_IDLE &&
	       cryo_probe_phase(m->probe) == CRYO_PHASE_IDLE &&
	       cryo_probe_outcome(m->probe) != CRYO_OUTCOME_NONE;
}

static bool has_ended(const struct monitor *m)
{
	return m->interrupted || m->stream_ended || m->daemon_gone || m->bus_lost ||
	       !cryo_probe_is_present(m->probe) ||
	       (m->in->options[OPTION_UNTIL_DONE] && treatment_is_over(m));
}

/* One round of waiting and taking in. */
static int turn(struct monitor *m)
{
	struct pollfd fds[] = {
		{ .fd = cryo_stream_fd(m->stream), .events = POLLIN },
		{ .fd = cryo_ctx_fd(m->in->ctx), .events = POLLIN },
		{ .fd = m->signal_fd, .events = POLLIN },
	};
	int r = CTL_OK;

	if (poll(fds, N_ELEMENTS(fds), SILENCE_MS) == 0) {
		snprintf(m->view.note, sizeof(m->view.note), "no samples for %d s",
			 SILENCE_MS / 1000);
		if (m->tty)
			draw_picture(m);
	}
	if (fds[2].revents)
		m->interrupted = true;
	if (fds[0].revents)
		r = take_frames(m);
	if (r == CTL_OK && fds[1].revents) {
		int n = cryo_ctx_dispatch(m->in->ctx);

		if (n == -ENOTCONN)
			m->bus_lost = true;
		else if (n < 0)
			return complain_of_library(m->in, n);
	}
	return r;
}

static int outcome_code(const struct monitor *m)
{
	enum cryo_outcome outcome = cryo_probe_outcome(m->probe);

	printf("Treatment %llu: %s\n", (unsigned long long)cryo_probe_treatment(m->probe),
	       cryo_outcome_to_string(outcome));
	switch (outcome) {
	case CRYO_OUTCOME_COMPLETED:
		return CTL_OK;
	case CRYO_OUTCOME_ABORTED:
		return CTL_ABORTED;
	case CRYO_OUTCOME_FAULT:
		return CTL_FAULT;
	case CRYO_OUTCOME_INTERRUPTED:
		return CTL_INTERRUPTED;
	default:
		return CTL_FAILED;
	}
}

/* The stream's end alone does not tell why; the bus does, a moment later. */
static void learn_why(struct monitor *m)
{
	while (m->stream_ended && !m->daemon_gone && cryo_probe_is_present(m->probe)) {
		struct pollfd fd = { .fd = cryo_ctx_fd(m->in->ctx), .events = POLLIN };

		if (poll(&fd, 1, FAREWELL_MS) <= 0 || cryo_ctx_dispatch(m->in->ctx) < 0)
			break;
	}
}

static bool has_lost_its_probe(const struct monitor *m)
{
	return !m->interrupted && !(m->in->options[OPTION_UNTIL_DONE] && treatment_is_over(m)) &&
	       (m->stream_ended || m->daemon_gone || m->bus_lost ||
		!cryo_probe_is_present(m->probe));
}

static int farewell(struct monitor *m)
{
	if (m->in->options[OPTION_UNTIL_DONE] && treatment_is_over(m))
		return outcome_code(m);
	if (m->bus_lost)
		return complain(CTL_NO_DAEMON, "the system bus is lost");
	if (m->daemon_gone)
		return complain(CTL_NO_DAEMON, "cryod has gone; without it the kernel closes the "
				"valves by itself. See `systemctl status cryod'");
	if (!cryo_probe_is_present(m->probe))
		return complain(CTL_NO_SUCH, "probe %s was unplugged",
				cryo_probe_serial(m->probe));
	if (m->stream_ended)
		return complain(CTL_FAILED, "cryod ended the stream of samples");
	return m->in->options[OPTION_UNTIL_DONE] ? complain(CTL_FAILED, "interrupted; the treatment goes on") :
	       CTL_OK;
}

static int follow(struct monitor *m)
{
	int r = CTL_OK;

	take_properties(m);
	cryo_ctx_set_handler(m->in->ctx, on_event, m);
	while (r == CTL_OK && !has_ended(m))
		r = turn(m);
	if (r != CTL_OK)
		return r;
	/* What came before the end is still to be shown. */
	if (!m->stream_ended)
		r = take_frames(m);
	if (r == CTL_OK && m->tty && m->has_frame)
		draw_picture(m);
	learn_why(m);
	return r;
}

static void tell_waiting(struct monitor *m)
{
	snprintf(m->view.note, sizeof(m->view.note), "%s; waiting for it",
		 m->bus_lost ? "the system bus is lost" :
		 m->daemon_gone ? "cryod has gone, the kernel has closed the valves" :
		 "the probe has gone");
	if (m->tty && m->has_frame) {
		draw_picture(m);
	} else {
		printf("gone: %s\n", m->view.note);
		fflush(stdout);
	}
}

/* False: it did not come back, or nobody waits any more. */
static bool probe_is_back(struct monitor *m)
{
	struct cryo_probe *probe;
	int r;

	cryo_ctx_set_handler(m->in->ctx, NULL, NULL);
	if (m->wait_s != 0)
		tell_waiting(m);
	r = await_probe(m->in, m->serial, m->wait_s, m->signal_fd, &probe);
	m->interrupted = r == -EINTR;
	if (r <= 0)
		return false;
	cryo_probe_unref(m->probe);
	m->probe = cryo_probe_ref(probe);
	m->stream = cryo_stream_free(m->stream);
	m->stream_ended = m->daemon_gone = m->bus_lost = m->has_frame = false;
	return true;
}

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int follow_once(struct monitor *m)
{
	int r;

	r = cryo_probe_refresh(m->probe);
	if (r >= 0)
		r = cryo_probe_open_stream(m->probe, &m->stream);
	if (r < 0)
		return complain_of_library(m->in, r);
	if (m->in->options[OPTION_UNTIL_DONE] && cryo_probe_treatment(m->probe) == 0)
		return complain(CTL_REFUSED, "there has been no treatment on %s",
				cryo_probe_serial(m->probe));
	return follow(m);
}

static int follow_until_it_stays_away(struct monitor *m)
{
	int r;

	m->signal_fd = block_signals();
	if (m->signal_fd < 0)
		return complain(CTL_FAILED, "signalfd: %s", strerror(errno));
	do {
		r = follow_once(m);
	} while (r == CTL_OK && has_lost_its_probe(m) && probe_is_back(m));
	close(m->signal_fd);
	return r == CTL_OK ? farewell(m) : r;
}

static int parse_wait(struct monitor *m)
{
	const char *text = m->in->options[OPTION_WAIT];
	unsigned long seconds;
	char *end;

	m->wait_s = m->tty ? AWAIT_FOR_EVER : WAIT_S;
	if (!text)
		return CTL_OK;
	seconds = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || seconds > WAIT_MAX_S)
		return complain(CTL_USAGE, "--wait=%s is not a number of seconds from 0 to %d", text,
				WAIT_MAX_S);
	m->wait_s = (int)seconds;
	return CTL_OK;
}

int run_monitor(struct invocation *in)
{
	struct monitor m = { .in = in, .tty = isatty(STDOUT_FILENO) };
	struct cryo_probe *probe;
	int r;

	r = parse_wait(&m);
	if (r == CTL_OK)
		r = select_probe(in, 0, &probe);
	if (r != CTL_OK)
		return r;
	m.view.utf8 = in->utf8;
	m.probe = cryo_probe_ref(probe);
	snprintf(m.serial, sizeof(m.serial), "%s", cryo_probe_serial(probe));
	r = follow_until_it_stays_away(&m);
	cryo_ctx_set_handler(in->ctx, NULL, NULL);
	cryo_stream_free(m.stream);
	cryo_probe_unref(m.probe);
	return r;
}
