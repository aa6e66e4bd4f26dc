/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of cryoctl's verbs and options: whoever adds one adds a line here and a function. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct invocation;

enum ctl_option {
	OPTION_ASCII,
	OPTION_END_ORGAN,
	OPTION_FOR,
	OPTION_FORMAT,
	OPTION_JSON,
	OPTION_LIMIT,
	OPTION_NERVE,
	OPTION_OPERATOR,
	OPTION_OUTPUT,
	OPTION_PATIENT,
	OPTION_PDF,
	OPTION_PROBE,
	OPTION_SINCE,
	OPTION_SVG,
	OPTION_UNTIL,
	OPTION_UNTIL_DONE,
	OPTION_WAIT,
	OPTION_COUNT
};

#define TAKES(option)	(1U << (option))

/* What a verb takes as arguments, and what its help says of them. */
struct verb {
	const char *name;
	const char *arguments;		/* as the usage shows them; completion goes by these words */
	int args_min, args_max;
	unsigned int options;		/* TAKES(...) */
	bool alone;			/* asks nobody: it gets no context */
	int (*run)(struct invocation *in);
	const char *summary;
	const char *help;
};

struct option_text {
	const char *name;		/* without its dashes */
	const char *value;		/* what stands after "=", NULL: nothing does */
	const char *text;		/* the help's lines */
};

extern const struct option_text option_texts[OPTION_COUNT];

/* In the order of the help; NULL past the end. */
const struct verb *verb_at(size_t index);

/* NULL after a complaint that names the near ones. */
const struct verb *verb_find(const char *name);

void verbs_print_usage(FILE *out);
void verb_print_help(const struct verb *verb);
