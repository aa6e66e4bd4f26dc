/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EMF of a type T thermocouple by the ITS-90 reference function, in double precision. */
#ifndef CRYO_PLANT_EMF_H
#define CRYO_PLANT_EMF_H

/* EMF in volts against a junction at 0 degC; @degc is held within -270 to 400. */
double emf_type_t(double degc);

#endif
