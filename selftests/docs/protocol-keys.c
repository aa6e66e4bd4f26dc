// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The keys of a protocol as the parser has them, one a line: section, key, allowed values, default. What is
 * no number is asked of the parser itself: a value that it refuses makes it say what it allows, and a
 * default is what changes nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/protocol-reader.h"

#define TEXT_SIZE	1024

/* The shortest good text; sections that have none of these keys come after it. */
static const char *const least[][3] = {
	{ "Protocol", "Title", "x" }, { "Protocol", "Cryogen", "ln2" },
	{ "Freeze", "Target", "-60" }, { "Freeze", "Floor", "-90" }, { "Freeze", "Cycles", "1" },
	{ "Freeze", "Duration", "60" }, { "Freeze", "CoolTimeout", "60" },
	{ "Thaw", NULL, NULL }, { "Prompts", NULL, NULL },
};

#define N_LEAST	(sizeof(least) / sizeof(least[0]))

/* That text with @key set to @value, if there is a key. */
static void write_text(char text[TEXT_SIZE], const struct key *key, const char *value)
{
	const char *section = "";
	size_t used = 0;

	for (size_t i = 0; i < N_LEAST; i++) {
		bool is_new = strcmp(section, least[i][0]);
		bool is_key = key && least[i][1] && !strcmp(key->name, least[i][1]);

		section = least[i][0];
		if (is_new)
			used += snprintf(text + used, TEXT_SIZE - used, "[%s]\n", section);
		if (is_new && key && !strcmp(key->section, section))
			used += snprintf(text + used, TEXT_SIZE - used, "%s=%s\n", key->name, value);
		if (least[i][1] && !is_key)
			used += snprintf(text + used, TEXT_SIZE - used, "%s=%s\n", least[i][1], least[i][2]);
	}
}

/* 0, or what protocol_parse() gives; *ret_error is empty on success. */
static int parse(const struct key *key, const char *value, struct protocol *ret,
		 struct protocol_error *ret_error)
{
	char text[TEXT_SIZE];

	memset(ret, 0, sizeof(*ret));
	memset(ret_error, 0, sizeof(*ret_error));
	write_text(text, key, value);
	return protocol_parse("x", text, strlen(text), ret, ret_error);
}

static struct protocol usual(void)
{
	struct protocol protocol;
	struct protocol_error error;

	if (parse(NULL, NULL, &protocol, &error)) {
		fprintf(stderr, "protocol-keys: the shortest text is refused: %s\n", error.text);
		exit(EXIT_FAILURE);
	}
	return protocol;
}

/* As people would write it: minutes where they come out even. Returns the unit. */
static const char *quantity(char buffer[32], enum key_kind kind, int32_t thousandths)
{
	if (kind == KEY_DURATION && thousandths && thousandths % 60000 == 0) {
		snprintf(buffer, 32, "%d", thousandths / 60000);
		return " min";
	}
	snprintf(buffer, 32, "%g", thousandths / 1e3);
	return kind == KEY_TEMPERATURE ? " degC" : kind == KEY_DURATION ? " s" :
	       kind == KEY_LENGTH ? " mm" : "";
}

static bool is_quantity(enum key_kind kind)
{
	return kind >= KEY_COUNT;
}

static void print_range(const struct key *key)
{
	char min[32], max[32];
	const char *unit = quantity(min, key->kind, key->min), *last = quantity(max, key->kind, key->max);

	printf("%s%s to %s%s\t", min, strcmp(unit, last) && key->min ? unit : "", max, last);
}

static void print_default_quantity(const struct key *key)
{
	struct protocol protocol = usual();
	char buffer[32];
	int32_t value;

	memcpy(&value, (char *)&protocol + key->offset, sizeof(value));
	if (key->kind == KEY_COUNT)
		value *= 1000;
	if (value < key->min || (key->kind == KEY_TEMPERATURE && !value))
		printf("none");
	else
		printf("%s%s", buffer, quantity(buffer, key->kind, value));
}

/* The words behind "allowed is" or "allowed are", one after the other, each ended by NUL; how many. */
static int allowed_words(const struct key *key, char words[TEXT_SIZE])
{
	struct protocol protocol;
	struct protocol_error error;
	char *save = NULL, *at;
	int n = 0;

	parse(key, "?", &protocol, &error);
	at = strstr(error.text, "allowed ");
	for (at = at ? strtok_r(at + strlen("allowed "), " ,", &save) : NULL; at; at = strtok_r(NULL, " ,", &save)) {
		if (!strcmp(at, "is") || !strcmp(at, "are") || !strcmp(at, "or") || !strcmp(at, "and"))
			continue;
		words = stpcpy(words, at) + 1;
		n++;
	}
	return n;
}

static bool is_default(const struct key *key, const char *word)
{
	struct protocol with, without = usual();
	struct protocol_error error;

	return !parse(key, word, &with, &error) && !memcmp(&with, &without, sizeof(with));
}

static void print_words(const struct key *key)
{
	char words[TEXT_SIZE], *word = words;
	int n = allowed_words(key, words);

	for (int i = 0; i < n; i++, word += strlen(word) + 1)
		printf("%s%s", i ? ", " : "", word);
	printf("\t");
	word = words;
	for (int i = 0; i < n && !key->required; i++, word += strlen(word) + 1)
		if (is_default(key, word))
			printf("%s", word);
}

static void print_key(const struct key *key)
{
	printf("%s\t%s\t", key->section, key->name);
	if (key->kind == KEY_TEXT)
		printf("%d to %d bytes\t", key->min, key->max);
	else if (is_quantity(key->kind))
		print_range(key);
	else
		print_words(key);
	if (is_quantity(key->kind) && !key->required)
		print_default_quantity(key);
	printf("%s\n", key->required ? "required" : "");
}

int main(void)
{
	for (int i = 0; i < K_END; i++)
		print_key(&protocol_keys[i]);
	return 0;
}
