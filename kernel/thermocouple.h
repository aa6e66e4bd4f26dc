/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Thermocouple voltage to temperature and back, ITS-90, integers only.
 */
#ifndef CRYO_THERMOCOUPLE_H
#define CRYO_THERMOCOUPLE_H

#include "pure.h"

/**
 * enum cryo_tc_type - letter of a thermocouple
 * @CRYO_TC_E: chromel against constantan
 * @CRYO_TC_J: iron against constantan
 * @CRYO_TC_K: chromel against alumel
 * @CRYO_TC_N: nicrosil against nisil
 * @CRYO_TC_T: copper against constantan
 *
 * The values are those of THERMOCOUPLE_TYPE_* of the device tree bindings, so
 * that the firmware property thermocouple-type can be used as it is, after
 * cryo_tc_type_known().
 */
enum cryo_tc_type {
	CRYO_TC_E = 1,
	CRYO_TC_J = 2,
	CRYO_TC_K = 3,
	CRYO_TC_N = 4,
	CRYO_TC_T = 7,
};

/* What all five tables cover. */
#define CRYO_TC_MIN_MDEGC	(-200000)
#define CRYO_TC_MAX_MDEGC	150000

/* Where a cold junction may be; beyond it is broken, not cold. */
#define CRYO_TC_COLD_JUNCTION_MIN_MDEGC	(-40000)
#define CRYO_TC_COLD_JUNCTION_MAX_MDEGC	85000

/**
 * cryo_tc_type_known() - tell whether a number names a thermocouple type
 * @type: value of the firmware property thermocouple-type
 *
 * Return: true if it is one of enum cryo_tc_type.
 */
bool cryo_tc_type_known(u32 type);

/**
 * cryo_tc_emf_nv() - voltage of a thermocouple against a junction at 0 degC
 * @type: letter of the thermocouple
 * @temp_mdegc: temperature, CRYO_TC_MIN_MDEGC to CRYO_TC_MAX_MDEGC
 * @ret_nv: the voltage in nanovolts, untouched on error
 *
 * Strictly monotonic.
 *
 * Return: 0, -ERANGE outside the range, -EINVAL for an unknown type.
 */
int cryo_tc_emf_nv(enum cryo_tc_type type, s32 temp_mdegc, s32 *ret_nv);

/**
 * cryo_tc_temp_mdegc() - temperature of a thermocouple from its voltage
 * @type: letter of the thermocouple
 * @emf_nv: voltage in nanovolts against a junction at 0 degC
 * @ret_mdegc: the temperature, untouched on error
 *
 * Within 1 m degC of the ITS-90 reference function from CRYO_TC_MIN_MDEGC to
 * CRYO_TC_MAX_MDEGC, rounding included. Monotonic in every nanovolt.
 *
 * Return: 0, -ERANGE if the voltage belongs to no temperature of that range,
 * -EINVAL for an unknown type.
 */
int cryo_tc_temp_mdegc(enum cryo_tc_type type, s32 emf_nv, s32 *ret_mdegc);

/**
 * cryo_tc_linearise() - temperature from a voltage and its cold junction
 * @type: letter of the thermocouple
 * @measured_nv: voltage at the cold junction in nanovolts
 * @cold_junction_mdegc: temperature of the cold junction,
 *	CRYO_TC_COLD_JUNCTION_MIN_MDEGC to CRYO_TC_COLD_JUNCTION_MAX_MDEGC
 * @ret_mdegc: the temperature, untouched on error
 *
 * The cold junction is accounted for as the voltage that it takes away. (To
 * add its temperature instead would be wrong by degrees, as the sensitivity at
 * the tip is another.)
 *
 * Return: 0, -ERANGE if a temperature is outside its range, -EINVAL for an
 * unknown type.
 */
int cryo_tc_linearise(enum cryo_tc_type type, s32 measured_nv,
		      s32 cold_junction_mdegc, s32 *ret_mdegc);

#endif /* CRYO_THERMOCOUPLE_H */
