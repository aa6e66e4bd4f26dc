// SPDX-License-Identifier: GPL-2.0-or-later
/* What the keys of a protocol demand of each other. */
#include "daemon/core/protocol-reader.h"

static int32_t reach_mdegc(uint32_t cryogens, bool neurolysis)
{
	if (cryogens & 1U << CRYOGEN_N2O)
		return -85000;	/* boils at -88.5 degC at 1 bar (NIST) */
	/* -20 to -100 degC cuts axons and spares their sheaths (J. Clin. Med. 2024, 13, 3304). */
	return neurolysis ? -95000 : -180000;
}

static bool check_temperatures(struct reader *r)
{
	const struct protocol *p = &r->protocol;
	int32_t reach = reach_mdegc(p->cryogens, p->neurolysis);
	bool n2o = p->cryogens & 1U << CRYOGEN_N2O;

	if (p->target_mdegc < reach)
		return refuse(r, r->line_of[K_TARGET],
			      "Target=%.1f degC: below the reach of %s; allowed is %d to -10 degC",
			      p->target_mdegc / 1e3, n2o ? "n2o" : "ln2 in neurolysis",
			      reach / 1000);
	if (p->neurolysis && p->floor_mdegc < -100000)
		return refuse(r, r->line_of[K_FLOOR],
			      "Floor=%.1f degC: allowed in neurolysis is -100 degC and above",
			      p->floor_mdegc / 1e3);
	if (p->floor_mdegc > p->target_mdegc - p->band_mdegc - 3000)
		return refuse(r, r->line_of[K_FLOOR],
			      "Floor=%.1f degC: allowed is %.1f degC and below: 3 degC below the target's band",
			      p->floor_mdegc / 1e3, (p->target_mdegc - p->band_mdegc - 3000) / 1e3);
	return true;
}

static bool check_thaw(struct reader *r)
{
	const struct protocol *p = &r->protocol;

	if (protocol_most_cycles(p) > PROTOCOL_CYCLES_MAX)
		return refuse(r, r->line_of[K_REPEATS],
			      "Repeats=%u: allowed with Cycles=%u is 0 to %u", p->repeats, p->cycles,
			      PROTOCOL_CYCLES_MAX - p->cycles);
	if (p->repeats && !r->line_of[K_UNTIL])
		return refuse(r, r->line_of[K_REPEATS],
			      "Repeats=%u needs Until= in [Thaw], the temperature to thaw to before them",
			      p->repeats);
	if (p->cycles > 1 && !r->line_of[K_UNTIL])
		return refuse(r, r->line_of[K_CYCLES],
			      "Cycles=%u needs Until= in [Thaw], the temperature to thaw to between them",
			      p->cycles);
	if (r->line_of[K_UNTIL] && p->thaw_mdegc < p->target_mdegc + 10000)
		return refuse(r, r->line_of[K_UNTIL],
			      "Until=%.1f degC: allowed is %.1f to 20 degC: 10 degC above the target",
			      p->thaw_mdegc / 1e3, (p->target_mdegc + 10000) / 1e3);
	return true;
}

static bool check_isotherm(struct reader *r)
{
	const struct protocol *p = &r->protocol;

	if (r->line_of[K_ISOTHERM_TIME] && !p->isotherm_um)
		return refuse(r, r->line_of[K_ISOTHERM_TIME], "IsothermTime= needs Isotherm=");
	if (p->isotherm_um && p->target_mdegc > -25000)
		return refuse(r, r->line_of[K_ISOTHERM],
			      "Isotherm= is that of -20 degC: allowed is a Target= of -25 degC and below");
	if (p->boundary_um && p->isotherm_um >= p->boundary_um)
		return refuse(r, r->line_of[K_ISOTHERM],
			      "Isotherm=%.1f mm: allowed is less than the boundary's %.1f mm",
			      p->isotherm_um / 1e3, p->boundary_um / 1e3);
	return true;
}

static bool check_prompts(struct reader *r)
{
	const struct protocol *p = &r->protocol;

	if (r->line_of[K_STEPS] && !p->confirm_ready)
		return refuse(r, r->line_of[K_STEPS], "Steps= needs ConfirmReady=yes");
	if (p->sites > 1 && !(p->confirm_ready && p->confirm_withdraw))
		return refuse(r, r->line_of[K_SITES],
			      "Sites=%u needs ConfirmReady=yes and ConfirmWithdraw=yes", p->sites);
	return true;
}

bool reader_check(struct reader *r)
{
	return check_temperatures(r) && check_thaw(r) && check_isotherm(r) && check_prompts(r);
}
