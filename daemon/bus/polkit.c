// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the sender of a call may do an action: its user first, then polkit; answered later. */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/journal.h"
#include "daemon/bus/polkit.h"
#include "daemon/util.h"

#define ALLOW_INTERACTION	1U

/*
 * One question to the bus. Its slot owns it: it is freed with the answer, or
 * with the connection.
 */
struct question {
	sd_bus_message *call;
	const char *action;
	polkit_then_t then;
	polkit_then_as_t then_as;	/* instead of `then` */
	void *userdata;
	uint32_t uid;			/* of the caller, once the bus has told it */
};

static void question_free(void *userdata)
{
	struct question *question = userdata;

	sd_bus_message_unref(question->call);
	free(question);
}

/* Copies what is asked, because the slot of an earlier question frees that one. */
static int question_new(const struct question *what, struct question **ret)
{
	struct question *question = malloc(sizeof(*question));

	if (!question)
		return -ENOMEM;
	*question = *what;
	sd_bus_message_ref(question->call);
	*ret = question;
	return 0;
}

static int hand_over(struct question *question, sd_bus_slot *slot)
{
	sd_bus_slot_set_userdata(slot, question);
	sd_bus_slot_set_destroy_callback(slot, question_free);
	sd_bus_slot_set_floating(slot, 1);
	sd_bus_slot_unref(slot);
	return 1;
}

static int go_on(struct question *question)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	if (question->then_as)
		r = question->then_as(question->call, question->uid, question->userdata, &error);
	else
		r = question->then(question->call, question->userdata, &error);
	if (r < 0 || sd_bus_error_is_set(&error))
		sd_bus_reply_method_errno(question->call, r, &error);
	return 0;
}

static int refuse(struct question *question)
{
	return sd_bus_reply_method_errorf(question->call, SD_BUS_ERROR_ACCESS_DENIED,
					  "Not allowed; see the actions io.cryo1.* of polkit");
}

static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct question *question = userdata;
	int allowed, challenge;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL)) {
		journal(LOG_WARNING, JOURNAL_POLKIT_SILENT, NULL, "polkit does not answer: %s",
			sd_bus_message_get_error(reply)->message);
		return refuse(question);
	}
	if (sd_bus_message_enter_container(reply, 'r', "bba{ss}") < 0 ||
	    sd_bus_message_read(reply, "bb", &allowed, &challenge) < 0 || !allowed)
		return refuse(question);
	return go_on(question);
}

static int call_polkit(struct question *question)
{
	sd_bus *bus = sd_bus_message_get_bus(question->call);
	bool interactive = sd_bus_message_get_allow_interactive_authorization(question->call) > 0;
	sd_bus_slot *slot;
	int r;

	r = sd_bus_call_method_async(bus, &slot, "org.freedesktop.PolicyKit1",
				     "/org/freedesktop/PolicyKit1/Authority",
				     "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization",
				     on_polkit, question, "(sa{sv})sa{ss}us", "system-bus-name", 1,
				     "name", "s", sd_bus_message_get_sender(question->call),
				     question->action, 0, interactive ? ALLOW_INTERACTION : 0, "");
	return r < 0 ? r : hand_over(question, slot);
}

static int on_user(sd_bus_message *reply, void *userdata, sd_bus_error *error);

static int call_bus(struct question *question)
{
	sd_bus *bus = sd_bus_message_get_bus(question->call);
	sd_bus_slot *slot;
	int r;

	r = sd_bus_call_method_async(bus, &slot, "org.freedesktop.DBus", "/org/freedesktop/DBus",
				     "org.freedesktop.DBus", "GetConnectionUnixUser", on_user,
				     question, "s", sd_bus_message_get_sender(question->call));
	return r < 0 ? r : hand_over(question, slot);
}

static int ask(const struct question *what, int (*call)(struct question *question))
{
	struct question *question;
	int r = question_new(what, &question);

	if (r < 0)
		return r;
	r = call(question);
	if (r < 0)
		question_free(question);
	return r;
}

static int on_user(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct question *question = userdata;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "u", &question->uid) < 0)
		return refuse(question);
	if (question->uid == 0 || question->uid == geteuid())
		return go_on(question);
	return ask(question, call_polkit) < 0 ? refuse(question) : 0;
}

int polkit_ask(sd_bus_message *call, const char *action, polkit_then_t then, void *userdata)
{
	const struct question question = {
		.call = call, .action = action, .then = then, .userdata = userdata,
	};

	return ask(&question, call_bus);
}

int polkit_ask_as(sd_bus_message *call, const char *action, polkit_then_as_t then, void *userdata)
{
	const struct question question = {
		.call = call, .action = action, .then_as = then, .userdata = userdata,
	};

	return ask(&question, call_bus);
}
