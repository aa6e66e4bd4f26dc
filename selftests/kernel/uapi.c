// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The uAPI of /dev/cryoprobeN: what each request asks, answers and refuses, sizes and reserved
 * fields, the claim, and limits. EXCHANGE is in exchange.c.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define PAGE_BYTES	4096

FIXTURE(uapi) {
	int fd;
};

FIXTURE_SETUP(uapi)
{
	fakeplant_healthy(PROBE);
	self->fd = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
}

FIXTURE_TEARDOWN(uapi)
{
	close(self->fd);
}

/* The last @bytes before an unmapped page. */
static void *page_end(size_t bytes)
{
	char *pages = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		return NULL;
	munmap(pages + PAGE_BYTES, PAGE_BYTES);
	return pages + PAGE_BYTES - bytes;
}

TEST_F(uapi, info)
{
	struct cryoprobe_info info;

	memset(&info, 0xff, sizeof(info));
	ASSERT_EQ(0, probe_info(self->fd, &info));
	EXPECT_EQ(CRYOPROBE_ABI_VERSION, info.abi_version);
	ASSERT_EQ(7, info.channels);
	EXPECT_EQ(CRYOPROBE_CAP_THAW | CRYOPROBE_CAP_SUPPLY_SENSE | CRYOPROBE_CAP_PULSE,
		  info.capabilities & 7);
	EXPECT_EQ(1000000 / PROBE_SLOW_HZ, info.period_us);
	EXPECT_EQ(-100000, info.caps.tip_floor_mdegc);
	EXPECT_EQ(3 * 1000 / PROBE_SLOW_HZ, info.caps.validity_min_ms);
	EXPECT_EQ(1000, info.caps.validity_max_ms);
	EXPECT_EQ(0, info.caps.reserved);
	EXPECT_EQ(0, info.reserved);
	EXPECT_EQ(0, info.owner_pid);
	EXPECT_STREQ("", info.owner_comm);
	EXPECT_NE(NULL, memchr(info.name, 0, sizeof(info.name)));
}

TEST_F(uapi, info_channels)
{
	static const struct {
		const char *label;
		enum cryoprobe_role role;
		enum cryoprobe_unit unit;
		bool required;
		bool linearised;
		unsigned int number;
	} expected[] = {
		{ "tip", CRYOPROBE_ROLE_TIP, CRYOPROBE_UNIT_MDEGC, true, true, 0 },
		{ "shaft", CRYOPROBE_ROLE_SHAFT, CRYOPROBE_UNIT_MDEGC, false, true, 0 },
		{ "tissue-0", CRYOPROBE_ROLE_TISSUE, CRYOPROBE_UNIT_MDEGC, false, true, 0 },
		{ "cold-junction", CRYOPROBE_ROLE_COLD_JUNCTION, CRYOPROBE_UNIT_MDEGC, true, false,
		  0 },
		{ "infrared", CRYOPROBE_ROLE_INFRARED, CRYOPROBE_UNIT_MDEGC, false, false, 0 },
		{ "pressure", CRYOPROBE_ROLE_PRESSURE, CRYOPROBE_UNIT_KPA, true, false, 0 },
		{ "line-pressure", CRYOPROBE_ROLE_PRESSURE, CRYOPROBE_UNIT_KPA, false, false,
		  CRYOPROBE_PRESSURE_LINE },
	};
	struct cryoprobe_channel_info *channel;
	struct cryoprobe_info info;

	ASSERT_EQ(0, probe_info(self->fd, &info));
	for (unsigned int i = 0; i < ARRAY_SIZE(expected); i++) {
		channel = &info.channel[i];
		EXPECT_STREQ(expected[i].label, channel->label);
		EXPECT_EQ(expected[i].role, channel->role);
		EXPECT_EQ(expected[i].unit, channel->unit);
		EXPECT_EQ(expected[i].required, channel->flags & CRYOPROBE_CHANNEL_REQUIRED);
		EXPECT_EQ(expected[i].linearised && !fakeplant_linearised(),
			  !!(channel->flags & CRYOPROBE_CHANNEL_LINEARISED));
		EXPECT_LT(channel->range.min, channel->range.max);
		EXPECT_EQ(i ? 2 : 1, channel->every);
		EXPECT_EQ(expected[i].number, channel->number);
	}
	EXPECT_EQ(CRYOPROBE_ROLE_NONE, info.channel[ARRAY_SIZE(expected)].role);
}

