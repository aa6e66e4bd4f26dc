/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A panel of a plot, and curves of samples in it. */
#pragma once

#include "report-axis.h"
#include "report-canvas.h"
#include "report-data.h"

struct panel {
	struct canvas *canvas;
	struct scale time;		/* seconds */
	struct scale value;
};

/* A sample's value in the panel's unit; false where it has none. */
typedef bool (*value_fn)(const struct cryo_frame *frame, double *ret);

struct curve {
	value_fn value;
	struct ink ink;
	double thickness;		/* points; 0: an area down to the panel's lower end */
	bool dashed;
};

/*
 * However many samples there are, a place of the page gets their lowest and highest only. The curve
 * is interrupted where values or samples are missing.
 */
void curve_draw(const struct panel *panel, const struct curve *curve, const struct report_data *data);
