/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Treatments that a page must be able to tell, up to those that hardly anybody will see. */
#pragma once

#include "selftests/report/course.h"

struct scene {
	const char *name;
	void (*play)(struct record *record);
};

extern const struct scene scenes[];
extern const size_t n_scenes;

/* What no daemon writes: any numbers in samples and events, time that goes back and stands. */
void scene_nonsense(struct record *record);
