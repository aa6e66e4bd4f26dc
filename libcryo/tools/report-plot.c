// SPDX-License-Identifier: LGPL-2.1-or-later
/* The plot of a report's page: temperatures, flow and ice over time, with the phases shaded. */
#include <math.h>
#include <stdio.h>

#include "report-curve.h"
#include "report-parts.h"
#include "report-protocol.h"
#include "report-text.h"

#define AXIS_WIDTH	34.0		/* left of the panels */
#define STRIP_HEIGHT	11.0		/* the phases' names */
#define TICKS_HEIGHT	22.0		/* the time's */
#define HEAD_HEIGHT	13.0		/* a panel's name and legend */
#define PANEL_GAP	3.0
#define MARK_HEIGHT	9.0		/* alarms' numbers */

#define INK_TIP		((struct ink){ 0.05, 0.28, 0.60 })
#define INK_TARGET	((struct ink){ 0.80, 0.35, 0.05 })
#define INK_SHAFT	((struct ink){ 0.55, 0.58, 0.62 })
#define INK_TISSUE	((struct ink){ 0.10, 0.50, 0.35 })
#define INK_FLOW	((struct ink){ 0.45, 0.62, 0.78 })
#define INK_ICE		((struct ink){ 0.45, 0.75, 0.78 })
#define INK_ISOTHERM	((struct ink){ 0.35, 0.15, 0.55 })

static bool valid(int32_t mdegc, double *ret)
{
	*ret = mdegc / 1000.0;
	return mdegc != CRYO_NOT_VALID;
}

static bool tip(const struct cryo_frame *frame, double *ret)
{
	return valid(frame->tip_mdegc, ret);
}

static bool target(const struct cryo_frame *frame, double *ret)
{
	return valid(frame->target_mdegc, ret);
}

static bool shaft(const struct cryo_frame *frame, double *ret)
{
	return valid(frame->shaft_mdegc, ret);
}

static bool tissue(const struct cryo_frame *frame, double *ret)
{
	return valid(frame->tissue_mdegc, ret);
}

static bool flow(const struct cryo_frame *frame, double *ret)
{
	*ret = frame->flow_permille / 10.0;
	return true;
}

/* A sample without a phase comes without an estimate. */
static bool ice(const struct cryo_frame *frame, double *ret)
{
	*ret = frame->ice_radius_um / 1000.0;
	return frame->phase != CRYO_PHASE_IDLE;
}

static bool isotherm(const struct cryo_frame *frame, double *ret)
{
	*ret = frame->isotherm_radius_um / 1000.0;
	return frame->phase != CRYO_PHASE_IDLE && frame->isotherm_radius_um;
}

static const struct {
	const char *name;
	struct ink ink;
} phases[] = {
	[CRYO_PHASE_IDLE] = { "", { 1, 1, 1 } },
	[CRYO_PHASE_SELF_TEST] = { "self-test", { 0.95, 0.95, 0.95 } },
	[CRYO_PHASE_READY] = { "ready", { 0.97, 0.97, 0.97 } },
	[CRYO_PHASE_COOL] = { "cool", { 0.87, 0.93, 0.98 } },
	[CRYO_PHASE_FREEZE] = { "freeze", { 0.76, 0.87, 0.97 } },
	[CRYO_PHASE_THAW] = { "thaw", { 0.99, 0.95, 0.84 } },
	[CRYO_PHASE_WARM] = { "warm", { 0.99, 0.91, 0.84 } },
	[CRYO_PHASE_WITHDRAW] = { "withdraw", { 0.93, 0.97, 0.91 } },
};

static bool known(enum cryo_phase phase)
{
	return phase > CRYO_PHASE_IDLE && phase < (int)N_ELEMENTS(phases);
}

static void name_span(const struct report_span *span, char text[REPORT_TEXT_MAX])
{
	if (span->phase == CRYO_PHASE_FREEZE)
		snprintf(text, REPORT_TEXT_MAX, "%s %u", phases[span->phase].name, span->cycle);
	else
		snprintf(text, REPORT_TEXT_MAX, "%s", phases[span->phase].name);
}

/* In the strip, where it has room. */
static void draw_name(const struct panel *panel, int64_t start_ns, int64_t end_ns, double y,
		      const char *name)
{
	static const struct style style = { .size = SMALL - 0.4, .ink = INK_BLACK, .align = ALIGN_CENTRE };
	double x0 = scale_place(&panel->time, start_ns / 1e9), x1 = scale_place(&panel->time, end_ns / 1e9);

	if (canvas_text_width(panel->canvas, &style, name) + 2 < x1 - x0)
		canvas_text(panel->canvas, &style, x0, y + 1.5, x1 - x0, 1, name);
}

