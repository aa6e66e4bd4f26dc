/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that the record answers: the recorder is asked, and what it says later is their reply. */
#pragma once

#include <stdint.h>

#include <systemd/sd-bus.h>

#include "daemon/record/store.h"

struct bus_answer;
struct recorder;

struct bus_answers {
	struct bus_answer *first;
	uint64_t last_id;
};

/* How cells become a message. */
enum bus_answer_form {
	BUS_ANSWER_ROWS,		/* an array of structs */
	BUS_ANSWER_FACTS,		/* name and value, as a{sv} */
	BUS_ANSWER_PLAIN,		/* one argument each */
	BUS_ANSWER_FILE,
};

/*
 * Ask @question, whose reply has @form; of BUS_ANSWER_ROWS, @row is one row's signature, and not copied.
 * question->fd is no longer the caller's. To be returned by a method handler: 1, or -errno.
 */
int bus_answer_begin(struct bus_answers *answers, struct recorder *recorder, sd_bus_message *call,
		     const struct store_question *question, enum bus_answer_form form, const char *row);

/* The recorder has done @id, with 0 or -errno: its call is answered. @answer stays the caller's. */
void bus_answer_done(struct bus_answers *answers, uint64_t id, int error, const struct answer *answer);

/* Those that are not done are never answered. */
void bus_answers_free(struct bus_answers *answers);
