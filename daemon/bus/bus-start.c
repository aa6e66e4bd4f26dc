// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of io.cryo1.Probe.Start, with their ranges. */
#include <stddef.h>
#include <string.h>

#include "daemon/bus/bus-start.h"
#include "daemon/util.h"

#define CHARACTERS_MAX	64
#define END_ORGAN_MAX	1500

_Static_assert(STORE_TEXT_MAX > 4 * CHARACTERS_MAX, "a character is up to four bytes");

static const struct {
	const char *name;
	char type;
	size_t offset;
} options[] = {
	{ "operator", 's', offsetof(struct store_details, operator) },
	{ "patient", 's', offsetof(struct store_details, patient) },
	{ "nerve", 's', offsetof(struct store_details, nerve) },
	{ "end-organ-mm", 'u', offsetof(struct store_details, end_organ_mm) },
};

/* Of UTF-8, which the bus has seen to; -1 if there is one that cannot be printed. */
static int count_characters(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	int n = 0;

	for (; *c; c++) {
		/* C0, DEL, and C1, which begins with U+0080. */
		if (*c < ' ' || *c == 0x7f || (c[0] == 0xc2 && c[1] < 0xa0))
			return -1;
		n += (*c & 0xc0) != 0x80;
	}
	return n;
}

static int take_text(sd_bus_message *call, const char *name, char *ret, sd_bus_error *error)
{
	const char *text;
	int r = sd_bus_message_read(call, "v", "s", &text), n;

	if (r < 0)
		return r;
	n = count_characters(text);
	if (n < 1 || n > CHARACTERS_MAX)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "Option '%s': allowed is 1 to %d printable characters", name,
					 CHARACTERS_MAX);
	strcpy(ret, text);
	return 0;
}

static int take_length(sd_bus_message *call, const char *name, uint32_t *ret, sd_bus_error *error)
{
	uint32_t length;
	int r = sd_bus_message_read(call, "v", "u", &length);

	if (r < 0)
		return r;
	if (length < 1 || length > END_ORGAN_MAX)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "Option '%s' is %u: allowed is 1 to %d", name, length,
					 END_ORGAN_MAX);
	*ret = length;
	return 0;
}

static int take_value(sd_bus_message *call, size_t i, struct store_details *ret, sd_bus_error *error)
{
	void *field = (char *)ret + options[i].offset;
	char type;
	const char *contents;
	int r = sd_bus_message_peek_type(call, &type, &contents);

	if (r < 0)
		return r;
	if (contents[0] != options[i].type || contents[1])
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "Option '%s' is of type '%c', not '%s'", options[i].name,
					 options[i].type, contents);
	return options[i].type == 's' ? take_text(call, options[i].name, field, error)
				      : take_length(call, options[i].name, field, error);
}

static int take_option(sd_bus_message *call, struct store_details *ret, sd_bus_error *error)
{
	const char *name;
	int r = sd_bus_message_read(call, "s", &name);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(options[i].name, name))
			return take_value(call, i, ret, error);
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
				 "Option '%s' is not known; there are operator, patient, nerve, end-organ-mm",
				 name);
}

int bus_start_read_options(sd_bus_message *call, struct store_details *ret, sd_bus_error *error)
{
	int r = sd_bus_message_enter_container(call, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
		r = take_option(call, ret, error);
		if (r >= 0)
			r = sd_bus_message_exit_container(call);
	}
	return r < 0 ? r : sd_bus_message_exit_container(call);
}
