// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of a protocol's keys: numbers with their units, and words. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/core/protocol-reader.h"

/* A unit's value in thousandths of the first unit of its kind, in thousandths. */
struct unit {
	const char *name;
	int64_t milli;
};

static const struct unit no_unit[] = { { "", 1000 }, { NULL, 0 } };
static const struct unit temperature_unit[] = {
	{ "degC", 1000 }, { "°C", 1000 }, { "", 1000 }, { NULL, 0 }
};
static const struct unit duration_unit[] = {
	{ "s", 1000 }, { "min", 60000 }, { "ms", 1 }, { "", 1000 }, { NULL, 0 }
};
static const struct unit length_unit[] = {
	{ "mm", 1000 }, { "um", 1 }, { "", 1000 }, { NULL, 0 }
};

static const struct unit *const units_of[] = {
	[KEY_COUNT] = no_unit,
	[KEY_TEMPERATURE] = temperature_unit,
	[KEY_DURATION] = duration_unit,
	[KEY_LENGTH] = length_unit,
};

bool refuse(struct reader *r, unsigned int line, const char *format, ...)
{
	va_list args;

	if (r->error.text[0])
		return false;
	r->error.line = line;
	va_start(args, format);
	vsnprintf(r->error.text, sizeof(r->error.text), format, args);
	va_end(args);
	return false;
}

static void format_quantity(char buffer[32], const struct key *key, int32_t thousandths)
{
	const char *unit = units_of[key->kind][0].name;

	if (thousandths % 1000)
		snprintf(buffer, 32, "%.1f%s%s", thousandths / 1e3, *unit ? " " : "", unit);
	else
		snprintf(buffer, 32, "%d%s%s", thousandths / 1000, *unit ? " " : "", unit);
}

static bool refuse_range(struct reader *r, unsigned int line, const struct key *key,
			 const char *value)
{
	char min[32], max[32];

	format_quantity(min, key, key->min);
	format_quantity(max, key, key->max);
	return refuse(r, line, "%s=%.40s: allowed is %s to %s", key->name, value, min, max);
}

/* Digits with at most three after the point; returns where they end, NULL if there are none. */
static const char *read_thousandths(const char *text, int64_t *ret)
{
	bool negative = *text == '-';
	int64_t value = 0;
	int places = -1, digits = 0;

	text += negative;
	for (; isdigit((unsigned char)*text) || (*text == '.' && places < 0); text++) {
		if (*text == '.') {
			places = 0;
			continue;
		}
		if (places == 3 || ++digits > 9)
			return NULL;
		value = value * 10 + (*text - '0');
		places += places >= 0;
	}
	if (!digits)
		return NULL;
	for (int i = places < 0 ? 0 : places; i < 3; i++)
		value *= 10;
	*ret = negative ? -value : value;
	return text;
}

static const struct unit *find_unit(enum key_kind kind, const char *text)
{
	while (*text == ' ')
		text++;
	for (const struct unit *unit = units_of[kind]; unit->name; unit++)
		if (!strcmp(unit->name, text))
			return unit;
	return NULL;
}

static bool read_quantity(struct reader *r, const struct key *key, const char *value)
{
	const struct unit *unit = NULL;
	int64_t thousandths = 0;
	const char *end = read_thousandths(value, &thousandths);
	int32_t stored;

	if (end)
		unit = find_unit(key->kind, end);
	if (!unit)
		return refuse(r, r->line, "%s=%.40s: not a number%s%s", key->name, value,
			      key->kind == KEY_COUNT ? "" : " of ", units_of[key->kind][0].name);
	thousandths = thousandths * unit->milli / 1000;
	if (thousandths < key->min || thousandths > key->max)
		return refuse_range(r, r->line, key, value);
	if (key->kind == KEY_COUNT && thousandths % 1000)
		return refuse(r, r->line, "%s=%.40s: not a whole number", key->name, value);
	stored = key->kind == KEY_COUNT ? thousandths / 1000 : thousandths;
	memcpy((char *)&r->protocol + key->offset, &stored, sizeof(stored));
	return true;
}

static bool read_bool(struct reader *r, const struct key *key, const char *value)
{
	bool *field = (bool *)((char *)&r->protocol + key->offset);

	if (!strcasecmp(value, "yes") || !strcasecmp(value, "true"))
		*field = true;
	else if (!strcasecmp(value, "no") || !strcasecmp(value, "false"))
		*field = false;
	else
		return refuse(r, r->line, "%s=%.40s: allowed is yes or no", key->name, value);
	return true;
}

