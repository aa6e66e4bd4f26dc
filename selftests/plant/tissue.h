/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Thermal properties of tissue and its enthalpy curve: three straight pieces, frozen, freezing,
 * unfrozen.
 */
#ifndef CRYO_PLANT_TISSUE_H
#define CRYO_PLANT_TISSUE_H

#include <stddef.h>

/**
 * struct tissue - one tissue class; volumetric heat, uniform in space
 * @name: as given to options and the control socket
 * @k_frozen: thermal conductivity below @freeze_end_degc, W/(m K)
 * @k_freezing: the same within the freezing interval
 * @k_unfrozen: the same above @freeze_start_degc
 * @c_frozen: heat capacity, J/(m3 K)
 * @c_unfrozen: heat capacity, J/(m3 K)
 * @latent: J/m3, spread evenly over the freezing interval
 * @freeze_end_degc: all ice below
 * @freeze_start_degc: no ice above; equal to @freeze_end_degc for a sharp front
 * @perfusion: blood flow times the blood's heat capacity, W/(m3 K); none where there is ice
 * @metabolic: W/m3; none where there is ice
 * @blood_degc: temperature of the arterial blood
 */
struct tissue {
	const char *name;
	double k_frozen, k_freezing, k_unfrozen;
	double c_frozen, c_unfrozen;
	double latent;
	double freeze_end_degc, freeze_start_degc;
	double perfusion, metabolic, blood_degc;
};

/* The class with this name, or NULL. */
const struct tissue *tissue_find(const char *name);

/* The class with this index, or NULL past the last. */
const struct tissue *tissue_at(size_t index);

/* Sensible heat capacity within the freezing interval, J/(m3 K): the mean of the two phases. */
double tissue_c_freezing(const struct tissue *t);

/*
 * Enthalpy of a cubic metre, J/m3, zero at the onset of freezing. Of a sharp front's own
 * temperature: the liquid's.
 */
double tissue_enthalpy(const struct tissue *t, double degc);

/* Enthalpy at the end of freezing, J/m3: below zero. */
double tissue_enthalpy_frozen(const struct tissue *t);

/* Inverse of tissue_enthalpy(), degC. */
double tissue_degc(const struct tissue *t, double enthalpy);

/*
 * Kirchhoff's transform of the temperature, W/m: the integral of the conductivity from the onset of
 * freezing. The heat flux is its gradient, whatever phases lie between two points.
 */
double tissue_theta(const struct tissue *t, double degc);

/* Inverse of tissue_theta(), degC; of a sharp front: its temperature. */
double tissue_degc_of_theta(const struct tissue *t, double theta);

#endif
