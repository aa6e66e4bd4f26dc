// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One-shot, gate, page, control commands and script: the parts that face the guest and the
 * tester.
 */
#include "selftests/unit/test.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests/plant/control.h"
#include "selftests/plant/script.h"

#define MS 1000000LL
#define FREEZE (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT)

/*
 * Toggles the pulse line every 20 ms for @n edges with @bits driven; returns the last edge's
 * time.
 */
static int64_t pulse(struct gate *g, int64_t from_ns, int n, uint32_t bits)
{
	int64_t at_ns = from_ns;

	for (int i = 0; i < n; i++) {
		at_ns = from_ns + i * 20 * MS;
		gate_word(g, ((g->word ^ CRYOSIM_OUT_PULSE) & CRYOSIM_OUT_PULSE) | bits, at_ns);
	}
	return at_ns;
}

TEST(oneshot_arms_with_three_edges)
{
	struct gate g = { 0 };

	pulse(&g, 1000 * MS, CRYOSIM_REARM_EDGES - 1, 0);
	EXPECT(!g.oneshot.on);
	pulse(&g, 1040 * MS, 1, 0);
	EXPECT(g.oneshot.on);
	EXPECT_EQ(gate_effective(&g), 0);
}

TEST(oneshot_does_not_arm_while_energised)
{
	struct gate g = { 0 };
	int64_t last_ns = pulse(&g, 1000 * MS, 10, CRYOSIM_OUT_THAW);

	EXPECT(!g.oneshot.on);
	/* The vent alone does not matter; edges before do not count. */
	last_ns = pulse(&g, last_ns + 20 * MS, CRYOSIM_REARM_EDGES - 1, CRYOSIM_OUT_VENT);
	EXPECT(!g.oneshot.on);
	pulse(&g, last_ns + 20 * MS, 1, CRYOSIM_OUT_VENT);
	EXPECT(g.oneshot.on);
}

TEST(oneshot_wants_its_edges_close_together)
{
	struct gate g = { 0 };
	int64_t last_ns = pulse(&g, 1000 * MS, CRYOSIM_REARM_EDGES - 1, 0);

	pulse(&g, last_ns + CRYOSIM_ONESHOT_NS + 1, 1, 0);
	EXPECT(!g.oneshot.on);
}

/* SM-ONESHOT */
TEST(oneshot_drops_after_its_time_and_stays_off)
{
	struct gate g = { 0 };
	int64_t last_ns = pulse(&g, 1000 * MS, 50, 0);

	last_ns = pulse(&g, last_ns + 20 * MS, 50, FREEZE);
	EXPECT_EQ(gate_effective(&g), FREEZE);
	oneshot_poll(&g.oneshot, last_ns + CRYOSIM_ONESHOT_NS);
	EXPECT_EQ(gate_effective(&g), FREEZE);
	EXPECT_EQ(oneshot_drops_at_ns(&g.oneshot), last_ns + CRYOSIM_ONESHOT_NS);
	oneshot_poll(&g.oneshot, last_ns + CRYOSIM_ONESHOT_NS + 1);
	EXPECT_EQ(gate_effective(&g), 0);
	/* Edges do not bring it back while anything is energised. */
	last_ns = pulse(&g, last_ns + 200 * MS, 50, FREEZE);
	EXPECT_EQ(gate_effective(&g), 0);
	pulse(&g, last_ns + 20 * MS, CRYOSIM_REARM_EDGES, 0);
	EXPECT(gate_supplies(&g));
}

TEST(late_edge_drops_even_when_nobody_polled)
{
	struct gate g = { 0 };
	int64_t last_ns = pulse(&g, 1000 * MS, 5, 0);

	pulse(&g, last_ns + 101 * MS, 1, FREEZE);
	EXPECT(!g.oneshot.on);
}

/* SM-CONTACT */
TEST(estop_contact_breaks_the_supply)
{
	struct gate g = { 0 };

	pulse(&g, 1000 * MS, 5, 0);
	gate_word(&g, FREEZE, 1090 * MS);
	EXPECT_EQ(gate_effective(&g), FREEZE);
	g.estop_pressed = true;
	EXPECT_EQ(gate_effective(&g), 0);
	EXPECT(!gate_supplies(&g));
}

