/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drawing on a page, in points from its upper left corner: cairo for lines, pango for words. */
#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

struct ink {
	double red, green, blue;
};

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct style {
	double size;			/* points */
	struct ink ink;
	enum align align;
	bool bold, italic;
};

struct canvas {
	cairo_t *cr;
	PangoLayout *layout;
};

/* -ENOENT: there is no font; -ENOMEM. */
int canvas_begin(struct canvas *canvas, cairo_surface_t *surface);
void canvas_end(struct canvas *canvas);

/*
 * Words at @x, @y (top) within @width, broken into at most @lines lines, the rest as an ellipsis.
 * Returns the height.
 */
double canvas_text(struct canvas *canvas, const struct style *style, double x, double y, double width,
		   int lines, const char *text);
double canvas_text_width(struct canvas *canvas, const struct style *style, const char *text);

void canvas_line(struct canvas *canvas, struct ink ink, double thickness, double x0, double y0, double x1,
		 double y1);
void canvas_box(struct canvas *canvas, struct ink ink, double x, double y, double width, double height);
