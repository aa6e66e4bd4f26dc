/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The shared page between cryoprobe-sim.ko, the virtual handpiece, and the
 * plant, the virtual patient.
 *
 * It is BAR2 of QEMU's ivshmem-plain device when there is one, and the plant
 * then runs on the host and outlives the guest; else it is what mmap() of
 * /dev/cryoprobe-sim gives. The plant writes what the chips' pins see, the
 * handpiece writes what its output lines drive. Each field has one writer.
 *
 * The page is all zeros at first. The plant initialises it: everything but
 * the magic, then the magic. The handpiece waits for the magic before it
 * registers any chip, and refuses another version or size.
 */
#ifndef _UAPI_LINUX_CRYOPROBE_SIM_H
#define _UAPI_LINUX_CRYOPROBE_SIM_H

#include <linux/types.h>

#define CRYOSIM_MAGIC		0x314d49534f595243ULL	/* "CRYOSIM1" */
#define CRYOSIM_VERSION		2
#define CRYOSIM_PAGE_BYTES	0x20000
#define CRYOSIM_HANDPIECES_MAX	4
#define CRYOSIM_EDGES		1024	/* a power of two */

/* A plant whose stamp is older has died: every chip stops answering. */
#define CRYOSIM_STAMP_MAX_NS	50000000LL

/*
 * The front end, the same on both sides. A thermocouple's EMF is amplified
 * and stands on a bias; inputs are pin voltages of the converters.
 *
 * ADS1115 at 0x48, the tip's own: AIN0 - AIN1 = gain * EMF, AIN1 at the bias.
 * ADS1115 at 0x49: AIN3 at the bias, AIN0 - AIN3 = gain * EMF of the shaft,
 * AIN1 - AIN3 = gain * EMF of the tissue needle, AIN2 = transducer of the
 * supply pressure.
 * ADS1115 at 0x4a: AIN0 = transducer of the line between the two valves.
 * An open thermocouple is pulled to the positive supply by bias resistors.
 * If the handpiece has MAX31856 instead, tip, shaft and tissue needle each at
 * one, then this chip's input is the EMF again; a pin at the supply is an open
 * thermocouple, one at ground is undervoltage; its cold junction is @ambient_mk.
 * AT24C02 at 0x50: who the probe is; its bytes are the handpiece's own.
 * MLX90614 at 0x5a: object = infrared, ambient = cold junction.
 */
#define CRYOSIM_TC_GAIN_MILLI		20000		/* x20 */
#define CRYOSIM_TC_BIAS_NV		1250000000LL
#define CRYOSIM_ADC_SUPPLY_NV		3300000000LL	/* pins cannot go beyond */
#define CRYOSIM_PRESSURE_ZERO_NV	500000000LL	/* 0 kPa gauge */
#define CRYOSIM_PRESSURE_NV_PER_KPA	400000LL	/* 2.1 V at 40 bar */

/* struct cryosim_input.levels: physical levels of the input lines */
#define CRYOSIM_LEVEL_ESTOP_RELEASED	(1U << 0)	/* driven high only while released */
#define CRYOSIM_LEVEL_SUPPLY_SENSE	(1U << 1)	/* behind one-shot and E-stop */
#define CRYOSIM_LEVEL_TRIGGER		(1U << 2)	/* foot switch pressed */
#define CRYOSIM_LEVEL_DETECT		(1U << 3)	/* handpiece plugged in */

/* struct cryosim_input.bus_faults: what the handpiece's bus shall do wrong */
#define CRYOSIM_BUS_TIP_NAK		(1U << 0)	/* the tip's converter does not answer */
#define CRYOSIM_BUS_AUX_NAK		(1U << 1)	/* 0x49 does not answer */
#define CRYOSIM_BUS_IR_NAK		(1U << 2)	/* 0x5a does not answer */
#define CRYOSIM_BUS_TIMEOUT		(1U << 3)	/* transfers time out after bus_delay_us */
#define CRYOSIM_BUS_DELAY		(1U << 4)	/* transfers take bus_delay_us longer */
#define CRYOSIM_BUS_HANG		(1U << 5)	/* transfers wait until this is unset */
#define CRYOSIM_BUS_TIP_STUCK		(1U << 6)	/* it repeats its last conversion */
#define CRYOSIM_BUS_LINE_NAK		(1U << 7)	/* 0x4a does not answer */
#define CRYOSIM_BUS_TIP_EIO		(1U << 8)	/* transfers with it fail */
#define CRYOSIM_BUS_SPIN		(1U << 9)	/* transfers spin until this is unset */
#define CRYOSIM_BUS_EEPROM_NAK		(1U << 10)	/* 0x50 does not answer */
#define CRYOSIM_BUS_EEPROM_PROTECTED	(1U << 11)	/* 0x50's write-protect pin is high */