static void draw_phases(const struct panel *panel, const struct report *report, double y, double height)
{
	bool one_site = report->figures.total.sites <= 1;

	for (size_t i = 0; i < report->course.n; i++) {
		const struct report_span *span = &report->course.spans[i];
		double x0 = scale_place(&panel->time, span->start_ns / 1e9);
		double x1 = scale_place(&panel->time, span->end_ns / 1e9);
		char name[REPORT_TEXT_MAX];

		if (!known(span->phase))
			continue;
		canvas_box(panel->canvas, phases[span->phase].ink, x0, y, x1 - x0, height);
		name_span(span, name);
		if (one_site)
			draw_name(panel, span->start_ns, span->end_ns, y, name);
	}
}

/* In place of the phases' names, where there are several. */
static void draw_sites(const struct panel *panel, const struct report *report, double y)
{
	const struct report_course *course = &report->course;
	char name[REPORT_TEXT_MAX];

	for (size_t i = 0, end; i < course->n && report->figures.total.sites > 1; i = end) {
		double x = scale_place(&panel->time, course->spans[i].start_ns / 1e9);

		for (end = i; end < course->n && course->spans[end].site == course->spans[i].site; end++)
			;
		snprintf(name, sizeof(name), "site %u", course->spans[i].site);
		draw_name(panel, course->spans[i].start_ns, course->spans[end - 1].end_ns, y, name);
		canvas_line(panel->canvas, INK_GREY, 0.5, x, y, x, y + STRIP_HEIGHT);
	}
}

static bool is_unread(const struct report_data *data, size_t index)
{
	return index < data->n_frames && data->frames[index].tip_mdegc == CRYO_NOT_VALID;
}

/* Where the tip could not be read; at least a hair, so that it is seen. */
static void draw_unread(const struct panel *panel, const struct report_data *data)
{
	double y = fmin(panel->value.at_from, panel->value.at_to);

	for (size_t i = 0, end; i < data->n_frames; i = end + 1) {
		double x0 = scale_place(&panel->time, data->frames[i].time_ns / 1e9), x1;

		for (end = i; is_unread(data, end); end++)
			;
		if (end == i)
			continue;
		x1 = scale_place(&panel->time, data->frames[end - (end == data->n_frames)].time_ns / 1e9);
		canvas_box(panel->canvas, INK_RED, x0, y, fmax(x1 - x0, 0.5), 2.5);
	}
}

static void draw_grid(const struct panel *panel, double step)
{
	static const struct style style = { .size = SMALL, .ink = INK_GREY, .align = ALIGN_RIGHT };
	double low = fmin(panel->value.from, panel->value.to), high = fmax(panel->value.from, panel->value.to);

	for (double value = ceil(low / step - 1e-9) * step; value <= high + step * 1e-9; value += step) {
		double y = scale_place(&panel->value, value), rounded = round(value * 100) / 100;
		char text[32];

		canvas_line(panel->canvas, fabs(value) < 1e-9 ? INK_GREY : INK_FAINT, 0.4,
			    panel->time.at_from, y, panel->time.at_to, y);
		snprintf(text, sizeof(text), "%s%g", rounded < 0 ? "−" : "", fabs(rounded));
		canvas_text(panel->canvas, &style, panel->time.at_from - AXIS_WIDTH, y - SMALL * 0.6,
			    AXIS_WIDTH - 3, 1, text);
	}
}

/* A sample of the curve and its name, leftwards from @x; returns where it begins. */
static double draw_legend(const struct panel *panel, const struct curve *curve, double x, double y,
			  const char *name)
{
	const struct style style = { .size = SMALL, .ink = INK_GREY };
	double width = canvas_text_width(panel->canvas, &style, name) + 2;
	cairo_t *cr = panel->canvas->cr;
	static const double dashes[] = { 4, 2 };

	canvas_text(panel->canvas, &style, x - width, y, width, 1, name);
	cairo_save(cr);
	cairo_set_dash(cr, dashes, curve->dashed ? 2 : 0, 0);
	canvas_line(panel->canvas, curve->ink, curve->thickness > 0 ? curve->thickness : 5, x - width - 15,
		    y + SMALL * 0.65, x - width - 3, y + SMALL * 0.65);
	cairo_restore(cr);
	return x - width - 24;
}

static bool has_any(const struct report_data *data, value_fn value)
{
	double unused;

	for (size_t i = 0; i < data->n_frames; i++)
		if (value(&data->frames[i], &unused))
			return true;
	return false;
}

struct named {
	struct curve curve;
	const char *name;
};

/*
 * Curves in the order in which they are painted; those without any value are not in the legend, which
 * goes leftwards: returns where it ends.
 */
