/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The recorder's thread. */
#pragma once

/* Thread function; @userdata is a struct recorder_setup that outlives it. Ends when the pair is shut. */
void *recorder_thread(void *userdata);
