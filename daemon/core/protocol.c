// SPDX-License-Identifier: GPL-2.0-or-later
/* From the text of a .protocol file to struct protocol. cryo.protocol(5) describes the keys. */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/core/protocol.h"

#define TEXT_MAX	16384
#define LINE_MAX_BYTES	180	/* inih cuts lines of 200 bytes in two */
#define N_ELEMENTS(x)	(sizeof(x) / sizeof((x)[0]))

enum key_kind {
	KEY_TEXT,
	KEY_CRYOGENS,
	KEY_PURPOSE,
	KEY_TISSUE,
	KEY_OUT_OF_REACH,
	KEY_BOOL,
	KEY_STEPS,
	KEY_COUNT,
	KEY_TEMPERATURE,	/* thousandths of a degree Celsius */
	KEY_DURATION,		/* milliseconds */
	KEY_LENGTH,		/* micrometres */
};

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

struct key {
	const char *section, *name;
	enum key_kind kind;
	size_t offset;
	int32_t min, max;	/* in the unit that is stored */
	bool required;
};

enum key_index {
	K_TITLE, K_CRYOGEN, K_PURPOSE, K_TISSUE, K_TISSUE_SENSOR, K_SITES,
	K_TARGET, K_BAND, K_FLOOR, K_CYCLES, K_DURATION, K_COOL_TIMEOUT, K_OUT_OF_REACH,
	K_BOUNDARY,
	K_ISOTHERM, K_ISOTHERM_TIME,
	K_UNTIL, K_AT_LEAST, K_ACTIVE,
	K_STEPS, K_READY, K_READY_TIMEOUT, K_WITHDRAW, K_WITHDRAW_TIMEOUT,
	K_END
};

#define FIELD(field) offsetof(struct protocol, field)