static double draw_curves(const struct panel *panel, const struct report_data *data,
			const struct named *curves, size_t n)
{
	double top = fmin(panel->value.at_from, panel->value.at_to), x = panel->time.at_to;

	for (size_t i = 0; i < n; i++)
		curve_draw(panel, &curves[i].curve, data);
	for (size_t i = n; i-- > 0;)
		if (has_any(data, curves[i].curve.value))
			x = draw_legend(panel, &curves[i].curve, x, top - HEAD_HEIGHT + 3, curves[i].name);
	return x;
}

static void draw_panel_name(const struct panel *panel, const char *name)
{
	static const struct style style = { .size = SMALL + 0.4, .ink = INK_BLACK, .bold = true };
	double top = fmin(panel->value.at_from, panel->value.at_to);

	canvas_text(panel->canvas, &style, panel->time.at_from, top - HEAD_HEIGHT + 2.5, 200, 1, name);
}

/* The range of a sensor that some sample has; the scale's own where none does. */
static void widen(const struct report_data *data, value_fn value, double *low, double *high)
{
	double found;

	for (size_t i = 0; i < data->n_frames; i++) {
		if (!value(&data->frames[i], &found))
			continue;
		*low = fmin(*low, found);
		*high = fmax(*high, found);
	}
}

static void draw_temperatures(struct panel *panel, const struct report *report)
{
	static const struct named curves[] = {
		{ { shaft, INK_SHAFT, 0.6, false }, "shaft" },
		{ { tissue, INK_TISSUE, 0.6, false }, "tissue" },
		{ { target, INK_TARGET, 0.9, true }, "target" },
		{ { tip, INK_TIP, 1.1, false }, "tip" },
	};
	static const struct curve unread = { NULL, INK_RED, 2.5, false };
	double low = -20, high = 40, x, y;

	for (size_t i = 0; i < N_ELEMENTS(curves); i++)
		widen(report->data, curves[i].curve.value, &low, &high);
	panel->value.from = floor((low - 3) / 10) * 10;
	panel->value.to = ceil(high / 10) * 10;
	draw_grid(panel, axis_step(panel->value.to - panel->value.from, 10));
	y = scale_place(&panel->value, -20);
	canvas_line(panel->canvas, INK_ISOTHERM, 0.4, panel->time.at_from, y, panel->time.at_to, y);
	draw_panel_name(panel, "Temperature, °C");
	x = draw_curves(panel, report->data, curves, N_ELEMENTS(curves));
	draw_unread(panel, report->data);
	if (report->figures.total.unread_ns)
		draw_legend(panel, &unread, x, panel->value.at_to - HEAD_HEIGHT + 3, "tip could not be read");
}

static void draw_flow(struct panel *panel, const struct report *report)
{
	static const struct named curves[] = { { { flow, INK_FLOW, 0, false }, "granted" } };

	panel->value.from = 0;
	panel->value.to = 100;
	draw_grid(panel, 50);
	draw_panel_name(panel, "Flow, %");
	draw_curves(panel, report->data, curves, N_ELEMENTS(curves));
}

/* Where the protocol says that the ice is to end. */
static void draw_boundary(const struct panel *panel, uint32_t boundary_um, double legend_x)
{
	static const struct curve boundary = { NULL, INK_RED, 0.8, true };
	static const double dashes[] = { 4, 2 };
	double y = scale_place(&panel->value, boundary_um / 1000.0);
	char text[REPORT_TEXT_MAX], length[REPORT_TEXT_MAX];

	if (!boundary_um)
		return;
	cairo_save(panel->canvas->cr);
	cairo_set_dash(panel->canvas->cr, dashes, 2, 0);
	canvas_line(panel->canvas, boundary.ink, boundary.thickness, panel->time.at_from, y,
		    panel->time.at_to, y);
	cairo_restore(panel->canvas->cr);
	snprintf(text, sizeof(text), "boundary %.20s", report_radius(length, boundary_um));
	draw_legend(panel, &boundary, legend_x, panel->value.at_to - HEAD_HEIGHT + 3, text);
}

static void draw_ice(struct panel *panel, const struct report *report)
{
	static const struct named curves[] = {
		{ { ice, INK_ICE, 0, false }, "ice" },
		{ { isotherm, INK_ISOTHERM, 1.0, false }, "−20 °C" },
	};
	uint32_t boundary_um = report_protocol_um(report->data->protocol_text, "Boundary");
	double largest = fmax(fmax(report->figures.total.ice_um, boundary_um) / 1000.0, 1);
	double step = axis_step(largest, 4), legend_x;

	panel->value.from = 0;
	panel->value.to = ceil(largest / step) * step;
	draw_grid(panel, step);
	draw_panel_name(panel, report->figures.total.ice_um ? "Radius from the needle's axis, mm (estimated)"
			: "Radius from the needle's axis, mm: no ice formed");
	legend_x = draw_curves(panel, report->data, curves, N_ELEMENTS(curves));
	draw_boundary(panel, boundary_um, legend_x);
}

