// SPDX-License-Identifier: LGPL-2.1-or-later
/* The samples of a record, from the daemon's file. */
#include <poll.h>
#include <string.h>

#include "record.h"

#define CHUNK		(256 * 1024)
/* Six hours of the fastest probe, 100 samples a second: more is no treatment. */
#define SAMPLES_MAX	(6 * 3600 * 100)

struct file {
	char *bytes;
	size_t size, room;
};

static int file_read(struct cryo_ctx *ctx, int fd, struct file *file)
{
	ssize_t n;
	int r;

	if (file->room - file->size < CHUNK) {
		char *bytes = realloc(file->bytes, file->room * 2 + CHUNK);

		if (!bytes)
			return ctx_fail(ctx, ENOMEM, "out of memory");
		file->bytes = bytes;
		file->room = file->room * 2 + CHUNK;
	}
	r = ctx_wait_for(ctx, fd, POLLIN, "cryod's record");
	if (r < 0)
		return r;
	n = read(fd, file->bytes + file->size, CHUNK);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 1;
	if (n < 0)
		return ctx_fail(ctx, errno, "reading the record: %s", strerror(errno));
	file->size += n;
	if (file->size > (size_t)SAMPLES_MAX * sizeof(struct cryo_frame) * 2)
		return ctx_fail(ctx, EBADMSG, "cryod's record does not end");
	return n > 0;
}

/* The frame at @offset, as long as its sender made it; returns that length, 0 where there is none. */
static size_t frame_at(const struct file *file, size_t offset, struct cryo_frame *ret)
{
	uint32_t bytes;

	if (file->size - offset < FRAME_BYTES_MIN)
		return 0;
	memcpy(&bytes, file->bytes + offset, sizeof(bytes));
	if (bytes < FRAME_BYTES_MIN || bytes > file->size - offset)
		return 0;
	*ret = (struct cryo_frame){ 0 };
	memcpy(ret, file->bytes + offset, bytes < sizeof(*ret) ? bytes : sizeof(*ret));
	return bytes;
}

static int take_frames(struct cryo_ctx *ctx, const struct file *file, struct cryo_record *record)
{
	struct cryo_frame *samples = malloc((file->size / FRAME_BYTES_MIN + 1) * sizeof(*samples));
	size_t n = 0, offset = 0, bytes;

	if (!samples)
		return ctx_fail(ctx, ENOMEM, "out of memory");
	while (offset < file->size && (bytes = frame_at(file, offset, &samples[n]))) {
		offset += bytes;
		n++;
	}
	if (offset < file->size) {
		free(samples);
		return ctx_fail_answer(ctx, "Samples");
	}
	free(record->samples);
	record->samples = samples;
	record->n_samples = n;
	return 0;
}

int cryo_ctx_fetch_samples(struct cryo_ctx *ctx, struct cryo_record *record)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	_cleanup_close_ int fd = -1;
	struct file file = { .bytes = NULL };
	int r;

	if (!ctx || !record)
		return -EINVAL;
	r = ctx_call(ctx, RECORDS_PATH, RECORDS_INTERFACE, "Samples", &reply, "t", record->treatment);
	if (r >= 0)
		r = reply_take_fd(ctx, "Samples", reply, &fd);
	if (r < 0)
		return r;
	while ((r = file_read(ctx, fd, &file)) > 0)
		;
	if (r >= 0)
		r = take_frames(ctx, &file, record);
	free(file.bytes);
	return r;
}

size_t cryo_record_sample_count(const struct cryo_record *record)
{
	return record->n_samples;
}

int cryo_record_sample(const struct cryo_record *record, size_t index, struct cryo_frame *ret_frame,
		       size_t size)
{
	if (!ret_frame || size < FRAME_BYTES_MIN)
		return -EINVAL;
	if (index >= record->n_samples)
		return 0;
	memset(ret_frame, 0, size);
	memcpy(ret_frame, &record->samples[index],
	       size < sizeof(struct cryo_frame) ? size : sizeof(struct cryo_frame));
	return 1;
}
