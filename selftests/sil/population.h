/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Treats many patients, one after the other on each core. */
#ifndef CRYO_SELFTESTS_SIL_POPULATION_H
#define CRYO_SELFTESTS_SIL_POPULATION_H

#include "selftests/sil/clairvoyant.h"
#include "selftests/sil/course.h"
#include "selftests/sil/ice-figures.h"
#include "selftests/sil/oracle.h"

#define SUBJECT_MOMENT_S	0.5
#define SUBJECT_MOMENTS		150

struct subject {
	struct traits traits;
	struct full_flow full;
	struct oracle oracle;		/* of the cycle that is hardest to hold */
	struct course course[LAWS];
	struct course by_oracle;	/* the core's, where the oracle's band is wider in that */
	bool treated[LAWS];
	size_t moments[LAWS];
	float deviation[LAWS][SUBJECT_MOMENTS];	/* of the first cycle since the first flow, degC */
	struct ice_figures ice[READERS];
	struct forecast_figures forecast[READERS];
	struct forecast_share foreseen[CLAIRVOYANTS];	/* at best, had the class been named */
	double passes_s;		/* when the ice passes the boundary, were there none */
	double boundary_mm, beyond_mm;	/* one cycle with a boundary: how far the ice passed it */
	int error;			/* 0 or -errno: the figures are void */
};

/*
 * @subject: @n of them, with traits; the laws after the core's only on the first @compared.
 * @threads at once; with @progress, tells how far it is on standard error. 0 or -errno.
 */
int population_treat(struct subject *subject, size_t n, size_t compared, unsigned int threads,
		     bool progress);

/* Nobody further is begun, for good; safe in a handler of signals. */
void population_stop(void);

/* How many of the @n were treated: the first ones, all @n but for population_stop(). */
size_t population_treated(const struct subject *subject, size_t n);

/* Full flow brings the tip 5 degC below the target, and the supply lasts. */
bool subject_counts(const struct subject *s);

/*
 * Pulses leave room: the oracle needs less than ORACLE_ROOM_DEGC of the band. Who has less room than
 * that has none for noise, lag and what has to be learnt.
 */
bool subject_has_room(const struct subject *s);

/* Full flow does not bring the tip into the protocol's band. */
bool subject_saturates(const struct subject *s);

#endif
