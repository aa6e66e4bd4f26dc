// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verb monitor: follows a probe's stream, the bus and the keys until one of them ends it. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "await.h"
#include "monitor.h"
#include "screen.h"

#define NS_PER_SEC		1000000000LL
#define PICTURE_NS		200000000LL	/* five pictures a second of samples */
#define SILENCE_MS		2000		/* without a sample for so long: say so */
#define FAREWELL_MS		2000		/* after the stream's end, for the bus to say why */
#define WAIT_S			30		/* for what has gone, where nobody looks on */
#define WAIT_MAX_S		86400

/* What is complained of has to stand on the terminal that comes back. */
static int fail_by_library(struct monitor *m, int r)
{
	screen_end();
	return complain_of_library(m->in, r);
}

static void show(struct monitor *m)
{
	if (m->full_screen)
		screen_draw(&m->view);
	else if (m->has_frame)
		lines_show(m);
}

static int64_t pace_ns(const struct monitor *m)
{
	return m->full_screen && !screen_is_slow() ? PICTURE_NS : NS_PER_SEC;
}

static void take_alarms(struct monitor *m)
{
	struct view *v = &m->view;

	v->alarms = cryo_probe_alarm_count(m->probe);
	memset(v->alarm, 0, sizeof(v->alarm));
	for (size_t i = 0; i < v->alarms && i < VIEW_ALARMS; i++)
		alarm_text(v->alarm[i], cryo_probe_alarm(m->probe, i));
}

static void take_properties(struct monitor *m)
{
	struct view *v = &m->view;

	snprintf(v->title, sizeof(v->title), "%s  %s  %uG %s  %s  %s", cryo_probe_serial(m->probe),
		 cryo_probe_model(m->probe), cryo_probe_gauge(m->probe),
		 cryo_probe_cryogen(m->probe), cryo_probe_protocol(m->probe),
		 cryo_interlock_to_string(cryo_probe_interlock(m->probe)));
	snprintf(v->prompt, sizeof(v->prompt), "%s", cryo_probe_prompt(m->probe));
	/* In self-test the probe itself sees what is done. */
	v->confirm = cryo_probe_phase(m->probe) != CRYO_PHASE_SELF_TEST;
	v->paused = cryo_probe_is_paused(m->probe);
	v->audio_paused_s = cryo_probe_audio_paused_s(m->probe);
	v->site = cryo_probe_site(m->probe);
	v->sites = cryo_probe_sites(m->probe);
	v->boundary_um = cryo_probe_boundary_um(m->probe);
	v->boundary_in_ms = cryo_probe_boundary_in_ms(m->probe);
	v->isotherm_time_ms = cryo_probe_isotherm_time_ms(m->probe);
	take_alarms(m);
}

static void on_refreshed(struct cryo_call *call, void *userdata)
{
	if (cryo_call_finish(call) >= 0)
		take_properties(userdata);
}

/* What is neither in the stream nor told by signals: when the ice will be at its boundary. */
static void refresh(struct monitor *m, int64_t now_ns)
{
	if (!m->full_screen || now_ns < m->refresh_ns)
		return;
	m->refresh_ns = now_ns + NS_PER_SEC;
	cryo_probe_refresh_async(m->probe, on_refreshed, m, NULL);
}

static void take_frame(struct monitor *m, const struct cryo_frame *frame)
{
	if (!m->has_frame)
		m->first_ns = m->next_ns = m->refresh_ns = frame->time_ns;
	m->has_frame = true;
	m->view.frame = *frame;
	m->view.silent = false;
	m->view.lost = cryo_stream_lost(m->stream);
	plot_add(&m->view.plot, frame->time_ns, frame->tip_mdegc, frame->target_mdegc);
	refresh(m, frame->time_ns);
	if (frame->time_ns < m->next_ns)
		return;
	show(m);
	m->next_ns += pace_ns(m);
	if (m->next_ns <= frame->time_ns)
		m->next_ns = frame->time_ns + pace_ns(m);
}

