// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verb export: a record as CSV, JSON or FHIR. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cryoctl.h"
#include "fhir.h"
#include "output.h"
#include "record-json.h"
#include "record-load.h"

static const char *output_of(const struct invocation *in)
{
	return in->options[OPTION_OUTPUT] ? in->options[OPTION_OUTPUT] : "-";
}

static int write_memory(const struct invocation *in, int fd)
{
	struct stat status;
	void *bytes;
	int r;

	if (fstat(fd, &status) < 0)
		return complain(CTL_FAILED, "the record's size: %s", strerror(errno));
	if (status.st_size == 0)
		return output_write(output_of(in), "", 0);
	bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return complain(CTL_FAILED, "reading the record: %s", strerror(errno));
	r = output_write(output_of(in), bytes, status.st_size);
	munmap(bytes, status.st_size);
	return r;
}

/* cryod itself writes it; nothing is put out before it is whole. */
static int export_csv(const struct invocation *in, uint64_t treatment)
{
	int fd = memfd_create("cryoctl-export", MFD_CLOEXEC), r;

	if (fd < 0)
		return complain(CTL_FAILED, "memory for the record: %s", strerror(errno));
	r = cryo_ctx_export_record(in->ctx, treatment, fd);
	r = r < 0 ? complain_of_record(in, treatment, r) : write_memory(in, fd);
	close(fd);
	return r;
}

static int export_made(const struct invocation *in, const struct report_data *data,
		       void (*make)(FILE *out, const struct report *report))
{
	struct report report;
	char *bytes = NULL;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);
	int r;

	if (!out)
		return complain(CTL_FAILED, "out of memory");
	r = report_read(data, &report);
	if (r >= 0) {
		make(out, &report);
		report_release(&report);
	}
	if (fclose(out) != 0)
		r = -ENOMEM;
	r = r < 0 ? complain(CTL_FAILED, "out of memory") : output_write(output_of(in), bytes, size);
	free(bytes);
	return r;
}

static int fetch_and_export(const struct invocation *in, uint64_t treatment,
			    void (*make)(FILE *out, const struct report *report))
{
	struct record_copy copy;
	int r = record_fetch(in->ctx, treatment, &copy);

	if (r < 0)
		return complain_of_record(in, treatment, r);
	r = export_made(in, &copy.data, make);
	record_copy_release(&copy);
	return r;
}

int run_export(struct invocation *in)
{
	const char *format = in->options[OPTION_FORMAT] ? in->options[OPTION_FORMAT] : "csv";
	uint64_t treatment = 0;
	int r;

	if (strcmp(format, "csv") && strcmp(format, "json") && strcmp(format, "fhir"))
		return complain(CTL_USAGE, "--format=%s is none of csv, json and fhir", format);
	r = select_record(in, 0, &treatment);
	if (r != CTL_OK)
		return r;
	if (!strcmp(format, "csv"))
		return export_csv(in, treatment);
	return fetch_and_export(in, treatment, strcmp(format, "json") ? fhir_bundle : record_json);
}
