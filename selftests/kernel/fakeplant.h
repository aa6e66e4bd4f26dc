/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plant without a patient, for tests that run in the guest: it keeps the chips alive, is the
 * one-shot and the emergency stop's contact, and holds the pins at what a test asks for.
 *
 * In a kernel that is slow because it looks for faults, fakeplant.ahead_ms=N on its command line lets
 * the chips live on for so long while the plant is not given a processor, and fakeplant.turn_us=N lets
 * the plant look less often than every millisecond.
 *
 * The process that calls fakeplant_run() is the plant; any other one may map the same page and ask.
 */
#ifndef CRYO_SELFTESTS_KERNEL_FAKEPLANT_H
#define CRYO_SELFTESTS_KERNEL_FAKEPLANT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/cryoprobe-sim.h>

#define FAKEPLANT_HANDPIECES	2
#define FAKEPLANT_AMBIENT_MDEGC	22000	/* of the cold junction, when healthy */
#define FAKEPLANT_WARM_MDEGC	34000	/* of tip, shaft and tissue, when healthy */
#define FAKEPLANT_SUPPLY_KPA	4500	/* of the cryogen, when healthy */

/**
 * struct fakeplant - what tests ask of the plant; lies behind the page in the shared memory
 * @dead: it gives no sign of life
 * @sense_low: by handpiece, the supply's sense line reads off whatever is
 * @sense_high: by handpiece, it reads on whatever is
 * @noise: by handpiece, the tip's converter has noise, as every real one has
 */
struct fakeplant {
	bool dead;
	bool sense_low[FAKEPLANT_HANDPIECES];
	bool sense_high[FAKEPLANT_HANDPIECES];
	bool noise[FAKEPLANT_HANDPIECES];
};

/**
 * fakeplant_map() - map the page
 *
 * Return: 0 or -errno. The mapping stays until fakeplant_unmap(); it keeps the module loaded.
 */
int fakeplant_map(void);
void fakeplant_unmap(void);

/**
 * fakeplant_run() - become the plant: initialise the page unless it is, and start the thread
 *
 * Return: 0 or -errno.
 */
int fakeplant_run(void);

/**
 * fakeplant_spawn() - let a child be the plant, for tests that take the module away under it
 *
 * Return: the child, which dies with the caller's thread at the latest.
 */
pid_t fakeplant_spawn(void);

/** fakeplant_reap() - end such a child; nothing happens if @plant is not positive. */
void fakeplant_reap(pid_t plant);

/** fakeplant_linearised() - thermocouples are at converters that linearise: frontend=max31856. */
bool fakeplant_linearised(void);

/** fakeplant() - what can be asked of the plant. */
volatile struct fakeplant *fakeplant(void);

/** fakeplant_healthy() - plugged in, warm, no pressure fault, emergency stop released, good bus. */
void fakeplant_healthy(unsigned int handpiece);

/** fakeplant_tip() - the tip's temperature, -200000 to 100000 thousandths of a degC. */
void fakeplant_tip(unsigned int handpiece, int mdegc);

/** fakeplant_tip_open() - bias resistors pull the broken thermocouple to the positive supply. */
void fakeplant_tip_open(unsigned int handpiece);

void fakeplant_shaft(unsigned int handpiece, int mdegc);
void fakeplant_tissue(unsigned int handpiece, int mdegc);
void fakeplant_pressure(unsigned int handpiece, int kpa);
void fakeplant_line_pressure(unsigned int handpiece, int kpa);
void fakeplant_infrared(unsigned int handpiece, int object_mdegc, int ambient_mdegc);

/** fakeplant_pin() - a pin's voltage in nanovolt; @adc 0 is the tip's converter. */
void fakeplant_pin(unsigned int handpiece, unsigned int adc, unsigned int input, int64_t nv);

/** fakeplant_estop() - press or release the emergency stop. */
void fakeplant_estop(unsigned int handpiece, bool pressed);

/** fakeplant_plug() - plug the handpiece in, or pull it out. */
void fakeplant_plug(unsigned int handpiece, bool in);

/** fakeplant_bus() - make the bus fail: CRYOSIM_BUS_* and their delay. */
void fakeplant_bus(unsigned int handpiece, uint32_t faults, uint32_t delay_us);

/** fakeplant_lines() - make the lines fail: CRYOSIM_LINE_*. */
void fakeplant_lines(unsigned int handpiece, uint32_t faults);

/** fakeplant_word() - CRYOSIM_OUT_* as driven now. */
uint32_t fakeplant_word(unsigned int handpiece);

/** fakeplant_supplied() - the valves are supplied: one-shot up, emergency stop released. */
bool fakeplant_supplied(unsigned int handpiece);

/**
 * fakeplant_wait_word() - wait until some output lines are as wanted
 * @handpiece: from 0
 * @mask: which lines
 * @wanted: how they shall be
 *
 * Return: true, or false after 25 seconds.
 */
bool fakeplant_wait_word(unsigned int handpiece, uint32_t mask, uint32_t wanted);

/** fakeplant_edges() - number of the newest edge. */
uint64_t fakeplant_edges(void);

/** fakeplant_edge() - an edge that is at most CRYOSIM_EDGES old; false if it is not in the ring. */
bool fakeplant_edge(uint64_t seq, struct cryosim_edge *ret_edge);

/** fakeplant_page() - the page itself. */
volatile struct cryosim_page *fakeplant_page(void);

/** fakeplant_begin(), fakeplant_end() - around writes of struct cryosim_input. */
volatile struct cryosim_input *fakeplant_begin(unsigned int handpiece);
void fakeplant_end(unsigned int handpiece);

#endif /* CRYO_SELFTESTS_KERNEL_FAKEPLANT_H */
