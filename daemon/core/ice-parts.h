/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the ice's estimate share. */
#pragma once

#include "daemon/core/ice.h"

#define ICE_EDGE_DEGC		(-1.0)
#define ICE_ISOTHERM_DEGC	(-20.0)

enum { ICE_SLOW, ICE_USUAL, ICE_FAST, ICE_OF_A_KIND };
enum { ICE_KIND_LEAN, ICE_KIND_FAT };

/* How likely it is fat, 0 to 1. */
double ice_fat_share(const struct ice *ice);

/* @of[]: the same of a slow, a usual and a fast tissue; @share from -1 to 1 between them. */
double ice_between(const double of[ICE_OF_A_KIND], double share);
