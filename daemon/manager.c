// SPDX-License-Identifier: GPL-2.0-or-later
/* The probes, the recorder, the bus, and what happens between them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "daemon/devices.h"
#include "daemon/manager.h"
#include "daemon/record/answer.h"
#include "daemon/tell.h"
#include "daemon/util.h"
#include "daemon/words.h"

#define BUS_LOST_USEC		(10 * USEC_PER_SEC)
#define LOOK_USEC		(1 * USEC_PER_SEC)
/* Of these. The kernel lets no EXCHANGE wait for longer than two periods and 100 ms. */
#define QUIET_LOOKS_MAX		3
#define METRICS_LOOKS		15

static void update_inhibit(struct manager *manager)
{
	bool frozen = false;

	for (const struct probe *probe = manager->probes.first; probe; probe = probe->next)
		frozen |= probe->latest.treatment.phase >= PHASE_COOL;
	inhibit_set(manager->inhibit, bus_connection(manager->bus), frozen);
}

/* Told again only when it has changed. */
void manager_update_status(struct manager *manager)
{
	char text[STATUS_MAX] = "";

	for (const struct probe *probe = manager->probes.first; probe; probe = probe->next)
		status_add_probe(text, probe);
	for (const struct waiting *w = manager->waiting; w; w = w->next)
		status_add_held(text, w->node, w->owner);
	if (!*text)
		strcpy(text, "No probe");
	if (!strcmp(text, manager->status))
		return;
	memcpy(manager->status, text, sizeof(text));
	sd_notifyf(0, "STATUS=%s", text);
}

/* The first failure is told, and that it works again. */
static void tell_metrics(struct manager *manager, int error)
{
	if (error < 0 && !manager->metrics_error)
		journal(LOG_WARNING, JOURNAL_METRICS_FAIL, NULL, "metrics cannot be written to %s: %s",
			manager->metrics_path, error == -EBUSY ? "the disk hangs" : strerror(-error));
	else if (error >= 0 && manager->metrics_error)
		journal(LOG_INFO, JOURNAL_PLAIN, NULL, "metrics can be written to %s again",
			manager->metrics_path);
	manager->metrics_error = error;
}

/* As metrics_file_put(). */
static int put_metrics(struct manager *manager)
{
	const struct metrics_view view = {
		.metrics = &manager->metrics, .probes = &manager->probes,
		.bus = bus_connection(manager->bus), .record = !manager->treatments.record_error,
	};
	char *text = *manager->metrics_path ? metrics_text(&view) : NULL;

	return text ? metrics_file_put(manager->metrics_file, manager->metrics_path, text) : 0;
}

void manager_update(struct manager *manager)
{
	update_inhibit(manager);
	manager_update_status(manager);
}

/* The console has one sound: that of the most urgent alarm on any probe. */
void manager_update_sound(struct manager *manager)
{
	uint32_t heard = 0;

	for (const struct probe *probe = manager->probes.first; probe; probe = probe->next) {
		const struct treatment_status *status = &probe->latest.treatment;
		uint32_t priority = alarm_audio_heard(&probe->audio, status->alarm, status->alarms);

		heard = priority > heard ? priority : heard;
	}
	alarm_sound_set(manager->sound, heard);
}

static bool is_armed_now(const struct control_step *before, const struct control_step *now)
{
	return now->interlock.state == CRYOPROBE_STATE_ARMED && before->interlock.state != CRYOPROBE_STATE_ARMED;
}

static void on_step(struct probe *probe, const struct control_step *before, void *userdata)
{
	struct manager *manager = userdata;
	const struct control_step *now = &probe->latest;
	bool first = !before->frame.seq;

	manager->metrics.faults += tell_faults(probe, before->interlock.fault_mask);
	tell_stall(probe);
	treatments_step(&manager->treatments, probe);
	stream_send(probe->stream, &now->frame);
	if (probe->held && probe_is_idle(probe))
		bus_probe_released(manager->bus, probe);
	if (alarm_audio_step(&probe->audio, now->treatment.alarm, now->treatment.alarms, now_ns()))
		bus_probe_audio_over(manager->bus, probe);
	manager_update_sound(manager);
	if (is_armed_now(before, now) && probe_look_at_uses(probe))
		bus_probe_used(manager->bus, probe);
	if (first)
		bus_probe_added(manager->bus, probe);
	else
		bus_probe_stepped(manager->bus, probe, before);
	if (first || now->treatment.phase != before->treatment.phase)
		manager_update(manager);
}

static void on_alarm(struct manager *manager, struct probe *probe, const struct treatment_event *event)
{
	manager->metrics.alarms[alarm_priority(event->new)]++;
	tell_alarm(probe, event);
}

