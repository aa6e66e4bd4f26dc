// SPDX-License-Identifier: GPL-2.0-or-later
/* From the lines of a .protocol file to struct protocol. cryo.protocol(5) describes the keys. */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <string.h>

#include "daemon/core/protocol-reader.h"

#define TEXT_MAX	16384
#define LINE_MAX_BYTES	180	/* inih cuts lines of 200 bytes in two */

#define FIELD(field) offsetof(struct protocol, field)

const struct key protocol_keys[K_END] = {
	[K_TITLE] = { "Protocol", "Title", KEY_TEXT, FIELD(title), 1, 127, true },
	[K_CRYOGEN] = { "Protocol", "Cryogen", KEY_CRYOGENS, FIELD(cryogens), 0, 0, true },
	[K_PURPOSE] = { "Protocol", "Purpose", KEY_PURPOSE, FIELD(neurolysis), 0, 0, false },
	[K_TISSUE] = { "Protocol", "Tissue", KEY_TISSUE, FIELD(tissue), 0, 0, false },
	[K_TISSUE_SENSOR] = { "Protocol", "TissueSensor", KEY_LENGTH, FIELD(tissue_sensor_um),
			      2000, 15000, false },
	[K_SITES] = { "Protocol", "Sites", KEY_COUNT, FIELD(sites), 1000, 8000, false },
	[K_TARGET] = { "Freeze", "Target", KEY_TEMPERATURE, FIELD(target_mdegc),
		       -180000, -10000, true },
	[K_BAND] = { "Freeze", "TargetBand", KEY_TEMPERATURE, FIELD(band_mdegc),
		     500, 10000, false },
	[K_FLOOR] = { "Freeze", "Floor", KEY_TEMPERATURE, FIELD(floor_mdegc),
		      -190000, -15000, true },
	[K_CYCLES] = { "Freeze", "Cycles", KEY_COUNT, FIELD(cycles),
		       1000, PROTOCOL_CYCLES_MAX * 1000, true },
	[K_REPEATS] = { "Freeze", "Repeats", KEY_COUNT, FIELD(repeats),
			0, (PROTOCOL_CYCLES_MAX - 1) * 1000, false },
	[K_DURATION] = { "Freeze", "Duration", KEY_DURATION, FIELD(freeze_ms),
			 5000, 600000, true },
	[K_COOL_TIMEOUT] = { "Freeze", "CoolTimeout", KEY_DURATION, FIELD(cool_max_ms),
			     5000, 180000, true },
	[K_OUT_OF_REACH] = { "Freeze", "OutOfReach", KEY_OUT_OF_REACH, FIELD(out_of_reach),
			     0, 0, false },
	[K_BOUNDARY] = { "Freeze", "Boundary", KEY_LENGTH, FIELD(boundary_um),
			 1000, 20000, false },
	[K_ISOTHERM] = { "Freeze", "Isotherm", KEY_LENGTH, FIELD(isotherm_um), 500, 15000, false },
	[K_ISOTHERM_TIME] = { "Freeze", "IsothermTime", KEY_DURATION, FIELD(isotherm_ms),
			      0, 300000, false },
	[K_UNTIL] = { "Thaw", "Until", KEY_TEMPERATURE, FIELD(thaw_mdegc), -40000, 20000, false },
	[K_AT_LEAST] = { "Thaw", "AtLeast", KEY_DURATION, FIELD(thaw_min_ms), 0, 300000, false },
	[K_ACTIVE] = { "Thaw", "Active", KEY_BOOL, FIELD(thaw_active), 0, 0, false },
	[K_STEPS] = { "Prompts", "Steps", KEY_STEPS, FIELD(step), 0, 0, false },
	[K_READY] = { "Prompts", "ConfirmReady", KEY_BOOL, FIELD(confirm_ready), 0, 0, false },
	[K_READY_TIMEOUT] = { "Prompts", "ReadyTimeout", KEY_DURATION, FIELD(ready_timeout_ms),
			      5000, 290000, false },
	[K_WITHDRAW] = { "Prompts", "ConfirmWithdraw", KEY_BOOL, FIELD(confirm_withdraw),
			 0, 0, false },
	[K_WITHDRAW_TIMEOUT] = { "Prompts", "WithdrawTimeout", KEY_DURATION,
				 FIELD(withdraw_timeout_ms), 5000, 1800000, false },
};

