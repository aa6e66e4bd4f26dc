// SPDX-License-Identifier: LGPL-2.1-or-later
/* cryoctl: cryod from the command line. The table of verbs, options, exit codes. */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cryoctl.h"
#include "suggest.h"

#define OPTION_JSON		(1U << 0)
#define OPTION_UNTIL_DONE	(1U << 1)
#define OPTION_ASCII		(1U << 2)
#define OPTION_WAIT		(1U << 3)

#define WAIT_MAX_S		86400

static const struct command {
	const char *verb;
	const char *arguments;
	int args_min, args_max;
	unsigned int options;
	int (*run)(struct invocation *in);
	bool alone;			/* asks nobody */
	const char *summary;
	const char *help;
} commands[] = {
	{ "list", "", 0, 0, OPTION_JSON, run_list, false,
	  "list the probes that are plugged in",
	  "One line for each probe: identity, interlock, phase, granted flow and tip temperature.\n" },
	{ "status", "[PROBE]", 0, 1, OPTION_JSON, run_status, false,
	  "show everything that is known of a probe, or of all",
	  "Reads all properties of the probe anew and prints them.\n" },
	{ "protocols", "[show NAME]", 0, 2, 0, run_protocols, false,
	  "list the protocols that cryod knows, or show one",
	  "Name and title of each; the name is what start wants. `protocols show NAME' tells the\n"
	  "course of one in words: what lets each phase begin and end.\n" },
	{ "start", "PROTOCOL [PROBE]", 1, 2, 0, run_start, false,
	  "start a treatment",
	  "Starts a treatment by PROTOCOL and prints its number. Most protocols then wait for\n"
	  "`cryoctl advance' as the word that the needle is in its place.\n" },
	{ "pause", "[PROBE]", 0, 1, 0, run_pause, false,
	  "stop the flow for at most 60 s",
	  "Without a resume within 60 s the treatment is aborted.\n" },
	{ "resume", "[PROBE]", 0, 1, 0, run_resume, false,
	  "go on after a pause", "" },
	{ "advance", "[PROBE]", 0, 1, 0, run_advance, false,
	  "confirm what the operator is asked",
	  "Confirms the prompt: the needle has been placed, or has been withdrawn.\n" },
	{ "end-phase", "[PROBE]", 0, 1, 0, run_end_phase, false,
	  "end a freeze, or the thaw after it, before its time",
	  "A freeze goes on to its thaw or, the last one, to warming; a thaw to the next freeze.\n" },
	{ "repeat", "[PROBE]", 0, 1, 0, run_repeat, false,
	  "freeze once more at this site",
	  "While a freeze or a thaw goes on; as often as the protocol's Repeats= allows.\n" },
	{ "abort", "[PROBE]", 0, 1, 0, run_abort, false,
	  "stop the treatment and warm the needle for withdrawal",
	  "The flow ends at once; the needle must not be moved until the tip is warm.\n" },
	{ "clear-fault", "[PROBE]", 0, 1, 0, run_clear_fault, false,
	  "take back latched faults whose cause is gone",
	  "The kernel refuses while a cause is still there.\n" },
	{ "explain", "[CODE|NAME]", 0, 1, 0, run_explain, true,
	  "say what a fault or an alarm is, and what to do",
	  "Takes a name, or a fault's number; without either, lists all. cryod need not run.\n" },
	{ "monitor", "[PROBE]", 0, 1, OPTION_UNTIL_DONE | OPTION_ASCII | OPTION_WAIT, run_monitor, false,
	  "watch a probe live",
	  "On a terminal: a picture that renews itself, with a plot of the tip's last two minutes.\n"
	  "Otherwise: one line for every second of samples. Ctrl-C ends it; the treatment goes on.\n"
	  "When cryod ends or the probe is unplugged, it waits for both to come back and goes on.\n" },
	{ "export", "ID [PROBE]", 1, 2, 0, run_export, false,
	  "write a treatment's record to standard output as CSV",
	  "ID is the treatment's number, as start and status tell it, or `last'.\n" },
};

static const struct option_text {
	unsigned int option;
	const char *text;
} option_texts[] = {
	{ OPTION_JSON, "  --json         print a JSON array, an object for each probe\n" },
	{ OPTION_UNTIL_DONE,
	  "  --until-done   end with the treatment; the exit status tells how it ended\n" },
	{ OPTION_ASCII, "  --ascii        draw with ASCII characters only\n" },
	{ OPTION_WAIT,
	  "  --wait=SECONDS how long to wait for what has gone, 0 to 86400; without it: on a\n"
	  "                 terminal as long as it takes, otherwise 30\n" },
};

