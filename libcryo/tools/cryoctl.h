/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of cryoctl share: an invocation, exit codes, and each file's functions. */
#pragma once

#include <stdio.h>

#include <cryo.h>

#include "text.h"

/* Documented in cryoctl(1). */
enum exit_code {
	CTL_OK = 0,
	CTL_FAILED = 1,
	CTL_USAGE = 2,
	CTL_NO_DAEMON = 3,	/* cryod does not run, or ended meanwhile */
	CTL_NO_SUCH = 4,	/* no such probe, protocol or treatment; or the probe must be named */
	CTL_REFUSED = 5,	/* cryod refused: busy, not ready, not in this phase, faulted */
	CTL_DENIED = 6,		/* not permitted */
	CTL_TIMEOUT = 7,
	CTL_ABORTED = 10,	/* monitor --until-done: how the treatment ended */
	CTL_FAULT = 11,
	CTL_INTERRUPTED = 12,
};

#define WAIT_DEFAULT	(-2)

struct invocation {
	struct cryo_ctx *ctx;	/* of the invocation; NULL for a verb that asks nobody */
	char **args;		/* those after the verb */
	int n_args;
	bool json;
	bool until_done;
	int wait_s;		/* for what has gone, AWAIT_FOR_EVER; WAIT_DEFAULT if not given */
	bool utf8;		/* the terminal's character set */
};

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* cryoctl.c */

/* Prints "cryoctl: ..." and returns @code. */
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

/* Complains that there is no protocol of this name, and suggests near ones. */
int complain_of_protocol(const struct invocation *in, const char *name);

/* explain.c */

/* "high: fault (estop)"; without brackets where there is no detail. Returns @text. */
const char *alarm_text(char text[TEXT_ALARM_MAX], const struct cryo_alarm *alarm);
int run_explain(struct invocation *in);

/* show.c */
int run_list(struct invocation *in);
int run_status(struct invocation *in);
int run_protocols(struct invocation *in);

/* treat.c */
int run_start(struct invocation *in);
int run_pause(struct invocation *in);
int run_resume(struct invocation *in);
int run_advance(struct invocation *in);
int run_end_phase(struct invocation *in);
int run_repeat(struct invocation *in);
int run_abort(struct invocation *in);
int run_clear_fault(struct invocation *in);
int run_export(struct invocation *in);

/* monitor.c */
int run_monitor(struct invocation *in);
