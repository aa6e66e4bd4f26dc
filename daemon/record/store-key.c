// SPDX-License-Identifier: GPL-2.0-or-later
/* The key's two files: seed and public key, each as hexadecimal digits in one line. */
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/record/store-key.h"
#include "daemon/util.h"

_Static_assert(STORE_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "as libsodium has it");
_Static_assert(STORE_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "as libsodium has it");
_Static_assert(STORE_SIGNATURE_BYTES == crypto_sign_BYTES, "as libsodium has it");
_Static_assert(STORE_PUBLIC_BYTES == crypto_sign_SEEDBYTES, "both files hold as many digits");

#define BYTES	STORE_PUBLIC_BYTES

/* @name in the directory of @path. */
static void beside(const char *path, const char *name, char ret[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	snprintf(ret, PATH_MAX, "%.*s%s", slash ? (int)(slash - path + 1) : 0, path, name);
}

static int read_bytes(const char *file, uint8_t ret[BYTES])
{
	_cleanup_close_ int fd = open(file, O_RDONLY | O_CLOEXEC);
	char text[2 * BYTES + 2] = "";
	size_t length;

	if (fd < 0)
		return -errno;
	if (read(fd, text, sizeof(text) - 1) < 0)
		return -errno;
	if (sodium_hex2bin(ret, BYTES, text, 2 * BYTES, NULL, &length, NULL) < 0 || length != BYTES)
		return -EKEYREJECTED;
	return 0;
}

static int write_text(const char *file, const char *text, mode_t mode)
{
	_cleanup_close_ int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t size = strlen(text), n;

	if (fd < 0)
		return -errno;
	n = write(fd, text, size);
	if (n < 0)
		return -errno;
	if (n < size)
		return -ENOSPC;
	return fchmod(fd, mode) < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* In one piece or not at all, also when the power goes. */
static int write_bytes(const char *file, const uint8_t bytes[BYTES], mode_t mode)
{
	char text[2 * BYTES + 2], new[PATH_MAX + sizeof(".new")];
	int r;

	sodium_bin2hex(text, 2 * BYTES + 1, bytes, BYTES);
	strcat(text, "\n");
	snprintf(new, sizeof(new), "%s.new", file);
	r = write_text(new, text, mode);
	sodium_memzero(text, sizeof(text));
	if (r >= 0 && rename(new, file) < 0)
		r = -errno;
	if (r < 0)
		unlink(new);
	return r;
}

static int read_or_make(const char *path, uint8_t ret_seed[BYTES])
{
	char file[PATH_MAX];
	int r;

	beside(path, "record.key", file);
	r = read_bytes(file, ret_seed);
	if (r != -ENOENT)
		return r;
	randombytes_buf(ret_seed, BYTES);
	return write_bytes(file, ret_seed, 0600);
}

/* A copy that is wrong, or is not there, is made good. */
static int publish(const char *path, const uint8_t public[BYTES])
{
	uint8_t there[BYTES];
	char file[PATH_MAX];

	beside(path, "record.pub", file);
	if (read_bytes(file, there) >= 0 && !memcmp(there, public, BYTES))
		return 0;
	return write_bytes(file, public, 0644);
}

int store_key_open(const char *path, struct store_key *ret)
{
	uint8_t seed[BYTES];
	int r;

	if (sodium_init() < 0)
		return -EIO;
	r = read_or_make(path, seed);
	if (r < 0)
		return r;
	crypto_sign_seed_keypair(ret->public, ret->secret, seed);
	sodium_memzero(seed, sizeof(seed));
	return publish(path, ret->public);
}
