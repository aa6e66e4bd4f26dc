// SPDX-License-Identifier: GPL-2.0-or-later
/* io.cryo1.Records of the mock: the scenes of the report's tests. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "selftests/libcryo/mock-records.h"
#include "selftests/report/scenes.h"

#define PATH		"/io/cryo1/records"
#define INTERFACE	"io.cryo1.Records"
#define DAY_US		86400000000LL

static int fail(sd_bus_error *e, const char *name, uint64_t treatment)
{
	return sd_bus_error_setf(e, name, "treatment %llu", (unsigned long long)treatment);
}

/* The record of a treatment's scene; record_free() it. */
static int play(uint64_t treatment, struct record *ret, sd_bus_error *e)
{
	uint64_t scene = treatment == MOCK_CUT || treatment == MOCK_NEWER ? 1 : treatment;

	if (treatment == MOCK_DAMAGED)
		return fail(e, "io.cryo1.Error.RecordDamaged", treatment);
	if (scene < 1 || scene > n_scenes)
		return fail(e, "io.cryo1.Error.NoSuchRecord", treatment);
	*ret = record_new();
	scenes[scene - 1].play(ret);
	ret->data.treatment = treatment;
	ret->data.started_us += treatment * DAY_US;
	if (ret->data.ended_us)
		ret->data.ended_us += treatment * DAY_US;
	return 0;
}

/* Every method has the treatment first. */
static int read_and_play(sd_bus_message *m, struct record *ret, sd_bus_error *e)
{
	uint64_t treatment;
	int r = sd_bus_message_read(m, "t", &treatment);

	return r < 0 ? r : play(treatment, ret, e);
}

static int append_entry(sd_bus_message *reply, uint64_t treatment)
{
	struct record record;
	int r = play(treatment, &record, NULL);

	if (r < 0)
		return r;
	r = sd_bus_message_append(reply, "(tsssxxs)", treatment, record.data.serial, record.data.protocol,
				  record.data.operator_name, record.data.started_us, record.data.ended_us,
				  record.data.outcome);
	record_free(&record);
	return r;
}

static int on_list(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	sd_bus_message *reply = NULL;
	uint64_t before;
	uint32_t limit;
	int r;

	(void)userdata, (void)e;
	r = sd_bus_message_read(m, "ut", &limit, &before);
	if (r >= 0)
		r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(tsssxxs)");
	if (before == 0 || before > n_scenes)
		before = n_scenes + 1;
	while (r >= 0 && limit-- > 0 && --before > 0)
		r = append_entry(reply, before);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return r;
}

static int append_texts(sd_bus_message *reply, const struct report_data *d)
{
	const char *const facts[][2] = {
		{ "serial", d->serial }, { "model", d->model }, { "cryogen", d->cryogen },
		{ "protocol", d->protocol }, { "protocol-text", d->protocol_text },
		{ "operator", d->operator_name }, { "patient", d->patient }, { "nerve", d->nerve },
		{ "outcome", d->outcome }, { "cryod-version", d->cryod_version },
		{ "kernel-version", d->kernel_version }, { "head", d->head },
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]) && r >= 0; i++)
		if (*facts[i][1])
			r = sd_bus_message_append(reply, "{sv}", facts[i][0], "s", facts[i][1]);
	return r;
}

static int append_numbers(sd_bus_message *reply, const struct report_data *d)
{
	int r = 0;

	if (d->gauge)
		r = sd_bus_message_append(reply, "{sv}{sv}", "gauge", "u", d->gauge, "active-length-um", "u",
					  d->active_length_um);
	if (r >= 0 && d->end_organ_mm)
		r = sd_bus_message_append(reply, "{sv}", "end-organ-mm", "u", d->end_organ_mm);
	if (r >= 0)
		r = sd_bus_message_append(reply, "{sv}{sv}{sv}{sv}{sv}", "started-us", "x", d->started_us,
					  "ended-us", "x", d->ended_us, "samples", "t",
					  (uint64_t)d->n_frames, "events", "t", (uint64_t)d->n_events,
					  "of-a-newer-cryod", "ad", 1, 0.5);
	return r;
}

static int on_get(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	sd_bus_message *reply = NULL;
	struct record record;
	int r;

	(void)userdata;
	r = read_and_play(m, &record, e);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "{sv}");
	if (r >= 0)
		r = append_texts(reply, &record.data);
	if (r >= 0)
		r = append_numbers(reply, &record.data);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	record_free(&record);
	return r;
}

