// SPDX-License-Identifier: GPL-2.0-or-later
/* A probe as the main thread sees it: claim, identity, control thread, requests and their replies. */
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>

#include "daemon/probe/probe.h"
#include "daemon/util.h"
#include "daemon/words.h"

struct probe_pending {
	struct probe_pending *next;
	uint64_t id;
	probe_reply_t then;
	void *userdata;
};

struct journal_context probe_context(const struct probe *probe)
{
	return (struct journal_context){
		.serial = probe->identity.serial,
		.device = probe->node,
		.treatment = probe->recording ? probe->treatment : 0,
	};
}

static int probe_ioctl(struct probe *probe, unsigned long request, void *argument)
{
	return probe->io->ioctl(probe->io, probe->fd, request, argument);
}

/* The kernel's strings are believed to be terminated by nobody but us. */
static void terminate(struct probe *probe)
{
	probe->info.name[sizeof(probe->info.name) - 1] = '\0';
	probe->identity.model[sizeof(probe->identity.model) - 1] = '\0';
	probe->identity.serial[sizeof(probe->identity.serial) - 1] = '\0';
	for (int i = 0; i < CRYOPROBE_CHANNELS_MAX; i++)
		probe->info.channel[i].label[sizeof(probe->info.channel[i].label) - 1] = '\0';
}

static int probe_claim(struct probe *probe, struct cryoprobe_claim *ret_owner)
{
	struct cryoprobe_claim claim = { 0 };
	int r = probe_ioctl(probe, CRYOPROBE_IOC_CLAIM, &claim);

	claim.owner_comm[sizeof(claim.owner_comm) - 1] = '\0';
	if (r == -EBUSY)
		*ret_owner = claim;
	return r;
}

/*
 * One whose EEPROM cannot be read has no serial number, and still has to be told from others, and looked after
 * if it is cold.
 */
static void probe_name_unknown(struct probe *probe)
{
	struct cryoprobe_identity *identity = &probe->identity;

	if (!identity->serial[0])
		snprintf(identity->serial, sizeof(identity->serial), "no-id-%.16s", strrchr(probe->node, '/') + 1);
}

static int probe_identify(struct probe *probe)
{
	/* This open is for control: its queue of records would only run over. */
	struct cryoprobe_mask mask = { 0 };
	int r;

	r = probe_ioctl(probe, CRYOPROBE_IOC_INFO, &probe->info);
	if (r < 0)
		return r;
	if (probe->info.abi_version != CRYOPROBE_ABI_VERSION)
		return -EPROTO;
	r = probe_ioctl(probe, CRYOPROBE_IOC_IDENTITY, &probe->identity);
	if (r < 0)
		return r;
	terminate(probe);
	probe_name_unknown(probe);
	channel_map_from_info(&probe->info, &probe->map);
	return probe_ioctl(probe, CRYOPROBE_IOC_MASK, &mask);
}

static int probe_open_device(struct probe *probe, struct cryoprobe_claim *ret_owner)
{
	int r;

	r = probe->io->open(probe->io, probe->node, O_RDWR);
	if (r < 0)
		return r;
	probe->fd = r;
	r = probe_claim(probe, ret_owner);
	return r < 0 ? r : probe_identify(probe);
}

static struct probe *probe_alloc(const struct probe_io *io, const char *node,
				 const struct probe_listener *listener)
{
	struct probe *probe = calloc(1, sizeof(*probe));

	if (!probe)
		return NULL;
	probe->io = io;
	probe->listener = listener;
	probe->fd = probe->wake_fd = -EBADF;
	probe->node = strdup(node);
	if (!probe->node) {
		free(probe);
		return NULL;
	}
	return probe;
}

int probe_open(sd_event *event, const struct probe_io *io, const char *node,
	       const struct probe_listener *listener, struct cryoprobe_claim *ret_owner,
	       struct probe **ret)
{
	struct probe *probe = probe_alloc(io, node, listener);
	int r;

	if (!probe)
		return -ENOMEM;
	r = probe_open_device(probe, ret_owner);
	if (r >= 0)
		r = stream_new(event, &probe->stream);
	if (r < 0) {
		probe_free(probe);
		return r;
	}
	*ret = probe;
	return 0;
}

static void probe_on_step(struct probe *probe, const struct control_step *step)
{
	struct control_step before = probe->latest;

	probe->latest = *step;
	probe->fresh = true;
	probe->silent = false;
	probe->listener->step(probe, &before, probe->listener->userdata);
}

static void probe_on_reply(struct probe *probe, const struct control_reply *reply)
{
	struct probe_pending **at = &probe->pending, *found;

	while (*at && (*at)->id != reply->id)
		at = &(*at)->next;
	found = *at;
	if (!found)
		return;
	*at = found->next;
	found->then(probe, reply, found->userdata);
	free(found);
}