static bool read_purpose(struct reader *r, const struct key *key, const char *value)
{
	if (strcmp(value, "neurolysis") && strcmp(value, "ablation"))
		return refuse(r, r->line, "%s=%.40s: allowed is neurolysis or ablation",
			      key->name, value);
	r->protocol.neurolysis = !strcmp(value, "neurolysis");
	return true;
}

static bool read_tissue(struct reader *r, const struct key *key, const char *value)
{
	static const char *const names[ICE_CLASSES] = {
		[ICE_UNKNOWN] = "unknown", [ICE_MUSCLE] = "muscle", [ICE_NERVE] = "nerve",
		[ICE_FAT] = "fat", [ICE_GEL] = "gel",
	};

	for (int i = 0; i < ICE_CLASSES; i++)
		if (!strcmp(value, names[i])) {
			r->protocol.tissue = (enum ice_class)i;
			return true;
		}
	return refuse(r, r->line, "%s=%.40s: allowed is muscle, nerve, fat, gel or unknown",
		      key->name, value);
}

static bool read_out_of_reach(struct reader *r, const struct key *key, const char *value)
{
	static const char *const names[REACH_CHOICES] = {
		[REACH_KEEP] = "keep", [REACH_END] = "end", [REACH_LOWER] = "lower",
	};

	for (int i = 0; i < REACH_CHOICES; i++)
		if (!strcmp(value, names[i])) {
			r->protocol.out_of_reach = (enum out_of_reach)i;
			return true;
		}
	return refuse(r, r->line, "%s=%.40s: allowed is keep, end or lower", key->name, value);
}

static bool read_cryogens(struct reader *r, const struct key *key, const char *value)
{
	uint32_t cryogens = 0;

	for (const char *at = value; *at;) {
		size_t length = strcspn(at, " ");

		if (length == 3 && !strncmp(at, "n2o", 3))
			cryogens |= 1U << CRYOGEN_N2O;
		else if (length == 3 && !strncmp(at, "ln2", 3))
			cryogens |= 1U << CRYOGEN_LN2;
		else
			return refuse(r, r->line, "%s=%.40s: allowed are n2o and ln2", key->name, value);
		at += length;
		at += strspn(at, " ");
	}
	if (!cryogens)
		return refuse(r, r->line, "%s= is empty: allowed are n2o and ln2", key->name);
	r->protocol.cryogens = cryogens;
	return true;
}

static bool add_step(struct reader *r, const struct key *key, const char *word, size_t length)
{
	struct protocol *p = &r->protocol;

	for (int step = 0; step < STEP_COUNT; step++) {
		const char *name = protocol_step_to_string(step);

		if (strlen(name) != length || strncmp(name, word, length))
			continue;
		for (uint32_t i = 0; i < p->steps; i++)
			if (p->step[i] == (enum protocol_step)step)
				return refuse(r, r->line, "%s=: %s stands there twice", key->name, name);
		p->step[p->steps++] = step;
		return true;
	}
	return refuse(r, r->line,
		      "%s=%.*s: allowed are preparation, placement, hydrodissection, compression",
		      key->name, length > 40 ? 40 : (int)length, word);
}

static bool read_steps(struct reader *r, const struct key *key, const char *value)
{
	r->protocol.steps = 0;
	for (const char *at = value; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (!add_step(r, key, at, length))
			return false;
		at += length;
	}
	for (uint32_t i = 0; i < r->protocol.steps; i++)
		if (r->protocol.step[i] == STEP_PLACEMENT)
			return true;
	return refuse(r, r->line, "%s=: placement is missing", key->name);
}

static bool read_text(struct reader *r, const struct key *key, const char *value)
{
	size_t length = strlen(value);

	if (!length || length > (size_t)key->max)
		return refuse(r, r->line, "%s=: %zu bytes, allowed is %d to %d",
			      key->name, length, key->min, key->max);
	memcpy((char *)&r->protocol + key->offset, value, length + 1);
	return true;
}

bool reader_store(struct reader *r, const struct key *key, const char *value)
{
	switch (key->kind) {
	case KEY_TEXT:
		return read_text(r, key, value);
	case KEY_CRYOGENS:
		return read_cryogens(r, key, value);
	case KEY_PURPOSE:
		return read_purpose(r, key, value);
	case KEY_TISSUE:
		return read_tissue(r, key, value);
	case KEY_OUT_OF_REACH:
		return read_out_of_reach(r, key, value);
	case KEY_BOOL:
		return read_bool(r, key, value);
	case KEY_STEPS:
		return read_steps(r, key, value);
	default:
		return read_quantity(r, key, value);
	}
}
