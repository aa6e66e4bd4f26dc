// SPDX-License-Identifier: LGPL-2.1-or-later
/* Faults and alarms in words for people: the entries of docs/faults.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults-table.h"
#include "internal.h"

/* What the number of an alarm's detail is. */
enum detail {
	DETAIL_NONE,
	DETAIL_FAULT,			/* a fault's number */
	DETAIL_PHASE,
	DETAIL_ERRNO,
	DETAIL_UM,
	DETAIL_KPA,
	DETAIL_MK,			/* thousandths of a degree */
	DETAIL_S,
};

struct cryo_explanation {
	unsigned int code;
	bool is_alarm;
	enum detail detail;
	const char *name, *title, *cause, *action;
};

#define FAULT(code, symbol, name, title, cause, action, message) \
	{ code, false, DETAIL_NONE, name, title, cause, action },
#define ALARM(code, symbol, name, title, cause, action, message, priority, latching, detail) \
	{ code, true, DETAIL_##detail, name, title, cause, action },

static const struct cryo_explanation explanations[] = {
	FAULTS(FAULT)
	ALARMS(ALARM)
};

#define N_EXPLANATIONS (sizeof(explanations) / sizeof(explanations[0]))

const struct cryo_explanation *cryo_explanation(size_t index)
{
	return index < N_EXPLANATIONS ? &explanations[index] : NULL;
}

static const struct cryo_explanation *find_fault(unsigned long code)
{
	for (size_t i = 0; i < N_EXPLANATIONS; i++)
		if (!explanations[i].is_alarm && explanations[i].code == code)
			return &explanations[i];
	return NULL;
}

const struct cryo_explanation *cryo_explain(const char *word)
{
	char *end;
	unsigned long code = strtoul(word, &end, 10);

	for (size_t i = 0; i < N_EXPLANATIONS; i++)
		if (!strcmp(explanations[i].name, word))
			return &explanations[i];
	return *word >= '0' && *word <= '9' && !*end ? find_fault(code) : NULL;
}

unsigned int cryo_explanation_code(const struct cryo_explanation *e)
{
	return e->code;
}

bool cryo_explanation_is_alarm(const struct cryo_explanation *e)
{
	return e->is_alarm;
}

const char *cryo_explanation_name(const struct cryo_explanation *e)
{
	return e->name;
}

const char *cryo_explanation_title(const struct cryo_explanation *e)
{
	return e->title;
}

const char *cryo_explanation_cause(const struct cryo_explanation *e)
{
	return e->cause;
}

const char *cryo_explanation_action(const struct cryo_explanation *e)
{
	return e->action;
}

static const char *fault_name(uint32_t code)
{
	const struct cryo_explanation *fault = find_fault(code);

	return fault ? fault->name : "unknown";
}

const char *cryo_alarm_detail_text(const struct cryo_alarm *alarm, char *text, size_t size)
{
	const struct cryo_explanation *e = cryo_explain(alarm->code);
	int32_t value = alarm->detail;

	switch (e ? e->detail : DETAIL_NONE) {
	case DETAIL_NONE:
		snprintf(text, size, "%s", "");
		break;
	case DETAIL_FAULT:
		snprintf(text, size, "%s", fault_name(alarm->detail));
		break;
	case DETAIL_PHASE:
		snprintf(text, size, "%s", cryo_phase_to_string((enum cryo_phase)value));
		break;
	case DETAIL_ERRNO:
		snprintf(text, size, "%s", strerrordesc_np(value) ?: "unknown error");
		break;
	case DETAIL_UM:
		snprintf(text, size, "%.1f mm", value / 1000.0);
		break;
	case DETAIL_KPA:
		snprintf(text, size, "%d kPa", value);
		break;
	case DETAIL_MK:
		snprintf(text, size, "%.1f K", value / 1000.0);
		break;
	case DETAIL_S:
		snprintf(text, size, "%d s", value);
		break;
	}
	return text;
}
