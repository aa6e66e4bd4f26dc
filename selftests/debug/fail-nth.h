/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's fault injection, one fault of the calling thread at a time: the Nth allocation or
 * user copy of a system call fails, for every N until there are no more.
 */
#ifndef CRYO_SELFTESTS_DEBUG_FAIL_NTH_H
#define CRYO_SELFTESTS_DEBUG_FAIL_NTH_H

/**
 * fail_nth_setup() - let allocations and user copies be candidates, and say so quietly
 *
 * All but the allocations of kmemleak and of DEBUG_OBJECTS, which are half of them: nothing of the
 * call that is tried depends on these.
 *
 * Return: 0, or -errno, of which -ENOENT means a kernel without fault injection.
 */
int fail_nth_setup(void);

/**
 * struct fail_nth_step - what is to be tried
 * @call: does it; 0 (or more) on success, -errno
 * @undo: called after each @call but the last, with what it has returned; may be NULL
 * @data: handed to both
 */
struct fail_nth_step {
	int (*call)(void *data);
	void (*undo)(void *data, int result);
	void *data;
};

/**
 * fail_nth_each() - make each of its allocations and user copies fail in turn
 * @step: what is tried
 * @ret_faults: how many faults there were, set in any case
 *
 * Return: what @call returned when nothing failed, or -errno if a fault cannot be set.
 */
int fail_nth_each(const struct fail_nth_step *step, unsigned int *ret_faults);

#endif /* CRYO_SELFTESTS_DEBUG_FAIL_NTH_H */
