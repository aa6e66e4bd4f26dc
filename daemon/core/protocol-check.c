// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a protocol and a probe fit each other: cryogen, gauge, the firmware's caps, the ice. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "daemon/core/names.h"
#include "daemon/core/ice.h"
#include "daemon/core/protocol.h"

#define GAUGE_MIN	16
#define GAUGE_MAX	22

__attribute__((format(printf, 2, 3)))
static int refuse(struct protocol_error *error, const char *format, ...)
{
	va_list args;

	error->line = 0;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -ERANGE;
}

static int check_probe(const struct protocol *p, const struct probe_profile *profile,
		       struct protocol_error *error)
{
	if (profile->cryogen == CRYOGEN_UNKNOWN || !(p->cryogens & 1U << profile->cryogen))
		return refuse(error, "Cryogen=: the probe's is %s, which the protocol does not allow",
			      cryogen_to_string(profile->cryogen));
	if (profile->gauge < GAUGE_MIN || profile->gauge > GAUGE_MAX)
		return refuse(error, "the probe's gauge is %u, allowed is %d to %d", profile->gauge,
			      GAUGE_MIN, GAUGE_MAX);
	if (profile->active_um < 1000 || profile->active_um > 40000)
		return refuse(error, "the probe's active length is %.1f mm, allowed is 1 to 40 mm",
			      profile->active_um / 1e3);
	return 0;
}

static int check_caps(const struct protocol *p, const struct probe_profile *profile,
		      struct protocol_error *error)
{
	uint64_t cycles = protocol_most_cycles(p);
	uint64_t shortest = cycles * p->freeze_ms + (cycles - 1) * p->thaw_min_ms;

	if (p->thaw_active && !profile->has_thaw)
		return refuse(error, "Active=yes: the probe has no heater");
	if (p->floor_mdegc < profile->caps_tip_floor_mdegc)
		return refuse(error, "Floor=%.1f degC: the probe allows %.1f degC and above",
			      p->floor_mdegc / 1e3, profile->caps_tip_floor_mdegc / 1e3);
	if (shortest > profile->caps_freeze_max_ms)
		return refuse(error, "Duration=, Cycles= and Repeats= make %.0f s at least, the probe allows %.0f s in one freeze",
			      shortest / 1e3, profile->caps_freeze_max_ms / 1e3);
	if (p->sites * shortest > profile->caps_total_max_ms)
		return refuse(error, "Duration=, Cycles=, Repeats= and Sites= make %.0f s at least, the probe allows %.0f s in all",
			      p->sites * shortest / 1e3, profile->caps_total_max_ms / 1e3);
	if (p->confirm_ready && p->ready_timeout_ms > profile->caps_idle_max_ms)
		return refuse(error, "ReadyTimeout=%.0f s: the probe stays armed without flow for %.0f s at most",
			      p->ready_timeout_ms / 1e3, profile->caps_idle_max_ms / 1e3);
	return 0;
}

/* The ice of one cycle is the least that the protocol's own figures make. */
static int check_boundary(const struct protocol *p, const struct probe_profile *profile,
			  struct protocol_error *error)
{
	uint32_t radius_um;

	if (!p->boundary_um)
		return 0;
	radius_um = ice_forecast_um(profile, p->tissue, p->target_mdegc, p->freeze_ms);
	if (radius_um > p->boundary_um)
		return refuse(error, "Boundary=%.1f mm: a %uG probe with %.1f mm at %.0f degC makes %.1f mm of ice in %.0f s; allowed is that and above",
			      p->boundary_um / 1e3, profile->gauge, profile->active_um / 1e3,
			      p->target_mdegc / 1e3, radius_um / 1e3, p->freeze_ms / 1e3);
	return 0;
}

/* What no needle here could keep is refused before it starts (SM-PROTOCOL). */
int protocol_check(const struct protocol *protocol, const struct probe_profile *profile,
		   struct protocol_error *ret_error)
{
	int r = check_probe(protocol, profile, ret_error);

	if (r)
		return r;
	r = check_caps(protocol, profile, ret_error);
	return r ? r : check_boundary(protocol, profile, ret_error);
}
