/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * io.cryo1.Records of the mock: treatment N is scene N of selftests/report/scenes.c, from 1. Besides
 * those, which are listed, there are MOCK_EXPIRED, which is no longer kept, MOCK_DAMAGED, which cannot be read, MOCK_CUT, whose samples end in
 * the middle of one, and MOCK_NEWER, which has longer samples.
 */
#pragma once

#include <systemd/sd-bus.h>

#define MOCK_EXPIRED	96
#define MOCK_NEWER	97
#define MOCK_DAMAGED	98
#define MOCK_CUT	99

int mock_records_add(sd_bus *bus);
