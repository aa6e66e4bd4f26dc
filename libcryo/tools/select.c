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

/* Near names, or all of them where none is near. */
static void print_near(const char *wrong, const char *const names[], size_t n)
{
	const char *near[SUGGEST_MAX];
	size_t found = suggest(wrong, names, n, near);

	if (found)
		print_names("Did you mean:", near, found);
	else if (n)
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
	const char *names[32];
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
		print_near(name, names, n);
		return CTL_NO_SUCH;
	}
	*ret_probe = probe;
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
	print_near(name, names, n);
	return CTL_NO_SUCH;
}
