/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plant of one patient and the kernel around it: converters, linearisation, interlock and
 * modulator are the kernel's own objects, the clock is simulated. It speaks the words of
 * /dev/cryoprobeN, because plant and core share no header.
 */
#ifndef CRYO_SELFTESTS_SIL_CONSOLE_H
#define CRYO_SELFTESTS_SIL_CONSOLE_H

#include <linux/cryoprobe.h>

#include "selftests/sil/trace.h"
#include "selftests/sil/traits.h"

struct console;

/* The truth of the moment. */
struct console_truth {
	double tip_degc;
	double lowest_tip_degc;			/* since the start */
	double ice_mm[AXES];
	double drawn_g;
	bool has_liquid;			/* the supply has not run out */
};

/* @trace gets the truth as time goes on. NULL when memory is short or there is no such patient. */
struct console *console_new(const struct traits *traits, struct trace *trace);
void console_free(struct console *c);

void console_describe(const struct console *c, struct cryoprobe_info *ret_info,
		      struct cryoprobe_identity *ret_identity);

/* Goes on to the next sample. */
void console_sample(struct console *c, struct cryoprobe_sample *ret_sample,
		    struct cryoprobe_status *ret_status);

/* The calls of a controller, as the ioctls of the same name; 0 or -errno. */
int console_set_limits(struct console *c, const struct cryoprobe_limits *limits);
int console_arm(struct console *c);
void console_disarm(struct console *c);
int console_clear_fault(struct console *c, uint32_t fault_seq);

/* Returns enum cryoprobe_verdict. */
uint32_t console_command(struct console *c, uint64_t sample_seq, uint32_t flow_permille,
			 uint32_t thaw_permille);

/* @with_ice: measures the ice, which costs more than a step. */
struct console_truth console_truth(const struct console *c, bool with_ice);

#endif