static void on_event(struct probe *probe, const struct treatment_event *event, void *userdata)
{
	struct manager *manager = userdata;

	recorder_event(manager->treatments.recorder, probe->key, event);
	if (event->kind == TREATMENT_EVENT_PHASE)
		tell_phase(probe, event);
	else if (event->kind == TREATMENT_EVENT_ALARM)
		on_alarm(manager, probe, event);
	else if (event->kind == TREATMENT_EVENT_ALARM_GONE ||
		 event->kind == TREATMENT_EVENT_ACKNOWLEDGED)
		tell_alarm_change(probe, event);
}

static void on_gone(struct probe *probe, int error, void *userdata)
{
	devices_drop(userdata, probe, error);
}

static void on_kernel_event(uint64_t key, const struct cryoprobe_event *event, void *userdata)
{
	struct manager *manager = userdata;

	for (struct probe *probe = manager->probes.first; probe; probe = probe->next) {
		struct journal_context context = probe_context(probe);

		if (probe->key == key)
			journal(LOG_DEBUG, JOURNAL_PLAIN, &context, "kernel: %s, %u -> %u",
				kernel_event_to_string(event->kind), event->old, event->new);
	}
}

static void on_answered(uint64_t id, int error, struct answer *answer, void *userdata)
{
	struct manager *manager = userdata;

	bus_answered(manager->bus, id, error, answer);
	answer_free(answer);
}

static void on_expired(uint64_t treatment, void *userdata)
{
	struct journal_context context = { .treatment = treatment };

	(void)userdata;
	journal(LOG_NOTICE, JOURNAL_RECORD_EXPIRED, &context, "the record of treatment %" PRIu64 " has expired",
		treatment);
}

static void on_record_changed(uint64_t treatment, enum outcome outcome, void *userdata)
{
	struct manager *manager = userdata;

	manager->metrics.treatments[outcome]++;
	bus_record_changed(manager->bus, treatment, outcome);
}

static int on_bus_lost(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct control_request request = { .kind = CONTROL_VERB, .verb = VERB_ABORT };
	struct manager *manager = userdata;

	(void)source;
	(void)usec;
	for (struct probe *probe = manager->probes.first; probe; probe = probe->next) {
		struct journal_context context = probe_context(probe);

		if (!probe->recording)
			continue;
		journal(LOG_CRIT, JOURNAL_BUS_ABORT, &context,
			"no bus for ten seconds: aborting, since nobody else could");
		control_request(probe->control, &request);
		probe_tell_condition(probe, ALARM_BUS, true, 0);
	}
	return 0;
}