static int on_events(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	sd_bus_message *reply = NULL;
	struct record record;
	int r;

	(void)userdata;
	r = read_and_play(m, &record, e);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(xtssxxs)");
	for (size_t i = 0; i < record.data.n_events && r >= 0; i++) {
		const struct report_event *event = &record.data.events[i];

		r = sd_bus_message_append(reply, "(xtssxxs)", event->time_ns, (uint64_t)i, event->source,
					  event->kind, event->old, event->new, event->text);
	}
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	record_free(&record);
	return r;
}

static int reply_with_file(sd_bus_message *m, const void *data, size_t size)
{
	int fd = memfd_create("record", MFD_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = write(fd, data, size) == (ssize_t)size ? 0 : -EIO;
	lseek(fd, 0, SEEK_SET);
	if (r >= 0)
		r = sd_bus_reply_method_return(m, "h", fd);
	close(fd);
	return r;
}

static int reply_with_longer_frames(sd_bus_message *m, const struct record *record)
{
	struct longer {
		struct cryo_frame frame;
		uint64_t more;
	} *frames = calloc(record->data.n_frames, sizeof(*frames));
	int r;

	if (!frames)
		return -ENOMEM;
	for (size_t i = 0; i < record->data.n_frames; i++) {
		frames[i] = (struct longer){ .frame = record->frames[i], .more = UINT64_MAX };
		frames[i].frame.bytes = sizeof(frames[i]);
	}
	r = reply_with_file(m, frames, record->data.n_frames * sizeof(*frames));
	free(frames);
	return r;
}

static int on_samples(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct record record;
	int r;

	(void)userdata;
	r = read_and_play(m, &record, e);
	if (r < 0)
		return r;
	if (record.data.treatment == MOCK_NEWER)
		r = reply_with_longer_frames(m, &record);
	else
		r = reply_with_file(m, record.frames, record.data.n_frames * sizeof(record.frames[0]) -
				    (record.data.treatment == MOCK_CUT));
	record_free(&record);
	return r;
}

static int on_export(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	static const char csv[] = "time_s,tip_degc\n0.0000,37.000\n0.0200,36.900\n";
	struct record record;
	int r;

	(void)userdata;
	r = read_and_play(m, &record, e);
	if (r < 0)
		return r;
	record_free(&record);
	return reply_with_file(m, csv, strlen(csv));
}

/* Of all: the first that is damaged. */
static int verify_all(sd_bus_message *m)
{
	for (uint64_t i = 1; i <= n_scenes; i++) {
		struct record record;
		bool damaged;

		if (play(i, &record, NULL) < 0)
			continue;
		damaged = !strcmp(record.data.verdict, "damaged");
		record_free(&record);
		if (damaged)
			return sd_bus_reply_method_return(m, "ss", "damaged", "treatments, 12, serial");
	}
	return sd_bus_reply_method_return(m, "ss", "intact", "");
}

static int on_verify(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct record record;
	uint64_t treatment;
	int r;

	(void)userdata;
	r = sd_bus_message_read(m, "t", &treatment);
	if (r < 0)
		return r;
	if (treatment == 0)
		return verify_all(m);
	if (treatment == MOCK_EXPIRED)
		return sd_bus_reply_method_return(m, "ss", "expired", "deleted after 30 days");
	r = play(treatment, &record, e);
	if (r < 0)
		return r;
	r = sd_bus_reply_method_return(m, "ss", *record.data.verdict ? record.data.verdict : "open",
				       record.data.verdict_detail);
	record_free(&record);
	return r;
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("List", SD_BUS_ARGS("u", limit, "t", before),
				SD_BUS_RESULT("a(tsssxxs)", records), on_list, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Get", SD_BUS_ARGS("t", treatment), SD_BUS_RESULT("a{sv}", facts), on_get,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Events", SD_BUS_ARGS("t", treatment),
				SD_BUS_RESULT("a(xtssxxs)", events), on_events, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Samples", SD_BUS_ARGS("t", treatment), SD_BUS_RESULT("h", samples),
				on_samples, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Verify", SD_BUS_ARGS("t", treatment),
				SD_BUS_RESULT("s", verdict, "s", detail), on_verify,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Export", SD_BUS_ARGS("t", treatment), SD_BUS_RESULT("h", csv), on_export,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("Changed", SD_BUS_ARGS("t", treatment, "s", outcome), 0),
	SD_BUS_VTABLE_END
};

int mock_records_add(sd_bus *bus)
{
	return sd_bus_add_object_vtable(bus, NULL, PATH, INTERFACE, vtable, NULL);
}
