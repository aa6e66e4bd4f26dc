// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verbs records and verify, and which record is meant by the others. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cryoctl.h"
#include "moment.h"

#define LIMIT_DEFAULT		20
#define VERIFY_TIMEOUT_MS	CRYO_TIMEOUT_MAX_MS

struct filter {
	unsigned long limit;		/* still to be found */
	const char *probe;		/* NULL: any */
	int64_t since_us, until_us;	/* of the start */
};

/* How many are to be looked at in one go: with nothing to leave out no more than are wanted. */
static unsigned int at_once(const struct filter *filter)
{
	bool all_pass = !filter->probe && filter->since_us == INT64_MIN && filter->until_us == INT64_MAX;

	return all_pass ? filter->limit : CRYO_RECORDS_MAX;
}

struct printer {
	const struct invocation *in;
	struct json json;
	bool begun;
};

static int parse_limit(const struct invocation *in, struct filter *filter)
{
	const char *text = in->options[OPTION_LIMIT];
	char *end;

	filter->limit = LIMIT_DEFAULT;
	if (!text)
		return CTL_OK;
	filter->limit = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || filter->limit < 1 ||
	    filter->limit > CRYO_RECORDS_MAX)
		return complain(CTL_USAGE, "--limit=%s is not a number from 1 to %u", text,
				CRYO_RECORDS_MAX);
	return CTL_OK;
}

static int parse_moment(const struct invocation *in, enum ctl_option option, bool end, int64_t *moment_us)
{
	const char *text = in->options[option];

	if (!text || moment_parse(text, end, moment_us))
		return CTL_OK;
	return complain(CTL_USAGE, "--%s=%s is not a day like 2026-11-23, with or without a time like 18:53",
			option_texts[option].name, text);
}

static int parse_filter(const struct invocation *in, struct filter *ret)
{
	struct filter filter = {
		.probe = in->options[OPTION_PROBE], .since_us = INT64_MIN, .until_us = INT64_MAX,
	};
	int r;

	r = parse_limit(in, &filter);
	if (r == CTL_OK)
		r = parse_moment(in, OPTION_SINCE, false, &filter.since_us);
	if (r == CTL_OK)
		r = parse_moment(in, OPTION_UNTIL, true, &filter.until_us);
	if (r == CTL_OK)
		*ret = filter;
	return r;
}

static bool passes(const struct filter *filter, const struct cryo_records *records, size_t i)
{
	int64_t started_us = cryo_records_started_us(records, i);

	return started_us >= filter->since_us && started_us < filter->until_us &&
	       (!filter->probe || !strcmp(filter->probe, cryo_records_serial(records, i)));
}

static void print_moment(int64_t us, char text[TEXT_MAX])
{
	time_t seconds = us / 1000000;
	struct tm local;

	if (!localtime_r(&seconds, &local) || !strftime(text, TEXT_MAX, "%Y-%m-%d %H:%M:%S", &local))
		snprintf(text, TEXT_MAX, "--");
}

static void print_row(struct printer *printer, const struct cryo_records *records, size_t i)
{
	int64_t started_us = cryo_records_started_us(records, i);
	int64_t ended_us = cryo_records_ended_us(records, i);
	char started[TEXT_MAX], lasted[TEXT_MAX];
	const char *operator_name = cryo_records_operator(records, i);

	if (!printer->begun)
		printf("%6s  %-19s %8s  %-11s  %-16s %-20s %s\n", "ID", "STARTED", "LASTED", "OUTCOME",
		       "PROBE", "PROTOCOL", "OPERATOR");
	printer->begun = true;
	print_moment(started_us, started);
	text_left(lasted, ended_us > started_us ? (ended_us - started_us) / 1000 : 0);
	printf("%6" PRIu64 "  %-19s %8s  %-11s  %-16s %-20s %s\n", cryo_records_treatment(records, i),
	       started, lasted, cryo_outcome_to_string(cryo_records_outcome(records, i)),
	       cryo_records_serial(records, i), cryo_records_protocol(records, i),
	       *operator_name ? operator_name : "--");
}

static void print_json(struct printer *printer, const struct cryo_records *records, size_t i)
{
	struct json *j = &printer->json;
	int64_t ended_us = cryo_records_ended_us(records, i);

	json_open(j, NULL, '{');
	json_unsigned(j, "treatment", cryo_records_treatment(records, i));
	json_string(j, "serial", cryo_records_serial(records, i));
	json_string(j, "protocol", cryo_records_protocol(records, i));
	json_string(j, "operator", cryo_records_operator(records, i));
	json_integer(j, "started_us", cryo_records_started_us(records, i));
	if (ended_us)
		json_integer(j, "ended_us", ended_us);
	else
		json_null(j, "ended_us");
	json_string(j, "outcome", cryo_outcome_to_string(cryo_records_outcome(records, i)));
	json_close(j, '}');
}

/*
 * Prints those that pass, as far as the limit goes. Returns the number to go on from; 0: there is no
 * more to be found. The numbers go up with time, so that nothing older than an old one passes.
 */