/* What the shades are, for those that are too narrow to be named. */
static void draw_shades(const struct panel *panel, double y)
{
	static const struct style style = { .size = SMALL, .ink = INK_GREY };
	double x = panel->time.at_from;

	for (int phase = CRYO_PHASE_COOL; phase <= CRYO_PHASE_WITHDRAW; phase++) {
		canvas_box(panel->canvas, INK_FAINT, x, y + 1, 10, 6);
		canvas_box(panel->canvas, phases[phase].ink, x + 0.3, y + 1.3, 9.4, 5.4);
		canvas_text(panel->canvas, &style, x + 13, y, 60, 1, phases[phase].name);
		x += 13 + canvas_text_width(panel->canvas, &style, phases[phase].name) + 10;
	}
}

static void draw_time(const struct panel *panel, double y)
{
	static const struct style style = { .size = SMALL, .ink = INK_GREY, .align = ALIGN_CENTRE };
	static const struct style unit = { .size = SMALL, .ink = INK_GREY, .align = ALIGN_RIGHT };
	double step = axis_time_step(panel->time.to, 12);

	for (double s = 0; s <= panel->time.to + step * 1e-9; s += step) {
		double x = scale_place(&panel->time, s);
		char text[REPORT_TEXT_MAX];

		canvas_line(panel->canvas, INK_GREY, 0.4, x, y, x, y + 3);
		canvas_text(panel->canvas, &style, x - 20, y + 3.5, 40, 1, report_clock(text, s * 1e9));
	}
	canvas_text(panel->canvas, &unit, panel->time.at_to - 150, y + 12, 150, 1, "time since the start");
	draw_shades(panel, y + 12);
}

/* The alarms' numbers where they were first raised; one that would lie on another is left to the list. */
static void draw_marks(const struct panel *panel, const struct report *report, double y)
{
	static const struct style style = { .size = SMALL, .ink = INK_RED, .align = ALIGN_CENTRE, .bold = true };
	double taken[REPORT_ALARMS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < report->alarms.n; i++) {
		double x = scale_place(&panel->time, report->alarms.alarm[i].first_ns / 1e9);
		bool free_place = true;
		char text[32];

		for (size_t j = 0; j < n; j++)
			free_place &= fabs(taken[j] - x) > 9;
		if (!free_place)
			continue;
		taken[n++] = x;
		snprintf(text, sizeof(text), "%zu", i + 1);
		canvas_text(panel->canvas, &style, x - 10, y, 20, 1, text);
		canvas_line(panel->canvas, INK_RED, 0.5, x, y + MARK_HEIGHT - 1, x, y + MARK_HEIGHT + 2);
	}
}

static void draw_nothing(struct canvas *canvas, double y, double height)
{
	static const struct style style = { .size = 10, .ink = INK_GREY, .align = ALIGN_CENTRE };

	canvas_text(canvas, &style, PAGE_LEFT, y + height / 2 - 6, PAGE_INNER, 1,
		    "There are no samples to draw.");
}

void draw_plot(struct canvas *canvas, const struct report *report, double y, double height)
{
	static void (*const draw[])(struct panel *panel, const struct report *report) = {
		draw_temperatures, draw_flow, draw_ice,
	};
	static const double shares[] = { 0.60, 0.15, 0.25 };
	double room = height - STRIP_HEIGHT - MARK_HEIGHT - TICKS_HEIGHT - 3 * HEAD_HEIGHT - 3 * PANEL_GAP;
	struct panel panel = {
		.canvas = canvas,
		.time = {
			0, fmax(report->figures.total.duration_ns / 1e9, 1), PAGE_LEFT + AXIS_WIDTH,
			PAGE_RIGHT,
		},
	};

	if (report->data->n_frames < 2) {
		draw_nothing(canvas, y, height);
		return;
	}
	draw_phases(&panel, report, y + MARK_HEIGHT, height - MARK_HEIGHT - TICKS_HEIGHT - PANEL_GAP);
	draw_sites(&panel, report, y + MARK_HEIGHT);
	draw_marks(&panel, report, y);
	y += STRIP_HEIGHT + MARK_HEIGHT;
	for (size_t i = 0; i < N_ELEMENTS(draw); i++) {
		panel.value.at_to = y + HEAD_HEIGHT;
		panel.value.at_from = y + HEAD_HEIGHT + shares[i] * room;
		draw[i](&panel, report);
		y = panel.value.at_from + PANEL_GAP;
	}
	draw_time(&panel, y - PANEL_GAP);
}
