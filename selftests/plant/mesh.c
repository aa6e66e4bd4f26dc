// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds the mesh of a needle in tissue, and of the three 1-D shapes. */
#include "selftests/plant/mesh.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "selftests/plant/grid.h"

struct outline {
	struct grid r, z;
	size_t needle_columns;		/* inside the needle's radius */
	size_t tip_row, shaft_row;	/* first rows of the active length and of the shaft */
};

static void outline_needle(struct outline *o, const struct bioheat_config *c)
{
	grid_begin(&o->r, 0);
	grid_append_shrinking(&o->r, c->radius_m, c->cell_m, c->growth);
	o->needle_columns = o->r.n_edges - 1;
	grid_append_growing(&o->r, c->reach_m, c->cell_m, c->growth);

	grid_begin(&o->z, -c->reach_m);
	grid_append_shrinking(&o->z, c->reach_m, c->cell_m, c->growth);
	o->tip_row = o->z.n_edges - 1;
	grid_append_both(&o->z, c->active_m, c->cell_m, c->growth);
	o->shaft_row = o->z.n_edges - 1;
	grid_append_growing(&o->z, c->reach_m, c->cell_m, c->growth);
}

static void outline_line(struct outline *o, const struct bioheat_config *c)
{
	grid_begin(&o->r, c->shape == BIOHEAT_PLANAR ? 0 : c->radius_m);
	grid_append_growing(&o->r, c->reach_m, c->cell_m, c->growth);
	grid_begin(&o->z, 0);
	grid_append_growing(&o->z, 1, 1, 1);
	o->shaft_row = 1;
}

/* Conductance between two radii of a body of unit length (planar: unit area; sphere: whole). */
static double conductance_r(enum bioheat_shape shape, double r1, double r2)
{
	switch (shape) {
	case BIOHEAT_PLANAR:
		return 1 / (r2 - r1);
	case BIOHEAT_SPHERE:
		return 4 * M_PI / (1 / r1 - 1 / r2);
	default:
		return 2 * M_PI / log(r2 / r1);
	}
}

static double area_r(enum bioheat_shape shape, double r)
{
	switch (shape) {
	case BIOHEAT_PLANAR:
		return 1;
	case BIOHEAT_SPHERE:
		return 4 * M_PI * r * r;
	default:
		return 2 * M_PI * r;
	}
}

/* Volume between two radii, per unit length; for a needle also the area of a face across z. */
static double volume_r(enum bioheat_shape shape, double r1, double r2)
{
	switch (shape) {
	case BIOHEAT_PLANAR:
		return r2 - r1;
	case BIOHEAT_SPHERE:
		return 4 * M_PI / 3 * (r2 * r2 * r2 - r1 * r1 * r1);
	default:
		return M_PI * (r2 * r2 - r1 * r1);
	}
}

static double ring_area(const struct mesh *m, size_t i)
{
	return volume_r(m->shape, m->r_edge[i], m->r_edge[i + 1]);
}

static double row_height(const struct mesh *m, size_t j)
{
	return m->z_edge[j + 1] - m->z_edge[j];
}

static void fill_cell(struct mesh *m, size_t i, size_t j)
{
	size_t k = mesh_cell(m, i, j);

	m->volume[k] = ring_area(m, i) * row_height(m, j);
	m->per_volume[k] = 1 / m->volume[k];
}

static void fill_couplings(struct mesh *m)
{
	for (size_t i = 1; i < m->columns; i++) {
		double conductance = conductance_r(m->shape, mesh_r(m, i - 1), mesh_r(m, i));

		m->to_outer[i - 1] = conductance / ring_area(m, i - 1);
		m->to_inner[i] = conductance / ring_area(m, i);
	}
	for (size_t j = 1; j < m->rows; j++) {
		double distance = mesh_z(m, j) - mesh_z(m, j - 1);

		m->to_after[j - 1] = 1 / (distance * row_height(m, j - 1));
		m->to_before[j] = 1 / (distance * row_height(m, j));
	}
}

static void fill_side_wall(struct mesh *m, size_t column, size_t first_row, size_t end_row)
{
	double a = m->r_edge[column];

	for (size_t j = first_row; j < end_row; j++)
		m->wall[m->n_wall++] = (struct mesh_face){
			.cell = mesh_cell(m, column, j),
			.area = area_r(m->shape, a) * row_height(m, j),
			.conductance = conductance_r(m->shape, a, mesh_r(m, column)) *
				       row_height(m, j),
		};
}

