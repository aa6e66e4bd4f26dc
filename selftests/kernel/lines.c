// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual handpiece's lines, their interrupts and their ring of edges, and the page behind them.
 * Done on the second handpiece with no driver bound to it.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/gpio.h>

#include "selftests/kernel/handpiece.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define LINE_FREEZE	1
#define LINE_WATCHDOG	4
#define LINE_ESTOP	6

FIXTURE(lines) {
	int chip;
};

static int open_gpio_chip(const char *label)
{
	struct gpiochip_info info;
	char path[32];
	int fd;

	for (int i = 0; i < 16; i++) {
		snprintf(path, sizeof(path), "/dev/gpiochip%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info) && !strcmp(info.label, label))
			return fd;
		close(fd);
	}
	return -ENOENT;
}

FIXTURE_SETUP(lines)
{
	fakeplant_healthy(HANDPIECE);
	handpiece_unbind();
	self->chip = open_gpio_chip("cryoprobe-sim.1");
	ASSERT_LE(0, self->chip);
}

FIXTURE_TEARDOWN(lines)
{
	close(self->chip);
	fakeplant_healthy(HANDPIECE);
	handpiece_bind();
}

static int request_line(int chip, unsigned int line, uint64_t flags)
{
	struct gpio_v2_line_request request = {
		.offsets = { line }, .num_lines = 1, .config.flags = flags, .consumer = "test",
	};

	return ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) < 0 ? -errno : request.fd;
}

