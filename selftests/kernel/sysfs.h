/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes in sysfs, driver binding and modules. */
#ifndef CRYO_SELFTESTS_KERNEL_SYSFS_H
#define CRYO_SELFTESTS_KERNEL_SYSFS_H

#include <stddef.h>
#include <stdint.h>

/* Return 0 (or a length), or -errno; the path is a printf format. */
__attribute__((format(printf, 2, 3)))
int sysfs_write(const char *value, const char *path, ...);
__attribute__((format(printf, 3, 4)))
int sysfs_read(char *ret_value, size_t size, const char *path, ...);

/** sysfs_number() - an attribute as a number. */
__attribute__((format(printf, 2, 3)))
int sysfs_number(double *ret_number, const char *path, ...);

/** kernel_parameter() - name=N on the kernel's command line, or @otherwise if it is not there. */
uint64_t kernel_parameter(const char *name, uint64_t otherwise);

/** sysfs_bind(), sysfs_unbind() - @bus is platform or i2c. */
int sysfs_bind(const char *bus, const char *driver, const char *device);
int sysfs_unbind(const char *bus, const char *driver, const char *device);

/** sysfs_bind_probe(), sysfs_unbind_probe() - the probe of a handpiece, whoever has described it. */
int sysfs_bind_probe(unsigned int handpiece);
int sysfs_unbind_probe(unsigned int handpiece);

/** sysfs_i2c_bus() - number of a handpiece's bus. */
int sysfs_i2c_bus(unsigned int handpiece);

/** sysfs_iio_of() - N of the iio:deviceN below a device of a bus, such as "i2c" and "1-0048". */
int sysfs_iio_of(const char *bus, const char *device);

/** module_load() - by modprobe, with parameters, NULL at the end; its exit status, or -errno. */
#define module_load(...) module_load_with((const char *const[]) { "modprobe", __VA_ARGS__, NULL })
int module_load_with(const char *const command[]);

/** module_unload() - by rmmod; its exit status, or -errno. */
int module_unload(const char *module);

#endif /* CRYO_SELFTESTS_KERNEL_SYSFS_H */
