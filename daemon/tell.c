// SPDX-License-Identifier: GPL-2.0-or-later
/* What the journal is told of a probe: found or refused, phases, faults, alarms. */
#include <string.h>

#include "daemon/probe/iioprobe.h"
#include "daemon/tell.h"
#include "daemon/words.h"

static const char *fault_channel(const struct probe *probe, const struct cryoprobe_fault_record *first)
{
	if (first->channel < 0 || first->channel >= CRYOPROBE_CHANNELS_MAX)
		return "-";
	return probe->info.channel[first->channel].label;
}

/* The first fault comes with what was seen; the ones after it only with their name. */
static void tell_fault(struct probe *probe, uint32_t code)
{
	const struct cryoprobe_fault_record *first = &probe->latest.interlock.first;
	struct journal_context context = probe_context(probe);
	struct journal_fault fault = {
		.message_id = fault_to_message_id(code), .code = code, .name = fault_to_string(code),
	};

	if (code != first->code) {
		journal_about_fault(LOG_WARNING, &fault, &context,
				    "the kernel latched another fault: %s", fault.name);
		return;
	}
	fault.channel = fault_channel(probe, first);
	fault.value = first->value;
	fault.limit = first->limit;
	journal_about_fault(LOG_WARNING, &fault, &context,
			    "the kernel latched a fault: %s, channel %s, value %d, limit %d",
			    fault.name, fault.channel, fault.value, fault.limit);
}

unsigned int tell_faults(struct probe *probe, uint64_t before)
{
	uint64_t new = probe->latest.interlock.fault_mask & ~before & ~(1ULL << CRYOPROBE_FAULT_BOUND);

	for (uint32_t fault = 0; fault < 64; fault++)
		if (new >> fault & 1)
			tell_fault(probe, fault);
	return __builtin_popcountll(new);
}

void tell_stall(struct probe *probe)
{
	struct journal_context context = probe_context(probe);

	if (probe->latest.dropped)
		journal(LOG_WARNING, JOURNAL_STALLED, &context,
			"the main thread stalled, %u steps were not told", probe->latest.dropped);
}

void tell_phase(struct probe *probe, const struct treatment_event *event)
{
	struct journal_context context = probe_context(probe);

	journal(LOG_INFO, JOURNAL_PHASE, &context, "%s -> %s: %s", phase_to_string(event->old),
		phase_to_string(event->new), event->reason);
}

void tell_alarm(struct probe *probe, const struct treatment_event *event)
{
	struct journal_context context = probe_context(probe);
	struct journal_alarm alarm = {
		.message_id = alarm_to_message_id(event->new), .code = event->new,
		.name = alarm_to_string(event->new), .detail = event->detail,
	};

	journal_about_alarm(event->old == ALARM_HIGH ? LOG_CRIT : LOG_WARNING, &alarm, &context,
			    "alarm %s: %s, detail %u", alarm.name, event->reason, alarm.detail);
}

void tell_alarm_change(struct probe *probe, const struct treatment_event *event)
{
	struct journal_context context = probe_context(probe);

	journal(LOG_INFO, JOURNAL_PLAIN, &context, "alarm %s %s", alarm_to_string(event->new),
		event->kind == TREATMENT_EVENT_ALARM_GONE ? "is over" : "was acknowledged");
}

void tell_found(struct probe *probe, bool realtime)
{
	struct journal_context context = probe_context(probe);

	journal(LOG_INFO, JOURNAL_PROBE_FOUND, &context,
		"found %s, %u gauge, on %s, period %u us, %u channels",
		*probe->identity.model ? probe->identity.model : "a probe of no known model",
		probe->identity.gauge, probe->node, probe->info.period_us, probe->info.channels);
	if (realtime)
		journal(LOG_INFO, JOURNAL_PLAIN, &context, "control runs under SCHED_FIFO %d",
			CONTROL_PRIORITY);
	else
		journal(LOG_WARNING, JOURNAL_NOT_REALTIME, &context,
			"control runs without real-time priority");
	iioprobe_tell(probe->info.iio_device, &context);
}

void tell_refused(const char *node, int error)
{
	struct journal_context context = { .device = node };

	journal(LOG_ERR, JOURNAL_PROBE_REFUSED, &context, "cannot use %s: %s", node,
		error == -EPROTO ? "its driver speaks another version of the interface" :
		error == -EEXIST ? "another probe with its serial number is plugged in" :
		strerror(-error));
}