static uint64_t print_some(struct printer *printer, struct filter *filter,
			   const struct cryo_records *records, unsigned int asked)
{
	size_t n = cryo_records_count(records);

	for (size_t i = 0; i < n && filter->limit; i++) {
		if (!passes(filter, records, i))
			continue;
		filter->limit--;
		if (printer->in->json)
			print_json(printer, records, i);
		else
			print_row(printer, records, i);
	}
	if (!filter->limit || n == 0 || cryo_records_started_us(records, n - 1) < filter->since_us)
		return 0;
	return n < asked ? 0 : cryo_records_treatment(records, n - 1);
}

int run_records(struct invocation *in)
{
	struct printer printer = { .in = in, .json = { .out = stdout } };
	struct filter filter;
	unsigned int asked;
	uint64_t before = 0;
	int r;

	r = parse_filter(in, &filter);
	if (r != CTL_OK)
		return r;
	asked = at_once(&filter);
	do {
		CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = NULL;

		r = cryo_ctx_list_records(in->ctx, asked, before, &records);
		if (r < 0)
			return complain_of_library(in, r);
		if (in->json && before == 0)
			json_open(&printer.json, NULL, '[');
		before = print_some(&printer, &filter, records, asked);
	} while (before);
	if (in->json) {
		json_close(&printer.json, ']');
		printf("\n");
	} else if (!printer.begun) {
		fprintf(stderr, "There is no such record.\n");
	}
	return CTL_OK;
}

static int newest_record(const struct invocation *in, uint64_t *ret_treatment)
{
	CRYO_CLEANUP(cryo_records_free) struct cryo_records *records = NULL;
	int r = cryo_ctx_list_records(in->ctx, 1, 0, &records);

	if (r < 0)
		return complain_of_library(in, r);
	if (cryo_records_count(records) == 0)
		return complain(CTL_NO_SUCH, "there is no record of any treatment");
	*ret_treatment = cryo_records_treatment(records, 0);
	return CTL_OK;
}

int select_record(const struct invocation *in, int index, uint64_t *ret_treatment)
{
	const char *text = in->args[index];
	unsigned long long id;
	char *end;

	if (!strcmp(text, "last"))
		return newest_record(in, ret_treatment);
	errno = 0;
	id = strtoull(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || id < 1)
		return complain(CTL_USAGE, "treatment %s is neither last nor a number from 1 to "
				"18446744073709551615", text);
	*ret_treatment = id;
	return CTL_OK;
}

/* A record that was there once has left its mark. */
static int complain_of_none(const struct invocation *in, uint64_t treatment)
{
	enum cryo_verdict verdict = CRYO_VERDICT_UNKNOWN;
	char *detail = NULL;
	int r;

	if (cryo_ctx_verify_record(in->ctx, treatment, &verdict, &detail) >= 0 &&
	    verdict == CRYO_VERDICT_EXPIRED)
		r = complain(CTL_NO_SUCH, "the record of treatment %" PRIu64 " is no longer kept%s%s",
			     treatment, *detail ? ": " : "", detail);
	else
		r = complain(CTL_NO_SUCH, "there is no record of treatment %" PRIu64
			     "; `cryoctl records' lists them", treatment);
	free(detail);
	return r;
}

int complain_of_record(const struct invocation *in, uint64_t treatment, int r)
{
	if (r == -ESRCH)
		return complain_of_none(in, treatment);
	if (r == -EUCLEAN)
		return complain(CTL_DAMAGED, "the record of treatment %" PRIu64 " cannot be read: %s",
				treatment, cryo_ctx_error(in->ctx));
	return complain_of_library(in, r);
}

static void print_verdict(const struct invocation *in, uint64_t treatment, enum cryo_verdict verdict,
			  const char *detail)
{
	struct json j = { .out = stdout };

	if (!in->json) {
		if (treatment)
			printf("Treatment %" PRIu64 ": ", treatment);
		else
			printf("All records: ");
		printf("%s%s%s\n", cryo_verdict_to_string(verdict), *detail ? ", " : "", detail);
		return;
	}
	json_open(&j, NULL, '{');
	if (treatment)
		json_unsigned(&j, "treatment", treatment);
	else
		json_null(&j, "treatment");
	json_string(&j, "verdict", cryo_verdict_to_string(verdict));
	json_string(&j, "detail", detail);
	json_close(&j, '}');
	printf("\n");
}

int run_verify(struct invocation *in)
{
	enum cryo_verdict verdict;
	uint64_t treatment = 0;
	char *detail;
	int r = CTL_OK;

	if (in->n_args)
		r = select_record(in, 0, &treatment);
	if (r != CTL_OK)
		return r;
	cryo_ctx_set_timeout(in->ctx, VERIFY_TIMEOUT_MS);
	r = cryo_ctx_verify_record(in->ctx, treatment, &verdict, &detail);
	if (r < 0)
		return complain_of_record(in, treatment, r);
	print_verdict(in, treatment, verdict, detail);
	free(detail);
	return verdict == CRYO_VERDICT_DAMAGED || verdict == CRYO_VERDICT_UNKNOWN ? CTL_DAMAGED : CTL_OK;
}