TEST_F(uapi, identity)
{
	struct cryoprobe_identity identity;

	memset(&identity, 0xff, sizeof(identity));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_IDENTITY, &identity));
	EXPECT_STREQ("CRYOSIM-1", identity.model);
	EXPECT_STREQ("SIM0001", identity.serial);
	EXPECT_EQ(CRYOPROBE_CRYOGEN_N2O, identity.cryogen);
	EXPECT_EQ(18, identity.gauge);
	EXPECT_EQ(100, identity.shaft_length_mm);
	EXPECT_EQ(10000, identity.active_um);
	EXPECT_EQ(0xffffffff, identity.uses_left);
	EXPECT_EQ(0, identity.reserved[0] | identity.reserved[1] | identity.reserved[2]);
}

TEST_F(uapi, second_probe_is_another)
{
	int other = probe_open(1, O_RDONLY);
	struct cryoprobe_identity identity;

	ASSERT_LE(0, other);
	ASSERT_EQ(0, probe_ioctl(other, CRYOPROBE_IOC_IDENTITY, &identity));
	EXPECT_STREQ("SIM0002", identity.serial);
}

TEST_F(uapi, argument_at_the_end_of_a_page)
{
	struct cryoprobe_identity *identity = page_end(sizeof(*identity));
	struct cryoprobe_exchange *exchange = page_end(sizeof(*exchange));

	ASSERT_NE(NULL, identity);
	ASSERT_NE(NULL, exchange);
	EXPECT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_IDENTITY, identity));
	exchange->flags = CRYOPROBE_EXCHANGE_NO_COMMAND;
	EXPECT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_EXCHANGE, exchange));
	EXPECT_LT(0, exchange->sample.seq);
}

TEST_F(uapi, argument_beyond_a_page)
{
	char *identity = page_end(sizeof(struct cryoprobe_identity) - 8);

	ASSERT_NE(NULL, identity);
	EXPECT_EQ(-EFAULT, probe_ioctl(self->fd, CRYOPROBE_IOC_IDENTITY, identity));
	EXPECT_EQ(-EFAULT, probe_ioctl(self->fd, CRYOPROBE_IOC_CLAIM, NULL));
}

TEST_F(uapi, shorter_struct_gets_its_part)
{
	union {
		struct cryoprobe_identity whole;
		unsigned char byte[sizeof(struct cryoprobe_identity)];
	} u;
	unsigned long request = _IOC(_IOC_READ, CRYOPROBE_IOC_MAGIC,
				     _IOC_NR(CRYOPROBE_IOC_IDENTITY), 32);

	memset(&u, 0xa5, sizeof(u));
	ASSERT_EQ(0, probe_ioctl(self->fd, request, &u));
	EXPECT_STREQ("CRYOSIM-1", u.whole.model);
	for (unsigned int i = 32; i < sizeof(u); i++)
		ASSERT_EQ(0xa5, u.byte[i]);
}

TEST_F(uapi, longer_struct_ends_in_zeros)
{
	struct {
		struct cryoprobe_identity known;
		unsigned char later[64];
	} s;
	unsigned long request = _IOC(_IOC_READ, CRYOPROBE_IOC_MAGIC,
				     _IOC_NR(CRYOPROBE_IOC_IDENTITY), sizeof(s));

	memset(&s, 0xa5, sizeof(s));
	ASSERT_EQ(0, probe_ioctl(self->fd, request, &s));
	EXPECT_STREQ("SIM0001", s.known.serial);
	for (unsigned int i = 0; i < sizeof(s.later); i++)
		ASSERT_EQ(0, s.later[i]);
}

