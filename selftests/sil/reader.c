// SPDX-License-Identifier: GPL-2.0-or-later
/* The estimators of the ice that are compared. */
#include "selftests/sil/reader.h"

#include <errno.h>

#include "daemon/core/ice.h"
#include "selftests/plant/iceball.h"

#define CELL_M		0.2e-3
#define GROWTH		1.12
#define REACH_M		0.03
#define LATENT_J_M3	(217e3 * 1047)	/* of the nominal patient */

const char *reader_name(enum reader reader)
{
	static const char *const names[READERS] = { "cryo", "1-D, nominal muscle" };

	return names[reader];
}

int readers_begin(struct readers *r, const struct probe_profile *profile)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_CYLINDER, .wall = BIOHEAT_WALL_TEMPERATURE,
		.tissue = *tissue_find("muscle"), .radius_m = needle_radius_m(profile->gauge),
		.cell_m = CELL_M, .growth = GROWTH, .reach_m = REACH_M, .initial_degc = 37,
	};

	config.tissue.latent = LATENT_J_M3;
	r->line = bioheat_new(&config);
	return r->line ? 0 : -ENOMEM;
}

void readers_end(struct readers *r)
{
	bioheat_free(r->line);
	r->line = NULL;
}

void readers_step(struct readers *r, const struct probe_sample *sample, int64_t dt_ns)
{
	if (sample->tip.valid)
		bioheat_step(r->line, dt_ns * 1e-9,
			     &(struct bioheat_drive){ .wall_degc = sample->tip.mdegc * 1e-3 });
}

void readers_say(const struct readers *r, const struct treatment_status *status,
		 struct said ret[READERS])
{
	ret[READER_CORE] = (struct said){
		.edge_mm = status->ice_radius_um * 1e-3f,
		.half_length_mm = status->ice_half_length_um * 1e-3f,
		.isotherm_mm = status->isotherm_radius_um * 1e-3f,
		.error_mm = status->ice_error_um * 1e-3f,
	};
	ret[READER_LINE] = (struct said){
		.edge_mm = (float)(iceball_measure(r->line, -1).radius_m * 1e3),
		.isotherm_mm = (float)(iceball_measure(r->line, -20).radius_m * 1e3),
	};
}
