// SPDX-License-Identifier: GPL-2.0-or-later
/* cryod.conf: which files there are, in which order, and what their keys may be. */
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "daemon/files.h"
#include "daemon/util.h"

#define SECTION		"Cryod"
/* inih takes what is beyond its buffer for a line of its own. */
#define LINE_MAX_BYTES	180

enum key_kind {
	KEY_NUMBER,
	KEY_PATH,
	KEY_TEXT,
};

static const struct key {
	const char *name;
	enum key_kind kind;
	size_t offset, size;
	uint32_t max;
	const char *unit;
} keys[] = {
	{ "RecordsKeep", KEY_NUMBER, offsetof(struct config, records.keep_days), sizeof(uint32_t), 36500,
	  "days" },
	{ "RecordsMaxSize", KEY_NUMBER, offsetof(struct config, records.size_max_mb), sizeof(uint32_t),
	  1000000, "MB" },
	{ "DatabasePath", KEY_PATH, offsetof(struct config, database), PATH_MAX, 0, NULL },
	{ "MetricsPath", KEY_PATH, offsetof(struct config, metrics), PATH_MAX, 0, NULL },
	{ "Bus", KEY_TEXT, offsetof(struct config, bus), sizeof(((struct config *)0)->bus), 0, NULL },
};

struct reader {
	FILE *stream;
	const char *file;
	unsigned int line;
	struct config config;
	unsigned int problems;
	config_problem_t problem;
	void *userdata;
};

void config_init(struct config *config)
{
	*config = (struct config){ .bus = "system" };
}

__attribute__((format(printf, 3, 4)))
static void complain(struct reader *r, unsigned int line, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	r->problem(r->file, line, text, r->userdata);
	r->problems++;
}

static void take_number(struct reader *r, const struct key *key, const char *value, uint32_t *field)
{
	size_t digits = strspn(value, "0123456789");
	unsigned long long number = strtoull(value, NULL, 10);

	if (value[digits] || digits > 9 || number > key->max)
		complain(r, r->line, "%s=%.40s: allowed is 0 to %u, in %s", key->name, value, key->max,
			 key->unit);
	else
		*field = number;
}

static void take_text(struct reader *r, const struct key *key, const char *value, char *field)
{
	if (strlen(value) >= key->size)
		complain(r, r->line, "%s=: %zu bytes, allowed are %zu", key->name, strlen(value),
			 key->size - 1);
	else if (key->kind == KEY_PATH && value[0] != '/')
		complain(r, r->line, "%s=%.80s: allowed is a path that begins with /", key->name, value);
	else
		strcpy(field, value);
}

/* An empty value is the one that holds where the key is not given. */
static void take_value(struct reader *r, const struct key *key, const char *value)
{
	void *field = (char *)&r->config + key->offset;
	struct config usual;

	config_init(&usual);
	if (!value[0])
		memcpy(field, (char *)&usual + key->offset, key->size);
	else if (key->kind == KEY_NUMBER)
		take_number(r, key, value, field);
	else
		take_text(r, key, value, field);
}

static int on_key(void *userdata, const char *section, const char *name, const char *value)
{
	struct reader *r = userdata;

	if (strcmp(section, SECTION)) {
		complain(r, r->line, "[%.40s]: the one section is [" SECTION "]", section);
		return 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i].name, name)) {
			take_value(r, &keys[i], value ?: "");
			return 1;
		}
	complain(r, r->line, "%.40s= is no key of [" SECTION "]", name);
	return 1;
}

/* As fgets(); of a line that is too long nothing but its end, which is a blank line. */
static char *next_line(char *buffer, int size, void *userdata)
{
	struct reader *r = userdata;
	size_t length;
	int c;

	if (!fgets(buffer, size, r->stream))
		return NULL;
	r->line++;
	length = strlen(buffer);
	if (length <= LINE_MAX_BYTES)
		return buffer;
	complain(r, r->line, "the line has more than %d bytes", LINE_MAX_BYTES);
	while (buffer[length - 1] != '\n' && (c = fgetc(r->stream)) != EOF && c != '\n')
		;
	return strcpy(buffer, "\n");
}

static void read_file(struct reader *r, const char *file, bool must)
{
	int line;

	r->file = file;
	r->line = 0;
	r->stream = fopen(file, "re");
	if (!r->stream) {
		if (must || errno != ENOENT)
			complain(r, 0, "%s", strerror(errno));
		return;
	}
	line = ini_parse_stream(next_line, r, on_key, r);
	if (line > 0)
		complain(r, line, "is neither [" SECTION "], Key=value nor a comment");
	else if (line < 0 || ferror(r->stream))
		complain(r, 0, "cannot be read");
	fclose(r->stream);
}

/* Of the first directory that has it: a link to nowhere hides all the same. */
static void read_drop_in(struct reader *r, const char *const *path, const char *name)
{
	char file[PATH_MAX];

	for (; *path; path++) {
		snprintf(file, sizeof(file), "%s/%s.conf", *path, name);
		if (faccessat(AT_FDCWD, file, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		read_file(r, file, true);
		return;
	}
}

static int read_drop_ins(struct reader *r, const char *root)
{
	_cleanup_(files_free_listp) char **names = NULL;
	char etc[PATH_MAX], usr[PATH_MAX];
	const char *const path[] = { etc, usr, NULL };
	int e;

	snprintf(etc, sizeof(etc), "%s/etc/cryo/cryod.conf.d", root);
	snprintf(usr, sizeof(usr), "%s/usr/lib/cryo/cryod.conf.d", root);
	e = files_list(path, ".conf", &names);
	for (char **name = names; e >= 0 && *name; name++)
		read_drop_in(r, path, *name);
	return e;
}

int config_load(const char *root, struct config *ret, config_problem_t problem, void *userdata)
{
	struct reader r = { .problem = problem, .userdata = userdata };
	char file[PATH_MAX];
	int e;

	config_init(&r.config);
	snprintf(file, sizeof(file), "%s/etc/cryo/cryod.conf", root);
	read_file(&r, file, false);
	e = read_drop_ins(&r, root);
	if (e < 0)
		return e;
	if (r.problems)
		return -EINVAL;
	*ret = r.config;
	return 0;
}
