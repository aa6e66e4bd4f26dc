// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verb protocols: to list, show, validate and install them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cryoctl.h"

#define FILE_MAX	(64 * 1024)	/* bytes; cryod takes no longer one */

static void json_course(const char *name, const char *text)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_string(&j, "name", name);
	json_string(&j, "course", text);
	json_close(&j, '}');
	printf("\n");
}

static int show_protocol(struct invocation *in, const char *name)
{
	char *text;
	int r = cryo_ctx_describe_protocol(in->ctx, name, &text);

	if (r == -ENOENT)
		return complain_of_protocol(in, name);
	if (r < 0)
		return complain_of_library(in, r);
	if (in->json)
		json_course(name, text);
	else
		fputs(text, stdout);
	free(text);
	return CTL_OK;
}

static void json_protocols(const struct cryo_protocols *protocols)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '[');
	for (size_t i = 0; i < cryo_protocols_count(protocols); i++) {
		json_open(&j, NULL, '{');
		json_string(&j, "name", cryo_protocols_name(protocols, i));
		json_string(&j, "title", cryo_protocols_title(protocols, i));
		json_close(&j, '}');
	}
	json_close(&j, ']');
	printf("\n");
}

static int list_protocols(struct invocation *in)
{
	CRYO_CLEANUP(cryo_protocols_free) struct cryo_protocols *protocols = NULL;
	int r = cryo_ctx_list_protocols(in->ctx, &protocols);

	if (r < 0)
		return complain_of_library(in, r);
	if (in->json)
		json_protocols(protocols);
	for (size_t i = 0; !in->json && i < cryo_protocols_count(protocols); i++)
		printf("%-28s %s\n", cryo_protocols_name(protocols, i),
		       cryo_protocols_title(protocols, i));
	return CTL_OK;
}

/* The whole of a file, "-" for standard input; to be freed. */
static int read_file(const char *path, char **ret_text)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *text = malloc(FILE_MAX + 2);
	size_t size;

	if (!file || !text) {
		free(text);
		return complain(CTL_NO_SUCH, "%s: %s", path, strerror(errno));
	}
	size = fread(text, 1, FILE_MAX + 1, file);
	text[size] = 0;
	if (file != stdin)
		fclose(file);
	if (size > FILE_MAX || strlen(text) < size) {
		free(text);
		return complain(CTL_REFUSED, "%s: no text of at most %d bytes", path, FILE_MAX);
	}
	*ret_text = text;
	return CTL_OK;
}

static void tell_protocol(const struct invocation *in, const char *word, const char *name)
{
	struct json j = { .out = stdout };

	if (!in->json) {
		printf("%s: %s\n", name, word);
		return;
	}
	json_open(&j, NULL, '{');
	json_string(&j, "name", name);
	json_string(&j, "done", word);
	json_close(&j, '}');
	printf("\n");
}

static int validate_protocol(struct invocation *in, const char *path)
{
	char *text;
	int r = read_file(path, &text);

	if (r != CTL_OK)
		return r;
	r = cryo_ctx_validate_protocol(in->ctx, text);
	free(text);
	if (r == -ERANGE)
		return complain(CTL_REFUSED, "%s, %s", path, cryo_ctx_error(in->ctx));
	if (r < 0)
		return complain_of_library(in, r);
	tell_protocol(in, "well formed", path);
	return CTL_OK;
}

static int install_protocol(struct invocation *in, const char *name, const char *path)
{
	char *text;
	int r = read_file(path, &text);

	if (r != CTL_OK)
		return r;
	r = cryo_ctx_install_protocol(in->ctx, name, text);
	free(text);
	if (r < 0)
		return complain_of_library(in, r);
	tell_protocol(in, "installed", name);
	return CTL_OK;
}

int run_protocols(struct invocation *in)
{
	const char *what = in->n_args ? in->args[0] : "";

	if (in->n_args == 0)
		return list_protocols(in);
	if (in->n_args == 2 && !strcmp(what, "show"))
		return show_protocol(in, in->args[1]);
	if (in->n_args == 2 && !strcmp(what, "validate"))
		return validate_protocol(in, in->args[1]);
	if (in->n_args == 3 && !strcmp(what, "install"))
		return install_protocol(in, in->args[1], in->args[2]);
	return complain(CTL_USAGE, "usage: cryoctl protocols [show NAME|validate FILE|install NAME FILE]");
}
