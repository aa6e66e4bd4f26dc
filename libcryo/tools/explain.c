// SPDX-License-Identifier: LGPL-2.1-or-later
/* Faults and alarms in words, and the verb explain, which asks nobody. */
#include "cryoctl.h"
#include "suggest.h"

#define NAMES_MAX 128

const char *alarm_text(char text[TEXT_ALARM_MAX], const struct cryo_alarm *alarm)
{
	char detail[CRYO_TEXT_MAX];

	cryo_alarm_detail_text(alarm, detail, sizeof(detail));
	snprintf(text, TEXT_ALARM_MAX, "%s: %s%s%s%s", cryo_alarm_priority(alarm),
		 cryo_alarm_code(alarm), *detail ? " (" : "", detail, *detail ? ")" : "");
	return text;
}

static void print_line(const struct cryo_explanation *e)
{
	printf("%-5s %2u  %-18s %s\n", cryo_explanation_is_alarm(e) ? "alarm" : "fault",
	       cryo_explanation_code(e), cryo_explanation_name(e), cryo_explanation_title(e));
}

static int list_all(void)
{
	const struct cryo_explanation *e;

	for (size_t i = 0; (e = cryo_explanation(i)); i++)
		print_line(e);
	return CTL_OK;
}

static int complain_of_word(const char *word)
{
	const char *names[NAMES_MAX], *near[SUGGEST_MAX];
	const struct cryo_explanation *e;
	size_t n = 0, found;

	while (n < NAMES_MAX && (e = cryo_explanation(n)))
		names[n++] = cryo_explanation_name(e);
	complain(CTL_NO_SUCH, "no fault or alarm %s; `cryoctl explain' lists them", word);
	found = suggest(word, names, n, near);
	for (size_t i = 0; i < found; i++)
		fprintf(stderr, "%s %s%s", i ? "," : "Did you mean:", near[i],
			i + 1 == found ? "\n" : "");
	return CTL_NO_SUCH;
}

static void print_paragraph(const char *lead, const char *text)
{
	char line[TEXT_COLUMNS + 1];

	printf("\n%s\n", lead);
	while (text_wrap(line, &text))
		printf("  %s\n", line);
}

int run_explain(struct invocation *in)
{
	const struct cryo_explanation *e;

	if (in->n_args == 0)
		return list_all();
	e = cryo_explain(in->args[0]);
	if (!e)
		return complain_of_word(in->args[0]);
	printf("%s %u: %s\n", cryo_explanation_is_alarm(e) ? "Alarm" : "Fault",
	       cryo_explanation_code(e), cryo_explanation_name(e));
	print_paragraph("What it is", cryo_explanation_title(e));
	print_paragraph("Cause", cryo_explanation_cause(e));
	print_paragraph("What to do", cryo_explanation_action(e));
	return CTL_OK;
}
