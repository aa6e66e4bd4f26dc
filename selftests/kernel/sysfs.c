// SPDX-License-Identifier: GPL-2.0-or-later
/* Attributes in sysfs, driver binding and modules. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "selftests/kernel/sysfs.h"

#define PATH_BYTES 256

static int write_path(const char *value, const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, value, strlen(value));
	n = n < 0 ? -errno : 0;
	close(fd);
	return n;
}

static int read_path(char *ret_value, size_t size, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, ret_value, size - 1);
	n = n < 0 ? -errno : n;
	close(fd);
	if (n < 0)
		return n;
	ret_value[n] = '\0';
	ret_value[strcspn(ret_value, "\n")] = '\0';
	return n;
}

int sysfs_write(const char *value, const char *path, ...)
{
	char buf[PATH_BYTES];
	va_list args;

	va_start(args, path);
	vsnprintf(buf, sizeof(buf), path, args);
	va_end(args);
	return write_path(value, buf);
}

int sysfs_read(char *ret_value, size_t size, const char *path, ...)
{
	char buf[PATH_BYTES];
	va_list args;

	va_start(args, path);
	vsnprintf(buf, sizeof(buf), path, args);
	va_end(args);
	return read_path(ret_value, size, buf);
}

int sysfs_number(double *ret_number, const char *path, ...)
{
	char buf[PATH_BYTES], value[64];
	va_list args;
	int r;

	va_start(args, path);
	vsnprintf(buf, sizeof(buf), path, args);
	va_end(args);
	r = read_path(value, sizeof(value), buf);
	if (r < 0)
		return r;
	*ret_number = strtod(value, NULL);
	return 0;
}

uint64_t kernel_parameter(const char *name, uint64_t otherwise)
{
	char line[1024], assignment[64];
	const char *at;

	if (sysfs_read(line, sizeof(line), "/proc/cmdline") < 0)
		return otherwise;
	snprintf(assignment, sizeof(assignment), " %s=", name);
	at = strstr(line, assignment);
	return at ? strtoull(at + strlen(assignment), NULL, 0) : otherwise;
}

int sysfs_bind(const char *bus, const char *driver, const char *device)
{
	return sysfs_write(device, "/sys/bus/%s/drivers/%s/bind", bus, driver);
}

int sysfs_unbind(const char *bus, const char *driver, const char *device)
{
	return sysfs_write(device, "/sys/bus/%s/drivers/%s/unbind", bus, driver);
}

/* The module's name for it, or a device tree's. */
static const char *probe_name(char name[16], unsigned int handpiece)
{
	char path[PATH_BYTES];

	snprintf(name, 16, "probe-%u", handpiece);
	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s", name);
	if (access(path, F_OK))
		snprintf(name, 16, "cryo-probe.%u", handpiece);
	return name;
}

int sysfs_bind_probe(unsigned int handpiece)
{
	char name[16];

	return sysfs_bind("platform", "cryo-probe", probe_name(name, handpiece));
}

int sysfs_unbind_probe(unsigned int handpiece)
{
	char name[16];

	return sysfs_unbind("platform", "cryo-probe", probe_name(name, handpiece));
}

int sysfs_i2c_bus(unsigned int handpiece)
{
	char wanted[32], name[64];

	snprintf(wanted, sizeof(wanted), "cryoprobe-sim.%u", handpiece);
	for (int i = 0; i < 32; i++)
		if (sysfs_read(name, sizeof(name), "/sys/bus/i2c/devices/i2c-%d/name", i) > 0 &&
		    !strcmp(name, wanted))
			return i;
	return -ENOENT;
}

int sysfs_iio_of(const char *bus, const char *device)
{
	char path[PATH_BYTES];
	struct dirent *entry;
	int number = -ENOENT;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s", bus, device);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (number < 0 && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "iio:device%d", &number) != 1)
			number = -ENOENT;
	closedir(dir);
	return number;
}

/* What it says is expected, or is in the kernel's log, too. */
static int run_quietly(const char *const command[])
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDERR_FILENO);
		execvp(command[0], (char *const *)command);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

int module_load_with(const char *const command[])
{
	return run_quietly(command);
}

int module_unload(const char *module)
{
	return run_quietly((const char *const[]) { "rmmod", module, NULL });
}