TEST(estop_contact_that_is_welded_does_not)
{
	struct gate g = { .estop_welded = true };

	pulse(&g, 1000 * MS, 5, 0);
	g.estop_pressed = true;
	EXPECT(gate_supplies(&g));
}

TEST(oneshot_that_is_stuck)
{
	struct gate g = { .oneshot_stuck = 1 };

	EXPECT(gate_supplies(&g));
	g.estop_pressed = true;
	EXPECT(!gate_supplies(&g));
	g = (struct gate){ .oneshot_stuck = -1 };
	pulse(&g, 1000 * MS, 5, 0);
	EXPECT(g.oneshot.on);
	EXPECT(!gate_supplies(&g));
}

/* What the other side of the page does, as its header says. */
struct fake_guest {
	struct cryosim_page *page;
	uint64_t seq;
};

static void guest_drive(struct fake_guest *g, unsigned int handpiece, uint32_t word)
{
	struct cryosim_edge *edge = &g->page->edge[++g->seq % CRYOSIM_EDGES];

	__atomic_store_n(&g->page->output[handpiece].word, word, __ATOMIC_RELAXED);
	__atomic_store_n(&edge->seq, 0, __ATOMIC_RELEASE);
	edge->time_ns = 1000 + g->seq;
	edge->word = word;
	edge->handpiece = handpiece;
	__atomic_store_n(&edge->seq, g->seq, __ATOMIC_RELEASE);
	__atomic_store_n(&g->page->edge_seq, g->seq, __ATOMIC_RELEASE);
}

static void guest_pulses(struct fake_guest *g, struct plant *p, int64_t *now_ns, int ms,
			 uint32_t bits)
{
	uint32_t word = bits;

	for (int i = 0; i < ms; i++) {
		if (i % 20 == 0) {
			word ^= CRYOSIM_OUT_PULSE;
			guest_drive(g, 0, word);
		}
		*now_ns += MS;
		plant_turn(p, *now_ns);
	}
}

static struct cryosim_page *zero_page(void)
{
	return aligned_alloc(4096, CRYOSIM_PAGE_BYTES);
}

/* A plant with cheap tissue on memory of its own. */
struct bench {
	struct plant plant;
	struct fake_guest guest;
	int64_t now_ns;
	char *edges;
	size_t edges_size;
};

static bool bench_begin(struct bench *b, unsigned int handpieces)
{
	struct handpiece_config config = handpiece_defaults();

	memset(b, 0, sizeof(*b));
	config.cell_m = 0.4e-3;
	config.growth = 1.3;
	b->guest.page = zero_page();
	if (!b->guest.page)
		return false;
	memset(b->guest.page, 0, CRYOSIM_PAGE_BYTES);
	page_begin(&b->plant.page, b->guest.page, handpieces);
	for (unsigned int i = 0; i < handpieces; i++)
		if (handpiece_begin(&b->plant.handpiece[i], &config) < 0)
			return false;
	b->plant.handpieces = handpieces;
	b->plant.edges = open_memstream(&b->edges, &b->edges_size);
	b->now_ns = 5000 * MS;
	plant_begin(&b->plant, b->now_ns);
	return b->plant.edges != NULL;
}

static void bench_end(struct bench *b)
{
	for (unsigned int i = 0; i < b->plant.handpieces; i++)
		handpiece_end(&b->plant.handpiece[i]);
	fclose(b->plant.edges);
	free(b->edges);
	free(b->guest.page);
}

static const char *command(struct bench *b, const char *text)
{
	static char reply[CONTROL_REPLY_MAX];
	char line[CONTROL_LINE_MAX];

	snprintf(line, sizeof(line), "%s", text);
	control_command(&b->plant, line, reply);
	return reply;
}

TEST(page_is_announced_with_its_inputs)
{
	struct bench b;

	ASSERT(bench_begin(&b, 2));
	EXPECT_EQ(b.guest.page->magic, CRYOSIM_MAGIC);
	EXPECT_EQ(b.guest.page->version, CRYOSIM_VERSION);
	EXPECT_EQ(b.guest.page->bytes, sizeof(struct cryosim_page));
	EXPECT_EQ(b.guest.page->handpieces, 2);
	EXPECT_EQ(b.guest.page->plant_ns, b.now_ns);
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(b.guest.page->input[i].version % 2, 0);
		EXPECT_EQ(b.guest.page->input[i].levels,
			  CRYOSIM_LEVEL_ESTOP_RELEASED | CRYOSIM_LEVEL_DETECT);
		EXPECT_EQ(b.guest.page->input[i].ain_nv[0][1], CRYOSIM_TC_BIAS_NV);
	}
	bench_end(&b);
}

