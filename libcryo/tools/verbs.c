// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verbs of cryoctl with their arguments, options and help. */
#include <string.h>

#include "cryoctl.h"
#include "suggest.h"
#include "verbs.h"

#define JSON TAKES(OPTION_JSON)

static const struct verb verbs[] = {
	{ "list", "", 0, 0, JSON, false, run_list,
	  "list the probes that are plugged in",
	  "One line for each probe: identity, interlock, phase, granted flow and tip temperature.\n" },
	{ "status", "[PROBE]", 0, 1, JSON, false, run_status,
	  "show everything that is known of a probe, or of all",
	  "Reads all properties of the probe anew and prints them.\n" },
	{ "monitor", "[PROBE]", 0, 1,
	  JSON | TAKES(OPTION_UNTIL_DONE) | TAKES(OPTION_ASCII) | TAKES(OPTION_WAIT), false, run_monitor,
	  "watch a probe live",
	  "On a terminal: a full screen with the tip's last two minutes, the ice ball, alarms, and keys\n"
	  "that steer the treatment. Otherwise: one line for every second of samples. Ctrl-C ends it;\n"
	  "the treatment goes on.\n"
	  "When cryod ends or the probe is unplugged, it waits for both to come back and goes on.\n" },
	{ "protocols", "[ACTION ...]", 0, 3, JSON, false, run_protocols,
	  "list the protocols that cryod knows, show or install one",
	  "Name and title of each; the name is what start wants.\n\n"
	  "  show NAME          its course in words: what lets each phase begin and end\n"
	  "  validate FILE      whether a file could be installed, or what is wrong with it\n"
	  "  install NAME FILE  give it to cryod under this name; FILE may be -\n" },
	{ "start", "PROTOCOL [PROBE]", 1, 2,
	  JSON | TAKES(OPTION_OPERATOR) | TAKES(OPTION_PATIENT) | TAKES(OPTION_NERVE) | TAKES(OPTION_END_ORGAN),
	  false, run_start,
	  "start a treatment",
	  "Starts a treatment by PROTOCOL and prints its number. Most protocols then wait for\n"
	  "`cryoctl advance' as the word that the needle is in its place. What the options say\n"
	  "stands in the record; texts have 1 to 64 printable characters.\n" },
	{ "pause", "[PROBE]", 0, 1, JSON, false, run_pause,
	  "stop the flow for at most 60 s",
	  "Without a resume within 60 s the treatment is aborted.\n" },
	{ "resume", "[PROBE]", 0, 1, JSON, false, run_resume,
	  "go on after a pause", "" },
	{ "advance", "[PROBE]", 0, 1, JSON, false, run_advance,
	  "confirm what the operator is asked",
	  "Confirms the prompt: the needle has been placed, or has been withdrawn.\n" },
	{ "end-phase", "[PROBE]", 0, 1, JSON, false, run_end_phase,
	  "end a freeze, or the thaw after it, before its time",
	  "A freeze goes on to its thaw or, the last one, to warming; a thaw to the next freeze.\n" },
	{ "repeat", "[PROBE]", 0, 1, JSON, false, run_repeat,
	  "freeze once more at this site",
	  "While a freeze or a thaw goes on; as often as the protocol's Repeats= allows.\n" },
	{ "abort", "[PROBE]", 0, 1, JSON, false, run_abort,
	  "stop the treatment and warm the needle for withdrawal",
	  "The flow ends at once; the needle must not be moved until the tip is warm.\n" },
	{ "take-over", "[PROBE]", 0, 1, JSON, false, run_take_over,
	  "become the operator of a treatment that another holds",
	  "Who starts a treatment holds it: others may watch and abort it.\n" },
	{ "faults", "[PROBE]", 0, 1, JSON, false, run_faults,
	  "list faults and alarms, with what to do",
	  "Of a probe, or of all: alarms, the most urgent first, and the kernel's latched faults.\n"
	  "Without any, nothing is printed.\n" },
	{ "acknowledge", "ALARM [PROBE]", 1, 2, JSON, false, run_acknowledge,
	  "mark an alarm as seen",
	  "ALARM is its name, as faults and status have it.\n" },
	{ "silence", "[PROBE]", 0, 1, JSON | TAKES(OPTION_FOR), false, run_silence,
	  "pause the sound of the alarms that are listed now",
	  "For 120 s without --for. An alarm that is raised later sounds at once.\n" },
	{ "clear-fault", "[PROBE]", 0, 1, JSON, false, run_clear_fault,
	  "take back latched faults whose cause is gone",
	  "The kernel refuses while a cause is still there.\n" },
	{ "selftest", "[PROBE]", 0, 1, JSON, false, run_selftest,
	  "test a probe that treats nobody",
	  "Tests sensors, emergency stop, one-shot and each valve alone, and tells of every step what it\n"
	  "looks at, how it ended and what to do. Keep the needle away from people. Once after power-up\n"
	  "the emergency stop is asked for. Exits with 14 when a step failed.\n" },
	{ "explain", "[CODE|NAME]", 0, 1, JSON, true, run_explain,
	  "say what a fault or an alarm is, and what to do",
	  "Takes a name, or a fault's number; without either, lists all. cryod need not run.\n" },
	{ "records", "", 0, 0,
	  JSON | TAKES(OPTION_LIMIT) | TAKES(OPTION_PROBE) | TAKES(OPTION_SINCE) | TAKES(OPTION_UNTIL), false,
	  run_records,
	  "list the records of treatments",
	  "One line for each treatment, the newest first. Those that run have no end yet.\n" },
	{ "report", "ID", 1, 1, TAKES(OPTION_PDF) | TAKES(OPTION_SVG) | TAKES(OPTION_OUTPUT), false,
	  run_report,
	  "draw a treatment's record as a page to be signed",
	  "One A4 page, as PDF unless the file's name ends in .svg: curves, freezes, alarms, and what\n"
	  "recovery to expect. ID is a treatment's number, or `last'. Prints the file's name.\n" },
	{ "verify", "[ID]", 0, 1, JSON, false, run_verify,
	  "check that a record, or every record, is what was written",
	  "Exits with 13 when something was changed, and names the first thing that does not fit.\n" },
	{ "export", "ID", 1, 1, TAKES(OPTION_FORMAT) | TAKES(OPTION_OUTPUT), false, run_export,
	  "write a treatment's record for other programs",
	  "ID is the treatment's number, as start and status tell it, or `last'. CSV has the samples;\n"
	  "JSON has samples, events, facts and figures; FHIR is a bundle of HL7 FHIR R4 without samples.\n" },
};

