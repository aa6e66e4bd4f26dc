// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * irqs-off: holds processors with their interrupts off, as a driver does that
 * spins on broken hardware. Milliseconds written to one of its parameters are
 * spent at once.
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/smp.h>

#define HOLD_MAX_MS	10000

/* Called with interrupts off. */
static void hold(void *info)
{
	const s64 *end_ns = info;

	while (ktime_get_ns() < *end_ns)
		cpu_relax();
}

static int parse_end(const char *value, s64 *ret_end_ns)
{
	unsigned int ms;
	int ret = kstrtouint(value, 10, &ms);

	if (ret)
		return ret;
	if (ms > HOLD_MAX_MS)
		return -ERANGE;
	*ret_end_ns = ktime_get_ns() + ms * (s64)NSEC_PER_MSEC;
	return 0;
}

static int hold_all(const char *value, const struct kernel_param *param)
{
	s64 end_ns;
	int ret = parse_end(value, &end_ns);

	if (!ret)
		on_each_cpu(hold, &end_ns, 1);
	return ret;
}

static int hold_one(const char *value, const struct kernel_param *param)
{
	s64 end_ns;
	int ret = parse_end(value, &end_ns);

	return ret ?: smp_call_function_single(0, hold, &end_ns, 1);
}

static const struct kernel_param_ops all_ops = { .set = hold_all };
module_param_cb(all_ms, &all_ops, NULL, 0200);
MODULE_PARM_DESC(all_ms, "Hold all processors for so long, at most 10000 ms");

static const struct kernel_param_ops one_ops = { .set = hold_one };
module_param_cb(one_ms, &one_ops, NULL, 0200);
MODULE_PARM_DESC(one_ms, "Hold the first processor for so long, at most 10000 ms");

MODULE_AUTHOR("The cryo developers");
MODULE_DESCRIPTION("Holds processors with their interrupts off");
MODULE_LICENSE("GPL");