/* struct cryosim_input.line_faults: what the handpiece's lines shall do wrong */
#define CRYOSIM_LINE_STUCK		(1U << 0)	/* writes to all but the pulse do nothing */
#define CRYOSIM_LINE_NO_IRQS		(1U << 1)	/* inputs give no interrupts */

/**
 * struct cryosim_input - what the chips' pins see; the plant writes
 * @version: seqlock: odd while the plant writes, a reader compares it before
 *	and after, retries at most 8 times, then the chip NAKs
 * @levels: CRYOSIM_LEVEL_*
 * @bus_faults: CRYOSIM_BUS_*
 * @bus_delay_us: of CRYOSIM_BUS_DELAY and CRYOSIM_BUS_TIMEOUT
 * @line_faults: CRYOSIM_LINE_*
 * @reserved: zero
 * @ain_nv: pin voltages against ground, [0] of 0x48, [1] of 0x49, [2] of 0x4a
 * @object_mk: object temperature of 0x5a in thousandths of a kelvin
 * @ambient_mk: ambient temperature of 0x5a in thousandths of a kelvin
 */
struct cryosim_input {
	__u32 version;
	__u32 levels;
	__u32 bus_faults;
	__u32 bus_delay_us;
	__u32 line_faults;
	__u32 reserved;
	__s64 ain_nv[3][4];
	__s64 object_mk;
	__s64 ambient_mk;
};

/* Bits of the output word. 1 = physically driven = energised. */
#define CRYOSIM_OUT_SUPPLY	(1U << 0)
#define CRYOSIM_OUT_FREEZE	(1U << 1)
#define CRYOSIM_OUT_VENT	(1U << 2)
#define CRYOSIM_OUT_THAW	(1U << 3)
#define CRYOSIM_OUT_PULSE	(1U << 4)	/* each edge, up or down, feeds the one-shot */
#define CRYOSIM_OUT_ALARM	(1U << 5)

/**
 * struct cryosim_output - what the output lines drive; the handpiece writes
 * @word: CRYOSIM_OUT_* as driven now
 * @bound: 1 while the handpiece's chips are registered
 * @alive_ns: guest CLOCK_MONOTONIC, renewed at least every 10 ms while bound
 */
struct cryosim_output {
	__u32 word;
	__u32 bound;
	__s64 alive_ns;
};

/**
 * struct cryosim_edge - one change of a handpiece's output word
 * @seq: number of the edge from 1; the entry is @seq modulo CRYOSIM_EDGES;
 *	written last, so an entry whose seq is not the awaited one is not ready
 * @time_ns: guest CLOCK_MONOTONIC at the change
 * @word: the output word after the change
 * @handpiece: from 0
 */
struct cryosim_edge {
	__u64 seq;
	__s64 time_ns;
	__u32 word;
	__u32 handpiece;
};

/**
 * struct cryosim_page - the page
 * @magic: CRYOSIM_MAGIC, written last by the plant
 * @version: CRYOSIM_VERSION
 * @bytes: sizeof(struct cryosim_page)
 * @handpieces: how many are there, 1 to CRYOSIM_HANDPIECES_MAX
 * @reserved: zero
 * @echo_ns: plant: the newest @output alive_ns it has seen on any handpiece;
 *	by the guest's clock its age is the age of the plant's stamp
 * @plant_ns: plant: host CLOCK_MONOTONIC of its last turn
 * @edge_seq: guest: number of the newest edge, 0 at first
 * @edge: guest: ring of edges of all handpieces; a reader that falls behind
 *	by more than CRYOSIM_EDGES counts the loss and takes @output word
 * @input: by handpiece
 * @output: by handpiece
 */
struct cryosim_page {
	__u64 magic;
	__u32 version;
	__u32 bytes;
	__u32 handpieces;
	__u32 reserved;
	__s64 echo_ns;
	__s64 plant_ns;
	__u64 edge_seq;
	struct cryosim_edge edge[CRYOSIM_EDGES];
	struct cryosim_input input[CRYOSIM_HANDPIECES_MAX];
	struct cryosim_output output[CRYOSIM_HANDPIECES_MAX];
};

/*
 * The one-shot: off at first. It is armed for the first time, and armed again
 * after it has dropped, by CRYOSIM_REARM_EDGES pulse edges each within 100 ms
 * of the one before, while supply, freeze and thaw are all de-energised. Once
 * armed it stays on until no edge has come for 100 ms of the host's clock;
 * edges after that do not bring it back while any of those three is energised.
 */
#define CRYOSIM_REARM_EDGES	3
#define CRYOSIM_ONESHOT_NS	100000000LL

#endif /* _UAPI_LINUX_CRYOPROBE_SIM_H */
