// SPDX-License-Identifier: GPL-2.0-or-later
/* Treats one virtual patient and prints the figures: sil PROTOCOL [key=value...] */
#include <stdlib.h>
#include <string.h>

#include "selftests/sil/course.h"

struct options {
	struct patient_config patient;
	bool thaw;
	const char *trace;
};

static int set(struct options *o, const char *argument)
{
	const char *value = strchr(argument, '=');
	size_t length = value ? (size_t)(value - argument) : 0;

#define IS(key) (length == strlen(key) && !strncmp(argument, key, length))
	if (!value)
		return -1;
	value++;
	if (IS("cryogen"))
		o->patient.nitrogen = !strcmp(value, "ln2");
	else if (IS("gauge"))
		o->patient.gauge = atoi(value);
	else if (IS("active_mm"))
		o->patient.active_mm = atof(value);
	else if (IS("tissue"))
		o->patient.tissue = value;
	else if (IS("room_degc"))
		o->patient.room_degc = atof(value);
	else if (IS("seed"))
		o->patient.seed = strtoull(value, NULL, 0);
	else if (IS("thaw"))
		o->thaw = atoi(value);
	else if (IS("trace"))
		o->trace = value;
	else
		return -1;
#undef IS
	return 0;
}

static int read_protocol(const char *path, struct protocol *ret)
{
	char text[16384];
	struct protocol_error error = { 0 };
	FILE *file = fopen(path, "r");
	size_t size;

	if (!file) {
		perror(path);
		return -1;
	}
	size = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (!protocol_parse("sil", text, size, ret, &error))
		return 0;
	fprintf(stderr, "%s:%u: %s\n", path, error.line, error.text);
	return -1;
}

static void print(const struct course_figures *f)
{
	printf("outcome %s, %.1f s, %.1f g, floor margin %.1f degC, predicted %.1f degC, withdraw at %.1f degC or above\n",
	       outcome_to_string(f->outcome), f->total_s, f->cryogen_g, f->floor_margin_degc,
	       f->predicted_margin_degc, f->withdraw_tip_degc);
	for (unsigned int i = 0; i < f->cycles; i++)
		printf("cycle %u: target in %.1f s, overshoot %.2f degC, held %.1f s with RMS %.2f, worst %.2f degC; ice estimate off by %.2f mm\n",
		       i + 1, f->cycle[i].to_target_s, f->cycle[i].overshoot_degc,
		       f->cycle[i].hold_s, f->cycle[i].hold_rms_degc, f->cycle[i].hold_worst_degc,
		       f->cycle[i].ice_error_mm);
	printf("largest ice radius %.2f mm, estimated %.2f mm\n", f->ice_radius_mm,
	       f->ice_estimate_mm);
}

int main(int argc, char *argv[])
{
	struct options o = { .patient = patient_defaults() };
	struct course_figures figures;
	struct protocol protocol;
	FILE *trace = NULL;

	if (argc < 2 || read_protocol(argv[1], &protocol))
		return EXIT_FAILURE;
	for (int i = 2; i < argc; i++)
		if (set(&o, argv[i])) {
			fprintf(stderr, "%s: cryogen= gauge= active_mm= tissue= room_degc= seed= thaw= trace=\n",
				argv[i]);
			return EXIT_FAILURE;
		}
	if (o.trace && !(trace = fopen(o.trace, "w"))) {
		perror(o.trace);
		return EXIT_FAILURE;
	}
	if (course_run(&o.patient, &protocol, o.thaw, trace, &figures))
		return EXIT_FAILURE;
	if (trace)
		fclose(trace);
	print(&figures);
	return EXIT_SUCCESS;
}
