// SPDX-License-Identifier: GPL-2.0-or-later
/* What libcryo makes of properties that it does not expect. No bus: messages are made in place. */
#include <sys/socket.h>

#include "libcryo/internal.h"
#include "selftests/unit/test.h"

static sd_bus *bus;
static struct properties p;

/* A message to be filled with an a{sv}. */
static sd_bus_message *message(void)
{
	sd_bus_message *m = NULL;
	int fds[2] = { -1, -1 };

	/* sd-bus makes no message for a connection that was never begun. */
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds);
	close(fds[1]);
	sd_bus_new(&bus);
	sd_bus_set_fd(bus, fds[0], fds[0]);
	sd_bus_start(bus);
	sd_bus_message_new(bus, &m, SD_BUS_MESSAGE_METHOD_CALL);
	return m;
}

static int read_back(sd_bus_message *m)
{
	int r;

	sd_bus_message_seal(m, 1, 0);
	properties_init(&p);
	r = properties_read(&p, m);
	sd_bus_message_unref(m);
	bus = sd_bus_unref(bus);
	return r;
}

TEST(unknown_properties_are_skipped)
{
	sd_bus_message *m = message();

	sd_bus_message_append(m, "a{sv}", 3, "Colour", "s", "blue", "Gauge", "u", 20,
			      "Moods", "as", 2, "calm", "cold");
	EXPECT_EQ(read_back(m), 0);
	EXPECT_EQ(p.gauge, 20);
	EXPECT_STREQ(p.serial, "");
	EXPECT_EQ(p.uses_left, CRYO_UNLIMITED);
	properties_free(&p);
}

TEST(a_wrong_type_is_refused)
{
	sd_bus_message *m = message();

	sd_bus_message_append(m, "a{sv}", 2, "Gauge", "u", 20, "Serial", "u", 1);
	EXPECT_EQ(read_back(m), -EBADMSG);
	EXPECT_EQ(p.gauge, 20);
	EXPECT_STREQ(p.serial, "");
	properties_free(&p);
}

TEST(alarms_of_a_wrong_type_are_refused)
{
	sd_bus_message *m = message();

	sd_bus_message_append(m, "a{sv}", 1, "Alarms", "a(ss)", 1, "tip-lost", "high");
	EXPECT_EQ(read_back(m), -EBADMSG);
	EXPECT_EQ(p.n_alarms, 0);
	properties_free(&p);
}

TEST(something_that_is_no_dictionary_is_refused)
{
	sd_bus_message *m = message();

	sd_bus_message_append(m, "s", "Gauge");
	EXPECT_EQ(read_back(m), -EBADMSG);
	properties_free(&p);
}

TEST(a_property_told_twice_has_its_last_value)
{
	sd_bus_message *m = message();

	sd_bus_message_append(m, "a{sv}", 4, "Serial", "s", "A", "Serial", "s", "B",
			      "Faults", "as", 1, "estop", "Faults", "as", 0);
	EXPECT_EQ(read_back(m), 0);
	EXPECT_STREQ(p.serial, "B");
	EXPECT(!p.faults[0]);
	properties_free(&p);
}

TEST_MAIN()
