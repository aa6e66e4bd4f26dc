/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edges of a one-dimensional grid whose cells grow geometrically away from where detail matters. */
#ifndef CRYO_PLANT_GRID_H
#define CRYO_PLANT_GRID_H

#include <stddef.h>

#define GRID_EDGES_MAX 4096

/* Edges in rising order; cell i lies between edge[i] and edge[i + 1]. */
struct grid {
	double edge[GRID_EDGES_MAX];
	size_t n_edges;
};

/* Starts a grid at @start. */
void grid_begin(struct grid *g, double start);

/*
 * Appends a stretch of @length whose first cell is about @first and whose cells grow by the factor
 * @growth >= 1; the cells are scaled so that the stretch ends exactly. What would go beyond
 * GRID_EDGES_MAX is left out and makes grid_full() true.
 */
void grid_append_growing(struct grid *g, double length, double first, double growth);

/* The mirror image: the last cell is about @last. */
void grid_append_shrinking(struct grid *g, double length, double last, double growth);

/* Fine at both ends, coarse in the middle. */
void grid_append_both(struct grid *g, double length, double ends, double growth);

int grid_full(const struct grid *g);

#endif
