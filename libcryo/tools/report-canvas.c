// SPDX-License-Identifier: LGPL-2.1-or-later
/* Drawing on a page: cairo for lines, pango for words. */
#include <errno.h>

#include "report-canvas.h"

/* Debian installs it with fontconfig; pango takes what else there is for signs that it lacks. */
#define FONT		"DejaVu Sans"
#define POINTS_PER_INCH	72

static bool has_font(PangoContext *context)
{
	PangoFontDescription *any = pango_font_description_from_string(FONT);
	PangoFont *font = pango_context_load_font(context, any);

	pango_font_description_free(any);
	if (!font)
		return false;
	g_object_unref(font);
	return true;
}

/* Words are as wide on the page as in the PDF's own measure, whatever the screen's rules are. */
static void set_up_words(PangoContext *context)
{
	cairo_font_options_t *options = cairo_font_options_create();

	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	pango_cairo_context_set_resolution(context, POINTS_PER_INCH);
	cairo_font_options_destroy(options);
}

int canvas_begin(struct canvas *canvas, cairo_surface_t *surface)
{
	canvas->cr = cairo_create(surface);
	canvas->layout = pango_cairo_create_layout(canvas->cr);
	if (!canvas->layout)
		return -ENOMEM;
	set_up_words(pango_layout_get_context(canvas->layout));
	pango_layout_context_changed(canvas->layout);
	return has_font(pango_layout_get_context(canvas->layout)) ? 0 : -ENOENT;
}

void canvas_end(struct canvas *canvas)
{
	g_clear_object(&canvas->layout);
	cairo_destroy(canvas->cr);
	canvas->cr = NULL;
}

static void set_ink(struct canvas *canvas, struct ink ink)
{
	cairo_set_source_rgb(canvas->cr, ink.red, ink.green, ink.blue);
}

static void set_words(struct canvas *canvas, const struct style *style, const char *text)
{
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, FONT);
	pango_font_description_set_size(font, style->size * PANGO_SCALE);
	if (style->bold)
		pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
	if (style->italic)
		pango_font_description_set_style(font, PANGO_STYLE_ITALIC);
	pango_layout_set_font_description(canvas->layout, font);
	pango_font_description_free(font);
	pango_layout_set_text(canvas->layout, text, -1);
}

double canvas_text(struct canvas *canvas, const struct style *style, double x, double y, double width,
		   int lines, const char *text)
{
	static const PangoAlignment alignments[] = {
		[ALIGN_LEFT] = PANGO_ALIGN_LEFT,
		[ALIGN_CENTRE] = PANGO_ALIGN_CENTER,
		[ALIGN_RIGHT] = PANGO_ALIGN_RIGHT,
	};
	PangoRectangle extents;

	set_words(canvas, style, text);
	pango_layout_set_width(canvas->layout, width * PANGO_SCALE);
	pango_layout_set_height(canvas->layout, -lines);
	pango_layout_set_wrap(canvas->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_ellipsize(canvas->layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_alignment(canvas->layout, alignments[style->align]);
	set_ink(canvas, style->ink);
	cairo_move_to(canvas->cr, x, y);
	pango_cairo_show_layout(canvas->cr, canvas->layout);
	pango_layout_get_extents(canvas->layout, NULL, &extents);
	return extents.height / (double)PANGO_SCALE;
}

double canvas_text_width(struct canvas *canvas, const struct style *style, const char *text)
{
	PangoRectangle extents;

	set_words(canvas, style, text);
	pango_layout_set_width(canvas->layout, -1);
	pango_layout_get_extents(canvas->layout, NULL, &extents);
	return extents.width / (double)PANGO_SCALE;
}

void canvas_line(struct canvas *canvas, struct ink ink, double thickness, double x0, double y0, double x1,
		 double y1)
{
	set_ink(canvas, ink);
	cairo_set_line_width(canvas->cr, thickness);
	cairo_move_to(canvas->cr, x0, y0);
	cairo_line_to(canvas->cr, x1, y1);
	cairo_stroke(canvas->cr);
}

void canvas_box(struct canvas *canvas, struct ink ink, double x, double y, double width, double height)
{
	set_ink(canvas, ink);
	cairo_rectangle(canvas->cr, x, y, width, height);
	cairo_fill(canvas->cr);
}
