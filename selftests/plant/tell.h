/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling something to a virtual patient that runs. */
#ifndef CRYO_PLANT_TELL_H
#define CRYO_PLANT_TELL_H

/* Where cryo-sim.service's patient listens. */
#define PLANT_SOCKET "/run/cryo-sim/control"

/*
 * Hands @line to the patient who listens at @path and prints the answer. 0; -EBADMSG: the answer is an error;
 * -errno: it could not be reached, -EAGAIN: it did not answer within five seconds.
 */
int plant_tell(const char *path, const char *line);

#endif
