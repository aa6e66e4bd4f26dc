// SPDX-License-Identifier: GPL-2.0-or-later
/* Geometric one-dimensional grids. */
#include "selftests/plant/grid.h"

#include <math.h>

void grid_begin(struct grid *g, double start)
{
	g->edge[0] = start;
	g->n_edges = 1;
}

int grid_full(const struct grid *g)
{
	return g->n_edges >= GRID_EDGES_MAX;
}

/* How many cells from @first on reach @length, nearest in ratio; at least one. */
static int cells_for(double length, double first, double growth)
{
	double n = length / first;

	if (growth > 1 + 1e-9)
		n = log1p(n * (growth - 1)) / log(growth);
	n = fmin(n, GRID_EDGES_MAX);
	return n < 1 ? 1 : (int)ceil(n - 0.1);
}

static double geometric_sum(int n, double growth)
{
	return growth > 1 + 1e-9 ? (pow(growth, n) - 1) / (growth - 1) : n;
}

void grid_append_growing(struct grid *g, double length, double first, double growth)
{
	int n = cells_for(length, first, growth);
	double start = g->edge[g->n_edges - 1], whole = geometric_sum(n, growth);

	for (int i = 1; i <= n && !grid_full(g); i++)
		g->edge[g->n_edges++] = start + length * geometric_sum(i, growth) / whole;
}

void grid_append_shrinking(struct grid *g, double length, double last, double growth)
{
	int n = cells_for(length, last, growth);
	double end = g->edge[g->n_edges - 1] + length, whole = geometric_sum(n, growth);

	for (int i = n - 1; i >= 0 && !grid_full(g); i--)
		g->edge[g->n_edges++] = end - length * geometric_sum(i, growth) / whole;
}

void grid_append_both(struct grid *g, double length, double ends, double growth)
{
	grid_append_growing(g, length / 2, ends, growth);
	grid_append_shrinking(g, length / 2, ends, growth);
}
