// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions to the record that callers wait for, and their replies. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/bus/bus-objects.h"
#include "daemon/record/answer.h"
#include "daemon/record/recorder.h"
#include "daemon/util.h"

struct bus_answer {
	struct bus_answer *next;
	uint64_t id, treatment;
	sd_bus_message *call;
	enum bus_answer_form form;
	const char *row;
	int fd;
};

static void forget(struct bus_answers *answers, struct bus_answer *answer)
{
	struct bus_answer **at = &answers->first;

	while (*at != answer)
		at = &(*at)->next;
	*at = answer->next;
	sd_bus_message_unref(answer->call);
	safe_close(answer->fd);
	free(answer);
}

int bus_answer_begin(struct bus_answers *answers, struct recorder *recorder, sd_bus_message *call,
		     const struct store_question *question, enum bus_answer_form form, const char *row)
{
	struct bus_answer *answer = calloc(1, sizeof(*answer));
	int r;

	if (!answer) {
		safe_close(question->fd);
		return -ENOMEM;
	}
	*answer = (struct bus_answer){
		.next = answers->first, .id = ++answers->last_id, .treatment = question->treatment,
		.call = sd_bus_message_ref(call), .form = form, .row = row, .fd = question->fd,
	};
	answers->first = answer;
	r = recorder_ask(recorder, answer->id, question);
	if (r < 0)
		forget(answers, answer);
	return r < 0 ? r : 1;
}

static int append_cells(sd_bus_message *reply, const struct answer_cell *cell, const char *types)
{
	int r = 0;

	for (; r >= 0 && *types; types++, cell++)
		r = sd_bus_message_append_basic(reply, *types, *types == 's' ? (void *)cell->s : &cell->t);
	return r;
}

static int append_rows(sd_bus_message *reply, const struct answer *cells, const char *row)
{
	size_t width = strlen(row);
	char type[16];
	int r;

	snprintf(type, sizeof(type), "(%s)", row);
	r = sd_bus_message_open_container(reply, 'a', type);
	for (size_t i = 0; r >= 0 && i + width <= cells->n; i += width) {
		r = sd_bus_message_open_container(reply, 'r', row);
		if (r >= 0)
			r = append_cells(reply, &cells->cell[i], row);
		if (r >= 0)
			r = sd_bus_message_close_container(reply);
	}
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_fact(sd_bus_message *reply, const struct answer_cell *cell)
{
	const char type[] = { cell[1].type, '\0' };
	int r = sd_bus_message_open_container(reply, 'e', "sv");

	if (r >= 0)
		r = sd_bus_message_append_basic(reply, 's', cell[0].s);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'v', type);
	if (r >= 0)
		r = append_cells(reply, &cell[1], type);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_facts(sd_bus_message *reply, const struct answer *cells)
{
	int r = sd_bus_message_open_container(reply, 'a', "{sv}");

	for (size_t i = 0; r >= 0 && i + 2 <= cells->n; i += 2)
		r = append_fact(reply, &cells->cell[i]);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_plain(sd_bus_message *reply, const struct answer *cells)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < cells->n; i++)
		r = append_cells(reply, &cells->cell[i], (const char[]){ cells->cell[i].type, '\0' });
	return r;
}

/* The reader gets a descriptor that nobody can change any more and that begins at its start. */
static int append_file(sd_bus_message *reply, int fd)
{
	fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	lseek(fd, 0, SEEK_SET);
	return sd_bus_message_append_basic(reply, 'h', &fd);
}

static int append(sd_bus_message *reply, const struct bus_answer *answer, const struct answer *cells)
{
	switch (answer->form) {
	case BUS_ANSWER_ROWS:
		return append_rows(reply, cells, answer->row);
	case BUS_ANSWER_FACTS:
		return append_facts(reply, cells);
	case BUS_ANSWER_PLAIN:
		return append_plain(reply, cells);
	case BUS_ANSWER_FILE:
		return append_file(reply, answer->fd);
	}
	return -EINVAL;
}

static int send_reply(const struct bus_answer *answer, const struct answer *cells)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(answer->call, &reply);
	if (r >= 0)
		r = append(reply, answer, cells);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static void send_error(const struct bus_answer *answer, int error)
{
	if (error == -ENOENT)
		sd_bus_reply_method_errorf(answer->call, BUS_ERROR("NoSuchRecord"),
					   "There is no record of treatment %" PRIu64, answer->treatment);
	else if (error == -EBADMSG)
		sd_bus_reply_method_errorf(answer->call, BUS_ERROR("RecordDamaged"), "%s",
					   store_error_text(error));
	else
		sd_bus_reply_method_errorf(answer->call, SD_BUS_ERROR_IO_ERROR, "The record: %s",
					   store_error_text(error));
}

void bus_answer_done(struct bus_answers *answers, uint64_t id, int error, const struct answer *cells)
{
	struct bus_answer *answer = answers->first;

	while (answer && answer->id != id)
		answer = answer->next;
	if (!answer)
		return;
	if (error >= 0)
		error = send_reply(answer, cells);
	if (error < 0)
		send_error(answer, error);
	forget(answers, answer);
}

void bus_answers_free(struct bus_answers *answers)
{
	while (answers->first)
		forget(answers, answers->first);
}
