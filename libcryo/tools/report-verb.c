// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verb report: fetches a record, loads what draws, and writes the page. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cryoctl.h"
#include "output.h"
#include "record-load.h"
#include "report-page.h"

typedef int (*page_fn)(const struct report *report, enum report_format format, report_write_fn write,
		       void *userdata);

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

/* What is asked for; else what the file's name says; else a PDF. */
static int choose_format(const struct invocation *in, enum report_format *ret)
{
	const char *output = in->options[OPTION_OUTPUT];
	bool svg = in->options[OPTION_SVG], pdf = in->options[OPTION_PDF];

	if (svg && pdf)
		return complain(CTL_USAGE, "--pdf and --svg exclude each other");
	if (!svg && !pdf && output)
		svg = ends_with(output, ".svg");
	*ret = svg ? REPORT_SVG : REPORT_PDF;
	return CTL_OK;
}

/*
 * Never closed: what fontconfig and GLib have set up lasts for the process's life. NULL after a
 * complaint.
 */
static page_fn load_page(void)
{
	void *library = dlopen(REPORT_LIBRARY, RTLD_NOW);
	page_fn page = library ? (page_fn)dlsym(library, "report_page") : NULL;

	if (!page)
		complain(CTL_FAILED, "what draws the page cannot be loaded: %s", dlerror());
	return page;
}

static int keep(void *userdata, const void *data, size_t size)
{
	return fwrite(data, 1, size, userdata) == size ? 0 : -ENOMEM;
}

static int draw(const struct report_data *data, enum report_format format, FILE *page_file)
{
	page_fn page = load_page();
	struct report report;
	int r;

	if (!page)
		return CTL_FAILED;
	r = report_read(data, &report);
	if (r >= 0) {
		r = page(&report, format, keep, page_file);
		report_release(&report);
	}
	if (r == -ENOENT)
		return complain(CTL_FAILED, "there is no font to write with: install one, as Debian's fonts-dejavu-core");
	return r < 0 ? complain(CTL_FAILED, "drawing the page: %s", strerror(-r)) : CTL_OK;
}

/* The page is written only once it is whole. */
static int draw_and_write(const struct invocation *in, const struct report_data *data,
			  enum report_format format)
{
	const char *name = in->options[OPTION_OUTPUT];
	char *bytes = NULL, usual[64];
	size_t size;
	FILE *page = open_memstream(&bytes, &size);
	int r;

	if (!page)
		return complain(CTL_FAILED, "out of memory");
	r = draw(data, format, page);
	fclose(page);
	snprintf(usual, sizeof(usual), "treatment-%llu.%s", (unsigned long long)data->treatment,
		 format == REPORT_SVG ? "svg" : "pdf");
	if (r == CTL_OK)
		r = output_write(name ? name : usual, bytes, size);
	if (r == CTL_OK && (!name || strcmp(name, "-")))
		printf("%s\n", name ? name : usual);
	free(bytes);
	return r;
}

int run_report(struct invocation *in)
{
	enum report_format format = REPORT_PDF;
	struct record_copy copy;
	uint64_t treatment;
	int r;

	r = choose_format(in, &format);
	if (r == CTL_OK)
		r = select_record(in, 0, &treatment);
	if (r != CTL_OK)
		return r;
	r = record_fetch(in->ctx, treatment, &copy);
	if (r < 0)
		return complain_of_record(in, treatment, r);
	r = draw_and_write(in, &copy.data, format);
	record_copy_release(&copy);
	return r;
}
