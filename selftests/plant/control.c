// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands of the control socket: one table, one function each. */
#include "selftests/plant/control.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void say(char *reply, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(char *reply, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reply, CONTROL_REPLY_MAX, format, args);
	va_end(args);
}

/* Cuts "@N" off the end of @text. False when N is not a handpiece. */
static bool cut_handpiece(char *text, unsigned int handpieces, unsigned int *ret_handpiece)
{
	char *at = strchr(text, '@'), *end;
	unsigned long n;

	*ret_handpiece = 0;
	if (!at)
		return true;
	n = strtoul(at + 1, &end, 10);
	if (end == at + 1 || *end || n >= handpieces)
		return false;
	*at = 0;
	*ret_handpiece = n;
	return true;
}

const char *control_parse_fault(const char *text, unsigned int handpieces,
				struct planned_fault *ret_fault)
{
	static char problem[160];
	char name[CONTROL_LINE_MAX], *part = name, *end;
	struct planned_fault f = { 0 };

	snprintf(name, sizeof(name), "%s", text);
	f.fault = fault_find(strsep(&part, "@"));
	if (f.fault < 0) {
		snprintf(problem, sizeof(problem), "no fault is called \"%.40s\"", name);
		return problem;
	}
	while (part) {
		char *word = strsep(&part, "@");
		double value = strtod(word, &end);

		if (end != word && !strcmp(end, "s") && value >= 0) {
			f.at_s = value;
		} else if (end != word && !*end && value >= 0 && value < handpieces &&
			   value == (unsigned int)value) {
			f.handpiece = (unsigned int)value;
		} else {
			snprintf(problem, sizeof(problem),
				 "\"@%.20s\": expected @SECONDSs or @HANDPIECE, 0 to %u", word,
				 handpieces - 1);
			return problem;
		}
	}
	*ret_fault = f;
	return NULL;
}

static void command_reset(struct plant *p, char *argument, char *reply)
{
	unsigned int handpiece;
	bool all = !*argument;

	if (!cut_handpiece(argument, p->handpieces, &handpiece)) {
		say(reply, "error reset %.40s: handpiece 0 to %u", argument, p->handpieces - 1);
		return;
	}
	for (unsigned int i = 0; i < p->handpieces; i++)
		if (all || i == handpiece)
			plant_reset(p, i);
	say(reply, "ok");
}

static void set_fault(struct plant *p, const char *argument, bool on, char *reply)
{
	struct planned_fault f;
	const char *problem = control_parse_fault(argument, p->handpieces, &f);

	if (!problem && f.at_s > 0)
		problem = "a time is for the command line";
	if (problem) {
		say(reply, "error %s", problem);
		return;
	}
	plant_set_fault(p, f.handpiece, f.fault, on);
	say(reply, "ok");
}

static void command_fault(struct plant *p, char *argument, char *reply)
{
	set_fault(p, argument, true, reply);
}

static void command_clear(struct plant *p, char *argument, char *reply)
{
	if (strcmp(argument, "all")) {
		set_fault(p, argument, false, reply);
		return;
	}
	for (unsigned int i = 0; i < p->handpieces; i++)
		for (int f = 0; fault_at(f); f++)
			if (p->handpiece[i].faults & 1ULL << f)
				plant_set_fault(p, i, f, false);
	say(reply, "ok");
}

static void command_faults(struct plant *p, char *argument, char *reply)
{
	(void)p;
	(void)argument;
	say(reply, "ok");
	for (size_t i = 0; fault_at(i); i++) {
		size_t used = strlen(reply);

		snprintf(reply + used, CONTROL_REPLY_MAX - used, " %s", fault_at(i)->name);
	}
}

static void command_mark(struct plant *p, char *argument, char *reply)
{
	int64_t now_ns = host_now_ns();

	/* The log is comma-separated. */
	for (char *c = argument; *c; c++)
		if (*c == ',')
			*c = ';';
	plant_note(p, now_ns, 0, 0, "mark", argument);
	say(reply, "ok host_ns=%lld", (long long)now_ns);
}

