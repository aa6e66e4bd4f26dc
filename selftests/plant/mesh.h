/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The finite-volume mesh: geometry only. A cell's volume and faces are products of something of its
 * column and something of its row, so that what couples it to a neighbour, conductance of the face
 * by volume of the cell, is kept by column and by row: small tables that stay in the cache.
 */
#ifndef CRYO_PLANT_MESH_H
#define CRYO_PLANT_MESH_H

#include <stddef.h>

#include "selftests/plant/bioheat.h"

/* A cell's face to the tip or to the outer border. */
struct mesh_face {
	size_t cell;
	double area, conductance;
};

/**
 * struct mesh - cells in rows; the arrays have a border of one unused cell
 * @columns, @rows: without the border
 * @stride: distance between rows in the arrays
 * @cells: length of the arrays
 * @r_edge, @z_edge: edges of columns and rows, m
 * @row_first: by row, the first column that is tissue
 * @to_inner, @to_outer: coupling to the next column towards the axis and away from it, 1/m2, by
 *	column; 0 at the border
 * @to_before, @to_after: coupling to the row before and the row after, 1/m2, by row; 0 at the border
 * @volume, @per_volume: m3; 0 in cells that are not tissue
 * @wall: faces to the tip
 * @outer: the outer border of 1-D shapes
 */
struct mesh {
	enum bioheat_shape shape;
	size_t columns, rows, stride, cells;
	double *r_edge, *z_edge;
	size_t *row_first;
	double *to_inner, *to_outer, *to_before, *to_after;
	double *volume, *per_volume;
	struct mesh_face *wall;
	size_t n_wall;
	struct mesh_face outer;
};

/* Returns NULL when memory is short or the configuration makes no grid. */
struct mesh *mesh_new(const struct bioheat_config *config);
void mesh_free(struct mesh *m);

static inline size_t mesh_cell(const struct mesh *m, size_t i, size_t j)
{
	return (j + 1) * m->stride + i + 1;
}

static inline double mesh_r(const struct mesh *m, size_t i)
{
	return (m->r_edge[i] + m->r_edge[i + 1]) / 2;
}

static inline double mesh_z(const struct mesh *m, size_t j)
{
	return (m->z_edge[j] + m->z_edge[j + 1]) / 2;
}

#endif
