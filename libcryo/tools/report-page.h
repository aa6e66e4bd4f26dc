/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The page of a record. cryoctl loads it when it is asked for one, so that nothing else of cryoctl
 * depends on fonts and drawing libraries.
 */
#pragma once

#include "report.h"

#define REPORT_LIBRARY	"libcryo-report.so.0"	/* where it is the only function */

enum report_format {
	REPORT_PDF,
	REPORT_SVG,
};

/* Gives 0, or a negative errno that ends the drawing. */
typedef int (*report_write_fn)(void *userdata, const void *data, size_t size);

/*
 * One A4 page. The same record gives the same bytes, as long as time zone, fonts and libraries stay; but
 * cairo numbers the parts of an SVG anew for each page of a process.
 * What @write failed with, -ENOENT: there is no font, -ENOMEM, -EIO: the drawing failed.
 */
__attribute__((visibility("default")))
int report_page(const struct report *report, enum report_format format, report_write_fn write,
		void *userdata);
