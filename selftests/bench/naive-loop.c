// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop that a first prototype would have: sleep, read the converter in
 * sysfs as text, write the valve through the GPIO character device. It is here
 * to be compared with, and shows what its user never learns: nobody closes the
 * valve when it dies.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_NS	20000000LL
#define PERIODS_MAX	30000

static double late_us[PERIODS_MAX];

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void sleep_until(int64_t ns)
{
	struct timespec t = { .tv_sec = ns / 1000000000LL, .tv_nsec = ns % 1000000000LL };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static int request_line(const char *chip, unsigned int offset)
{
	struct gpio_v2_line_request request = { .offsets = { offset }, .num_lines = 1 };
	int fd, r;

	request.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
	snprintf(request.consumer, sizeof(request.consumer), "naive-loop");
	fd = open(chip, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = ioctl(fd, GPIO_V2_GET_LINE_IOCTL, &request) < 0 ? -errno : request.fd;
	close(fd);
	return r;
}

static int read_raw(const char *path, int *ret_raw)
{
	char text[32];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -EIO;
	text[n] = '\0';
	*ret_raw = atoi(text);
	return 0;
}

static int write_valve(int line_fd, int open)
{
	struct gpio_v2_line_values values = { .bits = (uint64_t)open, .mask = 1 };

	return ioctl(line_fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0 ? -errno : 0;
}

static int loop(const char *adc, int line_fd, int threshold, int periods)
{
	int64_t due = now_ns();
	int raw = 0, r;

	for (int i = 0; i < periods; i++) {
		due += PERIOD_NS;
		sleep_until(due);
		r = read_raw(adc, &raw);
		late_us[i] = (now_ns() - due) / 1e3;
		if (r < 0)
			return r;
		r = write_valve(line_fd, raw > threshold);
		if (r < 0)
			return r;
	}
	return write_valve(line_fd, 0);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int periods = argc == 6 ? atoi(argv[5]) : 0;
	int line_fd, r;

	if (periods < 1 || periods > PERIODS_MAX) {
		fprintf(stderr, "usage: naive-loop ADC-RAW-FILE GPIOCHIP LINE THRESHOLD-RAW PERIODS (1 to %d)\n",
			PERIODS_MAX);
		return EXIT_FAILURE;
	}
	line_fd = request_line(argv[2], (unsigned int)atoi(argv[3]));
	r = line_fd < 0 ? line_fd : loop(argv[1], line_fd, atoi(argv[4]), periods);
	if (r < 0) {
		fprintf(stderr, "naive-loop: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	qsort(late_us, (size_t)periods, sizeof(late_us[0]), compare);
	printf("%-42s n %6d  median %8.1f  99 %% %8.1f  worst %8.1f us\n", "naive: sample finished after it was due",
	       periods, late_us[periods / 2], late_us[periods * 99 / 100], late_us[periods - 1]);
	return EXIT_SUCCESS;
}
