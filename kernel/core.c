// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binds a cryoneurolysis probe, and makes it safe whenever it, the module or
 * the system goes down: first everything off, under the lock, and only then
 * anything that may have to wait.
 *
 * Safety measure SM-DOWN.
 */
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/panic_notifier.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/reboot.h>

#include "core.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static void tell_faults(struct cryo_core *core, s64 now_ns)
{
	struct cryo_interlock *il = &core->interlock;
	u64 news = il->latched & ~core->told_faults;
	u32 code;

	for (code = 0; code < CRYO_FAULTS; code++) {
		struct cryoprobe_event event = {
			.kind = CRYOPROBE_EVENT_FAULT,
			.new = code,
			.fault = il->record[code],
		};

		if (news & BIT_ULL(code))
			cryo_chardev_event(core, &event, now_ns);
	}
	core->told_faults = il->latched;
}

static void tell(struct cryo_core *core, u32 kind, u32 *told, u32 now, s64 now_ns)
{
	struct cryoprobe_event event = { .kind = kind, .old = *told, .new = now };

	if (*told == now)
		return;
	*told = now;
	cryo_chardev_event(core, &event, now_ns);
}

static void tell_changes(struct cryo_core *core, u32 old_driven, s64 now_ns)
{
	u32 state = cryo_interlock_state(&core->interlock);

	tell(core, CRYOPROBE_EVENT_OUTPUTS, &old_driven, core->driven, now_ns);
	if (state == core->told_state && core->interlock.latched == core->told_faults)
		return;
	trace_cryoprobe_interlock(core->id, state, core->interlock.latched);
	tell_faults(core, now_ns);
	tell(core, CRYOPROBE_EVENT_STATE, &core->told_state, state, now_ns);
	wake_up_all(&core->wait);
}

/**
 * cryo_core_look() - let the interlock see the lines and the time
 * @core: the core, locked
 * @now_ns: time now
 */
void cryo_core_look(struct cryo_core *core, s64 now_ns)
{
	struct cryo_lines lines;

	cryo_lines_read(core, &lines);
	cryo_interlock_tick(&core->interlock, &lines, now_ns);
	cryo_outputs_look(&core->outputs, now_ns);
}

/**
 * cryo_core_follow() - do what follows from the interlock's state
 * @core: the core, locked; called before the lock is given back after any
 *	change of the interlock
 * @now_ns: time now
 */
void cryo_core_follow(struct cryo_core *core, s64 now_ns)
{
	u32 old_driven = core->driven;

	if (core->dead)
		return;
	cryo_lines_drive(core, cryo_outputs_follow(&core->outputs, &core->interlock, now_ns));
	cryo_guard_set_timer(core, cryo_outputs_deadline(&core->outputs, &core->interlock,
							 now_ns));
	tell_changes(core, old_driven, now_ns);
}

/**
 * cryo_core_trip() - everything off, and a cause latched that stands from now on
 * @core: the core, not locked
 * @code: as in cryo_interlock_trip()
 */
void cryo_core_trip(struct cryo_core *core, enum cryoprobe_fault code)
{
	s64 now_ns;

	cryo_lock(core);
	if (!core->dead) {
		now_ns = ktime_get_ns();
		cryo_interlock_trip(&core->interlock, code, now_ns);
		cryo_core_follow(core, now_ns);
	}
	cryo_unlock(core);
}

static int on_reboot(struct notifier_block *notifier, unsigned long action, void *data)
{
	cryo_core_trip(container_of(notifier, struct cryo_core, reboot), CRYOPROBE_FAULT_SHUTDOWN);
	return NOTIFY_DONE;
}

static int on_panic(struct notifier_block *notifier, unsigned long action, void *data)
{
	cryo_lines_panic(container_of(notifier, struct cryo_core, panic));
	return NOTIFY_DONE;
}

static void ignore_panic(void *data)
{
	struct cryo_core *core = data;

	atomic_notifier_chain_unregister(&panic_notifier_list, &core->panic);
}

static int watch_system(struct cryo_core *core)
{
	int ret;

	core->panic.notifier_call = on_panic;
	atomic_notifier_chain_register(&panic_notifier_list, &core->panic);
	ret = devm_add_action_or_reset(core->probe, ignore_panic, core);
	if (ret)
		return ret;
	core->reboot.notifier_call = on_reboot;
	return devm_register_reboot_notifier(core->probe, &core->reboot);
}

/* The first thing at unbind; users of open files find a dead probe from here on. */
static void retire(void *data)
{
	struct cryo_core *core = data;

	cryo_core_trip(core, CRYOPROBE_FAULT_REMOVED);
	cryo_lock(core);
	cryo_lines_drive(core, 0);
	core->dead = true;
	cryo_unlock(core);
	wake_up_all(&core->wait);
}

static bool fitted(const struct cryo_core *core, u32 output)
{
	return core->gpios.output[ilog2(output)];
}

static u64 capabilities(const struct cryo_core *core)
{
	u64 found = CRYOPROBE_CAP_PULSE;

	if (core->config.has_thaw)
		found |= CRYOPROBE_CAP_THAW;
	if (core->config.has_sense)
		found |= CRYOPROBE_CAP_SUPPLY_SENSE;
	if (fitted(core, CRYOPROBE_OUT_ALARM))
		found |= CRYOPROBE_CAP_ALARM;
	return found;
}