/* Without a bus nobody can abort: SM-BUS. */
static void on_bus_changed(bool connected, void *userdata)
{
	struct manager *manager = userdata;

	if (connected) {
		journal(LOG_INFO, JOURNAL_BUS_BACK, NULL, "connected to the bus");
		update_inhibit(manager);
	} else {
		journal(LOG_WARNING, JOURNAL_BUS_LOST, NULL, "the bus is lost");
		sd_event_source_set_time_relative(manager->bus_lost, BUS_LOST_USEC);
	}
	sd_event_source_set_enabled(manager->bus_lost, connected ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
	for (struct probe *probe = manager->probes.first; connected && probe; probe = probe->next)
		probe_tell_condition(probe, ALARM_BUS, false, 0);
}

static void lose_control(struct manager *manager, struct probe *probe)
{
	struct journal_context context = probe_context(probe);

	journal(LOG_CRIT, JOURNAL_CONTROL_STUCK, &context,
		"control stands still; the kernel has closed the valves, cryod ends to be restarted");
	manager->control_lost = true;
	sd_event_exit(manager->event, -ETIME);
}

/* Beside what is done every second: a control thread speaks every period. One that does not is past helping: a thread cannot be ended. */
static int on_look(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct manager *manager = userdata;

	(void)usec;
	for (struct probe *probe = manager->probes.first; probe; probe = probe->next)
		if (++probe->quiet_looks > QUIET_LOOKS_MAX && !manager->control_lost)
			lose_control(manager, probe);
	manager_update_status(manager);
	if (++manager->looks % METRICS_LOOKS == 0)
		tell_metrics(manager, put_metrics(manager));
	sd_event_source_set_time_relative(source, LOOK_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

void manager_set_metrics(struct manager *manager, const char *path)
{
	snprintf(manager->metrics_path, sizeof(manager->metrics_path), "%s", path);
	/* How the last one ended was another file's affair. */
	put_metrics(manager);
}

bool manager_has_lost_control(const struct manager *manager)
{
	return manager && manager->control_lost;
}

void manager_abandon(struct manager *manager)
{
	struct probe *probe;

	for (probe = manager->probes.first; probe; probe = probe->next)
		probe_disarm(probe);
	for (probe = manager->probes.first; probe; probe = probe->next)
		treatments_cut(&manager->treatments, probe);
	recorder_free(manager->treatments.recorder);
	manager->treatments.recorder = NULL;
}

bool manager_is_alive(struct manager *manager)
{
	bool alive = true;

	for (struct probe *probe = manager->probes.first; probe; probe = probe->next)
		alive &= probe->fresh || probe->silent;
	for (struct probe *probe = manager->probes.first; alive && probe; probe = probe->next)
		probe->fresh = false;
	return alive;
}

static int add_timer(struct manager *manager, sd_event_source **ret, sd_event_time_handler_t handler)
{
	int r = sd_event_add_time_relative(manager->event, ret, CLOCK_MONOTONIC, 0,
					   USEC_PER_SEC / 10, handler, manager);

	return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

static void on_health(int error, void *userdata)
{
	struct manager *manager = userdata;

	treatments_on_health(&manager->treatments, error);
}

static int set_up_timers(struct manager *manager)
{
	int r;

	r = add_timer(manager, &manager->retry, devices_on_retry);
	if (r < 0)
		return r;
	r = add_timer(manager, &manager->bus_lost, on_bus_lost);
	if (r < 0)
		return r;
	r = add_timer(manager, &manager->look, on_look);
	if (r < 0)
		return r;
	sd_event_source_set_time_relative(manager->look, LOOK_USEC);
	return sd_event_source_set_enabled(manager->look, SD_EVENT_ONESHOT);
}

static int set_up_bus(struct manager *manager, const struct manager_setup *from)
{
	const struct bus_setup setup = {
		.address = from->bus_address,
		.protocol_path = from->protocol_path,
		.protocol_store = from->protocol_store,
		.probes = &manager->probes,
		.treatments = &manager->treatments,
		.changed = on_bus_changed,
		.userdata = manager,
	};

	return bus_new(manager->event, &setup, &manager->bus);
}

static int set_up(struct manager *manager, const struct manager_setup *setup)
{
	const struct recorder_listener listener = {
		.health = on_health, .event = on_kernel_event, .answered = on_answered, .expired = on_expired,
		.userdata = manager,
	};
	int r;

	r = set_up_timers(manager);
	if (r < 0)
		return r;
	r = inhibit_new(&manager->inhibit);
	if (r < 0)
		return r;
	r = metrics_file_new(&manager->metrics_file);
	if (r < 0)
		return r;
	if (setup->sound_program)
		r = alarm_sound_new(manager->event, setup->sound_program, &manager->sound);
	if (r < 0)
		return r;
	r = recorder_new(manager->event, setup->record_path, &listener, &manager->treatments.recorder);
	if (r < 0)
		return r;
	return set_up_bus(manager, setup);
}

int manager_new(sd_event *event, const struct manager_setup *setup, struct manager **ret)
{
	struct manager *manager = calloc(1, sizeof(*manager));
	int r;

	if (!manager)
		return -ENOMEM;
	manager->event = event;
	manager->io = setup->io;
	manager->started_s = time(NULL);
	manager->treatments = (struct treatments){
		.probes = &manager->probes, .changed = on_record_changed, .userdata = manager,
	};
	manager->listener = (struct probe_listener){
		.step = on_step, .event = on_event, .gone = on_gone, .userdata = manager,
	};
	r = set_up(manager, setup);
	if (r < 0) {
		manager_free(manager);
		return r;
	}
	*ret = manager;
	return 0;
}

void manager_limit_records(struct manager *manager, const struct store_limits *limits)
{
	recorder_limit(manager->treatments.recorder, limits);
}

/* First all valves, then everything that may take a moment. */
static void stop_probes(struct manager *manager)
{
	struct probe *probe;

	for (probe = manager->probes.first; probe; probe = probe->next)
		probe_disarm(probe);
	while ((probe = manager->probes.first)) {
		treatments_cut(&manager->treatments, probe);
		probes_remove(&manager->probes, probe);
		probe_free(probe);
	}
}

void manager_free(struct manager *manager)
{
	if (!manager)
		return;
	stop_probes(manager);
	recorder_free(manager->treatments.recorder);
	bus_free(manager->bus);
	inhibit_free(manager->inhibit);
	alarm_sound_free(manager->sound);
	metrics_file_free(manager->metrics_file);
	devices_forget(manager);
	sd_event_source_disable_unref(manager->retry);
	sd_event_source_disable_unref(manager->bus_lost);
	sd_event_source_disable_unref(manager->look);
	free(manager);
}