TEST(guest_freezes_through_the_page)
{
	struct bench b;
	int64_t warm_nv;

	ASSERT(bench_begin(&b, 2));
	warm_nv = b.guest.page->input[0].ain_nv[0][0];
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 200, 0);
	EXPECT(b.guest.page->input[0].levels & CRYOSIM_LEVEL_SUPPLY_SENSE);
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 4000, FREEZE);
	EXPECT_LT(handpiece_tip_degc(&b.plant.handpiece[0]), 0);
	EXPECT_NEAR(handpiece_tip_degc(&b.plant.handpiece[1]), 37, 0.1);
	/* 40 degC colder: about 1.5 mV, times 20 */
	EXPECT_LT(b.guest.page->input[0].ain_nv[0][0], warm_nv - 25000000);
	/* The guest freezes: no edge more, the word stays. */
	for (int i = 0; i < 110; i++)
		plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(gate_effective(&b.plant.gate[0]), 0);
	EXPECT(!(b.guest.page->input[0].levels & CRYOSIM_LEVEL_SUPPLY_SENSE));
	fflush(b.plant.edges);
	EXPECT(strstr(b.edges, ",0,oneshot,on\n") != NULL);
	EXPECT(strstr(b.edges, ",0,effective,0x07\n") != NULL);
	EXPECT(strstr(b.edges, ",0,oneshot,off\n") != NULL);
	EXPECT(strstr(b.edges, ",0,effective,0x00\n") != NULL);
	bench_end(&b);
}

static double line_kpa_at_the_pin(const struct bench *b)
{
	return (double)(b->guest.page->input[0].ain_nv[2][0] - CRYOSIM_PRESSURE_ZERO_NV) /
	       CRYOSIM_PRESSURE_NV_PER_KPA;
}

TEST(a_blocked_vent_shows_in_the_line)
{
	struct bench b;
	int vent_blocked = fault_find("vent-blocked");

	ASSERT(bench_begin(&b, 1));
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 100, 0);
	EXPECT_NEAR(line_kpa_at_the_pin(&b), 0, 50);
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 500, FREEZE);
	EXPECT_GT(line_kpa_at_the_pin(&b), 4500);
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 1000, 0);
	EXPECT_NEAR(line_kpa_at_the_pin(&b), 0, 50);
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 500, FREEZE);
	plant_set_fault(&b.plant, 0, vent_blocked, true);
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 1000, 0);
	EXPECT_GT(line_kpa_at_the_pin(&b), 4500);
	bench_end(&b);
}

TEST(faults_of_the_supply_are_sensed)
{
	static const struct { const char *name; uint32_t levels; } cases[] = {
		{ "oneshot-stuck-on", CRYOSIM_LEVEL_SUPPLY_SENSE | CRYOSIM_LEVEL_ESTOP_RELEASED },
		{ "oneshot-stuck-off", CRYOSIM_LEVEL_ESTOP_RELEASED },
		{ "sense-wrong", CRYOSIM_LEVEL_SUPPLY_SENSE | CRYOSIM_LEVEL_ESTOP_RELEASED },
		{ "estop-wire-broken", 0 },
	};
	uint32_t mask = CRYOSIM_LEVEL_SUPPLY_SENSE | CRYOSIM_LEVEL_ESTOP_RELEASED;
	struct bench b;

	ASSERT(bench_begin(&b, 4));
	for (unsigned int i = 0; i < 4; i++)
		plant_set_fault(&b.plant, i, fault_find(cases[i].name), true);
	plant_turn(&b.plant, b.now_ns += MS);
	for (unsigned int i = 0; i < 4; i++)
		EXPECT_EQ(b.guest.page->input[i].levels & mask, cases[i].levels);
	for (unsigned int i = 0; i < 4; i++)
		plant_set_fault(&b.plant, i, fault_find(cases[i].name), false);
	plant_turn(&b.plant, b.now_ns += MS);
	for (unsigned int i = 0; i < 4; i++)
		EXPECT_EQ(b.guest.page->input[i].levels & mask, CRYOSIM_LEVEL_ESTOP_RELEASED);
	bench_end(&b);
}

