// SPDX-License-Identifier: LGPL-2.1-or-later
/* The keys of monitor's screen. What can make it colder has to be pressed twice. */
#include <string.h>
#include <time.h>

#include "monitor.h"

#define AGAIN_MS	5000		/* for the second press */
#define SILENCE_S	120		/* the longest that an alarm of high priority allows */

typedef int (*verb_t)(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
		      struct cryo_call **ret_call);

static const struct key {
	char key;
	bool twice;
	verb_t verb;
	const char *what;
} keys[] = {
	{ 'a', false, cryo_probe_abort_async, "abort" },
	{ 'p', false, cryo_probe_pause_async, "pause" },
	{ 'r', true, cryo_probe_resume_async, "resume" },
	{ 'c', true, cryo_probe_advance_async, "confirm what is asked" },
	{ 'e', true, cryo_probe_end_phase_async, "end this phase" },
	{ '+', true, cryo_probe_repeat_async, "add a freeze" },
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void tell(struct monitor *m, const char *text)
{
	snprintf(m->view.note, sizeof(m->view.note), "%s", text);
}

static void on_done(struct cryo_call *call, void *userdata)
{
	struct monitor *m = userdata;
	int r = cryo_call_finish(call);

	tell(m, r < 0 ? cryo_ctx_error(m->in->ctx) : "done");
}

static bool was_asked(struct monitor *m, int key)
{
	return m->asked_key == key && now_ms() - m->asked_ms < AGAIN_MS;
}

static void ask_again(struct monitor *m, const struct key *key)
{
	snprintf(m->view.note, sizeof(m->view.note), "press %c again to %s", key->key, key->what);
	m->asked_key = key->key;
	m->asked_ms = now_ms();
}

static void press(struct monitor *m, const struct key *key)
{
	int r;

	if (key->twice && !was_asked(m, key->key)) {
		ask_again(m, key);
		return;
	}
	m->asked_key = 0;
	tell(m, key->what);
	r = key->verb(m->probe, on_done, m, NULL);
	if (r < 0)
		tell(m, *cryo_ctx_error(m->in->ctx) ? cryo_ctx_error(m->in->ctx) : strerror(-r));
}

static void acknowledge(struct monitor *m)
{
	const struct cryo_alarm *alarm;

	for (size_t i = 0; (alarm = cryo_probe_alarm(m->probe, i)); i++)
		if (!cryo_alarm_is_acknowledged(alarm))
			cryo_probe_acknowledge_async(m->probe, cryo_alarm_code(alarm), on_done, m, NULL);
}

void keys_press(struct monitor *m, int key)
{
	for (size_t i = 0; i < N_ELEMENTS(keys); i++)
		if (key == keys[i].key)
			press(m, &keys[i]);
	if (key == 'k')
		acknowledge(m);
	if (key == 's')
		cryo_probe_pause_audio_async(m->probe, SILENCE_S, on_done, m, NULL);
	if (key == 'q')
		m->interrupted = true;
}
