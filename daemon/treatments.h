/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which treatment a probe's record belongs to. It begins with the treatment and goes on until the
 * needle may be withdrawn, whatever the outcome; one that was interrupted is taken up again.
 */
#pragma once

#include "daemon/manager.h"

/*
 * Starts a treatment; @then gets the reply, and probe->treatment is the new number if it is good.
 * Errors as from probe_request().
 */
int treatments_start(struct manager *manager, struct probe *probe, const struct protocol *protocol,
		     probe_reply_t then, void *userdata);

/* Keeps the record of a probe that was found; with @frozen, in the treatment probe->treatment. */
void treatments_attach(struct manager *manager, struct probe *probe, bool frozen);

/* After each step of a probe. */
void treatments_step(struct manager *manager, struct probe *probe);

/* The probe, or cryod, goes: a treatment that runs is recorded as interrupted. */
void treatments_cut(struct manager *manager, struct probe *probe);

/* For the recorder's listener, with the manager as @userdata. */
void treatments_on_health(int error, void *userdata);