TEST(estop_bounces_and_stays_pressed)
{
	unsigned int changes = 0;
	bool pressed = true;
	struct bench b;

	ASSERT(bench_begin(&b, 2));
	EXPECT_STREQ(command(&b, "estop bouncing"), "ok");
	for (int i = 0; i < 2 * PLANT_BOUNCES; i++) {
		plant_turn(&b.plant, b.now_ns += MS);
		changes += b.plant.gate[1].estop_pressed != pressed;
		pressed = b.plant.gate[1].estop_pressed;
	}
	EXPECT_EQ(changes, PLANT_BOUNCES);
	EXPECT(pressed);
	bench_end(&b);
}

TEST(faults_of_bus_and_lines_are_in_the_page)
{
	struct bench b;

	ASSERT(bench_begin(&b, 2));
	plant_set_fault(&b.plant, 1, fault_find("line-nak"), true);
	plant_set_fault(&b.plant, 1, fault_find("output-stuck"), true);
	plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(b.guest.page->input[0].bus_faults | b.guest.page->input[0].line_faults, 0);
	EXPECT_EQ(b.guest.page->input[1].bus_faults, CRYOSIM_BUS_LINE_NAK);
	EXPECT_EQ(b.guest.page->input[1].line_faults, CRYOSIM_LINE_STUCK);
	plant_set_fault(&b.plant, 1, fault_find("output-stuck"), false);
	plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(b.guest.page->input[1].line_faults, 0);
	bench_end(&b);
}

TEST(lost_edges_are_told_and_the_word_is_taken)
{
	struct bench b;

	ASSERT(bench_begin(&b, 1));
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 200, 0);
	for (int i = 0; i < CRYOSIM_EDGES + 5; i++)
		guest_drive(&b.guest, 0, i % 2 ? CRYOSIM_OUT_VENT : 0);
	guest_drive(&b.guest, 0, CRYOSIM_OUT_SUPPLY);
	plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(b.plant.gate[0].word, CRYOSIM_OUT_SUPPLY);
	EXPECT_EQ(b.plant.page.lost_edges, CRYOSIM_EDGES + 6);
	fflush(b.plant.edges);
	EXPECT(strstr(b.edges, "edges-lost") != NULL);
	bench_end(&b);
}

TEST(a_guest_that_boots_again_is_followed)
{
	struct bench b;

	ASSERT(bench_begin(&b, 1));
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 500, 0);
	b.guest.seq = 0;
	guest_drive(&b.guest, 0, CRYOSIM_OUT_THAW);
	plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(b.plant.gate[0].word, CRYOSIM_OUT_THAW);
	guest_drive(&b.guest, 0, 0);
	plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(b.plant.gate[0].word, 0);
	bench_end(&b);
}

TEST(a_plant_that_was_away_blames_itself)
{
	struct bench b;

	ASSERT(bench_begin(&b, 1));
	guest_pulses(&b.guest, &b.plant, &b.now_ns, 200, 0);
	plant_turn(&b.plant, b.now_ns += 95 * MS);
	EXPECT(b.plant.gate[0].oneshot.on);
	fflush(b.plant.edges);
	EXPECT(strstr(b.edges, "plant-away-us,95000") != NULL);
	bench_end(&b);
}

/* A reader as the header asks for: it never takes an input that was being written. */
static void *read_inputs(void *data)
{
	struct page *p = data;
	struct cryosim_input *in = &p->mem->input[0];
	long torn = 0, stop = 0;

	while (!stop) {
		uint32_t version = __atomic_load_n(&in->version, __ATOMIC_ACQUIRE);
		int64_t a = __atomic_load_n(&in->ain_nv[0][0], __ATOMIC_RELAXED);
		int64_t b = __atomic_load_n(&in->ambient_mk, __ATOMIC_RELAXED);

		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (version & 1 || __atomic_load_n(&in->version, __ATOMIC_RELAXED) != version)
			continue;
		torn += a != b;
		stop = a < 0;
	}
	return (void *)torn;
}

