// SPDX-License-Identifier: GPL-2.0-or-later
/* The script language: "TIME WORD..." per line; words name what is energised from then on. */
#include "selftests/plant/script.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/truth.h"

#define MODULATION_MS 200	/* the driver's own period by default */

static const struct { const char *name; uint32_t bits; } lines[] = {
	{ "supply", CRYOSIM_OUT_SUPPLY },
	{ "freeze", CRYOSIM_OUT_FREEZE },
	{ "vent", CRYOSIM_OUT_VENT },
	{ "thaw", CRYOSIM_OUT_THAW },
};

static bool line_word(struct script *s, const char *word)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strcmp(word, lines[i].name)) {
			s->gate.word |= lines[i].bits;
			return true;
		}
	return false;
}

static bool duty_word(struct script *s, const char *value)
{
	char *end;
	long permille = strtol(value, &end, 10);

	if (end == value || *end || permille < 0 || permille > 1000)
		return false;
	s->gate.word |= CRYOSIM_OUT_FREEZE;
	s->duty_ms = permille * MODULATION_MS / 1000;
	return true;
}

static bool fault_word(struct script *s, const char *name, bool on)
{
	int fault = fault_find(name);

	if (fault >= 0)
		handpiece_set_fault(s->h, fault, on);
	return fault >= 0;
}

static bool take_word(struct script *s, const char *word)
{
	if (line_word(s, word) || !strcmp(word, "-"))
		return true;
	if (!strncmp(word, "duty=", 5))
		return duty_word(s, word + 5);
	if (!strncmp(word, "fault=", 6))
		return fault_word(s, word + 6, true);
	if (!strncmp(word, "clear=", 6))
		return fault_word(s, word + 6, false);
	s->ended = !strcmp(word, "end");
	return s->ended;
}

static void write_row(struct script *s)
{
	struct truth t = truth_take(s->h, &s->gate, 0, s->ms * 1000000LL);

	truth_print_row(s->out, &t);
	s->next_row_s += s->period_s;
}

static void set_planned_faults(struct script *s)
{
	for (unsigned int i = 0; i < s->n_planned; i++)
		if (lround(s->planned[i].at_s * 1000) == s->ms)
			handpiece_set_fault(s->h, s->planned[i].fault, 1);
}

static void run_to(struct script *s, double end_s)
{
	for (; s->ms < end_s * 1000 - 0.5; s->ms++) {
		uint32_t word = gate_effective(&s->gate);

		if (s->ms % MODULATION_MS >= s->duty_ms)
			word &= ~CRYOSIM_OUT_FREEZE;
		if (s->ms >= s->next_row_s * 1000 - 0.5)
			write_row(s);
		set_planned_faults(s);
		handpiece_step(s->h, word);
	}
}

static int complain(const struct script *s, int line, const char *word)
{
	fprintf(s->complaints,
		"script line %d: \"%s\": expected a time not before the last, then words of "
		"supply, freeze, vent, thaw, duty=0..1000, fault=NAME, clear=NAME, -, end\n",
		line, word);
	return -EINVAL;
}

static int take_line(struct script *s, char *text, int line)
{
	char *word = strtok(text, " \t\n"), *end;
	double at_s;

	if (!word || word[0] == '#')
		return 0;
	at_s = strtod(word, &end);
	if (end == word || *end || at_s * 1000 < s->ms - 0.5)
		return complain(s, line, word);
	run_to(s, at_s);
	s->gate.word = 0;
	s->duty_ms = MODULATION_MS;
	while ((word = strtok(NULL, " \t\n")))
		if (!take_word(s, word))
			return complain(s, line, word);
	return 0;
}

int script_run(struct script *s)
{
	char text[512];
	int line = 0, r = 0;

	/* A script has no pulse: its valves are always supplied. */
	s->gate.oneshot.on = true;
	s->duty_ms = MODULATION_MS;
	truth_print_header(s->out);
	while (r == 0 && !s->ended && fgets(text, sizeof(text), s->in))
		r = take_line(s, text, ++line);
	if (r == 0)
		write_row(s);
	return r;
}
