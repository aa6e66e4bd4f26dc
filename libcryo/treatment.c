// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verbs that treat with a probe, each with its twin that does not wait. */
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
	const struct twin twin = { handler, userdata, ret_call, NULL };
	int r = protocol ? probe_check(probe) : -EINVAL;

	return r < 0 ? r : ctx_call_async(probe->ctx, probe->path, PROBE_INTERFACE, "Start", &twin,
					  "sa{sv}", protocol, 0);
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
	const struct twin twin = { handler, userdata, ret_call, NULL };
	int r = code ? probe_check(probe) : -EINVAL;

	return r < 0 ? r : ctx_call_async(probe->ctx, probe->path, PROBE_INTERFACE, "AcknowledgeAlarm",
					  &twin, "s", code);
}

int cryo_probe_pause_audio(struct cryo_probe *probe, unsigned int seconds)
{
	return probe_call(probe, "PauseAudio", NULL, "u", seconds);
}

int cryo_probe_pause_audio_async(struct cryo_probe *probe, unsigned int seconds,
				 cryo_call_handler handler, void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { handler, userdata, ret_call, NULL };
	int r = probe_check(probe);

	return r < 0 ? r : ctx_call_async(probe->ctx, probe->path, PROBE_INTERFACE, "PauseAudio", &twin,
					  "u", seconds);
}

static int verb_async(struct cryo_probe *probe, const char *member, cryo_call_handler handler,
		      void *userdata, struct cryo_call **ret_call)
{
	const struct twin twin = { handler, userdata, ret_call, NULL };
	int r = probe_check(probe);

	return r < 0 ? r : ctx_call_async(probe->ctx, probe->path, PROBE_INTERFACE, member, &twin, NULL);
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

int cryo_probe_clear_fault(struct cryo_probe *probe)
{
	return probe_call(probe, "ClearFault", NULL, NULL);
}

int cryo_probe_clear_fault_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
				 struct cryo_call **ret_call)
{
	return verb_async(probe, "ClearFault", handler, userdata, ret_call);
}
