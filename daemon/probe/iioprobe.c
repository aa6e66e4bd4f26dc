// SPDX-License-Identifier: GPL-2.0-or-later
/* A probe's IIO device by libiio 0.24. The one file that touches that library. */
#include <iio.h>
#include <stdio.h>

#include "daemon/probe/iioprobe.h"

static void tell_channel(const struct iio_channel *channel, const struct journal_context *context)
{
	char label[64] = "", scale[64] = "";

	if (iio_channel_attr_read(channel, "label", label, sizeof(label)) < 0)
		snprintf(label, sizeof(label), "no label");
	if (iio_channel_attr_read(channel, "scale", scale, sizeof(scale)) < 0)
		snprintf(scale, sizeof(scale), "none");
	journal(LOG_INFO, JOURNAL_PLAIN, context, "IIO channel %s: %s, scale %s",
		iio_channel_get_id(channel), label, scale);
}

static void tell_device(const struct iio_device *device, const struct journal_context *context)
{
	const char *name = iio_device_get_name(device);

	journal(LOG_INFO, JOURNAL_PLAIN, context, "IIO device %s: %s", iio_device_get_id(device),
		name ? name : "no name");
	for (unsigned int i = 0; i < iio_device_get_channels_count(device); i++)
		tell_channel(iio_device_get_channel(device, i), context);
}

void iioprobe_tell(int number, const struct journal_context *context)
{
	struct iio_context *iio = iio_create_local_context();
	const struct iio_device *device = NULL;
	char id[32];

	snprintf(id, sizeof(id), "iio:device%d", number);
	if (iio)
		device = iio_context_find_device(iio, id);
	if (device)
		tell_device(device, context);
	else
		journal(LOG_NOTICE, JOURNAL_PLAIN, context, "libiio does not find %s", id);
	if (iio)
		iio_context_destroy(iio);
}
