// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verbs that treat with a probe, each with its twin that does not wait. */
#include <string.h>

#include "internal.h"

static int read_treatment(struct cryo_ctx *ctx, sd_bus_message *reply, uint64_t *ret_treatment)
{
	uint64_t treatment;

	if (sd_bus_message_read(reply, "t", &treatment) <= 0)
		return ctx_fail_answer(ctx, "Start");
	if (ret_treatment)
		*ret_treatment = treatment;
	return 0;
}

int cryo_probe_start(struct cryo_probe *probe, const char *protocol, uint64_t *ret_treatment)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r;

	if (!protocol)
		return -EINVAL;
	r = probe_call(probe, "Start", &reply, "sa{sv}", protocol, 0);
	return r < 0 ? r : read_treatment(probe->ctx, reply, ret_treatment);
}

int cryo_probe_start_async(struct cryo_probe *probe, const char *protocol, cryo_call_handler handler,
			   void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return protocol ? probe_call_async(probe, "Start", &twin, "sa{sv}", protocol, 0) : -EINVAL;
}

static int append_text(sd_bus_message *m, const char *key, const char *text)
{
	return text ? sd_bus_message_append(m, "{sv}", key, "s", text) : 0;
}

static int append_options(sd_bus_message *m, const struct cryo_start *options)
{
	int r;

	r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0)
		r = append_text(m, "operator", options->operator_name);
	if (r >= 0)
		r = append_text(m, "patient", options->patient);
	if (r >= 0)
		r = append_text(m, "nerve", options->nerve);
	if (r >= 0 && options->end_organ_mm)
		r = sd_bus_message_append(m, "{sv}", "end-organ-mm", "u", options->end_organ_mm);
	return r < 0 ? r : sd_bus_message_close_container(m);
}

/* What the caller's struct of @size bytes says, whatever its age. */
static int take_options(const struct cryo_start *from, size_t size, struct cryo_start *ret)
{
	const char *byte = (const char *)from;

	for (size_t i = sizeof(*ret); i < size; i++)
		if (byte[i])
			return -E2BIG;
	memset(ret, 0, sizeof(*ret));
	memcpy(ret, from, size < sizeof(*ret) ? size : sizeof(*ret));
	return 0;
}

static int start_message_new(struct cryo_probe *probe, const char *protocol,
			     const struct cryo_start *from, size_t size, sd_bus_message **ret_message)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	struct cryo_start options;
	int r;

	if (!protocol || !from)
		return -EINVAL;
	r = take_options(from, size, &options);
	if (r >= 0)
		r = probe_message_new(probe, "Start", &m);
	if (r < 0)
		return r;
	r = sd_bus_message_append(m, "s", protocol);
	if (r >= 0)
		r = append_options(m, &options);
	if (r < 0)
		return ctx_fail(probe->ctx, -r, "Start: %s", strerror(-r));
	*ret_message = TAKE_PTR(m);
	return 0;
}

int cryo_probe_start_with(struct cryo_probe *probe, const char *protocol, const struct cryo_start *options,
			  size_t size, uint64_t *ret_treatment)
{
	_cleanup_message_ sd_bus_message *m = NULL, *reply = NULL;
	int r;

	r = start_message_new(probe, protocol, options, size, &m);
	if (r >= 0)
		r = ctx_call_message(probe->ctx, m, &reply);
	return r < 0 ? r : read_treatment(probe->ctx, reply, ret_treatment);
}

int cryo_probe_start_with_async(struct cryo_probe *probe, const char *protocol,
				const struct cryo_start *options, size_t size, cryo_call_handler handler,
				void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };
	_cleanup_message_ sd_bus_message *m = NULL;
	int r;

	r = start_message_new(probe, protocol, options, size, &m);
	return r < 0 ? r : ctx_call_message_async(probe->ctx, m, "Start", &twin);
}

int cryo_probe_start_finish(struct cryo_call *call, uint64_t *ret_treatment)
{
	sd_bus_message *reply;
	int r = call_reply(call, "Start", &reply);

	return r < 0 ? r : read_treatment(call->ctx, reply, ret_treatment);
}

int cryo_probe_acknowledge(struct cryo_probe *probe, const char *code)
{
	return code ? probe_call(probe, "AcknowledgeAlarm", NULL, "s", code) : -EINVAL;
}

int cryo_probe_acknowledge_async(struct cryo_probe *probe, const char *code, cryo_call_handler handler,
				 void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return code ? probe_call_async(probe, "AcknowledgeAlarm", &twin, "s", code) : -EINVAL;
}

int cryo_probe_pause_audio(struct cryo_probe *probe, unsigned int seconds)
{
	return probe_call(probe, "PauseAudio", NULL, "u", seconds);
}

int cryo_probe_pause_audio_async(struct cryo_probe *probe, unsigned int seconds,
				 cryo_call_handler handler, void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return probe_call_async(probe, "PauseAudio", &twin, "u", seconds);
}

static int verb_async(struct cryo_probe *probe, const char *member, cryo_call_handler handler,
		      void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { .handler = handler, .userdata = userdata, .ret_call = ret_call };

	return probe_call_async(probe, member, &twin, NULL);
}

int cryo_probe_pause(struct cryo_probe *probe)
{
	return probe_call(probe, "Pause", NULL, NULL);
}

int cryo_probe_pause_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			   struct cryo_call **ret_call)
{
	return verb_async(probe, "Pause", handler, userdata, ret_call);
}

int cryo_probe_resume(struct cryo_probe *probe)
{
	return probe_call(probe, "Resume", NULL, NULL);
}

int cryo_probe_resume_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			    struct cryo_call **ret_call)
{
	return verb_async(probe, "Resume", handler, userdata, ret_call);
}

int cryo_probe_advance(struct cryo_probe *probe)
{
	return probe_call(probe, "Advance", NULL, NULL);
}

int cryo_probe_advance_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			     struct cryo_call **ret_call)
{
	return verb_async(probe, "Advance", handler, userdata, ret_call);
}

int cryo_probe_end_phase(struct cryo_probe *probe)
{
	return probe_call(probe, "EndPhase", NULL, NULL);
}

int cryo_probe_end_phase_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			       struct cryo_call **ret_call)
{
	return verb_async(probe, "EndPhase", handler, userdata, ret_call);
}

int cryo_probe_repeat(struct cryo_probe *probe)
{
	return probe_call(probe, "Repeat", NULL, NULL);
}

int cryo_probe_repeat_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			    struct cryo_call **ret_call)
{
	return verb_async(probe, "Repeat", handler, userdata, ret_call);
}

int cryo_probe_abort(struct cryo_probe *probe)
{
	return probe_call(probe, "Abort", NULL, NULL);
}

int cryo_probe_abort_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			   struct cryo_call **ret_call)
{
	return verb_async(probe, "Abort", handler, userdata, ret_call);
}

int cryo_probe_take_over(struct cryo_probe *probe)
{
	return probe_call(probe, "TakeOver", NULL, NULL);
}

int cryo_probe_take_over_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			       struct cryo_call **ret_call)
{
	return verb_async(probe, "TakeOver", handler, userdata, ret_call);
}

int cryo_probe_clear_fault(struct cryo_probe *probe)
{
	return probe_call(probe, "ClearFault", NULL, NULL);
}

int cryo_probe_clear_fault_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
				 struct cryo_call **ret_call)
{
	return verb_async(probe, "ClearFault", handler, userdata, ret_call);
}
