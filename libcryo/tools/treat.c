// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verbs that change something. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cryoctl.h"

#define END_ORGAN_MAX_MM 1500

static void json_started(const struct cryo_probe *probe, const char *protocol, uint64_t treatment)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_string(&j, "serial", cryo_probe_serial(probe));
	json_string(&j, "protocol", protocol);
	json_unsigned(&j, "treatment", treatment);
	json_close(&j, '}');
	printf("\n");
}

static int parse_start(const struct invocation *in, struct cryo_start *ret)
{
	const char *mm = in->options[OPTION_END_ORGAN];
	unsigned long number = 0;
	char *end;

	if (mm) {
		number = strtoul(mm, &end, 10);
		if (mm[0] < '0' || mm[0] > '9' || *end || number < 1 || number > END_ORGAN_MAX_MM)
			return complain(CTL_USAGE, "--end-organ=%s is not a number of mm from 1 to %d", mm,
					END_ORGAN_MAX_MM);
	}
	*ret = (struct cryo_start){
		.operator_name = in->options[OPTION_OPERATOR],
		.patient = in->options[OPTION_PATIENT],
		.nerve = in->options[OPTION_NERVE],
		.end_organ_mm = number,
	};
	return CTL_OK;
}

int run_start(struct invocation *in)
{
	const char *protocol = in->args[0];
	struct cryo_start options;
	struct cryo_probe *probe;
	uint64_t treatment;
	int r;

	r = parse_start(in, &options);
	if (r == CTL_OK)
		r = select_probe(in, 1, &probe);
	if (r != CTL_OK)
		return r;
	r = cryo_probe_start_with(probe, protocol, &options, sizeof(options), &treatment);
	if (r == -ENOENT)
		return complain_of_protocol(in, protocol);
	if (r < 0)
		return complain_of_library(in, r);
	if (in->json)
		json_started(probe, protocol, treatment);
	else
		printf("Treatment %llu started: %s on %s\n", (unsigned long long)treatment,
		       protocol, cryo_probe_serial(probe));
	return CTL_OK;
}

int tell_done(const struct invocation *in, const struct cryo_probe *probe)
{
	struct json j = { .out = stdout };

	if (!in->json)
		return CTL_OK;
	json_open(&j, NULL, '{');
	json_string(&j, "serial", cryo_probe_serial(probe));
	json_string(&j, "done", in->verb);
	json_close(&j, '}');
	printf("\n");
	return CTL_OK;
}

static int run_verb(struct invocation *in, int (*verb)(struct cryo_probe *probe))
{
	struct cryo_probe *probe;
	int r;

	r = select_probe(in, 0, &probe);
	if (r != CTL_OK)
		return r;
	r = verb(probe);
	return r < 0 ? complain_of_library(in, r) : tell_done(in, probe);
}

int run_pause(struct invocation *in)
{
	return run_verb(in, cryo_probe_pause);
}

int run_resume(struct invocation *in)
{
	return run_verb(in, cryo_probe_resume);
}

int run_advance(struct invocation *in)
{
	return run_verb(in, cryo_probe_advance);
}

int run_end_phase(struct invocation *in)
{
	return run_verb(in, cryo_probe_end_phase);
}

int run_repeat(struct invocation *in)
{
	return run_verb(in, cryo_probe_repeat);
}

int run_abort(struct invocation *in)
{
	return run_verb(in, cryo_probe_abort);
}

int run_take_over(struct invocation *in)
{
	return run_verb(in, cryo_probe_take_over);
}

int run_clear_fault(struct invocation *in)
{
	return run_verb(in, cryo_probe_clear_fault);
}
