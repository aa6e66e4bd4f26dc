// SPDX-License-Identifier: LGPL-2.1-or-later
/* Faults and alarms in words, and the verb explain, which asks nobody. */
#include "cryoctl.h"
#include "json.h"

#define NAMES_MAX 128

const char *alarm_text(char text[TEXT_ALARM_MAX], const struct cryo_alarm *alarm)
{
	char detail[CRYO_TEXT_MAX];

	cryo_alarm_detail_text(alarm, detail, sizeof(detail));
	snprintf(text, TEXT_ALARM_MAX, "%s: %s%s%s%s", cryo_alarm_priority(alarm),
		 cryo_alarm_code(alarm), *detail ? " (" : "", detail, *detail ? ")" : "");
	return text;
}

void print_wrapped(const char *lead, const char *text)
{
	char line[TEXT_COLUMNS + 1];

	while (text_wrap(line, &text))
		printf("%s%s\n", lead, line);
}

static void print_line(const struct cryo_explanation *e)
{
	printf("%-5s %2u  %-18s %s\n", cryo_explanation_is_alarm(e) ? "alarm" : "fault",
	       cryo_explanation_code(e), cryo_explanation_name(e), cryo_explanation_title(e));
}

void json_explanation(struct json *j, const struct cryo_explanation *e)
{
	json_string(j, "kind", cryo_explanation_is_alarm(e) ? "alarm" : "fault");
	json_unsigned(j, "code", cryo_explanation_code(e));
	json_string(j, "name", cryo_explanation_name(e));
	json_string(j, "title", cryo_explanation_title(e));
	json_string(j, "cause", cryo_explanation_cause(e));
	json_string(j, "action", cryo_explanation_action(e));
}

static void print_json(const struct cryo_explanation *only)
{
	struct json j = { .out = stdout };
	const struct cryo_explanation *e;

	json_open(&j, NULL, '[');
	for (size_t i = 0; (e = cryo_explanation(i)); i++) {
		if (only && e != only)
			continue;
		json_open(&j, NULL, '{');
		json_explanation(&j, e);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	printf("\n");
}

static int list_all(const struct invocation *in)
{
	const struct cryo_explanation *e;

	if (in->json)
		print_json(NULL);
	for (size_t i = 0; !in->json && (e = cryo_explanation(i)); i++)
		print_line(e);
	return CTL_OK;
}

static int complain_of_word(const char *word)
{
	const char *names[NAMES_MAX];
	const struct cryo_explanation *e;
	size_t n = 0;

	while (n < NAMES_MAX && (e = cryo_explanation(n)))
		names[n++] = cryo_explanation_name(e);
	complain(CTL_NO_SUCH, "no fault or alarm %s; `cryoctl explain' lists them", word);
	complain_of_near(word, names, n);
	return CTL_NO_SUCH;
}

static void print_explanation(const struct cryo_explanation *e)
{
	printf("%s %u: %s\n", cryo_explanation_is_alarm(e) ? "Alarm" : "Fault",
	       cryo_explanation_code(e), cryo_explanation_name(e));
	printf("\nWhat it is\n");
	print_wrapped("  ", cryo_explanation_title(e));
	printf("\nCause\n");
	print_wrapped("  ", cryo_explanation_cause(e));
	printf("\nWhat to do\n");
	print_wrapped("  ", cryo_explanation_action(e));
}

int run_explain(struct invocation *in)
{
	const struct cryo_explanation *e;

	if (in->n_args == 0)
		return list_all(in);
	e = cryo_explain(in->args[0]);
	if (!e)
		return complain_of_word(in->args[0]);
	if (in->json)
		print_json(e);
	else
		print_explanation(e);
	return CTL_OK;
}
