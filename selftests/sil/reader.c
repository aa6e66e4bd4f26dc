// SPDX-License-Identifier: GPL-2.0-or-later
/* The estimators of the ice that are compared. */
#include "selftests/sil/reader.h"

#include <errno.h>
#include <math.h>

#include "selftests/plant/iceball.h"

#define CELL_M		0.2e-3
#define GROWTH		1.12
#define REACH_M		0.03
#define LATENT_J_M3	(217e3 * 1047)	/* of the nominal patient */

const char *reader_name(enum reader reader)
{
	static const char *const names[READERS] = { "cryo", "with a thermocouple", "1-D, nominal muscle" };

	return names[reader];
}

int readers_begin(struct readers *r, const struct probe_profile *profile, enum ice_class class,
		  double sensor_mm)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_CYLINDER, .wall = BIOHEAT_WALL_TEMPERATURE,
		.tissue = *tissue_find("muscle"), .radius_m = needle_radius_m(profile->gauge),
		.cell_m = CELL_M, .growth = GROWTH, .reach_m = REACH_M, .initial_degc = 37,
	};

	config.tissue.latent = LATENT_J_M3;
	ice_init(&r->tissue, profile, class);
	ice_place_sensor(&r->tissue, (uint32_t)lround(sensor_mm * 1e3));
	r->line = bioheat_new(&config);
	return r->line ? 0 : -ENOMEM;
}

void readers_end(struct readers *r)
{
	bioheat_free(r->line);
	r->line = NULL;
}

/* As a treatment does whose protocol says where the thermocouple lies. */
static void step_tissue(struct readers *r, const struct probe_sample *sample, enum phase phase,
			int64_t dt_ns)
{
	ice_step(&r->tissue, &sample->tip, dt_ns);
	ice_compare(&r->tissue, &sample->tissue);
	if (phase != PHASE_COOL && phase != PHASE_FREEZE)
		return;
	ice_weigh(&r->tissue, sample->flow_permille, dt_ns);
	ice_look_ahead(&r->tissue, r->boundary_um, r->target_mdegc, dt_ns);
}

void readers_step(struct readers *r, const struct probe_sample *sample, enum phase phase,
		  int64_t dt_ns)
{
	step_tissue(r, sample, phase, dt_ns);
	if (sample->tip.valid)
		bioheat_step(r->line, dt_ns * 1e-9,
			     &(struct bioheat_drive){ .wall_degc = sample->tip.mdegc * 1e-3 });
}

static float millimetres(uint32_t um)
{
	return um * 1e-3f;
}

static struct said say_tissue(const struct ice *ice)
{
	struct ice_estimate e;

	ice_estimate(ice, &e);
	return (struct said){
		.mm = { millimetres(e.radius_um), millimetres(e.half_length_um),
			millimetres(e.isotherm_radius_um), millimetres(e.isotherm_half_length_um) },
		.error_mm = { millimetres(e.error_um), millimetres(e.half_length_error_um),
			      millimetres(e.isotherm_error_um),
			      millimetres(e.isotherm_half_length_error_um) },
		.boundary_s = e.boundary_ms * 1e-3f,
	};
}

static struct said say_core(const struct treatment_status *s)
{
	return (struct said){
		.mm = { millimetres(s->ice_radius_um), millimetres(s->ice_half_length_um),
			millimetres(s->isotherm_radius_um), millimetres(s->isotherm_half_length_um) },
		.error_mm = { millimetres(s->ice_error_um), millimetres(s->ice_half_length_error_um),
			      millimetres(s->isotherm_error_um),
			      millimetres(s->isotherm_half_length_error_um) },
		.boundary_s = s->boundary_ms * 1e-3f,
	};
}

void readers_say(const struct readers *r, const struct treatment_status *status,
		 struct said ret[READERS])
{
	ret[READER_CORE] = say_core(status);
	ret[READER_TISSUE] = say_tissue(&r->tissue);
	ret[READER_LINE] = (struct said){ .mm = {
		[AXIS_EDGE] = (float)(iceball_measure(r->line, -1).radius_m * 1e3),
		[AXIS_ISOTHERM] = (float)(iceball_measure(r->line, -20).radius_m * 1e3),
	} };
}