static void probe_on_trouble(struct probe *probe, const struct control_trouble *trouble)
{
	struct journal_context context = probe_context(probe);
	const char *call = control_call_to_string(trouble->call);

	if (trouble->call == CONTROL_CALL_EXCHANGE)
		probe->silent = trouble->error == -ETIME;
	if (!trouble->error)
		journal(LOG_NOTICE, JOURNAL_PLAIN, &context, "%s works again", call);
	else if (trouble->call == CONTROL_CALL_COMMAND)
		journal(LOG_WARNING, JOURNAL_COMMAND_REFUSED, &context, "the kernel %s",
			verdict_to_string(trouble->error));
	else
		journal(LOG_WARNING, JOURNAL_CALL_FAILS, &context, "%s fails: %s", call,
			strerror(-trouble->error));
}

static void probe_on_message(struct probe *probe, const struct control_message *message)
{
	switch (message->kind) {
	case CONTROL_STEP:
		probe_on_step(probe, &message->step);
		break;
	case CONTROL_EVENT:
		probe->listener->event(probe, &message->event, probe->listener->userdata);
		break;
	case CONTROL_REPLY:
		probe_on_reply(probe, &message->reply);
		break;
	case CONTROL_TROUBLE:
		probe_on_trouble(probe, &message->trouble);
		break;
	case CONTROL_GONE:
		break;
	}
}

static int probe_on_wake(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct probe *probe = userdata;
	struct control_message message;
	uint64_t count;

	(void)source;
	(void)revents;
	(void)!read(fd, &count, sizeof(count));
	probe->quiet_looks = 0;
	while (control_next_message(probe->control, &message)) {
		if (message.kind == CONTROL_GONE) {
			probe->listener->gone(probe, message.gone, probe->listener->userdata);
			return 0;
		}
		probe_on_message(probe, &message);
	}
	return 0;
}

static int probe_new_control(struct probe *probe, bool frozen)
{
	struct control_setup setup = {
		.io = probe->io, .fd = probe->fd, .wake_fd = probe->wake_fd, .map = probe->map,
		.period_us = probe->info.period_us, .watch_thaw = frozen,
		/* Nobody knows when the last one's flow ended: not later than now. */
		.last_flow_ns = now_ns(),
	};

	profile_from_info(&probe->info, &probe->identity, &setup.profile);
	return control_new(&setup, &probe->control);
}

int probe_start(struct probe *probe, sd_event *event, bool frozen, bool *ret_realtime)
{
	int r;

	probe->thaw_open = frozen;
	probe->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (probe->wake_fd < 0)
		return -errno;
	r = sd_event_add_io(event, &probe->wake, probe->wake_fd, EPOLLIN, probe_on_wake, probe);
	if (r < 0)
		return r;
	r = probe_new_control(probe, frozen);
	if (r < 0)
		return r;
	return control_start(probe->control, ret_realtime);
}

void probe_disarm(struct probe *probe)
{
	probe_ioctl(probe, CRYOPROBE_IOC_DISARM, NULL);
}

bool probe_look_at_uses(struct probe *probe)
{
	struct cryoprobe_identity identity;
	bool changed;

	if (probe_ioctl(probe, CRYOPROBE_IOC_IDENTITY, &identity) < 0)
		return false;
	changed = identity.uses_left != probe->identity.uses_left;
	probe->identity.uses_left = identity.uses_left;
	return changed;
}

void probe_tell_condition(struct probe *probe, enum alarm_code code, bool present, uint32_t detail)
{
	struct control_request request = {
		.kind = CONTROL_CONDITION,
		.condition = { .code = code, .present = present, .detail = detail },
	};

	control_request(probe->control, &request);
}

static void probe_forget_pending(struct probe *probe)
{
	struct probe_pending *pending;

	while ((pending = probe->pending)) {
		probe->pending = pending->next;
		pending->then(probe, NULL, pending->userdata);
		free(pending);
	}
}

void probe_free(struct probe *probe)
{
	if (!probe)
		return;
	control_free(probe->control);
	probe_forget_pending(probe);
	sd_event_source_disable_unref(probe->wake);
	safe_close(probe->wake_fd);
	stream_free(probe->stream);
	if (probe->fd >= 0)
		probe->io->close(probe->io, probe->fd);
	free(probe->node);
	free(probe);
}

int probe_request(struct probe *probe, struct control_request *request, probe_reply_t then,
		  void *userdata)
{
	struct probe_pending *pending = calloc(1, sizeof(*pending));

	if (!pending)
		return -ENOMEM;
	request->id = ++probe->last_request;
	if (!control_request(probe->control, request)) {
		free(pending);
		return -EXFULL;
	}
	*pending = (struct probe_pending){
		.next = probe->pending, .id = request->id, .then = then, .userdata = userdata,
	};
	probe->pending = pending;
	return 0;
}
