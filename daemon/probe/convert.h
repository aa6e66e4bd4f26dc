/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's structs in the words of core/ and of the stream. Pure. */
#pragma once

#include <linux/cryoprobe.h>

#include "daemon/core/treatment.h"
#include "libcryo/cryo-frame.h"

/* Index of the first channel of each role, and of the second pressure; -1 where the probe has none. */
struct channel_map {
	int tip, shaft, tissue, cold_junction, infrared, pressure, line;
};

void channel_map_from_info(const struct cryoprobe_info *info, struct channel_map *ret);
void profile_from_info(const struct cryoprobe_info *info, const struct cryoprobe_identity *identity,
		       struct probe_profile *ret);

/* The reading of channel @index, not valid if @index is -1 or the sensor says so. */
struct reading reading_from_sample(const struct cryoprobe_sample *sample, int index);

/* As reading_from_sample(), in the channel's unit or CRYO_FRAME_NOT_VALID. */
int32_t value_from_sample(const struct cryoprobe_sample *sample, int index);

/* @status is at least as new as @sample, and is believed about the interlock. */
void sample_from_kernel(const struct channel_map *map, const struct cryoprobe_sample *sample,
			const struct cryoprobe_status *status, struct probe_sample *ret);
void frame_from_kernel(const struct channel_map *map, const struct cryoprobe_sample *sample,
		       const struct treatment_status *treatment, struct cryo_frame *ret);
