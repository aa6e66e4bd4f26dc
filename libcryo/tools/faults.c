// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is wrong with a probe, and what to do: the verbs faults, acknowledge and silence. */
#include <stdlib.h>
#include <string.h>

#include "cryoctl.h"

#define SILENCE_S	120
#define SILENCE_MAX_S	600

static void print_advice(const char *name)
{
	const struct cryo_explanation *e = cryo_explain(name);

	if (!e)
		return;
	print_wrapped("  ", cryo_explanation_title(e));
	print_wrapped("  > ", cryo_explanation_action(e));
}

static void print_alarms(const struct cryo_probe *p)
{
	const struct cryo_alarm *a;
	char text[TEXT_ALARM_MAX];

	for (size_t i = 0; (a = cryo_probe_alarm(p, i)); i++) {
		printf("%s: alarm %s%s%s\n", cryo_probe_serial(p), alarm_text(text, a),
		       cryo_alarm_is_present(a) ? "" : ", over",
		       cryo_alarm_is_acknowledged(a) ? ", acknowledged" : "");
		print_advice(cryo_alarm_code(a));
	}
}

static void print_faults(const struct cryo_probe *p)
{
	const char *const *faults = cryo_probe_faults(p);

	for (size_t i = 0; faults[i]; i++) {
		printf("%s: fault %s\n", cryo_probe_serial(p), faults[i]);
		print_advice(faults[i]);
	}
}

static void json_named(struct json *j, const struct cryo_probe *p, const char *name)
{
	const struct cryo_explanation *e = cryo_explain(name);

	json_string(j, "serial", cryo_probe_serial(p));
	if (e)
		json_explanation(j, e);
	else
		json_string(j, "name", name);
}

static void json_entries(struct json *j, const struct cryo_probe *p)
{
	const char *const *faults = cryo_probe_faults(p);
	const struct cryo_alarm *a;

	for (size_t i = 0; (a = cryo_probe_alarm(p, i)); i++) {
		json_open(j, NULL, '{');
		json_named(j, p, cryo_alarm_code(a));
		json_alarm(j, a);
		json_close(j, '}');
	}
	for (size_t i = 0; faults[i]; i++) {
		json_open(j, NULL, '{');
		json_named(j, p, faults[i]);
		json_close(j, '}');
	}
}

static void print_all(const struct invocation *in, struct cryo_probe *const probes[], size_t n)
{
	struct json j = { .out = stdout };

	if (in->json)
		json_open(&j, NULL, '[');
	for (size_t i = 0; i < n; i++) {
		if (in->json) {
			json_entries(&j, probes[i]);
			continue;
		}
		print_alarms(probes[i]);
		print_faults(probes[i]);
	}
	if (in->json) {
		json_close(&j, ']');
		printf("\n");
	}
}

int run_faults(struct invocation *in)
{
	struct cryo_probe *probes[PROBES_MAX];
	size_t n;
	int r = select_probes(in, 0, probes, &n);

	if (r == CTL_OK)
		print_all(in, probes, n);
	return r;
}

/* CTL_OK, or an exit code after a complaint that names the near ones. */
static int check_alarm(const struct cryo_probe *p, const char *name)
{
	const struct cryo_alarm *a;
	const char *names[32];
	size_t n = 0;

	while (n < N_ELEMENTS(names) && (a = cryo_probe_alarm(p, n))) {
		names[n++] = cryo_alarm_code(a);
		if (!strcmp(cryo_alarm_code(a), name))
			return CTL_OK;
	}
	complain(CTL_NO_SUCH, "%s has no alarm %s", cryo_probe_serial(p), name);
	complain_of_near(name, names, n);
	return CTL_NO_SUCH;
}

int run_acknowledge(struct invocation *in)
{
	struct cryo_probe *probe;
	int r = select_probe(in, 1, &probe);

	if (r == CTL_OK)
		r = check_alarm(probe, in->args[0]);
	if (r != CTL_OK)
		return r;
	r = cryo_probe_acknowledge(probe, in->args[0]);
	return r < 0 ? complain_of_library(in, r) : tell_done(in, probe);
}

static int parse_seconds(const char *text, unsigned int *ret_seconds)
{
	unsigned long seconds;
	char *end;

	if (!text)
		return CTL_OK;
	seconds = strtoul(text, &end, 10);
	if (end == text || *end || *text == '-' || seconds > SILENCE_MAX_S)
		return complain(CTL_USAGE, "--for=%s is not a number of seconds from 0 to %d", text,
				SILENCE_MAX_S);
	*ret_seconds = seconds;
	return CTL_OK;
}

int run_silence(struct invocation *in)
{
	unsigned int seconds = SILENCE_S;
	struct cryo_probe *probe;
	int r = parse_seconds(in->options[OPTION_FOR], &seconds);

	if (r == CTL_OK)
		r = select_probe(in, 0, &probe);
	if (r != CTL_OK)
		return r;
	r = cryo_probe_pause_audio(probe, seconds);
	return r < 0 ? complain_of_library(in, r) : tell_done(in, probe);
}
