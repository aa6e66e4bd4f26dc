/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who says how large the ice is, from the same samples: the estimate of the treatment itself, and
 * what it is compared with.
 */
#ifndef CRYO_SELFTESTS_SIL_READER_H
#define CRYO_SELFTESTS_SIL_READER_H

#include "daemon/core/ice.h"
#include "daemon/core/treatment.h"
#include "selftests/sil/trace.h"

struct bioheat;

/* Readers beside the treatment; a new one is a name here and a branch in each function. */
struct readers {
	struct ice tissue;		/* READER_TISSUE: told where the thermocouple lies */
	uint32_t boundary_um;		/* to be told when the ice is there; 0 = none */
	int32_t target_mdegc;
	struct bioheat *line;		/* READER_LINE: nominal muscle around an endless needle */
};

const char *reader_name(enum reader reader);

/* 0 or -ENOMEM. */
int readers_begin(struct readers *r, const struct probe_profile *profile, enum ice_class class,
		  double sensor_mm);
void readers_end(struct readers *r);

/* Each sample that core/ has seen, @dt_ns after the one before, and has answered in @phase. */
void readers_step(struct readers *r, const struct probe_sample *sample, enum phase phase,
		  int64_t dt_ns);

/* What each of them says now. */
void readers_say(const struct readers *r, const struct treatment_status *status,
		 struct said ret[READERS]);

#endif
