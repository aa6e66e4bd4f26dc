/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words for the kernel's faults and events and for core's events, as the bus, the journal and the record use them. */
#pragma once

#include <stdint.h>

/* "unknown" where the number is not known. */
const char *fault_to_string(uint32_t fault);
/* MESSAGE_ID of docs/faults.md. */
const char *fault_to_message_id(uint32_t fault);
const char *alarm_to_message_id(uint32_t alarm);
const char *kernel_event_to_string(uint32_t kind);
const char *core_event_to_string(uint32_t kind);
const char *interlock_to_string(uint32_t state);
const char *verdict_to_string(uint32_t verdict);