static bool refuse_unknown(struct reader *r, const char *section, const char *name)
{
	if (!*section)
		return refuse(r, r->line, "%.40s= stands before any section", name);
	for (size_t i = 0; i < K_END; i++)
		if (!strcmp(section, protocol_keys[i].section))
			return refuse(r, r->line, "%.40s= is no key of [%s]", name, section);
	return refuse(r, r->line,
		      "[%.40s] is no section; there are [Protocol], [Freeze], [Thaw], [Prompts]",
		      section);
}

/* Called by inih for each Key=value. */
static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;

	for (size_t i = 0; i < K_END; i++) {
		if (strcmp(section, protocol_keys[i].section) || strcmp(name, protocol_keys[i].name))
			continue;
		if (r->line_of[i])
			return refuse(r, r->line, "%s= stood in line %u already", name,
				      r->line_of[i]);
		r->line_of[i] = r->line;
		return reader_store(r, &protocol_keys[i], value);
	}
	return refuse_unknown(r, section, name);
}

/* inih would take an indented line for more of the value before it. */
static bool is_indented(const char *start, size_t length)
{
	size_t blanks = 0;

	while (blanks < length && isspace((unsigned char)start[blanks]))
		blanks++;
	return blanks && blanks < length;
}

/* Called by inih for each line; works as fgets() does. */
static char *next_line(char *buffer, int size, void *stream)
{
	struct reader *r = stream;
	const char *start = r->text + r->at;
	size_t left = r->size - r->at, length;
	const char *end = memchr(start, '\n', left);

	if (!left)
		return NULL;
	r->line++;
	length = end ? (size_t)(end - start) + 1 : left;
	r->at += length;
	if (length > LINE_MAX_BYTES || (int)length >= size) {
		refuse(r, r->line, "%zu bytes, a line may have %d", length, LINE_MAX_BYTES);
		length = 0;
	}
	if (is_indented(start, length))
		refuse(r, r->line, "is indented: a value cannot go on in the next line");
	memcpy(buffer, start, length);
	buffer[length] = '\0';
	return buffer;
}

static bool check_required(struct reader *r)
{
	for (size_t i = 0; i < K_END; i++)
		if (protocol_keys[i].required && !r->line_of[i])
			return refuse(r, 0, "%s= is missing in [%s]", protocol_keys[i].name,
				      protocol_keys[i].section);
	return true;
}

bool protocol_name_is_valid(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length && length < PROTOCOL_NAME_MAX && !name[length];
}

static bool check_name(struct reader *r, const char *name)
{
	if (!protocol_name_is_valid(name))
		return refuse(r, 0, "name '%.40s': allowed are 1 to %d of a-z, 0-9 and -", name,
			      PROTOCOL_NAME_MAX - 1);
	memcpy(r->protocol.name, name, strlen(name) + 1);
	return true;
}

static bool check_text(struct reader *r)
{
	if (r->size > TEXT_MAX)
		return refuse(r, 0, "%zu bytes, a protocol may have %d", r->size, TEXT_MAX);
	if (memchr(r->text, '\0', r->size))
		return refuse(r, 0, "has a NUL byte, is no text");
	return true;
}

static bool read_keys(struct reader *r)
{
	int line = ini_parse_stream(next_line, r, on_key, r);

	if (line > 0 && (!r->error.text[0] || (unsigned int)line < r->error.line)) {
		r->error.text[0] = '\0';
		return refuse(r, line, "is neither [Section], Key=value nor a comment");
	}
	return line >= 0 ? !r->error.text[0] : refuse(r, 0, "cannot be parsed");
}

int protocol_parse(const char *name, const char *text, size_t size,
		   struct protocol *ret, struct protocol_error *ret_error)
{
	struct reader r = {
		.text = text,
		.size = size,
		.protocol = {
			.neurolysis = true,
			.band_mdegc = 2000,
			.ready_timeout_ms = 240000,
			.withdraw_timeout_ms = 300000,
			.confirm_ready = true,
			.confirm_withdraw = true,
			.sites = 1,
			.step = { STEP_PLACEMENT },
			.steps = 1,
		},
	};

	if (!check_name(&r, name) || !check_text(&r) || !read_keys(&r) || !check_required(&r) ||
	    !reader_check(&r)) {
		*ret_error = r.error;
		return -EBADMSG;
	}
	*ret = r.protocol;
	return 0;
}
