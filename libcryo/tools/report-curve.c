// SPDX-License-Identifier: LGPL-2.1-or-later
/* Curves of samples in a panel. */
#include <math.h>

#include "report-curve.h"

#define COLUMN		0.8		/* points: samples that lie closer are one place */
#define SEEN		0.1		/* points: less than that nobody sees */
#define GAP_NS		500000000LL	/* without samples: nothing is known in between */

struct pen {
	const struct panel *panel;
	bool down;			/* a piece has begun */
	double first_x;			/* of the piece */
	double column_x;		/* where the place begins that the pen is in */
	double x, y;			/* the newest sample */
	double low, high;		/* of the place */
	double drawn_y;			/* where the line has been drawn to */
};

static void draw_to(struct pen *pen, double y)
{
	cairo_line_to(pen->panel->canvas->cr, pen->x, y);
	pen->drawn_y = y;
}

/* The place that the pen is in: its newest sample, and what goes beyond the way there. */
static void flush(struct pen *pen)
{
	bool lower = pen->low < fmin(pen->drawn_y, pen->y) - SEEN;
	bool higher = pen->high > fmax(pen->drawn_y, pen->y) + SEEN;

	if (!pen->down)
		return;
	if (lower)
		draw_to(pen, pen->low);
	if (higher)
		draw_to(pen, pen->high);
	draw_to(pen, pen->y);
}

static void begin_piece(struct pen *pen, double x, double y)
{
	cairo_move_to(pen->panel->canvas->cr, x, y);
	*pen = (struct pen){
		.panel = pen->panel, .down = true, .first_x = x, .column_x = x, .x = x, .y = y, .low = y,
		.high = y, .drawn_y = y,
	};
}

static void go_on(struct pen *pen, double x, double y)
{
	if (x - pen->column_x >= COLUMN) {
		flush(pen);
		pen->column_x = x;
		pen->low = pen->high = y;
	}
	pen->low = fmin(pen->low, y);
	pen->high = fmax(pen->high, y);
	pen->x = x;
	pen->y = y;
}

static void end_piece(struct pen *pen, const struct curve *curve)
{
	cairo_t *cr = pen->panel->canvas->cr;

	flush(pen);
	if (pen->down && curve->thickness > 0) {
		cairo_stroke(cr);
	} else if (pen->down) {
		cairo_line_to(cr, pen->x, pen->panel->value.at_from);
		cairo_line_to(cr, pen->first_x, pen->panel->value.at_from);
		cairo_fill(cr);
	}
	pen->down = false;
}

static bool is_gap(const struct cryo_frame *before, const struct cryo_frame *frame)
{
	return frame->seq > before->seq + 1 && frame->time_ns - before->time_ns > GAP_NS;
}

static void set_pen(cairo_t *cr, const struct curve *curve)
{
	static const double dashes[] = { 4, 2 };

	cairo_set_source_rgb(cr, curve->ink.red, curve->ink.green, curve->ink.blue);
	cairo_set_line_width(cr, curve->thickness);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_dash(cr, dashes, curve->dashed ? 2 : 0, 0);
}

void curve_draw(const struct panel *panel, const struct curve *curve, const struct report_data *data)
{
	cairo_t *cr = panel->canvas->cr;
	struct pen pen = { .panel = panel };

	cairo_save(cr);
	set_pen(cr, curve);
	for (size_t i = 0; i < data->n_frames; i++) {
		const struct cryo_frame *frame = &data->frames[i];
		double value, x = scale_place(&panel->time, frame->time_ns / 1e9), y;

		if (!curve->value(frame, &value) || (i && is_gap(frame - 1, frame)))
			end_piece(&pen, curve);
		if (!curve->value(frame, &value))
			continue;
		y = scale_place(&panel->value, value);
		if (pen.down)
			go_on(&pen, x, y);
		else
			begin_piece(&pen, x, y);
	}
	end_piece(&pen, curve);
	cairo_restore(cr);
}
