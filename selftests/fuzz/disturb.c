// SPDX-License-Identifier: GPL-2.0-or-later
/* All that happens to a probe from other sides: its drivers come and go, its sensors fail. */
#include <glob.h>
#include <stdio.h>
#include <unistd.h>

#include "selftests/fuzz/fuzz.h"
#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/sysfs.h"

#define SHORT_US	50000
#define FLOW_US		6000000
/* Longer than it takes from a bind to the first flow, if nothing comes in between. */
#define PATIENCE_US	30000000

static unsigned long granted(unsigned int handpiece)
{
	return atomic_load(&fuzz.granted_at[handpiece]);
}

/*
 * Now and then at once, whatever comes to pass; mostly after some flow. Who disturbed only by the
 * clock would hardly ever meet a treatment: one is half a minute's work for a guest like this.
 */
static void await_turn(struct rng *rng, unsigned int handpiece)
{
	unsigned long begin = granted(handpiece);
	unsigned int waited_us = 0, flow_us = below(rng, FLOW_US);

	if (!below(rng, 4)) {
		usleep(below(rng, SHORT_US));
		return;
	}
	for (; granted(handpiece) == begin && waited_us < PATIENCE_US && fuzz_going_on();
	     waited_us += SHORT_US)
		usleep(SHORT_US);
	for (waited_us = 0; waited_us < flow_us && fuzz_going_on(); waited_us += SHORT_US)
		usleep(SHORT_US);
	usleep(below(rng, SHORT_US));
}

/* Unbinds and binds, and tells the witness. */
static void unbind_and_bind(struct rng *rng, const char *bus, const char *driver,
			    const char *device, unsigned int handpiece)
{
	struct intent intent = story_begin(INTENT_UNBIND, 1U << handpiece);
	int r = sysfs_unbind(bus, driver, device);

	story_end(&intent, !r);
	if (!r)
		atomic_fetch_add(&fuzz.unbound, 1);
	usleep(below(rng, SHORT_US));
	intent = story_begin(INTENT_BIND, 1U << handpiece);
	story_end(&intent, !sysfs_bind(bus, driver, device));
}

void fuzz_rebind(struct rng *rng, unsigned int handpiece)
{
	char device[32];

	if (below(rng, 4)) {
		snprintf(device, sizeof(device), "cryo-probe.%u", handpiece);
		unbind_and_bind(rng, "platform", "cryo-probe", device, handpiece);
	} else {
		snprintf(device, sizeof(device), "%d-0048", sysfs_i2c_bus(handpiece));
		unbind_and_bind(rng, "i2c", "ads1015", device, handpiece);
	}
}

void *fuzz_binder(void *unused)
{
	struct rng rng = rng_seeded(~fuzz.seed);

	while (fuzz_going_on()) {
		unsigned int handpiece = below(&rng, FUZZ_PROBES);

		await_turn(&rng, handpiece);
		fuzz_rebind(&rng, handpiece);
	}
	return unused;
}

static void write_attribute(unsigned int handpiece, const char *name, const char *value)
{
	char pattern[96];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "/sys/bus/platform/devices/cryo-probe.%u/iio:device*/%s",
		 handpiece, name);
	if (!glob(pattern, GLOB_NOSORT, NULL, &found)) {
		sysfs_write(value, "%s", found.gl_pathv[0]);
		globfree(&found);
	}
}

/* A tip without noise stands still, which is a fault while the valve is open. */
void fuzz_calm(unsigned int handpiece)
{
	fakeplant_healthy(handpiece);
	fakeplant()->noise[handpiece] = true;
}

static void change_weather(struct rng *rng, unsigned int handpiece)
{
	static const uint32_t bus_faults[] = {
		CRYOSIM_BUS_TIP_NAK, CRYOSIM_BUS_AUX_NAK, CRYOSIM_BUS_DELAY, CRYOSIM_BUS_TIMEOUT,
	};

	switch (below(rng, 8)) {
	case 0:
		fakeplant_tip_open(handpiece);
		break;
	case 1:
		fakeplant_estop(handpiece, true);
		break;
	case 2:
		fakeplant_bus(handpiece, bus_faults[below(rng, 4)], 5000);
		break;
	case 3:
		fakeplant_tip(handpiece, -(int)below(rng, 120000));
		break;
	}
}

void fuzz_storm(struct rng *rng, unsigned int handpiece)
{
	change_weather(rng, handpiece);
	usleep(below(rng, SHORT_US));
	fuzz_calm(handpiece);
}

void *fuzz_weather(void *unused)
{
	static const char *const rates[] = { "20", "20", "20", "50", "10" };
	struct rng rng = rng_seeded(fuzz.seed ^ 0x5555);

	while (fuzz_going_on()) {
		unsigned int handpiece = below(&rng, FUZZ_PROBES);

		fuzz_calm(handpiece);
		write_attribute(handpiece, "sampling_frequency", rates[below(&rng, 5)]);
		write_attribute(handpiece, "scan_elements/in_temp0_en", "1");
		write_attribute(handpiece, "buffer/enable", below(&rng, 2) ? "1" : "0");
		await_turn(&rng, handpiece);
		fuzz_storm(&rng, handpiece);
	}
	return unused;
}
