// SPDX-License-Identifier: GPL-2.0-or-later
/* cryo-plant: the virtual patient on the other side of the shared page. */
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "selftests/plant/control.h"
#include "selftests/plant/options.h"
#include "selftests/plant/script.h"
#include "selftests/plant/tell.h"

#define TURN_NS 1000000LL
#define HEADLESS_PERIOD_S 0.1
#define BUS_DELAY_US 20000	/* of bus-slow and bus-timeout, unless told otherwise */

static volatile sig_atomic_t asked_to_stop;

static void on_signal(int number)
{
	(void)number;
	asked_to_stop = 1;
}

static int complain(const char *what, int r)
{
	fprintf(stderr, "cryo-plant: %s: %s\n", what, strerror(-r));
	return r;
}

static int open_log(const char *path, FILE **ret_file)
{
	FILE *f;

	if (!path)
		return 0;
	f = fopen(path, "we");
	if (!f)
		return complain(path, -errno);
	*ret_file = f;
	return 0;
}

/* Real time where it is permitted: a late plant is a witness that did not look. */
static void become_real_time(void)
{
	struct sched_param param = { .sched_priority = 10 };

	if (sched_setscheduler(0, SCHED_FIFO, &param) < 0)
		fprintf(stderr, "cryo-plant: no real-time priority: %s\n", strerror(errno));
	mlockall(MCL_CURRENT | MCL_FUTURE);
}

static int begin_handpieces(struct plant *p, const struct options *o)
{
	for (p->handpieces = 0; p->handpieces < o->handpieces; p->handpieces++) {
		int r = handpiece_begin(&p->handpiece[p->handpieces],
					&o->handpiece[p->handpieces]);

		if (r < 0)
			return complain("tissue", r);
	}
	return 0;
}

static int plan_faults(struct plant *p, const struct options *o)
{
	for (unsigned int i = 0; i < o->n_faults; i++)
		if (o->fault[i].handpiece >= p->handpieces) {
			fprintf(stderr, "cryo-plant: --fault %s@%u: handpiece 0 to %u\n",
				fault_at(o->fault[i].fault)->name, o->fault[i].handpiece,
				p->handpieces - 1);
			return -EINVAL;
		}
	memcpy(p->planned, o->fault, sizeof(p->planned));
	p->n_planned = o->n_faults;
	return 0;
}

static void turn_until_stopped(struct plant *p, struct control *control)
{
	int64_t next_ns = host_now_ns();

	plant_begin(p, next_ns);
	while (!asked_to_stop) {
		int64_t now_ns;

		host_sleep_until(next_ns);
		now_ns = host_now_ns();
		plant_turn(p, now_ns);
		control_turn(control, p);
		next_ns = next_ns + TURN_NS > now_ns ? next_ns + TURN_NS : now_ns + TURN_NS;
	}
}

static int run_on_page(struct plant *p, const struct options *o)
{
	struct witness witness = { 0 };
	struct control control;
	int r;

	p->log_period_ns = llround(1e9 / o->log_hz);
	r = control_begin(&control, o->control);
	if (r < 0)
		return complain(o->control, r);
	become_real_time();
	r = witness_begin(&witness);
	if (r < 0) {
		complain("witness thread", r);
	} else {
		p->witness = &witness;
		turn_until_stopped(p, &control);
		witness_end(&witness);
	}
	control_end(&control);
	return r;
}

static int run_page(struct plant *p, const struct options *o)
{
	int r = open_log(o->log, &p->log);

	if (r == 0)
		r = open_log(o->edges, &p->edges);
	if (r < 0)
		return r;
	r = page_open(&p->page, o->page, p->handpieces);
	if (r < 0)
		return complain(o->page, r);
	r = run_on_page(p, o);
	page_close(&p->page);
	return r;
}

static int run_headless(struct plant *p, const struct options *o)
{
	FILE *script = strcmp(o->headless, "-") ? fopen(o->headless, "re") : stdin;
	int r;

	if (!script)
		return complain(o->headless, -errno);
	r = script_run(&(struct script){
			.h = &p->handpiece[0], .in = script, .out = stdout, .complaints = stderr,
			.period_s = HEADLESS_PERIOD_S, .planned = p->planned,
			.n_planned = p->n_planned,
		});
	if (script != stdin)
		fclose(script);
	return r;
}

static int run(struct plant *p, const struct options *o)
{
	int r = begin_handpieces(p, o);

	if (r == 0)
		r = plan_faults(p, o);
	if (r == 0)
		r = o->headless ? run_headless(p, o) : run_page(p, o);
	for (unsigned int i = 0; i < p->handpieces; i++)
		handpiece_end(&p->handpiece[i]);
	if (p->log)
		fclose(p->log);
	if (p->edges)
		fclose(p->edges);
	return r;
}

static int tell(const struct options *o)
{
	const char *socket = o->control ? o->control : PLANT_SOCKET;
	int r = plant_tell(socket, o->tell);

	if (r < 0 && r != -EBADMSG)
		complain(socket, r);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	static struct plant plant = { .bus_delay_us = BUS_DELAY_US };
	struct sigaction action = { .sa_handler = on_signal };
	struct options options;

	if (options_parse(&options, argc, argv) < 0)
		return 2;
	if (options.help) {
		options_print_help(stdout);
		return EXIT_SUCCESS;
	}
	if (!!options.page + !!options.headless + !!options.tell != 1) {
		fprintf(stderr, "cryo-plant: give one of --page FILE, --headless SCRIPT and --tell LINE\n");
		return 2;
	}
	if (options.tell)
		return tell(&options);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return run(&plant, &options) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
