// SPDX-License-Identifier: LGPL-2.1-or-later
/* monitor where nobody looks at a screen: a line, or an object, for every second of samples. */
#include <string.h>

#include "monitor.h"

static void json_mdegc(struct json *j, const char *key, int32_t mdegc)
{
	if (mdegc == CRYO_NOT_VALID)
		json_null(j, key);
	else
		json_integer(j, key, mdegc);
}

static void print_object(const struct monitor *m)
{
	const struct cryo_frame *f = &m->view.frame;
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_integer(&j, "time_ns", f->time_ns - m->first_ns);
	json_unsigned(&j, "seq", f->seq);
	json_string(&j, "phase", cryo_phase_to_string((enum cryo_phase)f->phase));
	json_boolean(&j, "paused", m->view.paused);
	json_unsigned(&j, "cycle", f->cycle);
	json_unsigned(&j, "cycles", f->cycles);
	json_mdegc(&j, "tip_mdegc", f->tip_mdegc);
	json_mdegc(&j, "target_mdegc", f->target_mdegc);
	json_unsigned(&j, "flow_permille", f->flow_permille);
	json_unsigned(&j, "phase_left_ms", f->phase_left_ms);
	json_unsigned(&j, "ice_radius_um", f->ice_radius_um);
	json_unsigned(&j, "ice_error_um", f->ice_error_um);
	json_unsigned(&j, "isotherm_radius_um", f->isotherm_radius_um);
	json_unsigned(&j, "isotherm_error_um", f->isotherm_error_um);
	json_unsigned(&j, "isotherm_held_ms", f->isotherm_held_ms);
	json_boolean(&j, "adequate", f->adequate);
	json_unsigned(&j, "lost", m->view.lost);
	json_close(&j, '}');
	printf("\n");
}

void lines_tell(const struct monitor *m, const char *word, const char *text)
{
	struct json j = { .out = stdout };

	if (m->in->json) {
		json_open(&j, NULL, '{');
		json_string(&j, word, text);
		json_close(&j, '}');
		printf("\n");
	} else {
		printf("%s: %s\n", word, text);
	}
	fflush(stdout);
}

/* What is new since it was told last. */
static void print_news(struct monitor *m)
{
	const struct view *v = &m->view;
	char text[VIEW_LINE_MAX];

	if (strcmp(m->told_prompt, v->prompt) && *v->prompt) {
		snprintf(text, sizeof(text), "%s%s", v->prompt, v->confirm ? VIEW_CONFIRM : "");
		lines_tell(m, "prompt", text);
	}
	if (strcmp(m->told_alarm, v->alarm[0]) && *v->alarm[0])
		lines_tell(m, "alarm", v->alarm[0]);
	if (m->told_lost != v->lost) {
		snprintf(text, sizeof(text), "%llu samples", (unsigned long long)(v->lost - m->told_lost));
		lines_tell(m, "lost", text);
	}
	memcpy(m->told_prompt, v->prompt, sizeof(m->told_prompt));
	memcpy(m->told_alarm, v->alarm[0], sizeof(m->told_alarm));
	m->told_lost = v->lost;
}

void lines_show(struct monitor *m)
{
	char line[VIEW_LINE_MAX];

	print_news(m);
	if (m->in->json) {
		print_object(m);
	} else {
		view_line(&m->view, m->view.frame.time_ns - m->first_ns, line);
		puts(line);
	}
	fflush(stdout);
}
