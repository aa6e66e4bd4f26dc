/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a patient's traits to the plant's tissue, needle, supply and sensors. */
#ifndef CRYO_SELFTESTS_SIL_ANATOMY_H
#define CRYO_SELFTESTS_SIL_ANATOMY_H

#include "selftests/plant/handpiece.h"
#include "selftests/sil/traits.h"

#define ANATOMY_STEP_S 0.01	/* of the tissue */

struct handpiece_config anatomy_config(const struct traits *t);

/*
 * Shortest pulse of this patient's freeze valve as its maker would have it in the firmware: the
 * binding's 15 ms, or so long that the slowest opening of the valve is over.
 */
int anatomy_min_on_ms(const struct traits *t);

#endif