const struct option_text option_texts[OPTION_COUNT] = {
	[OPTION_ASCII] = { "ascii", NULL, "draw with ASCII characters only\n" },
	[OPTION_END_ORGAN] = {
		"end-organ", "MM",
		"from the freeze along the nerve to its end organ, 1 to 1500 mm\n" },
	[OPTION_FOR] = {
		"for", "SECONDS",
		"how long: 1 to 600, to 120 while an alarm of high priority is\n"
		"                   listed; 0 ends a pause\n" },
	[OPTION_FORMAT] = { "format", "FORMAT", "csv, json or fhir; without it csv\n" },
	[OPTION_JSON] = { "json", NULL, "print JSON, failures too; see cryoctl(1)\n" },
	[OPTION_LIMIT] = { "limit", "N", "list at most so many, 1 to 1000; without it 20\n" },
	[OPTION_NERVE] = { "nerve", "NAME", "which nerve is treated\n" },
	[OPTION_OPERATOR] = { "operator", "NAME", "who treats\n" },
	[OPTION_OUTPUT] = {
		"output", "FILE",
		"where to; - is standard output, where an export goes anyway; a page\n"
		"                   without it to treatment-ID.pdf or .svg\n" },
	[OPTION_PATIENT] = { "patient", "REF", "whom, as the clinic refers to it\n" },
	[OPTION_PDF] = { "pdf", NULL, "a PDF, whatever the file's name\n" },
	[OPTION_PROBE] = { "probe", "SERIAL", "only treatments with this probe\n" },
	[OPTION_SINCE] = {
		"since", "DAY",
		"only what began then or later: 2026-11-23, or with a time\n"
		"                   \"2026-11-23 18:53\"\n" },
	[OPTION_SVG] = { "svg", NULL, "an SVG, whatever the file's name\n" },
	[OPTION_UNTIL] = { "until", "DAY", "only what began before the end of that day or minute\n" },
	[OPTION_UNTIL_DONE] = {
		"until-done", NULL,
		"end with the treatment; the exit status tells how it ended\n" },
	[OPTION_WAIT] = {
		"wait", "SECONDS",
		"how long to wait for what has gone, 0 to 86400; without it: on a\n"
		"                   terminal as long as it takes, otherwise 30\n" },
};

const struct verb *verb_at(size_t index)
{
	return index < N_ELEMENTS(verbs) ? &verbs[index] : NULL;
}

const struct verb *verb_find(const char *name)
{
	const char *names[N_ELEMENTS(verbs)];

	for (size_t i = 0; i < N_ELEMENTS(verbs); i++) {
		names[i] = verbs[i].name;
		if (!strcmp(name, names[i]))
			return &verbs[i];
	}
	complain(CTL_USAGE, "no verb %s", name);
	complain_of_near(name, names, N_ELEMENTS(names));
	return NULL;
}

void verbs_print_usage(FILE *out)
{
	fprintf(out, "Usage: cryoctl VERB [ARGUMENTS]\n\n");
	for (size_t i = 0; i < N_ELEMENTS(verbs); i++)
		fprintf(out, "  %-11s %-17s %s\n", verbs[i].name, verbs[i].arguments,
			verbs[i].summary);
	fprintf(out, "\nPROBE is a serial number; it may be left out when one probe is plugged in.\n"
		"`cryoctl VERB --help' tells more of a verb, cryoctl(1) of exit codes.\n");
}

static void print_option(const struct option_text *option)
{
	char name[32];

	snprintf(name, sizeof(name), "--%s%s%s", option->name, option->value ? "=" : "",
		 option->value ? option->value : "");
	printf("  %-16s %s", name, option->text);
}

void verb_print_help(const struct verb *verb)
{
	printf("Usage: cryoctl %s%s%s%s\n\n", verb->name, verb->options ? " [OPTIONS]" : "",
	       *verb->arguments ? " " : "", verb->arguments);
	printf("%c%s.\n%s", verb->summary[0] - 'a' + 'A', verb->summary + 1, verb->help);
	if (verb->options)
		printf("\n");
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (verb->options & TAKES(i))
			print_option(&option_texts[i]);
}