/* The flat end of the tip, on the cells of the row before it. */
static void fill_end_wall(struct mesh *m, size_t needle_columns, size_t row)
{
	for (size_t i = 0; i < needle_columns; i++)
		m->wall[m->n_wall++] = (struct mesh_face){
			.cell = mesh_cell(m, i, row),
			.area = ring_area(m, i),
			.conductance = ring_area(m, i) / (m->z_edge[row + 1] - mesh_z(m, row)),
		};
}

static void fill_outer(struct mesh *m)
{
	double r = m->r_edge[m->columns];

	m->outer = (struct mesh_face){
		.cell = mesh_cell(m, m->columns - 1, 0),
		.area = area_r(m->shape, r),
		.conductance = conductance_r(m->shape, mesh_r(m, m->columns - 1), r),
	};
}

static void fill(struct mesh *m, const struct outline *o)
{
	memcpy(m->r_edge, o->r.edge, o->r.n_edges * sizeof(double));
	memcpy(m->z_edge, o->z.edge, o->z.n_edges * sizeof(double));
	for (size_t j = 0; j < m->rows; j++) {
		m->row_first[j] = j >= o->tip_row ? o->needle_columns : 0;
		for (size_t i = m->row_first[j]; i < m->columns; i++)
			fill_cell(m, i, j);
	}
	fill_couplings(m);
	fill_side_wall(m, o->needle_columns, o->tip_row, o->shaft_row);
	if (o->tip_row > 0)
		fill_end_wall(m, o->needle_columns, o->tip_row - 1);
	if (m->shape != BIOHEAT_NEEDLE)
		fill_outer(m);
}

static bool allocate(struct mesh *m, const struct outline *o)
{
	m->columns = o->r.n_edges - 1;
	m->rows = o->z.n_edges - 1;
	m->stride = m->columns + 2;
	m->cells = m->stride * (m->rows + 2);
	m->r_edge = calloc(o->r.n_edges, sizeof(double));
	m->z_edge = calloc(o->z.n_edges, sizeof(double));
	m->row_first = calloc(m->rows, sizeof(*m->row_first));
	m->to_inner = calloc(m->columns, sizeof(double));
	m->to_outer = calloc(m->columns, sizeof(double));
	m->to_before = calloc(m->rows, sizeof(double));
	m->to_after = calloc(m->rows, sizeof(double));
	m->volume = calloc(m->cells, sizeof(double));
	m->per_volume = calloc(m->cells, sizeof(double));
	m->wall = calloc(m->rows + m->columns, sizeof(*m->wall));
	return m->r_edge && m->z_edge && m->row_first && m->to_inner && m->to_outer &&
	       m->to_before && m->to_after && m->volume &&
	       m->per_volume && m->wall;
}

static bool config_makes_sense(const struct bioheat_config *c)
{
	bool needs_radius = c->shape != BIOHEAT_PLANAR;
	bool needle = c->shape == BIOHEAT_NEEDLE;

	return c->cell_m > 0 && c->growth >= 1 && c->growth <= 2 && c->reach_m >= c->cell_m &&
	       (!needs_radius || c->radius_m > 0) && (!needle || c->active_m > 0);
}

struct mesh *mesh_new(const struct bioheat_config *config)
{
	struct outline *outline = NULL;
	struct mesh *m = NULL;
	bool ready = false;

	if (!config_makes_sense(config))
		return NULL;
	outline = calloc(1, sizeof(*outline));
	m = calloc(1, sizeof(*m));
	if (outline && m) {
		m->shape = config->shape;
		if (m->shape == BIOHEAT_NEEDLE)
			outline_needle(outline, config);
		else
			outline_line(outline, config);
		ready = !grid_full(&outline->r) && !grid_full(&outline->z) &&
			allocate(m, outline);
	}
	if (ready) {
		fill(m, outline);
	} else {
		mesh_free(m);
		m = NULL;
	}
	free(outline);
	return m;
}

void mesh_free(struct mesh *m)
{
	if (!m)
		return;
	free(m->r_edge);
	free(m->z_edge);
	free(m->row_first);
	free(m->to_inner);
	free(m->to_outer);
	free(m->to_before);
	free(m->to_after);
	free(m->volume);
	free(m->per_volume);
	free(m->wall);
	free(m);
}
