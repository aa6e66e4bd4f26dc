// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sampler waits for no reader. A reader is made to hang inside the kernel, in the copy from or
 * to its own memory, by a page that nobody fills in; meanwhile samples go on coming and the probe
 * can be armed, frozen with and unbound. A lock that were held around the copy would stop all that
 * for ever, so no time has to be measured.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define DEVICE		"cryo-probe.0"
#define SAMPLES		10
#define PAGE_BYTES	4096

FIXTURE(reader_hangs) {
	int fd, reader, faults;
	void *page;
};

static int open_faults(void *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register region = {
		.range = { .start = (uintptr_t)page, .len = PAGE_BYTES },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &region))
		return fd;
	close(fd);
	return -EINVAL;
}

FIXTURE_SETUP(reader_hangs)
{
	fakeplant_healthy(PROBE);
	sysfs_bind("platform", "cryo-probe", DEVICE);
	ASSERT_TRUE(wait_for((self->fd = probe_open(PROBE, O_RDWR)) >= 0));
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
	self->reader = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->reader);
	self->page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	self->faults = open_faults(self->page);
	if (self->faults == -ENOSYS)
		SKIP(return, "a kernel without userfaultfd");
	ASSERT_LE(0, self->faults);
}

FIXTURE_TEARDOWN(reader_hangs)
{
	close(self->fd);
	sysfs_bind("platform", "cryo-probe", DEVICE);
}

struct reader {
	int fd;
	unsigned long request;	/* 0 for read() */
	void *page;
	intptr_t result;
};

static void *run_reader(void *data)
{
	struct reader *reader = data;

	if (reader->request)
		reader->result = probe_ioctl(reader->fd, reader->request, reader->page);
	else
		reader->result = read(reader->fd, reader->page, PAGE_BYTES) > 0 ? 0 : -errno;
	return NULL;
}

/* Returns 0 when the reader hangs in a fault of its page. */
static int wait_for_fault(FIXTURE_DATA(reader_hangs) *self)
{
	struct uffd_msg message;

	if (read(self->faults, &message, sizeof(message)) != sizeof(message))
		return -errno;
	return message.event == UFFD_EVENT_PAGEFAULT ? 0 : -EPROTO;
}

static void let_go(FIXTURE_DATA(reader_hangs) *self)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (uintptr_t)self->page, .len = PAGE_BYTES },
	};

	ioctl(self->faults, UFFDIO_ZEROPAGE, &zero);
}

static unsigned int samples_come(int fd)
{
	struct cryoprobe_exchange x;
	unsigned int count = 0;

	for (int i = 0; i < SAMPLES; i++)
		count += !probe_look(fd, &x);
	return count;
}

/* A request whose struct goes in hangs before it is carried out, else after. */
static const struct {
	const char *name;
	unsigned long request;
} readers[] = {
	{ "read", 0 },
	{ "INFO", CRYOPROBE_IOC_INFO },
	{ "IDENTITY", CRYOPROBE_IOC_IDENTITY },
	{ "STATUS", CRYOPROBE_IOC_STATUS },
	{ "CLAIM", CRYOPROBE_IOC_CLAIM },
	{ "CLEAR_FAULT", CRYOPROBE_IOC_CLEAR_FAULT },
	{ "EXCHANGE", CRYOPROBE_IOC_EXCHANGE },
	{ "MASK", CRYOPROBE_IOC_MASK },
};

TEST_F(reader_hangs, samples_go_on)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(readers); i++) {
		struct reader reader = { .fd = self->reader, .request = readers[i].request,
					 .page = self->page };
		pthread_t thread;

		madvise(self->page, PAGE_BYTES, MADV_DONTNEED);
		ASSERT_EQ(0, pthread_create(&thread, NULL, run_reader, &reader));
		ASSERT_EQ(0, wait_for_fault(self)) TH_LOG("%s", readers[i].name);
		EXPECT_EQ(SAMPLES, samples_come(self->fd)) TH_LOG("%s", readers[i].name);
		let_go(self);
		pthread_join(thread, NULL);
	}
}

TEST_F(reader_hangs, another_freezes_and_the_probe_goes)
{
	struct reader reader = { .fd = self->reader, .page = self->page };
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, run_reader, &reader));
	ASSERT_EQ(0, wait_for_fault(self));
	EXPECT_EQ(0, probe_arm(self->fd, NULL));
	EXPECT_EQ(0, probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 3));
	EXPECT_EQ(0, sysfs_unbind("platform", "cryo-probe", DEVICE));
	let_go(self);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, reader.result);
}

RUNNER_MAIN