TEST_F(uapi, longer_input_must_be_zero)
{
	struct {
		struct cryoprobe_mask known;
		uint64_t later;
	} s = { .known.types = 1 << CRYOPROBE_RECORD_EVENT };
	unsigned long request = _IOC(_IOC_WRITE, CRYOPROBE_IOC_MAGIC,
				     _IOC_NR(CRYOPROBE_IOC_MASK), sizeof(s));

	EXPECT_EQ(0, probe_ioctl(self->fd, request, &s));
	s.later = 1;
	EXPECT_EQ(-E2BIG, probe_ioctl(self->fd, request, &s));
}

TEST_F(uapi, unknown_requests)
{
	struct cryoprobe_status status;

	EXPECT_EQ(-ENOTTY, probe_ioctl(self->fd, _IO(CRYOPROBE_IOC_MAGIC, 0x3f), NULL));
	EXPECT_EQ(-ENOTTY, probe_ioctl(self->fd, _IO(CRYOPROBE_IOC_MAGIC, 0x7f), NULL));
	EXPECT_EQ(-ENOTTY, probe_ioctl(self->fd, _IO('x', 0x42), NULL));
	EXPECT_EQ(-ENOTTY, probe_ioctl(self->fd, _IOW(CRYOPROBE_IOC_MAGIC, 0x42,
						      struct cryoprobe_status), &status));
	EXPECT_EQ(-ENOTTY, probe_ioctl(self->fd, _IO(CRYOPROBE_IOC_MAGIC, 0x42), NULL));
}

TEST_F(uapi, reserved_and_unknown_flags_are_refused)
{
	struct cryoprobe_exchange x = { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND, .reserved = 1 };
	struct cryoprobe_clear_fault clear = { .reserved = 1 };
	struct cryoprobe_claim claim = { .flags = 1U << 31 };
	struct cryoprobe_mask mask = { .types = 1, .reserved = 0 };

	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_EXCHANGE, &x));
	x = (struct cryoprobe_exchange) { .flags = 1U << 31 };
	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_EXCHANGE, &x));
	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_CLAIM, &claim));
	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_MASK, &mask));
	mask = (struct cryoprobe_mask) { .types = 1 << CRYOPROBE_RECORD_EVENT, .reserved = 1 };
	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_MASK, &mask));

	ASSERT_EQ(0, probe_claim(self->fd));
	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_CLEAR_FAULT, &clear));
}

TEST_F(uapi, reader_may_look_but_not_touch)
{
	int reader = probe_open(PROBE, O_RDONLY);
	struct cryoprobe_exchange x;
	struct cryoprobe_status status;

	ASSERT_LE(0, reader);
	EXPECT_EQ(-EBADF, probe_claim(reader));
	EXPECT_EQ(-EBADF, probe_ioctl(reader, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_EQ(-EBADF, probe_ioctl(reader, CRYOPROBE_IOC_DISARM, NULL));
	EXPECT_EQ(0, probe_status(reader, &status));
	EXPECT_EQ(0, probe_look(reader, &x));
}

/* The claim */

TEST_F(uapi, claim_names_its_owner)
{
	struct cryoprobe_claim claim = { .owner_pid = 77 };
	struct cryoprobe_status status;
	struct cryoprobe_info info;
	int other = probe_open(PROBE, O_RDWR);

	ASSERT_LE(0, other);
	prctl(PR_SET_NAME, "the-owner");
	ASSERT_EQ(0, probe_claim(self->fd));
	EXPECT_EQ(-EALREADY, probe_claim(self->fd));
	EXPECT_EQ(-EBUSY, probe_ioctl(other, CRYOPROBE_IOC_CLAIM, &claim));
	EXPECT_EQ(getpid(), claim.owner_pid);
	EXPECT_STREQ("the-owner", claim.owner_comm);
	ASSERT_EQ(0, probe_status(other, &status));
	EXPECT_EQ(getpid(), status.owner_pid);
	ASSERT_EQ(0, probe_info(other, &info));
	EXPECT_STREQ("the-owner", info.owner_comm);
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_RELEASE, NULL));
	EXPECT_EQ(0, probe_claim(other));
}

