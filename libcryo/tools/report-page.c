// SPDX-License-Identifier: LGPL-2.1-or-later
/* The page of a record: its parts from top to bottom, on a PDF or SVG surface. */
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <errno.h>
#include <stdio.h>

#include "report-page.h"
#include "report-parts.h"
#include "report-text.h"

struct sink {
	report_write_fn write;
	void *userdata;
	int error;
};

static cairo_status_t write_some(void *closure, const unsigned char *data, unsigned int size)
{
	struct sink *sink = closure;

	if (sink->error >= 0)
		sink->error = sink->write(sink->userdata, data, size);
	return sink->error < 0 ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* A PDF that told when it was made would differ each time: it tells when the treatment was. */
static void set_metadata(cairo_surface_t *surface, const struct report_data *data)
{
	char title[64], moment[REPORT_TEXT_MAX];
	time_t seconds = (data->ended_us ? data->ended_us : data->started_us) / 1000000;
	struct tm utc;

	snprintf(title, sizeof(title), "Cryoneurolysis record, treatment %llu",
		 (unsigned long long)data->treatment);
	gmtime_r(&seconds, &utc);
	strftime(moment, sizeof(moment), "%Y-%m-%dT%H:%M:%SZ", &utc);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, moment);
}

static cairo_surface_t *surface_new(enum report_format format, const struct report_data *data,
				    struct sink *sink)
{
	cairo_surface_t *surface;

	if (format == REPORT_PDF) {
		surface = cairo_pdf_surface_create_for_stream(write_some, sink, PAGE_WIDTH, PAGE_HEIGHT);
		set_metadata(surface, data);
	} else {
		surface = cairo_svg_surface_create_for_stream(write_some, sink, PAGE_WIDTH, PAGE_HEIGHT);
		cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PT);
	}
	return surface;
}

static void draw(struct canvas *canvas, const struct report *report)
{
	double below = cycles_height(report) + list_height(report) + ending_height();
	double y;

	canvas_box(canvas, (struct ink){ 1, 1, 1 }, 0, 0, PAGE_WIDTH, PAGE_HEIGHT);
	y = draw_heading(canvas, report, PAGE_TOP) + 6;
	draw_plot(canvas, report, y, PAGE_BOTTOM - below - y);
	y = draw_cycles(canvas, report, PAGE_BOTTOM - below);
	draw_list(canvas, report, y);
	draw_ending(canvas, report);
}

static int error_of(cairo_status_t status, const struct sink *sink)
{
	if (sink->error < 0)
		return sink->error;
	if (status == CAIRO_STATUS_NO_MEMORY)
		return -ENOMEM;
	return status == CAIRO_STATUS_SUCCESS ? 0 : -EIO;
}

int report_page(const struct report *report, enum report_format format, report_write_fn write,
		void *userdata)
{
	struct sink sink = { .write = write, .userdata = userdata };
	cairo_surface_t *surface = surface_new(format, report->data, &sink);
	struct canvas canvas = { .cr = NULL };
	cairo_status_t status;
	int r;

	r = canvas_begin(&canvas, surface);
	if (r >= 0)
		draw(&canvas, report);
	canvas_end(&canvas);
	cairo_surface_finish(surface);
	status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	return r < 0 ? r : error_of(status, &sink);
}
