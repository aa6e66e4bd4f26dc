/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The recorder's thread. */
#pragma once

struct recorder_setup;

/* All that the thread does; @setup outlives it. Ends when the pair is shut. */
void recorder_thread(struct recorder_setup *setup);