TEST_F(uapi, only_the_controller_controls)
{
	struct cryoprobe_clear_fault clear = {};
	struct cryoprobe_limits limits;
	struct cryoprobe_exchange x;

	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	EXPECT_EQ(-EPERM, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	EXPECT_EQ(-EPERM, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
	EXPECT_EQ(-EPERM, probe_ioctl(self->fd, CRYOPROBE_IOC_CLEAR_FAULT, &clear));
	EXPECT_EQ(-EPERM, probe_ioctl(self->fd, CRYOPROBE_IOC_RELEASE, NULL));
	EXPECT_EQ(-EPERM, probe_command(self->fd, 1, 0, 0, &x));
}

TEST_F(uapi, takeover_of_a_silent_owner)
{
	struct cryoprobe_claim claim = { .flags = CRYOPROBE_CLAIM_TAKEOVER };
	int other = probe_open(PROBE, O_RDWR);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, probe_claim(self->fd));
	EXPECT_EQ(-EBUSY, probe_ioctl(other, CRYOPROBE_IOC_CLAIM, &claim));
	claim.owner_pid = 0;
	/* The owner says nothing; without limits the longest validity counts. */
	ASSERT_TRUE(wait_for(!probe_ioctl(other, CRYOPROBE_IOC_CLAIM, &claim)));
	EXPECT_EQ(-EPERM, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
}

TEST_F(uapi, no_takeover_while_armed)
{
	struct cryoprobe_claim claim = { .flags = CRYOPROBE_CLAIM_TAKEOVER };
	int other = probe_open(PROBE, O_RDWR);

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	EXPECT_EQ(-EBUSY, probe_ioctl(other, CRYOPROBE_IOC_CLAIM, &claim));
	EXPECT_EQ(-EBUSY, probe_ioctl(self->fd, CRYOPROBE_IOC_RELEASE, NULL));
}

TEST_F(uapi, claim_dies_with_its_process_not_with_the_last_descriptor)
{
	int other = probe_open(PROBE, O_RDWR), heir, status;
	struct cryoprobe_exchange x;
	pid_t owner, child = 0;
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	owner = fork();
	if (owner == 0) {
		if (probe_claim(self->fd))
			_exit(1);
		heir = fork();
		if (heir == 0) {
			/* Holds the descriptor, but is not the controller. */
			pause();
			_exit(0);
		}
		if (write(pipes[1], &heir, sizeof(heir)) != sizeof(heir))
			_exit(1);
		_exit(0);
	}
	ASSERT_EQ(owner, waitpid(owner, &status, 0));
	ASSERT_EQ(0, status);
	ASSERT_EQ((ssize_t)sizeof(child), read(pipes[0], &child, sizeof(child)));
	EXPECT_EQ(0, kill(child, 0));
	EXPECT_EQ(0, probe_claim(other));
	EXPECT_EQ(-EPERM, probe_command(self->fd, 1, 0, 0, &x));
	kill(child, SIGKILL);
}

TEST_F(uapi, inherited_descriptor_has_no_claim)
{
	struct cryoprobe_exchange x;
	pid_t child;
	int status;

	ASSERT_EQ(0, probe_claim(self->fd));
	child = fork();
	if (child == 0)
		_exit(probe_command(self->fd, 1, 0, 0, &x) == -EPERM ? 0 : 1);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	/* The child's end has closed its copy, and that was not the controller's. */
	EXPECT_EQ(-EALREADY, probe_claim(self->fd));
}

/* Limits */

TEST_F(uapi, limits_have_no_defaults)
{
	struct cryoprobe_limits limits;

	EXPECT_EQ(-ENODATA, probe_ioctl(self->fd, CRYOPROBE_IOC_GET_LIMITS, &limits));
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_settle(self->fd));
	ASSERT_EQ(0, probe_clear(self->fd));
	EXPECT_EQ(-ENODATA, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
}

static const struct {
	size_t offset;
	int32_t value;
} beyond_caps[] = {
	{ offsetof(struct cryoprobe_limits, validity_ms), 149 },	/* three periods are 150 */
	{ offsetof(struct cryoprobe_limits, validity_ms), 1001 },
	{ offsetof(struct cryoprobe_limits, tip_floor_mdegc), -100001 },
	{ offsetof(struct cryoprobe_limits, freeze_max_ms), 600001 },
	{ offsetof(struct cryoprobe_limits, freeze_max_ms), 0 },
	{ offsetof(struct cryoprobe_limits, total_max_ms), 1200001 },
	{ offsetof(struct cryoprobe_limits, total_max_ms), 0 },
	{ offsetof(struct cryoprobe_limits, idle_max_ms), 600001 },
	{ offsetof(struct cryoprobe_limits, idle_max_ms), 0 },
	{ offsetof(struct cryoprobe_limits, heat_max_ms), 300001 },
	{ offsetof(struct cryoprobe_limits, heat_max_mdegc), 43001 },
};

TEST_F(uapi, limits_beyond_the_caps_change_nothing)
{
	struct cryoprobe_limits good, bad, kept;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_limits(self->fd, &good));
	good.tip_floor_mdegc = -91234;
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &good));
	for (unsigned int i = 0; i < ARRAY_SIZE(beyond_caps); i++) {
		bad = good;
		memcpy((char *)&bad + beyond_caps[i].offset, &beyond_caps[i].value,
		       sizeof(beyond_caps[i].value));
		EXPECT_EQ(-ERANGE, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &bad))
			TH_LOG("case %u", i);
	}
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_GET_LIMITS, &kept));
	EXPECT_EQ(0, memcmp(&good, &kept, sizeof(good)));
}

