/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of cryoctl share: an invocation, exit codes, and each file's functions. */
#pragma once

#include <stdio.h>

#include <cryo.h>

#include "json.h"
#include "text.h"
#include "verbs.h"

/* Documented in cryoctl(1). */
enum exit_code {
	CTL_OK = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_NO_DAEMON = 3,	/* cryod does not run, or ended meanwhile */
	CTL_NO_SUCH = 4,	/* no such probe, protocol, treatment or record; or the probe must be named */
	CTL_REFUSED = 5,	/* cryod refused: busy, not ready, not in this phase, faulted */
	CTL_DENIED = 6,		/* not permitted */
	CTL_TIMEOUT = 7,
	CTL_ABORTED = 10,	/* monitor --until-done: how the treatment ended */
	CTL_FAULT = 11,
	CTL_INTERRUPTED = 12,
	CTL_DAMAGED = 13,	/* a record is not what was written */
	CTL_TEST_FAILED = 14,
};

struct invocation {
	const char *verb;
	struct cryo_ctx *ctx;	/* of the invocation; NULL for a verb that asks nobody */
	char **args;		/* those after the verb */
	int n_args;
	const char *options[OPTION_COUNT];	/* NULL: not given; else its value, or "" */
	bool json;
	bool utf8;		/* the terminal's character set */
};

#define PROBES_MAX	32	/* listed at once */

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* cryoctl.c */

/* Prints "cryoctl: ...", with --json an object with error and exit too, and returns @code. */
__attribute__((format(printf, 2, 3)))
int complain(enum exit_code code, const char *format, ...);

/* Prints why the library's call failed and returns the exit code for its errno @r. */
int complain_of_library(const struct invocation *in, int r);

/* select.c */

/*
 * The probe that is meant: args[@index] if it is there, else the only one. CTL_OK, or an exit code
 * after a complaint that lists the probes or names the near ones.
 */
int select_probe(const struct invocation *in, int index, struct cryo_probe **ret_probe);

/*
 * The probe that is named by args[@index], or all where none is, each read anew. CTL_OK, or an exit
 * code after a complaint; that none is plugged in is only said.
 */
int select_probes(const struct invocation *in, int index, struct cryo_probe *ret_probes[PROBES_MAX],
		  size_t *ret_n);

/* Names the near ones on standard error, if there are any. */
void complain_of_near(const char *wrong, const char *const names[], size_t n);

/* Complains that there is no protocol of this name, and suggests near ones. */
int complain_of_protocol(const struct invocation *in, const char *name);

/* explain.c */

/* "high: fault (estop)"; without brackets where there is no detail. Returns @text. */
const char *alarm_text(char text[TEXT_ALARM_MAX], const struct cryo_alarm *alarm);
/* Prints @text in lines of at most TEXT_COLUMNS characters after @lead. */
void print_wrapped(const char *lead, const char *text);
/* The fields of an explanation, into an open object. */
void json_explanation(struct json *j, const struct cryo_explanation *e);
int run_explain(struct invocation *in);

/* faults.c */
int run_faults(struct invocation *in);
int run_acknowledge(struct invocation *in);
int run_silence(struct invocation *in);

/* show.c */

/* The fields of an alarm, into an open object. */
void json_alarm(struct json *j, const struct cryo_alarm *a);
int run_list(struct invocation *in);
int run_status(struct invocation *in);

/* protocols.c */
int run_protocols(struct invocation *in);

/* selftest.c */
int run_selftest(struct invocation *in);

/* treat.c */

/* With --json, says that the verb was carried out on @probe. Returns CTL_OK. */
int tell_done(const struct invocation *in, const struct cryo_probe *probe);
int run_start(struct invocation *in);
int run_pause(struct invocation *in);
int run_resume(struct invocation *in);
int run_advance(struct invocation *in);
int run_end_phase(struct invocation *in);
int run_repeat(struct invocation *in);
int run_abort(struct invocation *in);
int run_take_over(struct invocation *in);
int run_clear_fault(struct invocation *in);

/* records.c */

/* The treatment that args[@index] means: a number or `last'. CTL_OK, or an exit code after a complaint. */
int select_record(const struct invocation *in, int index, uint64_t *ret_treatment);

/* Why the library could not give the record, and the exit code for its errno @r. */
int complain_of_record(const struct invocation *in, uint64_t treatment, int r);
int run_records(struct invocation *in);
int run_verify(struct invocation *in);

/* report-verb.c */
int run_report(struct invocation *in);

/* record-export.c */
int run_export(struct invocation *in);

/* monitor.c */
int run_monitor(struct invocation *in);