int complain(enum exit_code code, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "cryoctl: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
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

static void print_usage(FILE *out)
{
	fprintf(out, "Usage: cryoctl VERB [ARGUMENTS]\n\n");
	for (size_t i = 0; i < N_ELEMENTS(commands); i++)
		fprintf(out, "  %-11s %-17s %s\n", commands[i].verb, commands[i].arguments,
			commands[i].summary);
	fprintf(out, "\nPROBE is a serial number; it may be left out when one probe is plugged in.\n"
		"`cryoctl VERB --help' tells more of a verb, cryoctl(1) of exit codes.\n");
}

static void print_help(const struct command *command)
{
	printf("Usage: cryoctl %s%s%s%s\n\n", command->verb, command->options ? " [OPTIONS]" : "",
	       *command->arguments ? " " : "", command->arguments);
	printf("%c%s.\n%s", command->summary[0] - 'a' + 'A', command->summary + 1, command->help);
	if (command->options)
		printf("\n");
	for (size_t i = 0; i < N_ELEMENTS(option_texts); i++)
		if (command->options & option_texts[i].option)
			printf("%s", option_texts[i].text);
}

static const struct command *find_command(const char *verb)
{
	const char *verbs[N_ELEMENTS(commands)], *near[SUGGEST_MAX];
	size_t n;

	for (size_t i = 0; i < N_ELEMENTS(commands); i++) {
		verbs[i] = commands[i].verb;
		if (!strcmp(verb, verbs[i]))
			return &commands[i];
	}
	complain(CTL_USAGE, "no verb %s", verb);
	n = suggest(verb, verbs, N_ELEMENTS(verbs), near);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "%s %s%s", i ? "," : "Did you mean:", near[i],
			i + 1 == n ? "\n" : "");
	return NULL;
}

/* Without a context there is no reason in words; whatever is missing, it is the way to cryod. */
static int complain_of_no_context(int r)
{
	enum exit_code code = exit_code_of(r);

	if (code != CTL_DENIED && code != CTL_TIMEOUT)
		code = CTL_NO_DAEMON;
	return complain(code, "cannot reach cryod over the system bus: %s", strerror(-r));
}

static int connect_and_run(const struct command *command, struct invocation *in)
{
	int r;

	r = command->alone ? 0 : cryo_ctx_new(&in->ctx);
	if (r < 0)
		return complain_of_no_context(r);
	r = command->run(in);
	cryo_ctx_unref(in->ctx);
	if (fflush(stdout) != 0 && r == CTL_OK)
		return complain(CTL_FAILED, "writing: %s", strerror(errno));
	return r;
}

enum { HELP = 256, JSON, UNTIL_DONE, ASCII, WAIT };

static const struct option long_options[] = {
	{ "help", no_argument, NULL, HELP },
	{ "json", no_argument, NULL, JSON },
	{ "until-done", no_argument, NULL, UNTIL_DONE },
	{ "ascii", no_argument, NULL, ASCII },
	{ "wait", required_argument, NULL, WAIT },
	{ 0 },
};

struct options {
	bool help;
	unsigned int given;	/* OPTION_... */
	int wait_s;
};

static int parse_wait(const char *text, int *ret_seconds)
{
	char *end;
	unsigned long seconds = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || seconds > WAIT_MAX_S)
		return complain(CTL_USAGE, "--wait=%s is not a number of seconds from 0 to %d", text,
				WAIT_MAX_S);
	*ret_seconds = (int)seconds;
	return CTL_OK;
}

static int parse_options(int argc, char *argv[], struct options *options)
{
	int c;

	while ((c = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
		switch (c) {
		case 'h':
		case HELP:
			options->help = true;
			break;
		case JSON:
			options->given |= OPTION_JSON;
			break;
		case UNTIL_DONE:
			options->given |= OPTION_UNTIL_DONE;
			break;
		case ASCII:
			options->given |= OPTION_ASCII;
			break;
		case WAIT:
			options->given |= OPTION_WAIT;
			if (parse_wait(optarg, &options->wait_s) != CTL_OK)
				return CTL_USAGE;
			break;
		default:
			return CTL_USAGE;
		}
	}
	return CTL_OK;
}

static int check_and_run(const struct command *command, const struct options *options,
			 char *args[], int n_args)
{
	struct invocation in = {
		.args = args, .n_args = n_args,
		.json = options->given & OPTION_JSON,
		.until_done = options->given & OPTION_UNTIL_DONE,
		.wait_s = options->given & OPTION_WAIT ? options->wait_s : WAIT_DEFAULT,
		.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8") && !(options->given & OPTION_ASCII),
	};

	if (options->given & ~command->options)
		return complain(CTL_USAGE, "%s has no such option; see cryoctl %s --help",
				command->verb, command->verb);
	if (n_args < command->args_min || n_args > command->args_max)
		return complain(CTL_USAGE, "usage: cryoctl %s %s", command->verb,
				command->arguments);
	return connect_and_run(command, &in);
}

int main(int argc, char *argv[])
{
	const struct command *command;
	struct options options = { 0 };

	setlocale(LC_CTYPE, "");
	if (parse_options(argc, argv, &options) != CTL_OK)
		return CTL_USAGE;
	if (optind == argc) {
		print_usage(options.help ? stdout : stderr);
		return options.help ? CTL_OK : CTL_USAGE;
	}
	command = find_command(argv[optind]);
	if (!command)
		return CTL_USAGE;
	if (options.help) {
		print_help(command);
		return CTL_OK;
	}
	return check_and_run(command, &options, argv + optind + 1, argc - optind - 1);
}
