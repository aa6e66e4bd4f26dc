// SPDX-License-Identifier: GPL-2.0-or-later
/* Which treatment a probe's record belongs to: from its start until the needle may be withdrawn. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/journal.h"
#include "daemon/record/treatments.h"
#include "daemon/util.h"

static void tell_record_condition(struct treatments *treatments, struct probe *probe)
{
	probe_tell_condition(probe, ALARM_RECORD, treatments->record_error,
			     abs(treatments->record_error));
}

static void remember_frozen(struct treatments *treatments, const struct probe *probe)
{
	struct store_frozen frozen = { .treatment = probe->treatment };

	memcpy(frozen.serial, probe->identity.serial, sizeof(frozen.serial));
	memcpy(frozen.protocol, probe->protocol, sizeof(frozen.protocol));
	recorder_set_frozen(treatments->recorder, &frozen);
}

/* The record of a treatment goes on until the needle may be withdrawn, whatever its outcome. */
static void end_record(struct treatments *treatments, struct probe *probe)
{
	enum outcome outcome = probe->latest.treatment.outcome;
	struct journal_context context = probe_context(probe);

	if (!probe->recording)
		return;
	journal(LOG_INFO, JOURNAL_TREATMENT_ENDED, &context, "treatment %" PRIu64 " has ended: %s",
		probe->treatment, outcome_to_string(outcome));
	recorder_end(treatments->recorder, probe->key, outcome);
	treatments->changed(probe->treatment, outcome, treatments->userdata);
	probe->recording = false;
}

/* The probe, or cryod, goes in the middle of a treatment. */
void treatments_cut(struct treatments *treatments, struct probe *probe)
{
	struct journal_context context = probe_context(probe);

	if (!probe->recording)
		return;
	journal(LOG_WARNING, JOURNAL_TREATMENT_INTERRUPTED, &context,
		"treatment %" PRIu64 " has ended: %s", probe->treatment,
		outcome_to_string(OUTCOME_INTERRUPTED));
	recorder_end(treatments->recorder, probe->key, OUTCOME_INTERRUPTED);
	treatments->changed(probe->treatment, OUTCOME_INTERRUPTED, treatments->userdata);
	remember_frozen(treatments, probe);
	probe->recording = false;
}

void treatments_step(struct treatments *treatments, struct probe *probe)
{
	const struct control_step *step = &probe->latest;

	if (probe->recording)
		recorder_step(treatments->recorder, probe->key, &step->frame);
	if (!probe_is_idle(probe))
		return;
	end_record(treatments, probe);
	if (probe->thaw_open)
		recorder_set_thawed(treatments->recorder, probe->identity.serial);
	probe->thaw_open = false;
}

/* Records are kept from an open of their own, so that control and record cannot disturb each other. */
static void open_record(struct treatments *treatments, struct probe *probe)
{
	struct journal_context context = probe_context(probe);
	int fd = probe->io->open(probe->io, probe->node, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		journal(LOG_ERR, JOURNAL_RECORD_FAILS, &context, "cannot open %s for its record: %s",
			probe->node, strerror(-fd));
	else
		recorder_add_probe(treatments->recorder, probe->key, probe->io, fd, &probe->map);
}

void treatments_attach(struct treatments *treatments, struct probe *probe, bool frozen)
{
	open_record(treatments, probe);
	if (frozen) {
		recorder_resume(treatments->recorder, probe->key, probe->treatment);
		probe->recording = true;
	}
	tell_record_condition(treatments, probe);
}

struct start {
	struct treatments *treatments;
	probe_reply_t then;
	void *userdata;
	char protocol[PROTOCOL_NAME_MAX];
	struct store_details *details;
};

static void start_free(struct start *start)
{
	free(start->details);
	free(start);
}

static void start_freep(struct start **start)
{
	start_free(*start);
}

/* Takes over @details. */
static void begin_record(struct treatments *treatments, struct probe *probe, struct store_details *details)
{
	struct store_treatment treatment = {
		.id = probe->treatment,
		.cryogen = probe->identity.cryogen,
		.gauge = probe->identity.gauge,
		.active_um = probe->identity.active_um,
		.driver_abi = probe->info.abi_version,
		.details = details,
		.started_ns = probe->latest.frame.time_ns,
	};

	memcpy(treatment.serial, probe->identity.serial, sizeof(treatment.serial));
	memcpy(treatment.model, probe->identity.model, sizeof(treatment.model));
	memcpy(treatment.protocol, probe->protocol, sizeof(treatment.protocol));
	recorder_begin(treatments->recorder, probe->key, &treatment);
	treatments->changed(probe->treatment, OUTCOME_NONE, treatments->userdata);
}

/* Comes before the first step of the treatment, so the record has it from its beginning. */
static void on_started(struct probe *probe, const struct control_reply *reply, void *userdata)
{
	_cleanup_(start_freep) struct start *start = userdata;
	struct journal_context context;

	if (reply && !reply->error) {
		probe->treatment = recorder_next_treatment(start->treatments->recorder);
		memcpy(probe->protocol, start->protocol, sizeof(probe->protocol));
		begin_record(start->treatments, probe, TAKE_PTR(start->details));
		probe->recording = true;
		context = probe_context(probe);
		journal(LOG_INFO, JOURNAL_TREATMENT_STARTED, &context,
			"treatment %" PRIu64 " started: %s", probe->treatment, probe->protocol);
	}
	start->then(probe, reply, start->userdata);
}

int treatments_start(struct treatments *treatments, struct probe *probe, const struct protocol *protocol,
		     struct store_details *details, probe_reply_t then, void *userdata)
{
	struct control_request request = { .kind = CONTROL_START, .protocol = *protocol };
	struct start *start = calloc(1, sizeof(*start));
	int r;

	if (!start) {
		free(details);
		return -ENOMEM;
	}
	*start = (struct start){
		.treatments = treatments, .details = details, .then = then, .userdata = userdata,
	};
	memcpy(start->protocol, protocol->name, sizeof(start->protocol));
	r = probe_request(probe, &request, on_started, start);
	if (r < 0)
		start_free(start);
	return r;
}

void treatments_on_health(struct treatments *treatments, int error)
{
	if (error)
		journal(LOG_ERR, JOURNAL_RECORD_FAILS, NULL, "the record cannot be kept: %s",
			store_error_text(error));
	else if (treatments->record_error)
		journal(LOG_NOTICE, JOURNAL_RECORD_WORKS, NULL, "the record is kept again");
	treatments->record_error = error;
	for (struct probe *probe = treatments->probes->first; probe; probe = probe->next)
		tell_record_condition(treatments, probe);
}
