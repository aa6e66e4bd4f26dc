// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bioheat by finite volumes in enthalpy, stepped with the Runge-Kutta-Legendre method RKL1 (Meyer,
 * Balsara, Aslam 2014): explicit, conservative, and s stages are stable over (s^2 + s) / 2 times
 * the step of one. Fluxes are differences of Kirchhoff's transform theta, which is piecewise linear
 * in the enthalpy, so that no face needs a mean conductivity.
 */
#include "selftests/plant/bioheat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "selftests/plant/mesh.h"

/* Of the stable step; leaves room for the perfusion and the tip's nonlinearity. */
#define STABLE_SHARE 0.9

/* Four cells at a time where the processor can: the same operations, so the same results. */
#ifdef __x86_64__
#define FOUR_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define FOUR_WIDE
#endif

/* What is not a cell but advances in the same stages. */
struct lumped {
	double tip_degc;
	double wall_j, cryogen_j;
};

struct bioheat {
	struct bioheat_config config;
	struct mesh *mesh;
	double *enthalpy, *previous;	/* newest stage, and the one before it */
	double *theta;
	struct lumped lumped, lumped_previous;

	/* theta of enthalpy by pieces: m2/s of each phase, enthalpy where freezing ends */
	double d_frozen, d_freezing, d_unfrozen, h_frozen;
	/* heat source of unfrozen tissue: metabolic + blood * (blood_0 - blood_1 * theta) */
	double blood_0, blood_1;
	double *blood;			/* perfusion against the tissue's own, by column */
	double outer_theta;
	double cell_rate_max;		/* of all cells, 1/s: inverse of the stable step */
	double wall_w_k;		/* of all faces to the tip in ice */
};

/* One stage: newest = mu * newest + nu * previous + weight_s * rate(newest). */
struct stage {
	double mu, nu, weight_s;
};

static void derive_pieces(struct bioheat *b)
{
	const struct tissue *t = &b->config.tissue;
	double interval = t->freeze_start_degc - t->freeze_end_degc;

	b->h_frozen = tissue_enthalpy_frozen(t);
	b->d_frozen = t->k_frozen / t->c_frozen;
	b->d_unfrozen = t->k_unfrozen / t->c_unfrozen;
	b->d_freezing = -t->k_freezing * interval / b->h_frozen;
	b->blood_0 = t->perfusion * (t->blood_degc - t->freeze_start_degc);
	b->blood_1 = t->perfusion / t->k_unfrozen;
	b->outer_theta = tissue_theta(t, b->config.initial_degc);
}

static double wall_share_of_contact(const struct bioheat *b, const struct mesh_face *f, double k)
{
	return 1 / (1 + b->config.contact_m2k_w * f->conductance * k / f->area);
}

/* What couples a cell to all around it, 1/m2. The needle's inside does not. */
static double cell_coupling(const struct bioheat *b, size_t i, size_t j)
{
	const struct mesh *m = b->mesh;
	size_t k = mesh_cell(m, i, j);
	double sum = m->to_outer[i] + m->to_before[j];

	if (i > m->row_first[j])
		sum += m->to_inner[i];
	if (j + 1 < m->rows && i >= m->row_first[j + 1])
		sum += m->to_after[j];
	for (size_t f = 0; f < m->n_wall; f++)
		if (m->wall[f].cell == k)
			sum += m->wall[f].conductance * m->per_volume[k];
	if (b->config.outer_fixed && m->outer.cell == k)
		sum += m->outer.conductance * m->per_volume[k];
	return sum;
}

/* Gershgorin's bound: no rate is faster than twice the largest of the diagonal. */
static void derive_rates(struct bioheat *b)
{
	const struct mesh *m = b->mesh;
	double k_max = fmax(b->config.tissue.k_frozen, b->config.tissue.k_unfrozen);
	double d_max = fmax(b->d_frozen, fmax(b->d_freezing, b->d_unfrozen));

	for (size_t j = 0; j < m->rows; j++)
		for (size_t i = m->row_first[j]; i < m->columns; i++)
			b->cell_rate_max = fmax(b->cell_rate_max, cell_coupling(b, i, j) * d_max);
	for (size_t f = 0; f < m->n_wall; f++)
		b->wall_w_k += m->wall[f].conductance * k_max *
			       wall_share_of_contact(b, &m->wall[f], k_max);
}

/* A column that the vessel's wall crosses gets its share. */
static void derive_blood(struct bioheat *b)
{
	const struct vessel *v = &b->config.vessel;
	const double *edge = b->mesh->r_edge;

	for (size_t i = 0; i < b->mesh->columns; i++) {
		double inside_m = fmin(edge[i + 1], v->to_m) - fmax(edge[i], v->from_m);
		double share = v->times > 0 ? fmax(inside_m, 0) / (edge[i + 1] - edge[i]) : 0;

		b->blood[i] = 1 + (v->times - 1) * share;
	}
}

