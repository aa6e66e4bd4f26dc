// SPDX-License-Identifier: GPL-2.0-or-later
/* One line that says what each probe does, for `systemctl status`. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/status.h"
#include "daemon/words.h"

__attribute__((format(printf, 2, 3)))
static void add(char text[STATUS_MAX], const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, STATUS_MAX - used, format, args);
	va_end(args);
}

static void add_treatment(char text[STATUS_MAX], const struct treatment_status *status)
{
	add(text, "%s", phase_to_string(status->phase));
	if (status->phase == PHASE_COOL || status->phase == PHASE_FREEZE || status->phase == PHASE_THAW)
		add(text, " %u of %u", status->cycle, status->cycles);
	if (status->phase_left_ms)
		add(text, ", %u s left", (status->phase_left_ms + 999) / 1000);
	if (status->paused)
		add(text, ", paused");
	if (status->prompt && *status->prompt)
		add(text, ", waits for the operator");
}

/* The most urgent; what it is about stands in the journal. */
static void add_alarm(char text[STATUS_MAX], const struct treatment_status *status)
{
	if (!status->alarms)
		return;
	add(text, ", alarm %s", alarm_to_string(status->alarm[0].code));
	if (status->alarms > 1)
		add(text, " and %u more", status->alarms - 1);
}

void status_add_probe(char text[STATUS_MAX], const struct probe *probe)
{
	const struct control_step *step = &probe->latest;
	int32_t tip = step->frame.tip_mdegc;

	add(text, "%s%s %s: ", *text ? "; " : "", probe->node, probe->identity.serial);
	if (!step->frame.seq) {
		add(text, "no sample yet");
		return;
	}
	add_treatment(text, &step->treatment);
	if (tip == CRYO_FRAME_NOT_VALID)
		add(text, ", no tip temperature");
	else
		add(text, ", tip %d °C", (tip + (tip < 0 ? -500 : 500)) / 1000);
	if (step->interlock.state == CRYOPROBE_STATE_FAULT)
		add(text, ", fault %s", fault_to_string(step->interlock.first.code));
	add_alarm(text, &step->treatment);
}

void status_add_held(char text[STATUS_MAX], const char *node, int pid)
{
	add(text, "%s%s: held by pid %d", *text ? "; " : "", node, pid);
}
