/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line that says what each probe does, for `systemctl status`. */
#pragma once

#include <stddef.h>

#include "daemon/probe/probes.h"

#define STATUS_MAX	1024

/*
 * Appends what @probe does to the line in @text, cut to STATUS_MAX bytes: where its treatment stands, the
 * tip, and what is wrong with it.
 */
void status_add_probe(char text[STATUS_MAX], const struct probe *probe);

/* A device that another process holds. */
void status_add_held(char text[STATUS_MAX], const char *node, int pid);