struct bioheat *bioheat_new(const struct bioheat_config *config)
{
	struct bioheat *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->config = *config;
	b->mesh = mesh_new(config);
	if (b->mesh) {
		b->enthalpy = calloc(b->mesh->cells, sizeof(double));
		b->previous = calloc(b->mesh->cells, sizeof(double));
		b->theta = calloc(b->mesh->cells, sizeof(double));
		b->blood = calloc(b->mesh->columns, sizeof(double));
	}
	if (!b->mesh || !b->enthalpy || !b->previous || !b->theta || !b->blood) {
		bioheat_free(b);
		return NULL;
	}
	derive_pieces(b);
	derive_rates(b);
	derive_blood(b);
	bioheat_reset(b);
	return b;
}

void bioheat_free(struct bioheat *b)
{
	if (!b)
		return;
	mesh_free(b->mesh);
	free(b->enthalpy);
	free(b->previous);
	free(b->theta);
	free(b->blood);
	free(b);
}

void bioheat_reset(struct bioheat *b)
{
	double enthalpy = tissue_enthalpy(&b->config.tissue, b->config.initial_degc);

	for (size_t k = 0; k < b->mesh->cells; k++)
		b->enthalpy[k] = b->mesh->volume[k] > 0 ? enthalpy : 0;
	memcpy(b->previous, b->enthalpy, b->mesh->cells * sizeof(double));
	b->lumped = (struct lumped){ .tip_degc = b->config.initial_degc };
}

static inline double piece_theta(const struct bioheat *b, double h)
{
	double below = h < 0 ? h : 0;
	double freezing = below > b->h_frozen ? below : b->h_frozen;

	return b->d_unfrozen * (h - below) + b->d_freezing * freezing +
	       b->d_frozen * (below - freezing);
}

FOUR_WIDE static void update_theta(struct bioheat *b)
{
	const double *restrict h = b->enthalpy;
	double *restrict theta = b->theta;
	const struct bioheat pieces = *b;
	size_t n = b->mesh->cells;

	for (size_t k = 0; k < n; k++)
		theta[k] = piece_theta(&pieces, h[k]);
}

/*
 * The needle's inside mirrors the tissue beside a row, so that no heat passes: wall and shaft are
 * not the cells' business.
 */
static void mirror_needle(struct bioheat *b, size_t j)
{
	const struct mesh *m = b->mesh;
	double *theta = b->theta;

	if (m->row_first[j] > 0) {
		size_t k = mesh_cell(m, m->row_first[j], j);

		theta[k - 1] = theta[k];
	}
	if (j + 1 < m->rows)
		for (size_t i = m->row_first[j]; i < m->row_first[j + 1]; i++)
			theta[mesh_cell(m, i, j + 1)] = theta[mesh_cell(m, i, j)];
}

/* Writes the next stage over the one before the newest. */
FOUR_WIDE static void advance_row(struct bioheat *b, const struct stage *stage, size_t j)
{
	const struct mesh *m = b->mesh;
	const size_t start = mesh_cell(m, 0, j), stride = m->stride, columns = m->columns;
	const double *restrict theta = b->theta + start, *restrict newest = b->enthalpy + start;
	const double *restrict to_inner = m->to_inner, *restrict to_outer = m->to_outer;
	const double *restrict blood = b->blood, *restrict before = theta - stride;
	const double *restrict after = theta + stride;
	double *restrict out = b->previous + start;
	const struct stage s = *stage;
	const double to_before = m->to_before[j], to_after = m->to_after[j];
	const double metabolic = b->config.tissue.metabolic;
	const double blood_0 = b->blood_0, blood_1 = b->blood_1;

	for (size_t i = m->row_first[j]; i < columns; i++) {
		double t = theta[i];
		double heat = to_inner[i] * (theta[i - 1] - t) + to_outer[i] * (theta[i + 1] - t) +
			      to_before * (before[i] - t) + to_after * (after[i] - t);
		double source = t > 0 ? metabolic + blood[i] * (blood_0 - blood_1 * t) : 0;

		out[i] = s.mu * newest[i] + s.nu * out[i] + s.weight_s * (heat + source);
	}
}

/* Heat from the tissue through a face into something at @degc whose transform is @theta, W. */
static double face_heat(const struct bioheat *b, const struct mesh_face *f, double degc,
			double theta)
{
	double difference = b->theta[f->cell] - theta, k;

	if (b->config.contact_m2k_w <= 0)
		return f->conductance * difference;
	k = difference / (tissue_degc_of_theta(&b->config.tissue, b->theta[f->cell]) - degc);
	if (!isfinite(k))
		k = b->config.tissue.k_unfrozen;
	return f->conductance * difference * wall_share_of_contact(b, f, k);
}

