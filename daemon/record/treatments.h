/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which treatment a probe's record belongs to. It begins with the treatment and goes on until the
 * needle may be withdrawn, whatever the outcome; one that was interrupted is taken up again.
 */
#pragma once

#include "daemon/probe/probes.h"
#include "daemon/record/recorder.h"

struct treatments {
	const struct probes *probes;
	struct recorder *recorder;
	int record_error;		/* why the record cannot be kept, 0 if it is */
	/* A record begins, with OUTCOME_NONE, or ends. */
	void (*changed)(uint64_t treatment, enum outcome outcome, void *userdata);
	void *userdata;
};

/*
 * Starts a treatment; @then gets the reply, and probe->treatment is the new number if it is good.
 * Takes over @details, which may be NULL, whatever it returns. Errors as from probe_request().
 */
int treatments_start(struct treatments *treatments, struct probe *probe, const struct protocol *protocol,
		     struct store_details *details, probe_reply_t then, void *userdata);

/* Keeps the record of a probe that was found; with @frozen, in the treatment probe->treatment. */
void treatments_attach(struct treatments *treatments, struct probe *probe, bool frozen);

/* After each step of a probe. */
void treatments_step(struct treatments *treatments, struct probe *probe);

/* The probe, or cryod, goes: a treatment that runs is recorded as interrupted. */
void treatments_cut(struct treatments *treatments, struct probe *probe);

/* The record cannot be kept: -errno; or can again: 0. */
void treatments_on_health(struct treatments *treatments, int error);