TEST(inputs_are_never_torn)
{
	struct cryosim_page *mem = zero_page();
	struct cryosim_input input = { 0 };
	pthread_t reader;
	struct page p;
	void *torn;

	ASSERT(mem != NULL);
	memset(mem, 0, CRYOSIM_PAGE_BYTES);
	page_begin(&p, mem, 1);
	ASSERT_EQ(pthread_create(&reader, NULL, read_inputs, &p), 0);
	for (int i = 1; i < 200000; i++) {
		input.ain_nv[0][0] = input.ambient_mk = i;
		page_publish(&p, 0, &input);
	}
	input.ain_nv[0][0] = input.ambient_mk = -1;
	page_publish(&p, 0, &input);
	pthread_join(reader, &torn);
	EXPECT_EQ((long)torn, 0);
	free(mem);
}

TEST(page_file_is_made_and_kept)
{
	char path[] = "/tmp/cryo-page-XXXXXX";
	int fd = mkstemp(path);
	struct page p, again;

	ASSERT(fd >= 0);
	ASSERT_EQ(page_open(&p, path, 3), 0);
	EXPECT_EQ(p.mem->magic, 0);
	page_announce(&p);
	p.mem->edge_seq = 41;
	ASSERT_EQ(page_open(&again, path, 3), 0);
	EXPECT_EQ(again.next_edge, 42);
	page_close(&again);
	page_close(&p);
	EXPECT_EQ(page_open(&p, "/no/such/folder/page", 1), -ENOENT);
	EXPECT_EQ(page_open(&p, "/dev/cryoprobe-sim-that-is-not-there", 1), -ENOENT);
	close(fd);
	unlink(path);
}

