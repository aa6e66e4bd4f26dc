/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The second virtual handpiece, for tests that want its chips and lines without a driver. */
#ifndef CRYO_SELFTESTS_KERNEL_HANDPIECE_H
#define CRYO_SELFTESTS_KERNEL_HANDPIECE_H

#define HANDPIECE	1
#define TIP		0x48
#define AUX		0x49
#define LINE		0x4a
#define INFRARED	0x5a
#define MEMORY		0x50

/** handpiece_chip() - the name that sysfs has for the chip at @address. */
void handpiece_chip(char name[16], unsigned int address);

/** handpiece_unbind() - no driver on chips and probe; they may be gone already, or not loaded at all. */
void handpiece_unbind(void);

/** handpiece_bind() - mainline's drivers on the chips, ours on the probe. */
void handpiece_bind(void);

#endif /* CRYO_SELFTESTS_KERNEL_HANDPIECE_H */
