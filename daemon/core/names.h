/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words for phases, outcomes, alarms, faults, cryogens and the self-test: static text, "unknown" for any other number. */
#pragma once

#include <stdint.h>

#include "daemon/core/alarm.h"
#include "daemon/core/self-test.h"
#include "daemon/core/types.h"

const char *phase_to_string(enum phase phase);
const char *outcome_to_string(enum outcome outcome);
const char *alarm_to_string(enum alarm_code code);
const char *alarm_priority_to_string(enum alarm_priority priority);
const char *self_test_step_to_string(enum self_test_step step);
const char *self_test_result_to_string(enum self_test_result result);
const char *cryogen_to_string(enum cryogen cryogen);

/* What it is, in a few words; static text of docs/faults.md. */
const char *alarm_title(enum alarm_code code);
const char *fault_title(uint32_t fault);
