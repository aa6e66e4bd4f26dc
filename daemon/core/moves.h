/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From phase to phase. Whatever goes wrong ends in warm to withdraw; no move leads to idle while the
 * tip may be frozen. Each @reason is static text.
 */
#pragma once

#include "daemon/core/state.h"

/* Into @phase, with its clock at zero and its prompt told. */
void move_to(struct treatment *t, enum phase phase, const char *reason);

/* Tells what the operator is asked now. */
void move_ask(struct treatment *t);

/* Out of a pause, if there is one. */
void move_resume(struct treatment *t, const char *reason);

/* The treatment ends early: warm to withdraw. */
void move_stop(struct treatment *t, enum outcome outcome, const char *reason);

/* To warm to withdraw, from anywhere: flow may have gone on until @last_flow_ns. */
void move_watch_thaw(struct treatment *t, enum outcome outcome, int64_t last_flow_ns,
		     const char *reason);

/* A self-test by itself is over: idle. What is known of the last treatment stays. */
void move_end_test(struct treatment *t, const char *reason);

/* The treatment is over: idle. */
void move_finish(struct treatment *t, const char *reason);

/* Into the next cycle; out of this one, to the thaw after it or, after the last, to warm. */
void move_to_cycle(struct treatment *t, const char *reason);
void move_from_cycle(struct treatment *t, const char *reason);
