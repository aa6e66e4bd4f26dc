/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a needle's gauge and active length say of it. Unknown gauges are taken for 18. */
#pragma once

#include "daemon/core/types.h"

/* Outer radius in m by the gauge, 16 to 22 (ISO 9626). */
double needle_radius_m(uint32_t gauge);

/* Heat capacity of the active tip's steel and of what is inside, J/K. */
double needle_capacity_j_k(const struct probe_profile *profile);

/* Surface of the active tip, m2; of the end's disk, half. */
double needle_area_m2(const struct probe_profile *profile);

/* What full flow is expected to cool the tip by, W; needles of a kind differ by a factor of two. */
double needle_full_flow_w(const struct probe_profile *profile);
