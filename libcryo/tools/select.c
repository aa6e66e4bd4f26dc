// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which probe is meant; what to say when a name is wrong. */
#include <stdlib.h>
#include <string.h>

#include "cryoctl.h"
#include "suggest.h"

static void print_names(const char *lead, const char *const names[], size_t n)
{
	fprintf(stderr, "%s", lead);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "%s%s", i ? ", " : " ", names[i]);
	fprintf(stderr, "\n");
}

static bool print_near(const char *wrong, const char *const names[], size_t n)
{
	const char *near[SUGGEST_MAX];
	size_t found = suggest(wrong, names, n, near);

	if (found)
		print_names("Did you mean:", near, found);
	return found;
}

void complain_of_near(const char *wrong, const char *const names[], size_t n)
{
	print_near(wrong, names, n);
}

/* Near names, or all of them where none is near. */
static void print_near_or_all(const char *wrong, const char *const names[], size_t n)
{
	if (!print_near(wrong, names, n) && n)
		print_names("There is:", names, n);
}

static size_t serials(const struct cryo_ctx *ctx, const char *names[], size_t max)
{
	size_t n = cryo_ctx_probe_count(ctx);

	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++)
		names[i] = cryo_probe_serial(cryo_ctx_probe(ctx, i));
	return n;
}

int select_probe(const struct invocation *in, int index, struct cryo_probe **ret_probe)
{
	const char *name = index < in->n_args ? in->args[index] : NULL;
	const char *names[PROBES_MAX];
	struct cryo_probe *probe;
	size_t n;

	if (!cryo_ctx_daemon_runs(in->ctx))
		return complain(CTL_NO_DAEMON, "cryod does not run: nobody owns io.cryo1 on the bus");
	n = serials(in->ctx, names, N_ELEMENTS(names));
	if (n == 0)
		return complain(CTL_NO_SUCH, "no probe is plugged in");
	if (!name && n > 1) {
		complain(CTL_NO_SUCH, "more than one probe is plugged in: name one");
		print_names("There is:", names, n);
		return CTL_NO_SUCH;
	}
	probe = name ? cryo_ctx_find_probe(in->ctx, name) : cryo_ctx_probe(in->ctx, 0);
	if (!probe) {
		complain(CTL_NO_SUCH, "no probe %s is plugged in", name);
		print_near_or_all(name, names, n);
		return CTL_NO_SUCH;
	}
	*ret_probe = probe;
	return CTL_OK;
}

static int all_probes(const struct invocation *in, struct cryo_probe *ret_probes[PROBES_MAX], size_t *ret_n)
{
	size_t n = 0;

	if (!cryo_ctx_daemon_runs(in->ctx))
		return complain(CTL_NO_DAEMON, "cryod does not run: nobody owns io.cryo1 on the bus");
	while (n < PROBES_MAX && (ret_probes[n] = cryo_ctx_probe(in->ctx, n)))
		n++;
	if (n == 0 && !in->json)
		fprintf(stderr, "No probe is plugged in.\n");
	*ret_n = n;
	return CTL_OK;
}

int select_probes(const struct invocation *in, int index, struct cryo_probe *ret_probes[PROBES_MAX],
		  size_t *ret_n)
{
	size_t n = 1;
	int r;

	r = index < in->n_args ? select_probe(in, index, ret_probes) : all_probes(in, ret_probes, &n);
	if (r != CTL_OK)
		return r;
	for (size_t i = 0; i < n; i++) {
		r = cryo_probe_refresh(ret_probes[i]);
		if (r < 0)
			return complain_of_library(in, r);
	}
	*ret_n = n;
	return CTL_OK;
}

int complain_of_protocol(const struct invocation *in, const char *name)
{
	CRYO_CLEANUP(cryo_protocols_free) struct cryo_protocols *protocols = NULL;
	const char *names[64];
	size_t n;

	complain(CTL_NO_SUCH, "cryod knows no protocol %s", name);
	if (cryo_ctx_list_protocols(in->ctx, &protocols) < 0)
		return CTL_NO_SUCH;
	n = cryo_protocols_count(protocols);
	if (n > N_ELEMENTS(names))
		n = N_ELEMENTS(names);
	for (size_t i = 0; i < n; i++)
		names[i] = cryo_protocols_name(protocols, i);
	print_near_or_all(name, names, n);
	return CTL_NO_SUCH;
}