/* Takes the wall's heat out of the cells; returns it, W. */
static double advance_wall(struct bioheat *b, const struct stage *s, const struct bioheat_drive *d)
{
	const struct mesh *m = b->mesh;
	double theta = tissue_theta(&b->config.tissue, b->lumped.tip_degc), sum = 0;

	for (size_t i = 0; i < m->n_wall; i++) {
		const struct mesh_face *f = &m->wall[i];
		double heat = d->wall_heat_w;

		if (b->config.wall != BIOHEAT_WALL_HEAT)
			heat = face_heat(b, f, b->lumped.tip_degc, theta);
		b->previous[f->cell] -= s->weight_s * heat * m->per_volume[f->cell];
		sum += heat;
	}
	return sum;
}

static void advance_outer(struct bioheat *b, const struct stage *s)
{
	const struct mesh_face *f = &b->mesh->outer;
	double heat = f->conductance * (b->outer_theta - b->theta[f->cell]);

	b->previous[f->cell] += s->weight_s * heat * b->mesh->per_volume[f->cell];
}

static double cryogen_w(const struct bioheat_drive *d, double tip_degc)
{
	return fmin(fmax(d->boiling_w_k * (tip_degc - d->boiling_degc), 0), d->cooling_max_w);
}

static void advance_lumped(struct bioheat *b, const struct stage *s, const struct bioheat_drive *d,
			   double wall_w)
{
	struct lumped *out = &b->lumped_previous, *newest = &b->lumped;
	double cooling_w = cryogen_w(d, newest->tip_degc), rate = 0;

	if (b->config.wall == BIOHEAT_WALL_TIP)
		rate = (wall_w + d->heater_w - cooling_w) / b->config.tip_capacity_j_k;
	else
		cooling_w = wall_w;
	out->tip_degc = s->mu * newest->tip_degc + s->nu * out->tip_degc + s->weight_s * rate;
	out->wall_j = s->mu * newest->wall_j + s->nu * out->wall_j + s->weight_s * wall_w;
	out->cryogen_j = s->mu * newest->cryogen_j + s->nu * out->cryogen_j +
			 s->weight_s * cooling_w;
}

static void swap_stages(struct bioheat *b)
{
	double *enthalpy = b->previous;
	struct lumped lumped = b->lumped_previous;

	b->previous = b->enthalpy;
	b->enthalpy = enthalpy;
	b->lumped_previous = b->lumped;
	b->lumped = lumped;
}

static void advance_stage(struct bioheat *b, const struct stage *s, const struct bioheat_drive *d)
{
	const struct mesh *m = b->mesh;
	double wall_w;

	update_theta(b);
	for (size_t j = 0; j < m->rows; j++) {
		mirror_needle(b, j);
		advance_row(b, s, j);
	}
	wall_w = advance_wall(b, s, d);
	if (b->config.outer_fixed)
		advance_outer(b, s);
	advance_lumped(b, s, d, wall_w);
	swap_stages(b);
}

/* RKL1's coefficients of stage @j of @n, from 1. */
static struct stage rkl1_stage(int j, int n, double step_s)
{
	double w = 2.0 / (n * n + n);

	return (struct stage){
		.mu = (2.0 * j - 1) / j,
		.nu = (1.0 - j) / j,
		.weight_s = (2.0 * j - 1) / j * w * step_s,
	};
}

static double rate_max(const struct bioheat *b, double boiling_w_k)
{
	if (b->config.wall != BIOHEAT_WALL_TIP)
		return b->cell_rate_max;
	return fmax(b->cell_rate_max, (b->wall_w_k + boiling_w_k) / b->config.tip_capacity_j_k);
}

double bioheat_stable_step_s(const struct bioheat *b)
{
	return STABLE_SHARE / rate_max(b, 0);
}

void bioheat_step(struct bioheat *b, double step_s, const struct bioheat_drive *drive)
{
	double ratio = step_s * rate_max(b, drive->boiling_w_k) / STABLE_SHARE;
	double most = (BIOHEAT_STAGES_MAX * BIOHEAT_STAGES_MAX + BIOHEAT_STAGES_MAX) / 2.0;
	int steps = (int)ceil(fmax(ratio / most, 1));
	int stages = (int)ceil((sqrt(1 + 8 * ratio / steps) - 1) / 2);

	if (b->config.wall == BIOHEAT_WALL_TEMPERATURE)
		b->lumped.tip_degc = drive->wall_degc;
	if (stages < 1)
		stages = 1;
	for (int i = 0; i < steps; i++) {
		for (int j = 1; j <= stages; j++) {
			struct stage s = rkl1_stage(j, stages, step_s / steps);

			advance_stage(b, &s, drive);
		}
	}
}

