/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pennes' bioheat equation with freezing around a needle, by finite volumes in enthalpy:
 *
 *	dH/dt = div grad theta(H) + [unfrozen] (perfusion (T_blood - T) + metabolic)
 *
 * The needle's interior is left out; its shaft is adiabatic; its active length and end face are the
 * wall, where the tip (a lumped heat capacity), a given temperature or a given heat acts.
 * Pure: no I/O, no clock, allocates only in bioheat_new(), same input same output.
 */
#ifndef CRYO_PLANT_BIOHEAT_H
#define CRYO_PLANT_BIOHEAT_H

#include <stdbool.h>
#include <stddef.h>

#include "selftests/plant/tissue.h"

/* The 1-D shapes serve the exact solutions: a square metre, a metre of length, a whole sphere. */
enum bioheat_shape { BIOHEAT_NEEDLE, BIOHEAT_PLANAR, BIOHEAT_CYLINDER, BIOHEAT_SPHERE };

enum bioheat_wall {
	BIOHEAT_WALL_TIP,		/* a tip cooled by struct bioheat_drive */
	BIOHEAT_WALL_TEMPERATURE,	/* the tip is held at wall_degc */
	BIOHEAT_WALL_HEAT,		/* wall_heat_w is drawn from the tissue; 1-D shapes only */
};

/**
 * struct vessel - a shell around the needle's axis in which there is more blood
 * @from_m, @to_m: its radii
 * @times: perfusion against the tissue's own; 0 if there is no vessel
 */
struct vessel {
	double from_m, to_m;
	double times;
};

/**
 * struct bioheat_config - a domain
 * @shape, @wall: see above
 * @tissue: copied
 * @vessel: not for planar shapes
 * @radius_m: the needle's outer radius; inner radius of a cylinder or sphere; 0 if planar
 * @active_m: active length of the needle
 * @cell_m: size of the cells at the wall
 * @growth: ratio of neighbouring cells away from it, 1 to 2
 * @reach_m: extent of the domain beyond the needle; its border is adiabatic
 * @outer_fixed: 1-D shapes: the border is held at @initial_degc instead
 * @initial_degc: of tissue and tip
 * @tip_capacity_j_k: heat capacity of the tip, J/K
 * @contact_m2k_w: thermal resistance between tip and tissue, m2 K/W
 */
struct bioheat_config {
	enum bioheat_shape shape;
	enum bioheat_wall wall;
	struct tissue tissue;
	struct vessel vessel;
	double radius_m, active_m;
	double cell_m, growth, reach_m;
	bool outer_fixed;
	double initial_degc;
	double tip_capacity_j_k;
	double contact_m2k_w;
};

/**
 * struct bioheat_drive - what acts on the wall during a step
 * @boiling_degc, @boiling_w_k, @cooling_max_w: BIOHEAT_WALL_TIP: the cryogen draws
 *	boiling_w_k * (tip - boiling), not less than 0 nor more than cooling_max_w
 * @heater_w: BIOHEAT_WALL_TIP: heat put into the tip
 * @wall_degc: BIOHEAT_WALL_TEMPERATURE
 * @wall_heat_w: BIOHEAT_WALL_HEAT: drawn from the tissue; W/m2, W/m or W by shape
 */
struct bioheat_drive {
	double boiling_degc, boiling_w_k, cooling_max_w;
	double heater_w;
	double wall_degc;
	double wall_heat_w;
};

struct bioheat;

/* Returns NULL when memory is short or the configuration makes no grid. */
struct bioheat *bioheat_new(const struct bioheat_config *config);
void bioheat_free(struct bioheat *b);

/* Back to the initial temperature everywhere. */
void bioheat_reset(struct bioheat *b);

/*
 * Advances by @step_s: as many stages as stability needs, at most BIOHEAT_STAGES_MAX (longer
 * steps are divided).
 */
void bioheat_step(struct bioheat *b, double step_s, const struct bioheat_drive *drive);

/* The longest stable step of one stage, seconds. */
double bioheat_stable_step_s(const struct bioheat *b);

double bioheat_tip_degc(const struct bioheat *b);
void bioheat_set_tip_degc(struct bioheat *b, double degc);

/*
 * Heat that has flowed from the tissue into the tip, and the cryogen has taken, since the reset,
 * J.
 */
double bioheat_wall_heat_j(const struct bioheat *b);
double bioheat_cryogen_heat_j(const struct bioheat *b);

/*
 * Enthalpy of all tissue, J, zero at the onset of freezing; heat now given by blood and
 * metabolism, W.
 */
double bioheat_tissue_heat_j(const struct bioheat *b);
double bioheat_source_w(const struct bioheat *b);

/* Volume of ice, a freezing cell counting by its share; m3, or m and m2 of 1-D shapes. */
double bioheat_ice_volume(const struct bioheat *b);

/*
 * Cells: i outward from the axis, j along the needle, from beyond the tip towards the shaft.
 * bioheat_column_m() is the radius of their centres, bioheat_row_m() is 0 at the end of the tip and
 * positive along the shaft.
 */
size_t bioheat_columns(const struct bioheat *b);
size_t bioheat_rows(const struct bioheat *b);
bool bioheat_is_tissue(const struct bioheat *b, size_t i, size_t j);
double bioheat_column_m(const struct bioheat *b, size_t i);
double bioheat_row_m(const struct bioheat *b, size_t j);
double bioheat_cell_degc(const struct bioheat *b, size_t i, size_t j);
void bioheat_set_cell_enthalpy(struct bioheat *b, size_t i, size_t j, double enthalpy);

/* Outward edges of cell (i, j): its inner and outer radius. */
double bioheat_column_inner_m(const struct bioheat *b, size_t i);
double bioheat_column_outer_m(const struct bioheat *b, size_t i);

/* Kirchhoff's transform of a cell's temperature, in which profiles are interpolated. */
double bioheat_cell_theta(const struct bioheat *b, size_t i, size_t j);
const struct tissue *bioheat_tissue(const struct bioheat *b);

/* Temperature of the tissue at a radius and a place along the needle, interpolated; degC. */
double bioheat_degc_at(const struct bioheat *b, double r_m, double z_m);

#define BIOHEAT_STAGES_MAX 31

#endif
