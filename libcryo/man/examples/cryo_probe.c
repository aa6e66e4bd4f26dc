// SPDX-License-Identifier: LGPL-2.1-or-later
/* Prints every probe with the temperature of its tip, and its alarms. */
#include <stdio.h>

#include <cryo.h>

static void print_probe(const struct cryo_probe *probe)
{
	const struct cryo_alarm *alarm;

	printf("%s: %s", cryo_probe_serial(probe), cryo_phase_to_string(cryo_probe_phase(probe)));
	if (cryo_probe_tip_mdegc(probe) != CRYO_NOT_VALID)
		printf(", %.1f degC", cryo_probe_tip_mdegc(probe) / 1000.0);
	printf("\n");
	for (size_t i = 0; (alarm = cryo_probe_alarm(probe, i)); i++)
		printf("  %s: %s\n", cryo_alarm_priority(alarm), cryo_alarm_code(alarm));
}

int main(void)
{
	CRYO_CLEANUP(cryo_ctx_unref) struct cryo_ctx *ctx = NULL;
	struct cryo_probe *probe;

	if (cryo_ctx_new(&ctx) < 0)
		return 1;
	for (size_t i = 0; (probe = cryo_ctx_probe(ctx, i)); i++)
		if (cryo_probe_refresh(probe) >= 0)
			print_probe(probe);
	return 0;
}
