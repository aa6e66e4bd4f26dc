// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plant without a patient: signs of life, one-shot, emergency stop's contact, and pins.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "emf-type-t.h"
#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define DEVICE		"/dev/cryoprobe-sim"
#define CONTROL_OFFSET	(CRYOSIM_PAGE_BYTES / 2)
#define TURN_US		1000
#define NS_PER_S	1000000000LL
#define ZERO_DEGC_MK	273150
#define TIP_LSB_NV	8000

_Static_assert(sizeof(struct cryosim_page) <= CONTROL_OFFSET, "the page covers the controls");

static volatile struct cryosim_page *page;

volatile struct cryosim_page *fakeplant_page(void)
{
	return page;
}

volatile struct fakeplant *fakeplant(void)
{
	return (volatile struct fakeplant *)((volatile char *)page + CONTROL_OFFSET);
}

bool fakeplant_linearised(void)
{
	char name[16];

	return sysfs_read(name, sizeof(name), "/sys/module/cryoprobe_sim/parameters/frontend") > 0 &&
	       !strcmp(name, "max31856");
}

int fakeplant_map(void)
{
	void *map;
	int fd;

	if (page)
		return 0;
	fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	map = mmap(NULL, CRYOSIM_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return -errno;
	page = map;
	return 0;
}

void fakeplant_unmap(void)
{
	if (page)
		munmap((void *)page, CRYOSIM_PAGE_BYTES);
	page = NULL;
}

volatile struct cryosim_input *fakeplant_begin(unsigned int handpiece)
{
	volatile struct cryosim_input *input = &page->input[handpiece];

	input->version++;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return input;
}

void fakeplant_end(unsigned int handpiece)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	page->input[handpiece].version++;
}

/* Between two entries of the table the function bends by less than 0.0005 degC. */
static double emf_nv(int mdegc)
{
	int i = (mdegc - EMF_FROM_DEGC * 1000) / 1000;
	double part = (mdegc - EMF_FROM_DEGC * 1000) % 1000 / 1000.0;

	if (i >= EMF_TO_DEGC - EMF_FROM_DEGC)
		return emf_type_t_nv[EMF_TO_DEGC - EMF_FROM_DEGC];
	return emf_type_t_nv[i] + part * (emf_type_t_nv[i + 1] - emf_type_t_nv[i]);
}

static int64_t thermocouple_nv(unsigned int handpiece, int mdegc)
{
	int junction_mdegc = page->input[handpiece].ambient_mk - ZERO_DEGC_MK;

	return CRYOSIM_TC_BIAS_NV +
	       (int64_t)((emf_nv(mdegc) - emf_nv(junction_mdegc)) * CRYOSIM_TC_GAIN_MILLI / 1000);
}

void fakeplant_pin(unsigned int handpiece, unsigned int adc, unsigned int input, int64_t nv)
{
	fakeplant_begin(handpiece)->ain_nv[adc][input] = nv;
	fakeplant_end(handpiece);
}

void fakeplant_tip(unsigned int handpiece, int mdegc)
{
	fakeplant_pin(handpiece, 0, 0, thermocouple_nv(handpiece, mdegc));
}

void fakeplant_tip_open(unsigned int handpiece)
{
	fakeplant_pin(handpiece, 0, 0, CRYOSIM_ADC_SUPPLY_NV);
}

void fakeplant_shaft(unsigned int handpiece, int mdegc)
{
	fakeplant_pin(handpiece, 1, 0, thermocouple_nv(handpiece, mdegc));
}

void fakeplant_tissue(unsigned int handpiece, int mdegc)
{
	fakeplant_pin(handpiece, 1, 1, thermocouple_nv(handpiece, mdegc));
}

static int64_t pressure_nv(int kpa)
{
	return CRYOSIM_PRESSURE_ZERO_NV + kpa * CRYOSIM_PRESSURE_NV_PER_KPA;
}

void fakeplant_pressure(unsigned int handpiece, int kpa)
{
	fakeplant_pin(handpiece, 1, 2, pressure_nv(kpa));
}

void fakeplant_line_pressure(unsigned int handpiece, int kpa)
{
	fakeplant_pin(handpiece, 2, 0, pressure_nv(kpa));
}

