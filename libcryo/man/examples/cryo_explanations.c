// SPDX-License-Identifier: LGPL-2.1-or-later
/* Prints all faults and alarms with what to do. */
#include <stdio.h>

#include <cryo.h>

int main(void)
{
	const struct cryo_explanation *e;

	for (size_t i = 0; (e = cryo_explanation(i)); i++)
		printf("%s %s: %s\n", cryo_explanation_is_alarm(e) ? "alarm" : "fault",
		       cryo_explanation_name(e), cryo_explanation_action(e));
	return 0;
}
