// SPDX-License-Identifier: LGPL-2.1-or-later
/* cryoctl: cryod from the command line. Options, the way to the daemon, exit codes. */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cryoctl.h"
#include "json.h"

#define HELP	256			/* above every character that getopt may return */
#define FIRST	(HELP + 1)		/* of the table's options */

static bool complains_in_json;

int complain(enum exit_code code, const char *format, ...)
{
	struct json j = { .out = stdout };
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (complains_in_json) {
		json_open(&j, NULL, '{');
		json_string(&j, "error", text);
		json_unsigned(&j, "exit", code);
		json_close(&j, '}');
		printf("\n");
	}
	fflush(stdout);
	fprintf(stderr, "cryoctl: %s\n", text);
	return code;
}

static enum exit_code exit_code_of(int r)
{
	switch (-r) {
	case EHOSTUNREACH:
	case ENOTCONN:
		return CTL_NO_DAEMON;
	case ENODEV:
	case ENOENT:
		return CTL_NO_SUCH;
	case EBUSY:
	case EAGAIN:
	case ESRCH:
	case EOPNOTSUPP:
	case ERANGE:
	case EIO:
		return CTL_REFUSED;
	case EACCES:
	case EPERM:
		return CTL_DENIED;
	case ETIMEDOUT:
		return CTL_TIMEOUT;
	default:
		return CTL_FAILED;
	}
}

int complain_of_library(const struct invocation *in, int r)
{
	const char *reason = cryo_ctx_error(in->ctx);

	return complain(exit_code_of(r), "%s", *reason ? reason : strerror(-r));
}

/* Without a context there is no reason in words; whatever is missing, it is the way to cryod. */
static int complain_of_no_context(int r)
{
	enum exit_code code = exit_code_of(r);

	if (code != CTL_DENIED && code != CTL_TIMEOUT)
		code = CTL_NO_DAEMON;
	return complain(code, "cannot reach cryod over the system bus: %s", strerror(-r));
}

static int connect_and_run(const struct verb *verb, struct invocation *in)
{
	int r;

	r = verb->alone ? 0 : cryo_ctx_new(&in->ctx);
	if (r < 0)
		return complain_of_no_context(r);
	r = verb->run(in);
	cryo_ctx_unref(in->ctx);
	if (fflush(stdout) != 0 && r == CTL_OK)
		return complain(CTL_FAILED, "writing: %s", strerror(errno));
	return r;
}

static void fill_long_options(struct option options[OPTION_COUNT + 2])
{
	for (int i = 0; i < OPTION_COUNT; i++)
		options[i] = (struct option){
			.name = option_texts[i].name,
			.has_arg = option_texts[i].value ? required_argument : no_argument,
			.val = FIRST + i,
		};
	options[OPTION_COUNT] = (struct option){ .name = "help", .val = HELP };
	options[OPTION_COUNT + 1] = (struct option){ 0 };
}

static int parse_options(int argc, char *argv[], const char *given[OPTION_COUNT], bool *ret_help)
{
	struct option options[OPTION_COUNT + 2];
	int c;

	fill_long_options(options);
	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (c == 'h' || c == HELP)
			*ret_help = true;
		else if (c >= FIRST)
			given[c - FIRST] = optarg ? optarg : "";
		else
			return CTL_USAGE;
	}
	return CTL_OK;
}

static int check_and_run(const struct verb *verb, struct invocation *in)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (in->options[i] && !(verb->options & TAKES(i)))
			return complain(CTL_USAGE, "%s has no option --%s; see cryoctl %s --help",
					verb->name, option_texts[i].name, verb->name);
	if (in->n_args < verb->args_min || in->n_args > verb->args_max)
		return complain(CTL_USAGE, "usage: cryoctl %s %s", verb->name, verb->arguments);
	return connect_and_run(verb, in);
}

int main(int argc, char *argv[])
{
	struct invocation in = { 0 };
	const struct verb *verb;
	bool help = false;

	setlocale(LC_CTYPE, "");
	if (parse_options(argc, argv, in.options, &help) != CTL_OK)
		return CTL_USAGE;
	if (optind == argc) {
		verbs_print_usage(help ? stdout : stderr);
		return help ? CTL_OK : CTL_USAGE;
	}
	complains_in_json = in.json = in.options[OPTION_JSON];
	verb = verb_find(argv[optind]);
	if (!verb)
		return CTL_USAGE;
	if (help) {
		verb_print_help(verb);
		return CTL_OK;
	}
	in.verb = verb->name;
	in.args = argv + optind + 1;
	in.n_args = argc - optind - 1;
	in.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8") && !in.options[OPTION_ASCII];
	return check_and_run(verb, &in);
}