static int take_frames(struct monitor *m)
{
	struct cryo_frame frame;
	int r;

	while ((r = cryo_stream_next(m->stream, &frame, sizeof(frame))) > 0)
		take_frame(m, &frame);
	if (r == -EPIPE)
		m->stream_ended = true;
	if (r == 0 || r == -EPIPE)
		return CTL_OK;
	screen_end();
	return complain(CTL_FAILED, "the stream of samples: %s", strerror(-r));
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

static void say_silence(struct monitor *m)
{
	m->view.silent = true;
	if (m->full_screen)
		show(m);
}

static void take_keys(struct monitor *m)
{
	int key;

	while ((key = screen_key()) != SCREEN_NO_KEY)
		keys_press(m, key);
	show(m);
}

static int take_bus(struct monitor *m)
{
	int r = cryo_ctx_dispatch(m->in->ctx);

	if (r == -ENOTCONN)
		m->bus_lost = true;
	else if (r < 0)
		return fail_by_library(m, r);
	if (m->full_screen)
		show(m);
	return CTL_OK;
}

/* One round of waiting and taking in. A poll that is interrupted has seen the terminal's new size. */
static int turn(struct monitor *m)
{
	struct pollfd fds[] = {
		{ .fd = cryo_stream_fd(m->stream), .events = POLLIN },
		{ .fd = cryo_ctx_fd(m->in->ctx), .events = POLLIN },
		{ .fd = m->signal_fd, .events = POLLIN },
		{ .fd = m->full_screen && isatty(STDIN_FILENO) ? STDIN_FILENO : -1, .events = POLLIN },
	};
	int n = poll(fds, N_ELEMENTS(fds), SILENCE_MS), r = CTL_OK;

	if (n == 0)
		say_silence(m);
	if (n < 0 || fds[3].revents)
		take_keys(m);
	if (n <= 0)
		return CTL_OK;
	if (fds[2].revents)
		m->interrupted = true;
	if (fds[0].revents)
		r = take_frames(m);
	return r == CTL_OK && fds[1].revents ? take_bus(m) : r;
}

static int outcome_code(const struct monitor *m)
{
	enum cryo_outcome outcome = cryo_probe_outcome(m->probe);
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "Treatment %llu", (unsigned long long)cryo_probe_treatment(m->probe));
	lines_tell(m, m->in->json ? "outcome" : text, cryo_outcome_to_string(outcome));
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
	if (r == CTL_OK && m->full_screen)
		show(m);
	learn_why(m);
	return r;
}

static void tell_waiting(struct monitor *m)
{
	snprintf(m->view.note, sizeof(m->view.note), "%s; waiting for it",
		 m->bus_lost ? "the system bus is lost" :
		 m->daemon_gone ? "cryod has gone, the kernel has closed the valves" :
		 "the probe has gone");
	if (m->full_screen)
		show(m);
	else
		lines_tell(m, "gone", m->view.note);
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
	m->view.note[0] = 0;
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
		return fail_by_library(m, r);
	if (m->in->options[OPTION_UNTIL_DONE] && cryo_probe_treatment(m->probe) == 0) {
		screen_end();
		return complain(CTL_REFUSED, "there has been no treatment on %s",
				cryo_probe_serial(m->probe));
	}
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
	screen_end();
	return r == CTL_OK ? farewell(m) : r;
}

static int parse_wait(struct monitor *m)
{
	const char *text = m->in->options[OPTION_WAIT];
	unsigned long seconds;
	char *end;

	m->wait_s = isatty(STDOUT_FILENO) && !m->in->json ? AWAIT_FOR_EVER : WAIT_S;
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
	struct monitor m = { .in = in };
	struct cryo_probe *probe;
	int r;

	r = parse_wait(&m);
	if (r == CTL_OK)
		r = select_probe(in, 0, &probe);
	if (r != CTL_OK)
		return r;
	m.view.utf8 = in->utf8;
	m.full_screen = !in->json && isatty(STDOUT_FILENO) && screen_begin();
	m.probe = cryo_probe_ref(probe);
	snprintf(m.serial, sizeof(m.serial), "%s", cryo_probe_serial(probe));
	r = follow_until_it_stays_away(&m);
	cryo_ctx_set_handler(in->ctx, NULL, NULL);
	cryo_stream_free(m.stream);
	cryo_probe_unref(m.probe);
	return r;
}