static void describe_channels(struct cryo_core *core)
{
	struct cryo_interlock_config *config = &core->config;
	u32 i;

	config->channels = core->channels;
	config->tip_resolution_mdegc = cryo_channel_resolution(&core->channel[0]);
	for (i = 0; i < core->channels; i++) {
		const struct cryo_channel *channel = &core->channel[i];

		if (channel->info.flags & CRYOPROBE_CHANNEL_REQUIRED)
			config->required |= BIT(i);
		if (channel->info.role == CRYOPROBE_ROLE_PRESSURE)
			config->pressures |= BIT(i);
		if (channel->info.role == CRYOPROBE_ROLE_COLD_JUNCTION)
			config->cold_junction = i;
		if (channel->info.role == CRYOPROBE_ROLE_TIP ||
		    channel->info.role == CRYOPROBE_ROLE_SHAFT)
			config->compared |= BIT(i);
		if (channel->ranged)
			config->ranged |= BIT(i);
		config->allowed[i] = channel->allowed;
	}
	/* Without a cold junction there is nothing to compare with. */
	if (!config->cold_junction)
		config->compared = 0;
}

static void start_interlock(struct cryo_core *core)
{
	s64 now_ns = ktime_get_ns();
	u32 code;

	describe_channels(core);
	core->config.has_thaw = fitted(core, CRYOPROBE_OUT_THAW);
	core->config.has_sense = !!core->gpios.supply_sense;
	core->capabilities = capabilities(core);
	cryo_interlock_init(&core->interlock, &core->config, now_ns);
	for (code = 0; code < CRYO_FAULTS; code++)
		if (core->eeprom.faults & BIT_ULL(code))
			cryo_interlock_trip(&core->interlock, code, now_ns);
	core->told_state = cryo_interlock_state(&core->interlock);
	core->told_faults = core->interlock.latched;
	core->outputs.has_alarm = fitted(core, CRYOPROBE_OUT_ALARM);
	cryo_outputs_reset(&core->outputs, now_ns);
}

static int get_hardware(struct cryo_core *core)
{
	int ret;

	/* Lines first: outputs go off even if something else is missing. */
	ret = cryo_lines_get(core);
	if (ret)
		return ret;
	ret = cryo_config_read(core);
	if (ret)
		return ret;
	ret = cryo_eeprom_get(core);
	if (ret)
		return ret;
	return cryo_channels_get(core);
}

static int start(struct cryo_core *core)
{
	int ret;

	ret = cryo_iio_alloc(core);
	if (ret)
		return ret;
	ret = cryo_guard_start(core);
	if (ret)
		return ret;
	ret = cryo_lines_watch_estop(core);
	if (ret)
		return ret;
	ret = cryo_sampler_start(core);
	if (ret)
		return ret;
	return cryo_iio_register(core);
}

static int cryo_probe(struct platform_device *pdev)
{
	struct cryo_core *core;
	int ret;

	core = cryo_chardev_alloc(&pdev->dev);
	if (IS_ERR(core))
		return PTR_ERR(core);
	platform_set_drvdata(pdev, core);
	ret = get_hardware(core);
	if (ret)
		return ret;
	start_interlock(core);
	ret = start(core);
	if (ret)
		return ret;
	ret = watch_system(core);
	if (ret)
		return ret;
	ret = cryo_chardev_publish(core);
	if (ret)
		return ret;
	return devm_add_action_or_reset(&pdev->dev, retire, core);
}

static void cryo_shutdown(struct platform_device *pdev)
{
	struct cryo_core *core = platform_get_drvdata(pdev);

	cryo_core_trip(core, CRYOPROBE_FAULT_SHUTDOWN);
	cryo_sampler_pause(core);
}

static int cryo_suspend(struct device *dev)
{
	struct cryo_core *core = dev_get_drvdata(dev);

	cryo_core_trip(core, CRYOPROBE_FAULT_SUSPEND);
	cryo_sampler_pause(core);
	return 0;
}

static int cryo_resume(struct device *dev)
{
	struct cryo_core *core = dev_get_drvdata(dev);

	cryo_lock(core);
	cryo_interlock_resume(&core->interlock);
	cryo_unlock(core);
	cryo_sampler_resume(core);
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(cryo_pm_ops, cryo_suspend, cryo_resume);

static const struct of_device_id cryo_of_match[] = {
	{ .compatible = "cryo,probe" },
	{ }
};
MODULE_DEVICE_TABLE(of, cryo_of_match);

static const struct platform_device_id cryo_id_table[] = {
	{ .name = "cryo-probe" },
	{ }
};
MODULE_DEVICE_TABLE(platform, cryo_id_table);

static struct platform_driver cryo_driver = {
	.driver = {
		.name = "cryo-probe",
		.of_match_table = cryo_of_match,
		.pm = pm_sleep_ptr(&cryo_pm_ops),
	},
	.id_table = cryo_id_table,
	.probe = cryo_probe,
	.shutdown = cryo_shutdown,
};

static int __init cryo_init(void)
{
	int ret;

	ret = cryo_chardev_init();
	if (ret)
		return ret;
	ret = platform_driver_register(&cryo_driver);
	if (ret)
		cryo_chardev_exit();
	return ret;
}
module_init(cryo_init);

static void __exit cryo_exit(void)
{
	platform_driver_unregister(&cryo_driver);
	cryo_chardev_exit();
}
module_exit(cryo_exit);

MODULE_DESCRIPTION("Cryoneurolysis probe");
MODULE_AUTHOR("The cryo developers");
MODULE_LICENSE("GPL");
