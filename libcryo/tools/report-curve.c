// SPDX-License-Identifier: LGPL-2.1-or-later
/* Curves of samples in a panel. */
#include "report-curve.h"

#define COLUMN		0.4		/* points: samples that lie closer are one place */
#define GAP_NS		500000000LL	/* without samples: nothing is known in between */

struct pen {
	const struct panel *panel;
	bool down;			/* a piece has begun */
	double x, first_x;
	double low, high;		/* places at x, of which none is drawn yet */
	double last_y;
};

static void point(struct pen *pen, double y)
{
	cairo_line_to(pen->panel->canvas->cr, pen->x, y);
	pen->last_y = y;
}

/* The place at which the pen stands: the nearer end first, so that no line crosses back. */
static void flush(struct pen *pen)
{
	bool low_first = pen->last_y - pen->low <= pen->high - pen->last_y;

	if (!pen->down)
		return;
	point(pen, low_first ? pen->low : pen->high);
	if (pen->low < pen->high)
		point(pen, low_first ? pen->high : pen->low);
}

static void begin_piece(struct pen *pen, double x, double y)
{
	cairo_move_to(pen->panel->canvas->cr, x, y);
	*pen = (struct pen){
		.panel = pen->panel, .down = true, .x = x, .first_x = x, .low = y, .high = y, .last_y = y,
	};
}

static void go_on(struct pen *pen, double x, double y)
{
	if (x - pen->x < COLUMN) {
		pen->low = y < pen->low ? y : pen->low;
		pen->high = y > pen->high ? y : pen->high;
		return;
	}
	flush(pen);
	pen->x = x;
	pen->low = pen->high = y;
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