TEST_F(uapi, limits_of_channels)
{
	struct cryoprobe_limits limits;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	limits.channel_mask = 1 << 7;
	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	limits.channel_mask = 1 << 5;
	limits.channel[5] = (struct cryoprobe_range) { .min = 2, .max = 1 };
	EXPECT_EQ(-EINVAL, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
}

TEST_F(uapi, limits_of_a_pressure_cannot_be_wider_than_the_firmwares)
{
	static const struct { int32_t min, max; int result; } cases[] = {
		{ 2500, 6900, 0 }, { 2499, 6900, -ERANGE }, { 2500, 6901, -ERANGE }, { 3000, 4000, 0 },
	};
	struct cryoprobe_limits limits;
	struct cryoprobe_info info;

	ASSERT_EQ(0, probe_info(self->fd, &info));
	EXPECT_EQ(2500, info.allowed[5].min);
	EXPECT_EQ(6900, info.allowed[5].max);
	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	limits.channel_mask = 1 << 5;
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		limits.channel[5].min = cases[i].min;
		limits.channel[5].max = cases[i].max;
		EXPECT_EQ(cases[i].result,
			  probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits))
			TH_LOG("case %u", i);
	}
}

TEST_F(uapi, limits_die_with_the_claim)
{
	struct cryoprobe_limits limits;

	ASSERT_EQ(0, probe_claim(self->fd));
	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	ASSERT_EQ(0, probe_ioctl(self->fd, CRYOPROBE_IOC_RELEASE, NULL));
	EXPECT_EQ(-ENODATA, probe_ioctl(self->fd, CRYOPROBE_IOC_GET_LIMITS, &limits));
}

TEST_F(uapi, limits_stay_while_armed)
{
	struct cryoprobe_limits limits;

	ASSERT_EQ(0, probe_arm(self->fd, NULL));
	ASSERT_EQ(0, probe_limits(self->fd, &limits));
	EXPECT_EQ(-EBUSY, probe_ioctl(self->fd, CRYOPROBE_IOC_SET_LIMITS, &limits));
	EXPECT_EQ(-EALREADY, probe_ioctl(self->fd, CRYOPROBE_IOC_ARM, NULL));
}

RUNNER_MAIN
