// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's structs in the words of core/ and of the stream. Pure. */
#include <string.h>

#include "daemon/probe/convert.h"

_Static_assert((int)CRYOGEN_N2O == CRYOPROBE_CRYOGEN_N2O && (int)CRYOGEN_LN2 == CRYOPROBE_CRYOGEN_LN2,
	       "core and kernel number cryogens alike");
_Static_assert((int)INTERLOCK_ARMED == CRYOPROBE_STATE_ARMED &&
	       (int)INTERLOCK_FAULT == CRYOPROBE_STATE_FAULT, "core and kernel number states alike");

#define VALVES	(CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_FREEZE | CRYOPROBE_OUT_VENT)

static int nth_of_role(const struct cryoprobe_info *info, uint32_t role, uint32_t number)
{
	for (uint32_t i = 0; i < info->channels && i < CRYOPROBE_CHANNELS_MAX; i++)
		if (info->channel[i].role == role && info->channel[i].number == number)
			return i;
	return -1;
}

static int first_of_role(const struct cryoprobe_info *info, uint32_t role)
{
	return nth_of_role(info, role, 0);
}

void channel_map_from_info(const struct cryoprobe_info *info, struct channel_map *ret)
{
	*ret = (struct channel_map){
		.tip = first_of_role(info, CRYOPROBE_ROLE_TIP),
		.shaft = first_of_role(info, CRYOPROBE_ROLE_SHAFT),
		.tissue = first_of_role(info, CRYOPROBE_ROLE_TISSUE),
		.cold_junction = first_of_role(info, CRYOPROBE_ROLE_COLD_JUNCTION),
		.infrared = first_of_role(info, CRYOPROBE_ROLE_INFRARED),
		.pressure = first_of_role(info, CRYOPROBE_ROLE_PRESSURE),
		.line = nth_of_role(info, CRYOPROBE_ROLE_PRESSURE, 1),
	};
}

void profile_from_info(const struct cryoprobe_info *info, const struct cryoprobe_identity *identity,
		       struct probe_profile *ret)
{
	*ret = (struct probe_profile){
		.cryogen = identity->cryogen <= CRYOPROBE_CRYOGEN_LN2 ? (enum cryogen)identity->cryogen
								       : CRYOGEN_UNKNOWN,
		.gauge = identity->gauge,
		.active_um = identity->active_um,
		.shaft_mm = identity->shaft_length_mm,
		.caps_tip_floor_mdegc = info->caps.tip_floor_mdegc,
		.caps_freeze_max_ms = info->caps.freeze_max_ms,
		.caps_total_max_ms = info->caps.total_max_ms,
		.caps_validity_max_ms = info->caps.validity_max_ms,
		.caps_idle_max_ms = info->caps.idle_max_ms,
		.caps_heat_max_ms = info->caps.heat_max_ms,
		.caps_heat_max_mdegc = info->caps.heat_max_mdegc,
		.has_thaw = info->capabilities & CRYOPROBE_CAP_THAW,
		.has_sense = info->capabilities & CRYOPROBE_CAP_SUPPLY_SENSE,
	};
}

struct reading reading_from_sample(const struct cryoprobe_sample *sample, int index)
{
	if (index < 0 || (uint32_t)index >= sample->channels || index >= CRYOPROBE_CHANNELS_MAX)
		return (struct reading){ .valid = false };
	return (struct reading){
		.mdegc = sample->channel[index].value,
		.valid = sample->channel[index].status & CRYOPROBE_VALUE_VALID,
	};
}

int32_t value_from_sample(const struct cryoprobe_sample *sample, int index)
{
	struct reading reading = reading_from_sample(sample, index);

	return reading.valid ? reading.mdegc : CRYO_FRAME_NOT_VALID;
}

void sample_from_kernel(const struct channel_map *map, const struct cryoprobe_sample *sample,
			const struct cryoprobe_status *status, struct probe_sample *ret)
{
	struct reading pressure = reading_from_sample(sample, map->pressure);
	struct reading line = reading_from_sample(sample, map->line);

	*ret = (struct probe_sample){
		.seq = sample->seq,
		.time_ns = sample->time_ns,
		.interlock = (enum interlock_state)status->state,
		.fault_mask = status->fault_mask,
		.present_mask = status->present_mask,
		.fault_code = status->first.code,
		.estop_due = status->fault_mask & 1ULL << CRYOPROBE_FAULT_TEST_ESTOP &&
			     status->present_mask & 1ULL << CRYOPROBE_FAULT_TEST_ESTOP,
		.testing = status->due & CRYOPROBE_DUE_VALVES,
		.flow_permille = sample->flow_permille,
		.thaw_permille = sample->thaw_permille,
		.tip = reading_from_sample(sample, map->tip),
		.shaft = reading_from_sample(sample, map->shaft),
		.tissue = reading_from_sample(sample, map->tissue),
		.infrared = reading_from_sample(sample, map->infrared),
		.cold_junction = reading_from_sample(sample, map->cold_junction),
		.pressure_kpa = pressure.mdegc,
		.pressure_valid = pressure.valid,
		.line_kpa = line.mdegc,
		.line_valid = line.valid,
		.energised = sample->outputs & VALVES,
	};
}

static int32_t target_of(const struct treatment_status *treatment)
{
	bool wanted = treatment->phase == PHASE_COOL || treatment->phase == PHASE_FREEZE;

	return wanted ? treatment->target_mdegc : CRYO_FRAME_NOT_VALID;
}

void frame_from_kernel(const struct channel_map *map, const struct cryoprobe_sample *sample,
		       const struct treatment_status *treatment, struct cryo_frame *ret)
{
	*ret = (struct cryo_frame){
		.bytes = sizeof(*ret),
		.seq = sample->seq,
		.time_ns = sample->time_ns,
		.tip_mdegc = value_from_sample(sample, map->tip),
		.shaft_mdegc = value_from_sample(sample, map->shaft),
		.tissue_mdegc = value_from_sample(sample, map->tissue),
		.infrared_mdegc = value_from_sample(sample, map->infrared),
		.cold_junction_mdegc = value_from_sample(sample, map->cold_junction),
		.target_mdegc = target_of(treatment),
		.pressure_kpa = value_from_sample(sample, map->pressure),
		.flow_permille = sample->flow_permille,
		.thaw_permille = sample->thaw_permille,
		.outputs = sample->outputs,
		.interlock = sample->state,
		.phase = treatment->phase,
		.cycle = treatment->cycle,
		.cycles = treatment->cycles,
		.phase_ms = treatment->phase_ms,
		.phase_left_ms = treatment->phase_left_ms,
		.ice_radius_um = treatment->ice_radius_um,
		.ice_half_length_um = treatment->ice_half_length_um,
		.isotherm_radius_um = treatment->isotherm_radius_um,
		.ice_error_um = treatment->ice_error_um,
		.fault_mask = sample->fault_mask,
		.flow_asked_permille = treatment->flow_permille,
		.site = treatment->site,
		.ice_half_length_error_um = treatment->ice_half_length_error_um,
		.isotherm_half_length_um = treatment->isotherm_half_length_um,
		.isotherm_error_um = treatment->isotherm_error_um,
		.isotherm_half_length_error_um = treatment->isotherm_half_length_error_um,
		.boundary_ms = treatment->boundary_ms,
		.isotherm_distance_um = treatment->isotherm_distance_um,
		.isotherm_held_ms = treatment->isotherm_held_ms,
		.adequate = treatment->adequate,
	};
}