static void command_state(struct plant *p, char *argument, char *reply)
{
	unsigned int i;
	struct truth t;
	FILE *f;

	if (!cut_handpiece(argument, p->handpieces, &i) || *argument) {
		say(reply, "error state: expected @HANDPIECE, 0 to %u", p->handpieces - 1);
		return;
	}
	f = fmemopen(reply, CONTROL_REPLY_MAX, "w");
	if (!f) {
		say(reply, "error state: out of memory");
		return;
	}
	t = truth_take(&p->handpiece[i], &p->gate[i], i, host_now_ns());
	fprintf(f, "ok tissue=%s ", p->handpiece[i].config.tissue.name);
	truth_print_words(f, &t);
	fclose(f);
	reply[strcspn(reply, "\n")] = 0;
}

/* True or false for the first or second word; an error reply otherwise. */
static bool parse_either(const char *what, const char *argument, const char *yes, const char *no,
			 bool *ret_value, char *reply)
{
	if (strcmp(argument, yes) && strcmp(argument, no)) {
		say(reply, "error %s \"%.40s\": expected %s or %s", what, argument, yes, no);
		return false;
	}
	*ret_value = !strcmp(argument, yes);
	say(reply, "ok");
	return true;
}

static void command_estop(struct plant *p, char *argument, char *reply)
{
	bool pressed;

	if (!strcmp(argument, "bouncing")) {
		plant_bounce_estop(p);
		say(reply, "ok");
		return;
	}
	if (!parse_either("estop", argument, "pressed", "released", &pressed, reply))
		return;
	p->estop_bounces = 0;
	plant_set_estop(p, pressed);
}

static void command_trigger(struct plant *p, char *argument, char *reply)
{
	bool pressed;

	if (parse_either("trigger", argument, "pressed", "released", &pressed, reply))
		p->trigger_pressed = pressed;
}

static void command_bus_delay(struct plant *p, char *argument, char *reply)
{
	char *end;
	unsigned long us = strtoul(argument, &end, 10);

	if (end == argument || *end || us > 10000000) {
		say(reply, "error bus-delay-us \"%.40s\": expected 0 to 10000000", argument);
		return;
	}
	p->bus_delay_us = us;
	say(reply, "ok");
}

static void command_tissue(struct plant *p, char *argument, char *reply)
{
	const struct tissue *tissue;
	unsigned int i;
	int r;

	if (!cut_handpiece(argument, p->handpieces, &i)) {
		say(reply, "error tissue %.40s: handpiece 0 to %u", argument, p->handpieces - 1);
		return;
	}
	tissue = tissue_find(argument);
	r = tissue ? handpiece_set_tissue(&p->handpiece[i], tissue) : 0;
	if (!tissue || r < 0)
		say(reply, "error tissue \"%.40s\": %s", argument,
		    tissue ? strerror(-r) : "no such class");
	else
		say(reply, "ok");
}

static void command_help(struct plant *p, char *argument, char *reply);

static const struct command {
	const char *name;
	void (*run)(struct plant *p, char *argument, char *reply);
} commands[] = {
	{ "reset", command_reset },
	{ "fault", command_fault },
	{ "clear", command_clear },
	{ "faults", command_faults },
	{ "mark", command_mark },
	{ "state", command_state },
	{ "estop", command_estop },
	{ "trigger", command_trigger },
	{ "bus-delay-us", command_bus_delay },
	{ "tissue", command_tissue },
	{ "help", command_help },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void command_help(struct plant *p, char *argument, char *reply)
{
	(void)p;
	(void)argument;
	say(reply, "ok");
	for (size_t i = 0; i < N_COMMANDS; i++) {
		size_t used = strlen(reply);

		snprintf(reply + used, CONTROL_REPLY_MAX - used, " %s", commands[i].name);
	}
}

void control_command(struct plant *p, char *line, char *reply)
{
	char *argument = line + strcspn(line, " @");
	size_t length = argument - line;

	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strlen(commands[i].name) == length &&
		    !memcmp(line, commands[i].name, length)) {
			commands[i].run(p, argument + strspn(argument, " "), reply);
			return;
		}
	say(reply, "error no command is called \"%.*s\"; try help",
	    (int)(length < 40 ? length : 40), line);
}