void fakeplant_infrared(unsigned int handpiece, int object_mdegc, int ambient_mdegc)
{
	volatile struct cryosim_input *input = fakeplant_begin(handpiece);

	input->object_mk = object_mdegc + ZERO_DEGC_MK;
	input->ambient_mk = ambient_mdegc + ZERO_DEGC_MK;
	fakeplant_end(handpiece);
}

static void set_level(unsigned int handpiece, uint32_t level, bool on)
{
	volatile uint32_t *levels = &page->input[handpiece].levels;

	if (on)
		__atomic_fetch_or(levels, level, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(levels, ~level, __ATOMIC_SEQ_CST);
}

void fakeplant_estop(unsigned int handpiece, bool pressed)
{
	set_level(handpiece, CRYOSIM_LEVEL_ESTOP_RELEASED, !pressed);
}

void fakeplant_plug(unsigned int handpiece, bool in)
{
	set_level(handpiece, CRYOSIM_LEVEL_DETECT, in);
}

void fakeplant_bus(unsigned int handpiece, uint32_t faults, uint32_t delay_us)
{
	page->input[handpiece].bus_delay_us = delay_us;
	__atomic_store_n(&page->input[handpiece].bus_faults, faults, __ATOMIC_SEQ_CST);
}

void fakeplant_lines(unsigned int handpiece, uint32_t faults)
{
	__atomic_store_n(&page->input[handpiece].line_faults, faults, __ATOMIC_SEQ_CST);
}

void fakeplant_healthy(unsigned int handpiece)
{
	fakeplant()->dead = false;
	fakeplant()->sense_low[handpiece] = false;
	fakeplant()->sense_high[handpiece] = false;
	fakeplant()->noise[handpiece] = false;
	if (page->input[handpiece].version & 1)
		fakeplant_end(handpiece);
	fakeplant_infrared(handpiece, FAKEPLANT_WARM_MDEGC, FAKEPLANT_AMBIENT_MDEGC);
	fakeplant_pin(handpiece, 0, 1, CRYOSIM_TC_BIAS_NV);
	fakeplant_pin(handpiece, 1, 3, CRYOSIM_TC_BIAS_NV);
	fakeplant_tip(handpiece, FAKEPLANT_WARM_MDEGC);
	fakeplant_shaft(handpiece, FAKEPLANT_WARM_MDEGC);
	fakeplant_tissue(handpiece, FAKEPLANT_WARM_MDEGC);
	fakeplant_pressure(handpiece, FAKEPLANT_SUPPLY_KPA);
	fakeplant_line_pressure(handpiece, 0);
	fakeplant_bus(handpiece, 0, 0);
	fakeplant_lines(handpiece, 0);
	fakeplant_plug(handpiece, true);
	set_level(handpiece, CRYOSIM_LEVEL_TRIGGER, false);
	fakeplant_estop(handpiece, false);
}

uint32_t fakeplant_word(unsigned int handpiece)
{
	return __atomic_load_n(&page->output[handpiece].word, __ATOMIC_SEQ_CST);
}

bool fakeplant_wait_word(unsigned int handpiece, uint32_t mask, uint32_t wanted)
{
	return wait_for((fakeplant_word(handpiece) & mask) == wanted);
}

uint64_t fakeplant_edges(void)
{
	return __atomic_load_n(&page->edge_seq, __ATOMIC_ACQUIRE);
}

bool fakeplant_edge(uint64_t seq, struct cryosim_edge *ret_edge)
{
	volatile struct cryosim_edge *entry = &page->edge[seq % CRYOSIM_EDGES];
	struct cryosim_edge edge;

	if (__atomic_load_n(&entry->seq, __ATOMIC_ACQUIRE) != seq)
		return false;
	edge = *entry;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (entry->seq != seq)
		return false;
	*ret_edge = edge;
	return true;
}

bool fakeplant_supplied(unsigned int handpiece)
{
	return page->input[handpiece].levels & CRYOSIM_LEVEL_SUPPLY_SENSE;
}

/* The one-shot of one handpiece; cryoprobe-sim.h says how it behaves. */
struct oneshot {
	uint32_t word;
	int64_t edge_ns;
	unsigned int edges;
	bool on;
};

static void oneshot_edge(struct oneshot *oneshot, const struct cryosim_edge *edge)
{
	uint32_t energised = CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_THAW;
	bool pulse = (edge->word ^ oneshot->word) & CRYOSIM_OUT_PULSE;

	oneshot->word = edge->word;
	if (!pulse)
		return;
	if (edge->time_ns - oneshot->edge_ns > CRYOSIM_ONESHOT_NS) {
		oneshot->on = false;
		oneshot->edges = 0;
	}
	oneshot->edge_ns = edge->time_ns;
	oneshot->edges = edge->word & energised ? 0 : oneshot->edges + 1;
	if (oneshot->edges >= CRYOSIM_REARM_EDGES)
		oneshot->on = true;
}

static void feed_oneshots(struct oneshot oneshots[], uint64_t *seen)
{
	uint64_t newest = fakeplant_edges();
	struct cryosim_edge edge;

	if (newest < *seen || newest - *seen > CRYOSIM_EDGES)
		*seen = newest;
	for (; *seen < newest; ++*seen)
		if (fakeplant_edge(*seen + 1, &edge) && edge.handpiece < FAKEPLANT_HANDPIECES)
			oneshot_edge(&oneshots[edge.handpiece], &edge);
}

static void show_supply(unsigned int i, struct oneshot *oneshot)
{
	bool on;

	if (monotonic_ns() - oneshot->edge_ns > CRYOSIM_ONESHOT_NS)
		oneshot->on = false;
	on = oneshot->on && (page->input[i].levels & CRYOSIM_LEVEL_ESTOP_RELEASED);
	on = (on && !fakeplant()->sense_low[i]) || fakeplant()->sense_high[i];
	set_level(i, CRYOSIM_LEVEL_SUPPLY_SENSE, on);
}

/* One number of the converter more or less, at its bias, where no test puts a temperature. */
static void make_noise(unsigned int i)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	if (fakeplant()->noise[i])
		page->input[i].ain_nv[0][1] = CRYOSIM_TC_BIAS_NV + (state >> 31) * TIP_LSB_NV;
}

