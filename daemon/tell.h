/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the journal is told of a probe: found or refused, phases, faults, alarms. */
#pragma once

#include "daemon/probe/probe.h"

void tell_found(struct probe *probe, bool realtime);

/* @error is what probe_open() gave, or -EEXIST for a serial number that is there already. */
void tell_refused(const char *node, int error);

/* Those latched since @before was the mask. Every probe begins with "bound": that is no news. How many. */
unsigned int tell_faults(struct probe *probe, uint64_t before);

/* The control thread went on alone; streams and steps of the record have a gap, samples have not. */
void tell_stall(struct probe *probe);

void tell_phase(struct probe *probe, const struct treatment_event *event);
/* One that is raised; one that is over, or that the operator has seen. */
void tell_alarm(struct probe *probe, const struct treatment_event *event);
void tell_alarm_change(struct probe *probe, const struct treatment_event *event);
