/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One sample and where the treatment stands: a packet of the stream that io.cryo1.Probe.OpenStream
 * passes, and what the file of io.cryo1.Records.Samples is made of.
 */
#ifndef CRYO_FRAME_H
#define CRYO_FRAME_H

#include <stdint.h>

#define CRYO_FRAME_NOT_VALID	INT32_MIN

/* Host byte order, no padding; grows at its end: `bytes` tells what the sender filled in. */
struct cryo_frame {
	uint32_t bytes;			/* sizeof(struct cryo_frame) of the sender */
	uint32_t lost;			/* frames dropped just before this one, for this reader */
	uint64_t seq;			/* the kernel's sample number */
	int64_t time_ns;		/* end of the tip's read: CLOCK_MONOTONIC; of a record, since its start */
	int32_t tip_mdegc;		/* temperatures: CRYO_FRAME_NOT_VALID where not valid */
	int32_t shaft_mdegc;
	int32_t tissue_mdegc;
	int32_t infrared_mdegc;
	int32_t cold_junction_mdegc;
	int32_t target_mdegc;		/* CRYO_FRAME_NOT_VALID outside cool and freeze */
	int32_t pressure_kpa;		/* CRYO_FRAME_NOT_VALID where not valid */
	uint32_t flow_permille;		/* granted by the kernel */
	uint32_t thaw_permille;		/* granted by the kernel */
	uint32_t outputs;		/* CRYOPROBE_OUT_* of the uAPI */
	uint32_t interlock;		/* 0 disarmed, 1 armed, 2 fault */
	uint32_t phase;			/* 0 idle 1 self-test 2 ready 3 cool 4 freeze 5 thaw 6 warm 7 withdraw */
	uint32_t cycle;			/* from 1, 0 outside a treatment */
	uint32_t cycles;
	uint32_t phase_ms;		/* time in this phase */
	uint32_t phase_left_ms;		/* 0 where the phase does not end by time */
	uint32_t ice_radius_um;		/* -1 degC edge from the needle's axis */
	uint32_t ice_half_length_um;
	uint32_t isotherm_radius_um;	/* -20 degC */
	uint32_t ice_error_um;		/* the estimate's own uncertainty */
	uint64_t fault_mask;		/* latched faults of the kernel */
	uint32_t flow_asked_permille;	/* by the controller, after this sample */
	uint32_t site;			/* from 1, 0 outside a treatment */
	/* Of records, only since the record's schema 2; 0 of earlier ones: */
	uint32_t ice_half_length_error_um;
	uint32_t isotherm_half_length_um;
	uint32_t isotherm_error_um;
	uint32_t isotherm_half_length_error_um;
	uint32_t boundary_ms;		/* until the ice is at the protocol's boundary, 0 = none or not foreseen */
	uint32_t isotherm_distance_um;	/* of the nerve that the protocol names, 0 = none */
	uint32_t isotherm_held_ms;	/* how long -20 degC has surely been there without a break */
	uint32_t adequate;		/* 1: at this site that was for the protocol's time */
};

#endif
