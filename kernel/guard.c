// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard: a worker that touches nothing which can block. It closes what has
 * reached its time, looks at the emergency stop, and alone gives the pulse that
 * keeps the one-shot up. It never opens anything.
 *
 * It is queued by the sampler after each period, by the interrupt of the
 * emergency stop, and by its own hard timer at the next deadline.
 *
 * Safety measures SM-GUARD and SM-PULSE.
 */
#include <linux/sched.h>
#include <uapi/linux/sched/types.h>

#include "core.h"

/* Above threaded interrupts, which have 50 on PREEMPT_RT. */
#define GUARD_PRIORITY	60

static void guard_work(struct kthread_work *work)
{
	struct cryo_core *core = container_of(work, struct cryo_core, guard.work);
	s64 now_ns;

	cryo_lock(core);
	if (!core->dead) {
		now_ns = ktime_get_ns();
		cryo_core_look(core, now_ns);
		if (cryo_interlock_pulse(&core->interlock, now_ns))
			cryo_lines_pulse(core);
		cryo_core_follow(core, now_ns);
	}
	cryo_unlock(core);
}

static enum hrtimer_restart guard_timer(struct hrtimer *timer)
{
	struct cryo_core *core = container_of(timer, struct cryo_core, guard.timer);

	kthread_queue_work(core->guard.worker, &core->guard.work);
	return HRTIMER_NORESTART;
}

/**
 * cryo_guard_kick() - let the guard look now
 * @core: the core
 *
 * Any context.
 */
void cryo_guard_kick(struct cryo_core *core)
{
	kthread_queue_work(core->guard.worker, &core->guard.work);
}

/**
 * cryo_guard_set_timer() - let the guard look at a time
 * @core: the core, locked
 * @next_ns: the time, S64_MAX for never
 */
void cryo_guard_set_timer(struct cryo_core *core, s64 next_ns)
{
	if (next_ns == S64_MAX)
		hrtimer_try_to_cancel(&core->guard.timer);
	else
		hrtimer_start(&core->guard.timer, ns_to_ktime(next_ns), HRTIMER_MODE_ABS_HARD);
}

/**
 * cryo_fifo_worker() - create a worker of real-time priority
 * @core: the core
 * @name: what it is for
 * @priority: SCHED_FIFO priority
 * @ret_worker: the worker, untouched on error
 *
 * Return: 0 or a negative error number.
 */
int cryo_fifo_worker(struct cryo_core *core, const char *name, int priority,
		     struct kthread_worker **ret_worker)
{
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = priority,
	};
	struct kthread_worker *worker;
	int ret;

	worker = kthread_create_worker(0, "cryo%d-%s", core->id, name);
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	ret = sched_setattr_nocheck(worker->task, &attr);
	if (ret) {
		kthread_destroy_worker(worker);
		return ret;
	}
	*ret_worker = worker;
	return 0;
}

static void guard_stop(void *data)
{
	struct cryo_core *core = data;

	/* Its last look must not set the timer again. */
	cryo_lock(core);
	core->dead = true;
	cryo_unlock(core);
	hrtimer_cancel(&core->guard.timer);
	kthread_destroy_worker(core->guard.worker);
}

/**
 * cryo_guard_start() - start the guard
 * @core: the core
 *
 * Return: 0 or a negative error number.
 */
int cryo_guard_start(struct cryo_core *core)
{
	int ret;

	hrtimer_init(&core->guard.timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	core->guard.timer.function = guard_timer;
	kthread_init_work(&core->guard.work, guard_work);
	ret = cryo_fifo_worker(core, "guard", GUARD_PRIORITY, &core->guard.worker);
	if (ret)
		return dev_err_probe(core->probe, ret, "cannot start the guard\n");
	return devm_add_action_or_reset(core->probe, guard_stop, core);
}
