/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of the metrics, written by a thread of its own: it may lie on a disk that hangs, and then nobody
 * but that thread waits for it.
 */
#pragma once

struct metrics_file;

int metrics_file_new(struct metrics_file **ret);

/* A thread that hangs in the disk is left behind; should it come back, it ends by itself. */
void metrics_file_free(struct metrics_file *file);

/*
 * Has @text, which is on the heap and is the file's from now on, put in the place of the file @path, as a whole and
 * readable for everybody. Does not wait. Gives how the one before has ended, 0 or -errno; or -EBUSY if it has
 * not yet, and then @text is dropped.
 */
int metrics_file_put(struct metrics_file *file, const char *path, char *text);