static int set_line(int line, bool on)
{
	struct gpio_v2_line_values values = { .bits = on, .mask = 1 };

	return ioctl(line, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0 ? -errno : 0;
}

static int get_line(int line)
{
	struct gpio_v2_line_values values = { .mask = 1 };

	return ioctl(line, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0 ? -errno : (int)values.bits;
}

TEST_F(lines, output_goes_into_the_page_with_an_edge)
{
	int64_t begun = monotonic_ns();
	struct cryosim_edge edge;
	uint64_t seq;
	int line = request_line(self->chip, LINE_FREEZE, GPIO_V2_LINE_FLAG_OUTPUT);

	ASSERT_LE(0, line);
	seq = fakeplant_edges();
	ASSERT_EQ(0, set_line(line, true));
	EXPECT_EQ(CRYOSIM_OUT_FREEZE, fakeplant_word(HANDPIECE));
	EXPECT_EQ(seq + 1, fakeplant_edges());
	ASSERT_TRUE(fakeplant_edge(seq + 1, &edge));
	EXPECT_EQ(HANDPIECE, edge.handpiece);
	EXPECT_EQ(CRYOSIM_OUT_FREEZE, edge.word);
	EXPECT_LE(begun, edge.time_ns);
	EXPECT_GE(monotonic_ns(), edge.time_ns);
	/* What does not change gives none. */
	ASSERT_EQ(0, set_line(line, true));
	EXPECT_EQ(seq + 1, fakeplant_edges());
	ASSERT_EQ(0, set_line(line, false));
	EXPECT_EQ(0, fakeplant_word(HANDPIECE));
	EXPECT_EQ(seq + 2, fakeplant_edges());
	close(line);
}

TEST_F(lines, output_that_is_stuck)
{
	int line = request_line(self->chip, LINE_FREEZE, GPIO_V2_LINE_FLAG_OUTPUT);
	int pulse = request_line(self->chip, LINE_WATCHDOG, GPIO_V2_LINE_FLAG_OUTPUT);
	uint64_t seq;

	ASSERT_LE(0, line);
	ASSERT_LE(0, pulse);
	ASSERT_EQ(0, set_line(line, true));
	fakeplant_lines(HANDPIECE, CRYOSIM_LINE_STUCK);
	seq = fakeplant_edges();
	ASSERT_EQ(0, set_line(line, false));
	EXPECT_EQ(CRYOSIM_OUT_FREEZE, fakeplant_word(HANDPIECE));
	EXPECT_EQ(1, get_line(line));
	EXPECT_EQ(seq, fakeplant_edges());
	/* The one-shot must not end what the test is about. */
	ASSERT_EQ(0, set_line(pulse, true));
	EXPECT_EQ(CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_PULSE, fakeplant_word(HANDPIECE));
	fakeplant_lines(HANDPIECE, 0);
	ASSERT_EQ(0, set_line(line, false));
	EXPECT_EQ(CRYOSIM_OUT_PULSE, fakeplant_word(HANDPIECE));
	EXPECT_EQ(0, get_line(line));
	close(pulse);
	close(line);
}

TEST_F(lines, ring_goes_round)
{
	struct cryosim_edge edge;
	uint64_t seq;
	int line = request_line(self->chip, LINE_FREEZE, GPIO_V2_LINE_FLAG_OUTPUT);

	ASSERT_LE(0, line);
	seq = fakeplant_edges();
	for (int i = 0; i < CRYOSIM_EDGES + 10; i++)
		ASSERT_EQ(0, set_line(line, i % 2 == 0));
	EXPECT_EQ(seq + CRYOSIM_EDGES + 10, fakeplant_edges());
	EXPECT_FALSE(fakeplant_edge(seq + 10, &edge));
	for (uint64_t i = seq + 11; i <= seq + CRYOSIM_EDGES + 10; i++)
		ASSERT_TRUE(fakeplant_edge(i, &edge));
	close(line);
}

TEST_F(lines, directions_are_fixed)
{
	EXPECT_GT(0, request_line(self->chip, LINE_FREEZE, GPIO_V2_LINE_FLAG_INPUT));
	EXPECT_GT(0, request_line(self->chip, LINE_ESTOP, GPIO_V2_LINE_FLAG_OUTPUT));
}

TEST_F(lines, page_that_is_cleared_gets_its_word_again)
{
	int line = request_line(self->chip, LINE_FREEZE, GPIO_V2_LINE_FLAG_OUTPUT);

	ASSERT_EQ(0, set_line(line, true));
	fakeplant_page()->output[HANDPIECE].word = 0;
	EXPECT_TRUE(fakeplant_wait_word(HANDPIECE, ~0U, CRYOSIM_OUT_FREEZE));
	ASSERT_EQ(0, set_line(line, false));
	close(line);
}

static int wait_for_event(int line, int timeout_ms)
{
	struct pollfd p = { .fd = line, .events = POLLIN };
	struct gpio_v2_line_event event;

	if (poll(&p, 1, timeout_ms) != 1)
		return -ETIME;
	return read(line, &event, sizeof(event)) == sizeof(event) ? (int)event.id : -EIO;
}

TEST_F(lines, input_gives_interrupts)
{
	int line = request_line(self->chip, LINE_ESTOP,
				GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_FALLING);

	ASSERT_LE(0, line);
	EXPECT_EQ(1, get_line(line));
	fakeplant_estop(HANDPIECE, true);
	EXPECT_EQ(GPIO_V2_LINE_EVENT_FALLING_EDGE, wait_for_event(line, 10000));
	EXPECT_EQ(0, get_line(line));
	/* The other edge was not asked for. */
	fakeplant_estop(HANDPIECE, false);
	EXPECT_EQ(-ETIME, wait_for_event(line, 100));
	close(line);
}

TEST_F(lines, interrupts_can_be_lost)
{
	int line = request_line(self->chip, LINE_ESTOP,
				GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_FALLING);

	ASSERT_LE(0, line);
	fakeplant_lines(HANDPIECE, CRYOSIM_LINE_NO_IRQS);
	fakeplant_estop(HANDPIECE, true);
	EXPECT_EQ(-ETIME, wait_for_event(line, 100));
	EXPECT_EQ(0, get_line(line));
	close(line);
}

/* The page */

TEST(page_can_be_read_but_only_by_its_length)
{
	struct cryosim_page page;
	int fd = open("/dev/cryoprobe-sim", O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, fd);
	ASSERT_EQ((ssize_t)sizeof(page), read(fd, &page, sizeof(page)));
	EXPECT_EQ(CRYOSIM_MAGIC, page.magic);
	EXPECT_EQ(sizeof(page), page.bytes);
	EXPECT_EQ(1, page.output[0].bound);
	EXPECT_EQ(1, page.output[1].bound);
	EXPECT_EQ(0, page.output[2].bound);
	EXPECT_EQ(0, read(fd, &page, sizeof(page)));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, CRYOSIM_PAGE_BYTES + 4096, PROT_READ, MAP_SHARED, fd, 0));
	close(fd);
}

TEST(sign_of_life_is_renewed)
{
	int64_t first = fakeplant_page()->output[0].alive_ns;

	EXPECT_TRUE(wait_for(fakeplant_page()->output[0].alive_ns > first));
	EXPECT_TRUE(wait_for(fakeplant_page()->echo_ns > first));
}

RUNNER_MAIN