static const struct key keys[K_END] = {
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

struct reader {
	const char *text;
	size_t size, at;
	unsigned int line;		/* of what was read last */
	unsigned int line_of[K_END];	/* where each key stood, 0 = absent */
	struct protocol protocol;
	struct protocol_error error;	/* the first one; text[0] = 0 while there is none */
};

__attribute__((format(printf, 3, 4)))
static bool refuse(struct reader *r, unsigned int line, const char *format, ...)
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

static bool read_value(struct reader *r, const struct key *key, const char *value)
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

static bool refuse_unknown(struct reader *r, const char *section, const char *name)
{
	if (!*section)
		return refuse(r, r->line, "%.40s= stands before any section", name);
	for (size_t i = 0; i < N_ELEMENTS(keys); i++)
		if (!strcmp(section, keys[i].section))
			return refuse(r, r->line, "%.40s= is no key of [%s]", name, section);
	return refuse(r, r->line,
		      "[%.40s] is no section; there are [Protocol], [Freeze], [Thaw], [Prompts]",
		      section);
}

/* Called by inih for each Key=value. */
static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;

	for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
		if (strcmp(section, keys[i].section) || strcmp(name, keys[i].name))
			continue;
		if (r->line_of[i])
			return refuse(r, r->line, "%s= stood in line %u already", name,
				      r->line_of[i]);
		r->line_of[i] = r->line;
		return read_value(r, &keys[i], value);
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

static int32_t reach_mdegc(uint32_t cryogens, bool neurolysis)
{
	if (cryogens & 1U << CRYOGEN_N2O)
		return -85000;	/* boils at -88.5 degC at 1 bar (NIST) */
	/* -20 to -100 degC cuts axons and spares their sheaths (J. Clin. Med. 2024, 13, 3304). */
	return neurolysis ? -95000 : -180000;
}

static bool check_temperatures(struct reader *r)
{
	const struct protocol *p = &r->protocol;
	int32_t reach = reach_mdegc(p->cryogens, p->neurolysis);
	bool n2o = p->cryogens & 1U << CRYOGEN_N2O;

	if (p->target_mdegc < reach)
		return refuse(r, r->line_of[K_TARGET],
			      "Target=%.1f degC: below the reach of %s; allowed is %d to -10 degC",
			      p->target_mdegc / 1e3, n2o ? "n2o" : "ln2 in neurolysis",
			      reach / 1000);
	if (p->neurolysis && p->floor_mdegc < -100000)
		return refuse(r, r->line_of[K_FLOOR],
			      "Floor=%.1f degC: allowed in neurolysis is -100 degC and above",
			      p->floor_mdegc / 1e3);
	if (p->floor_mdegc > p->target_mdegc - p->band_mdegc - 3000)
		return refuse(r, r->line_of[K_FLOOR],
			      "Floor=%.1f degC: allowed is %.1f degC and below: 3 degC below the target's band",
			      p->floor_mdegc / 1e3, (p->target_mdegc - p->band_mdegc - 3000) / 1e3);
	return true;
}

static bool check_thaw(struct reader *r)
{
	const struct protocol *p = &r->protocol;

	if (p->cycles > 1 && !r->line_of[K_UNTIL])
		return refuse(r, r->line_of[K_CYCLES],
			      "Cycles=%u needs Until= in [Thaw], the temperature to thaw to between them",
			      p->cycles);
	if (r->line_of[K_UNTIL] && p->thaw_mdegc < p->target_mdegc + 10000)
		return refuse(r, r->line_of[K_UNTIL],
			      "Until=%.1f degC: allowed is %.1f to 20 degC: 10 degC above the target",
			      p->thaw_mdegc / 1e3, (p->target_mdegc + 10000) / 1e3);
	return true;
}

static bool check_isotherm(struct reader *r)
{
	const struct protocol *p = &r->protocol;

	if (r->line_of[K_ISOTHERM_TIME] && !p->isotherm_um)
		return refuse(r, r->line_of[K_ISOTHERM_TIME], "IsothermTime= needs Isotherm=");
	if (p->isotherm_um && p->target_mdegc > -25000)
		return refuse(r, r->line_of[K_ISOTHERM],
			      "Isotherm= is that of -20 degC: allowed is a Target= of -25 degC and below");
	if (p->boundary_um && p->isotherm_um >= p->boundary_um)
		return refuse(r, r->line_of[K_ISOTHERM],
			      "Isotherm=%.1f mm: allowed is less than the boundary's %.1f mm",
			      p->isotherm_um / 1e3, p->boundary_um / 1e3);
	return true;
}

static bool check_prompts(struct reader *r)
{
	const struct protocol *p = &r->protocol;

	if (r->line_of[K_STEPS] && !p->confirm_ready)
		return refuse(r, r->line_of[K_STEPS], "Steps= needs ConfirmReady=yes");
	if (p->sites > 1 && !(p->confirm_ready && p->confirm_withdraw))
		return refuse(r, r->line_of[K_SITES],
			      "Sites=%u needs ConfirmReady=yes and ConfirmWithdraw=yes", p->sites);
	return true;
}

static bool check_required(struct reader *r)
{
	for (size_t i = 0; i < N_ELEMENTS(keys); i++)
		if (keys[i].required && !r->line_of[i])
			return refuse(r, 0, "%s= is missing in [%s]", keys[i].name, keys[i].section);
	return true;
}

static bool check_name(struct reader *r, const char *name)
{
	size_t length = strlen(name);
	size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (!length || length >= PROTOCOL_NAME_MAX || good != length)
		return refuse(r, 0, "name '%.40s': allowed are 1 to %d of a-z, 0-9 and -", name,
			      PROTOCOL_NAME_MAX - 1);
	memcpy(r->protocol.name, name, length + 1);
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
	    !check_temperatures(&r) || !check_thaw(&r) || !check_isotherm(&r) || !check_prompts(&r)) {
		*ret_error = r.error;
		return -EBADMSG;
	}
	*ret = r.protocol;
	return 0;
}