double bioheat_tip_degc(const struct bioheat *b)
{
	return b->lumped.tip_degc;
}

void bioheat_set_tip_degc(struct bioheat *b, double degc)
{
	b->lumped.tip_degc = degc;
}

double bioheat_wall_heat_j(const struct bioheat *b)
{
	return b->lumped.wall_j;
}

double bioheat_cryogen_heat_j(const struct bioheat *b)
{
	return b->lumped.cryogen_j;
}

double bioheat_tissue_heat_j(const struct bioheat *b)
{
	double sum = 0;

	for (size_t k = 0; k < b->mesh->cells; k++)
		sum += b->enthalpy[k] * b->mesh->volume[k];
	return sum;
}

double bioheat_source_w(const struct bioheat *b)
{
	double sum = 0;

	for (size_t j = 0; j < b->mesh->rows; j++)
		for (size_t i = b->mesh->row_first[j]; i < b->mesh->columns; i++) {
			double theta = bioheat_cell_theta(b, i, j);
			double w_m3 = b->config.tissue.metabolic +
				      b->blood[i] * (b->blood_0 - b->blood_1 * theta);

			if (theta > 0)
				sum += w_m3 * b->mesh->volume[mesh_cell(b->mesh, i, j)];
		}
	return sum;
}

double bioheat_ice_volume(const struct bioheat *b)
{
	double sum = 0;

	for (size_t k = 0; k < b->mesh->cells; k++)
		sum += fmin(fmax(b->enthalpy[k] / b->h_frozen, 0), 1) * b->mesh->volume[k];
	return sum;
}

size_t bioheat_columns(const struct bioheat *b)
{
	return b->mesh->columns;
}

size_t bioheat_rows(const struct bioheat *b)
{
	return b->mesh->rows;
}

bool bioheat_is_tissue(const struct bioheat *b, size_t i, size_t j)
{
	return i >= b->mesh->row_first[j];
}

double bioheat_column_m(const struct bioheat *b, size_t i)
{
	return mesh_r(b->mesh, i);
}

double bioheat_row_m(const struct bioheat *b, size_t j)
{
	return mesh_z(b->mesh, j);
}

double bioheat_column_inner_m(const struct bioheat *b, size_t i)
{
	return b->mesh->r_edge[i];
}

double bioheat_column_outer_m(const struct bioheat *b, size_t i)
{
	return b->mesh->r_edge[i + 1];
}

double bioheat_cell_theta(const struct bioheat *b, size_t i, size_t j)
{
	return piece_theta(b, b->enthalpy[mesh_cell(b->mesh, i, j)]);
}

double bioheat_cell_degc(const struct bioheat *b, size_t i, size_t j)
{
	return tissue_degc(&b->config.tissue, b->enthalpy[mesh_cell(b->mesh, i, j)]);
}

void bioheat_set_cell_enthalpy(struct bioheat *b, size_t i, size_t j, double enthalpy)
{
	b->enthalpy[mesh_cell(b->mesh, i, j)] = enthalpy;
}

const struct tissue *bioheat_tissue(const struct bioheat *b)
{
	return &b->config.tissue;
}

/* The cell from which to interpolate to its next: the last of @n whose centre is not beyond @at. */
static size_t cell_before(const double *edge, size_t first, size_t n, double at, double *ret_share)
{
	size_t i = first;
	double here, next;

	while (i + 2 < n && (edge[i + 1] + edge[i + 2]) / 2 <= at)
		i++;
	here = (edge[i] + edge[i + 1]) / 2;
	next = i + 1 < n ? (edge[i + 1] + edge[i + 2]) / 2 : here + 1;
	*ret_share = fmin(fmax((at - here) / (next - here), 0), 1);
	return i;
}

static double row_theta_at(const struct bioheat *b, size_t j, double r_m)
{
	const struct mesh *m = b->mesh;
	double share;
	size_t i = cell_before(m->r_edge, m->row_first[j], m->columns, r_m, &share);
	size_t next = i + 1 < m->columns ? i + 1 : i;

	return (1 - share) * bioheat_cell_theta(b, i, j) +
	       share * bioheat_cell_theta(b, next, j);
}

double bioheat_degc_at(const struct bioheat *b, double r_m, double z_m)
{
	const struct mesh *m = b->mesh;
	double share, theta;
	size_t j = cell_before(m->z_edge, 0, m->rows, z_m, &share);
	size_t next = j + 1 < m->rows ? j + 1 : j;

	theta = (1 - share) * row_theta_at(b, j, r_m) + share * row_theta_at(b, next, r_m);
	return tissue_degc_of_theta(&b->config.tissue, theta);
}
