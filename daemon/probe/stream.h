/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Streams of frames to any number of readers. Each reader has a socket and a queue of its own: a slow
 * one loses its own oldest frames, is told how many, and delays nobody.
 */
#pragma once

#include <stdint.h>

#include <systemd/sd-event.h>

#include "libcryo/cryo-frame.h"

#define STREAM_READERS_MAX	32
#define STREAM_QUEUE		256	/* frames; 5 s at 50 Hz */

struct stream;

int stream_new(sd_event *event, struct stream **ret);
void stream_free(struct stream *stream);

/* A new reader's end of its socket, which becomes the caller's. -EUSERS: there are enough already. */
int stream_open(struct stream *stream, int *ret_fd);
void stream_send(struct stream *stream, const struct cryo_frame *frame);
unsigned int stream_readers(const struct stream *stream);
