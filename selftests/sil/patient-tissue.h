/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tissue around a patient's needle, in the plant's words. */
#ifndef CRYO_SELFTESTS_SIL_PATIENT_TISSUE_H
#define CRYO_SELFTESTS_SIL_PATIENT_TISSUE_H

#include "selftests/plant/tissue.h"
#include "selftests/sil/traits.h"

/* A class of tissue, and what this patient differs by. */
struct tissue patient_tissue(const struct traits *traits);

#endif
