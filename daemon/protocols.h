/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The .protocol files on disk: /etc before /var before /usr, a higher one hides those of its name. */
#pragma once

#include "daemon/core/protocol.h"

/* Where protocols that were installed over the bus are kept. */
#define PROTOCOLS_STORE		"/var/lib/cryo/protocols"

/* Directories by rank, NULL at the end; /etc/cryo/protocols, PROTOCOLS_STORE and /usr/lib/cryo/protocols. */
extern const char *const protocols_default_path[];

/* The text of a protocol, NUL-terminated, to be freed. -EINVAL bad name, -ENOENT, -EFBIG above 64 kB. */
int protocols_read(const char *const *path, const char *name, char **ret);

/*
 * Read and parse. As protocols_read() and protocol_parse(); *ret_error is set for -EBADMSG. @ret_text may
 * be NULL.
 */
int protocols_load(const char *const *path, const char *name, struct protocol *ret, char **ret_text,
		   struct protocol_error *ret_error);

/* -EBADMSG with *ret_error set: @text is no protocol, or longer than 64 kB. */
int protocols_validate(const char *name, const char *text, struct protocol_error *ret_error);

/*
 * Keep @text in @store, one of @path, as the protocol of this name, in one piece or not at all; @store
 * is made if it is not there. -EINVAL bad name, -EEXIST a directory of a higher rank has this name and
 * would hide it, -EBADMSG as protocols_validate(), or -errno of the file system.
 */
int protocols_install(const char *const *path, const char *store, const char *name, const char *text,
		      struct protocol_error *ret_error);

/* Sorted names of all protocols, as files_list() gives them. */
int protocols_list(const char *const *path, char ***ret);