/* Stops this whole process, witness included, for at least @ms. */
static void stall_this_process(int ms)
{
	pid_t parent = getpid(), child = fork();

	if (child == 0) {
		kill(parent, SIGSTOP);
		host_sleep_until(host_now_ns() + ms * MS);
		kill(parent, SIGCONT);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

TEST(witness_sees_a_stall)
{
	struct stall stall = { 0 };
	int64_t longest_ns = 0;
	struct witness w;

	ASSERT_EQ(witness_begin(&w), 0);
	stall_this_process(60);
	/* The thread itself writes down the stall once it runs again; how soon is not ours to say. */
	for (int i = 0; i < 5000 && longest_ns < 50 * MS; i++) {
		host_sleep_until(host_now_ns() + MS);
		while (witness_next(&w, &stall))
			longest_ns = stall.length_ns > longest_ns ? stall.length_ns : longest_ns;
	}
	EXPECT_GE(longest_ns, 50 * MS);
	witness_end(&w);
}

TEST(witness_keeps_the_newest_stalls)
{
	struct witness w = { .written = 3 * WITNESS_STALLS + 5 };
	struct stall stall;
	int n = 0;

	while (witness_next(&w, &stall))
		n++;
	EXPECT_EQ(n, WITNESS_STALLS - 1);
}

TEST(control_commands)
{
	struct bench b;

	ASSERT(bench_begin(&b, 2));
	EXPECT_STREQ(command(&b, "fault open-tip@1"), "ok");
	EXPECT_EQ(b.plant.handpiece[1].disturbances.tip_open, 1.0);
	EXPECT_EQ(b.plant.handpiece[0].disturbances.tip_open, 0.0);
	EXPECT_STREQ(command(&b, "fault leak"), "ok");
	EXPECT(strstr(command(&b, "state@1"), "faults=open-tip") != NULL);
	EXPECT(strstr(command(&b, "state"), "faults=leak") != NULL);
	EXPECT_STREQ(command(&b, "clear all"), "ok");
	EXPECT_EQ(b.plant.handpiece[0].faults | b.plant.handpiece[1].faults, 0);
	EXPECT_STREQ(command(&b, "estop pressed"), "ok");
	EXPECT(b.plant.gate[0].estop_pressed && b.plant.gate[1].estop_pressed);
	plant_turn(&b.plant, b.now_ns += MS);
	EXPECT(!(b.guest.page->input[0].levels & CRYOSIM_LEVEL_ESTOP_RELEASED));
	EXPECT_STREQ(command(&b, "tissue fat@1"), "ok");
	EXPECT(strstr(command(&b, "state @1"), "tissue=fat") != NULL);
	EXPECT_STREQ(command(&b, "reset"), "ok");
	EXPECT_STREQ(command(&b, "trigger pressed"), "ok");
	EXPECT(b.plant.trigger_pressed);
	EXPECT(!strncmp(command(&b, "mark t0"), "ok host_ns=", 11));
	bench_end(&b);
}

TEST(control_refuses_with_a_reason)
{
	static const char *const wrong[][2] = {
		{ "fault rust", "no fault is called \"rust\"" },
		{ "fault leak@2", "0 to 1" },
		{ "fault leak@3s", "command line" },
		{ "reset@7", "0 to 1" },
		{ "state@-1", "0 to 1" },
		{ "estop maybe", "pressed or released" },
		{ "tissue rock", "no such class" },
		{ "bus-delay-us -1", "0 to 10000000" },
		{ "frobnicate", "no command is called \"frobnicate\"" },
		{ "", "no command" },
	};
	struct bench b;

	ASSERT(bench_begin(&b, 2));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *reply = command(&b, wrong[i][0]);

		EXPECT(!strncmp(reply, "error ", 6));
		if (!strstr(reply, wrong[i][1]))
			DIAG("%s: %s", wrong[i][0], reply);
		EXPECT(strstr(reply, wrong[i][1]) != NULL);
	}
	bench_end(&b);
}

TEST(planned_fault_comes_at_its_time)
{
	struct planned_fault f = { 0 };
	struct bench b;

	ASSERT(bench_begin(&b, 2));
	ASSERT(control_parse_fault("short-tip@0.1s@1", 2, &f) == NULL);
	EXPECT_NEAR(f.at_s, 0.1, 1e-12);
	EXPECT_EQ(f.handpiece, 1);
	b.plant.planned[b.plant.n_planned++] = f;
	for (int i = 0; i < 99; i++)
		plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(b.plant.handpiece[1].faults, 0);
	plant_turn(&b.plant, b.now_ns += MS);
	EXPECT_EQ(b.plant.handpiece[1].disturbances.tip_short, 1.0);
	EXPECT(control_parse_fault("short-tip@1x", 2, &f) != NULL);
	bench_end(&b);
}

/* Runs a script on cheap tissue; returns what it wrote, to be freed. */
static char *script_output(const char *text, int *ret_r)
{
	struct handpiece_config config = handpiece_defaults();
	struct script s = { .period_s = 1 };
	struct handpiece h;
	char *out = NULL;
	size_t size;

	config.cell_m = 0.4e-3;
	config.growth = 1.3;
	if (handpiece_begin(&h, &config) < 0)
		return NULL;
	s.h = &h;
	s.in = fmemopen((void *)text, strlen(text), "r");
	s.out = open_memstream(&out, &size);
	s.complaints = s.out;
	*ret_r = script_run(&s);
	fclose(s.in);
	fclose(s.out);
	handpiece_end(&h);
	return out;
}

TEST(script_runs_and_is_reproducible)
{
	const char *text = "# a short freeze\n0 supply freeze vent\n5 supply vent duty=300\n"
			   "10 -\n12 end\n";
	int r = -1, again_r = -1;
	char *out = script_output(text, &r), *again = script_output(text, &again_r);

	ASSERT(out != NULL && again != NULL);
	EXPECT_EQ(r, 0);
	EXPECT_STREQ(out, again);
	EXPECT(strstr(out, "\n12000000000,0,12.000,") != NULL);
	EXPECT(strstr(out, "\n4000000000,0,4.000,") != NULL);
	free(out);
	free(again);
}

TEST(script_complaint_names_the_line)
{
	static const char *const wrong[] = {
		"0 supply\n1 frieze\n", "0 supply\n1 duty=1001\n", "1 -\n0.5 -\n", "0 -\nsoon -\n",
		"0 -\n1 fault=rust\n",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int r = 0;
		char *out = script_output(wrong[i], &r);

		ASSERT(out != NULL);
		EXPECT_EQ(r, -EINVAL);
		EXPECT(strstr(out, "script line 2: ") != NULL);
		free(out);
	}
}

TEST_MAIN()
