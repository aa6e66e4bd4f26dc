/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that draw a page share: its measures and inks, and each file's part of it. */
#pragma once

#include "report-canvas.h"
#include "report.h"

#define PAGE_WIDTH	595.28		/* A4, points */
#define PAGE_HEIGHT	841.89
#define PAGE_LEFT	42.0
#define PAGE_RIGHT	(PAGE_WIDTH - 42.0)
#define PAGE_TOP	34.0
#define PAGE_BOTTOM	(PAGE_HEIGHT - 30.0)
#define PAGE_INNER	(PAGE_RIGHT - PAGE_LEFT)

#define INK_BLACK	((struct ink){ 0.10, 0.13, 0.17 })
#define INK_GREY	((struct ink){ 0.38, 0.43, 0.49 })
#define INK_FAINT	((struct ink){ 0.80, 0.83, 0.86 })
#define INK_RED		((struct ink){ 0.75, 0.10, 0.10 })
#define INK_GREEN	((struct ink){ 0.05, 0.42, 0.22 })

#define BODY		7.6		/* points */
#define SMALL		6.4

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Each part is drawn from @y downwards and returns where it ends. The heights of those below the plot
 * are known before, so that the plot can have what they leave.
 */

/* report-heading.c */
double draw_heading(struct canvas *canvas, const struct report *report, double y);

/* report-plot.c */
void draw_plot(struct canvas *canvas, const struct report *report, double y, double height);

/* report-table.c */
double draw_cycles(struct canvas *canvas, const struct report *report, double y);
double cycles_height(const struct report *report);

/* report-list.c: alarms, and what else is to be known */
double draw_list(struct canvas *canvas, const struct report *report, double y);
double list_height(const struct report *report);

/* report-ending.c: recovery, signature and footer, at the page's end */
void draw_ending(struct canvas *canvas, const struct report *report);
double ending_height(void);

/* A section's title with a rule above; returns the height. */
double draw_title(struct canvas *canvas, double y, const char *title);
