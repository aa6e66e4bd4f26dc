// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the sender of a call may do an action: asked of polkit, answered later. */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/journal.h"
#include "daemon/polkit.h"
#include "daemon/util.h"

#define ALLOW_INTERACTION	1U

struct question {
	sd_bus_message *call;
	polkit_then_t then;
	void *userdata;
};

static void question_free(void *userdata)
{
	struct question *question = userdata;

	sd_bus_message_unref(question->call);
	free(question);
}

/* The slot owns the question: it is freed with the answer, or with the connection. */
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
	int r = question->then(question->call, question->userdata, &error);

	if (r < 0 || sd_bus_error_is_set(&error))
		sd_bus_reply_method_errno(question->call, r, &error);
	return 0;
}

static int refuse(struct question *question)
{
	return sd_bus_reply_method_errorf(question->call, SD_BUS_ERROR_ACCESS_DENIED,
					  "Not allowed; see the actions io.cryo1.* of polkit");
}

static int on_user(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct question *question = userdata;
	uint32_t uid;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "u", &uid) < 0 || (uid != 0 && uid != geteuid()))
		return refuse(question);
	return go_on(question);
}

static int ask_user(struct question *question)
{
	sd_bus *bus = sd_bus_message_get_bus(question->call);
	sd_bus_slot *slot;
	int r;

	r = sd_bus_call_method_async(bus, &slot, "org.freedesktop.DBus", "/org/freedesktop/DBus",
				     "org.freedesktop.DBus", "GetConnectionUnixUser", on_user,
				     question, "s", sd_bus_message_get_sender(question->call));
	return r < 0 ? r : hand_over(question, slot);
}

static int question_new(sd_bus_message *call, polkit_then_t then, void *userdata,
			struct question **ret)
{
	struct question *question = calloc(1, sizeof(*question));

	if (!question)
		return -ENOMEM;
	*question = (struct question){
		.call = sd_bus_message_ref(call), .then = then, .userdata = userdata,
	};
	*ret = question;
	return 0;
}

/* The first question's slot frees it, so the second one is a copy. */
static int ask_user_instead(const struct question *first)
{
	struct question *question;
	int r = question_new(first->call, first->then, first->userdata, &question);

	if (r < 0)
		return r;
	r = ask_user(question);
	if (r < 0)
		question_free(question);
	return r;
}

static bool is_absent(const sd_bus_error *error)
{
	return sd_bus_error_has_names(error, SD_BUS_ERROR_SERVICE_UNKNOWN,
				      SD_BUS_ERROR_NAME_HAS_NO_OWNER,
				      "org.freedesktop.DBus.Error.Spawn.ServiceNotFound",
				      "org.freedesktop.systemd1.NoSuchUnit");
}

static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct question *question = userdata;
	int allowed, challenge;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL)) {
		if (is_absent(sd_bus_message_get_error(reply)) && ask_user_instead(question) >= 0)
			return 0;
		journal(LOG_WARNING, JOURNAL_PLAIN, NULL, "polkit does not answer: %s",
			sd_bus_message_get_error(reply)->message);
		return refuse(question);
	}
	if (sd_bus_message_enter_container(reply, 'r', "bba{ss}") < 0 ||
	    sd_bus_message_read(reply, "bb", &allowed, &challenge) < 0 || !allowed)
		return refuse(question);
	return go_on(question);
}

static int ask_polkit(struct question *question, const char *action)
{
	sd_bus *bus = sd_bus_message_get_bus(question->call);
	bool interactive = sd_bus_message_get_allow_interactive_authorization(question->call) > 0;
	sd_bus_slot *slot;
	int r;

	r = sd_bus_call_method_async(bus, &slot, "org.freedesktop.PolicyKit1",
				     "/org/freedesktop/PolicyKit1/Authority",
				     "org.freedesktop.PolicyKit1.Authority", "CheckAuthorization",
				     on_polkit, question, "(sa{sv})sa{ss}us", "system-bus-name", 1,
				     "name", "s", sd_bus_message_get_sender(question->call), action,
				     0, interactive ? ALLOW_INTERACTION : 0, "");
	return r < 0 ? r : hand_over(question, slot);
}

int polkit_ask(sd_bus_message *call, const char *action, polkit_then_t then, void *userdata)
{
	struct question *question;
	int r = question_new(call, then, userdata, &question);

	if (r < 0)
		return r;
	r = ask_polkit(question, action);
	if (r < 0)
		question_free(question);
	return r;
}