static long turn_ns(void)
{
	return kernel_parameter("fakeplant.turn_us", TURN_US) * 1000;
}

static void give_sign_of_life(int64_t ahead)
{
	int64_t newest = 0;

	for (unsigned int i = 0; i < FAKEPLANT_HANDPIECES; i++)
		if (page->output[i].alive_ns > newest)
			newest = page->output[i].alive_ns;
	page->plant_ns = monotonic_ns();
	if (!fakeplant()->dead)
		page->echo_ns = newest + ahead;
	else if (page->echo_ns > page->plant_ns)
		page->echo_ns = page->plant_ns;	/* what it gave in advance dies with it */
}

static void *turn(void *unused)
{
	static struct oneshot oneshots[FAKEPLANT_HANDPIECES];
	const struct timespec pause = { .tv_nsec = turn_ns() };
	uint64_t seen = fakeplant_edges();
	int64_t ahead = kernel_parameter("fakeplant.ahead_ms", 0) * 1000000;

	for (;;) {
		give_sign_of_life(ahead);
		feed_oneshots(oneshots, &seen);
		for (unsigned int i = 0; i < FAKEPLANT_HANDPIECES; i++) {
			show_supply(i, &oneshots[i]);
			make_noise(i);
		}
		nanosleep(&pause, NULL);
	}
	return unused;
}

static void initialise(void)
{
	if (page->magic == CRYOSIM_MAGIC)
		return;
	page->version = CRYOSIM_VERSION;
	page->bytes = sizeof(*page);
	page->handpieces = FAKEPLANT_HANDPIECES;
	__atomic_store_n(&page->magic, CRYOSIM_MAGIC, __ATOMIC_RELEASE);
}

int fakeplant_run(void)
{
	/* Above the driver's workers: a plant does not wait for them either. */
	const struct sched_param priority = { .sched_priority = 80 };
	pthread_attr_t attributes;
	pthread_t thread;
	int r;

	r = fakeplant_map();
	if (r < 0)
		return r;
	for (unsigned int i = 0; i < FAKEPLANT_HANDPIECES; i++)
		fakeplant_healthy(i);
	initialise();
	pthread_attr_init(&attributes);
	pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
	pthread_attr_setschedparam(&attributes, &priority);
	r = pthread_create(&thread, &attributes, turn, NULL);
	pthread_attr_destroy(&attributes);
	return -r;
}

pid_t fakeplant_spawn(void)
{
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!fakeplant_run())
			pause();
		_exit(1);
	}
	return child;
}

void fakeplant_reap(pid_t plant)
{
	if (plant <= 0)
		return;
	kill(plant, SIGKILL);
	waitpid(plant, NULL, 0);
}
