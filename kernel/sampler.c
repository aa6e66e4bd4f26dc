// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sampler: the clock, and the order of work in a period. It reads the
 * channels, which may take any time, then decides and opens under the core's
 * lock, and publishes. If it hangs in a reading, the guard does the rest.
 */
#include "core.h"
#include "trace.h"

/* At and below threaded interrupts, above any controller in user space. */
#define SAMPLER_PRIORITY	50

#define PERIOD_DEFAULT_US	20000
#define WORK_WINDOW_NS		(1000 * CRYO_NS_PER_MS)

static s64 period_ns(const struct cryo_sampler *sampler)
{
	return sampler->period_us * 1000LL;
}

static s64 due_ns(const struct cryo_sampler *sampler, u64 tick)
{
	return sampler->start_ns + (s64)tick * period_ns(sampler);
}

static bool is_turn(const struct cryo_channel *channel, u32 index, u64 seq)
{
	/* The first time all; then spread those that are not read every time. */
	/* A new sampling frequency may change it during a period. */
	return seq == 1 || (seq + index) % READ_ONCE(channel->info.every) == 0;
}

static const struct cryoprobe_value *cold_junction_of(const struct cryo_core *core,
						      const struct cryo_period *period)
{
	static const struct cryoprobe_value none;
	u32 i;

	for (i = 0; i < core->channels; i++)
		if (core->channel[i].info.role == CRYOPROBE_ROLE_COLD_JUNCTION)
			return &period->value[i];
	return &none;
}

/* The tip is first, but its very first reading needs a cold junction. */
static void read_cold_junction_first(struct cryo_core *core, struct cryo_period *period)
{
	static const struct cryoprobe_value none;
	u32 i;

	for (i = 1; i < core->channels; i++)
		if (core->channel[i].info.role == CRYOPROBE_ROLE_COLD_JUNCTION)
			cryo_channel_read(&core->channel[i], &none, &period->value[i]);
}

static void read_channels(struct cryo_core *core, struct cryo_period *period)
{
	const struct cryoprobe_value *cold_junction = cold_junction_of(core, period);
	u32 i;

	if (period->seq == 1)
		read_cold_junction_first(core, period);
	for (i = 0; i < core->channels; i++) {
		period->value[i].status &= ~CRYOPROBE_VALUE_FRESH;
		if (is_turn(&core->channel[i], i, period->seq))
			cryo_channel_read(&core->channel[i], cold_junction, &period->value[i]);
		if (i == 0)
			period->time_ns = ktime_get_ns();
	}
}

static bool settings_changed(struct cryo_core *core)
{
	bool changed = false;
	u32 i;

	for (i = 0; i < core->channels; i++) {
		struct cryo_channel *channel = &core->channel[i];

		channel->settings = channel->read;
		changed |= memcmp(&channel->settings, &channel->armed,
				  sizeof(channel->settings)) != 0;
	}
	return changed;
}

static void measure_work(struct cryo_sampler *sampler, s64 begun_ns, s64 now_ns)
{
	u32 work_us = div_s64(now_ns - begun_ns, 1000);

	sampler->work_max_us = max(sampler->work_max_us, work_us);
	sampler->work_sum_us += work_us;
	sampler->work_count++;
	if (now_ns - sampler->window_ns < WORK_WINDOW_NS)
		return;
	sampler->shown_max_us = sampler->work_max_us;
	sampler->shown_mean_us = div_u64(sampler->work_sum_us, sampler->work_count);
	sampler->work_max_us = 0;
	sampler->work_sum_us = 0;
	sampler->work_count = 0;
	sampler->window_ns = now_ns;
}

static void fill_sample(struct cryo_core *core, const struct cryo_period *period)
{
	const struct cryo_interlock *il = &core->interlock;

	core->sample = (struct cryoprobe_sample) {
		.seq = period->seq,
		.time_ns = period->time_ns,
		.due_ns = period->due_ns,
		.period_us = core->sampler.period_us,
		.state = cryo_interlock_state(il),
		.outputs = core->driven,
		.flow_permille = il->flow,
		.thaw_permille = il->thaw,
		.missed = il->missed,
		.command_seq = il->command_seq,
		.fault_mask = il->latched,
		.fault_seq = il->fault_seq,
		.channels = core->channels,
	};
	memcpy(core->sample.channel, period->value, sizeof(core->sample.channel));
}

/* Which period this is; false if it is none. Under the core's lock. */
static bool begin(struct cryo_core *core, struct cryo_period *period)
{
	struct cryo_sampler *sampler = &core->sampler;
	u64 ticks = atomic64_read(&sampler->ticks);

	if (core->dead || ticks == sampler->handled)
		return false;
	period->seq = core->sample.seq + 1;
	period->due_ns = due_ns(sampler, ticks);
	period->missed = ticks - sampler->handled - 1;
	memcpy(period->value, core->sample.channel, sizeof(period->value));
	sampler->handled = ticks;
	sampler->idle = false;
	return true;
}

/* Decide, open, publish; under the core's lock. */
static void finish(struct cryo_core *core, struct cryo_period *period, s64 begun_ns)
{
	struct cryo_sampler *sampler = &core->sampler;
	s64 now_ns = ktime_get_ns();

	sampler->idle = true;
	if (core->dead)
		return;
	period->next_due_ns = due_ns(sampler, sampler->handled + 1);
	period->tip_code = core->channel[0].raw;
	period->scale_changed = settings_changed(core);
	measure_work(sampler, begun_ns, now_ns);
	cryo_interlock_period(&core->interlock, period, now_ns);
	cryo_core_look(core, now_ns);
	cryo_outputs_open(&core->outputs, &core->interlock, now_ns);
	cryo_core_follow(core, now_ns);
	fill_sample(core, period);
	trace_cryoprobe_sample(core->id, &core->sample);
	cryo_chardev_sample(core);
}

static void sampler_work(struct kthread_work *work)
{
	struct cryo_core *core = container_of(work, struct cryo_core, sampler.work);
	struct cryoprobe_sample sample;
	struct cryo_period period = {};
	s64 begun_ns = ktime_get_ns();
	bool due;

	cryo_lock(core);
	due = begin(core, &period);
	cryo_unlock(core);
	if (!due)
		return;

	read_channels(core, &period);

	cryo_lock(core);
	finish(core, &period, begun_ns);
	sample = core->sample;
	cryo_unlock(core);

	wake_up_all(&core->wait);
	cryo_guard_kick(core);
	cryo_iio_push(core, &sample);
}

static enum hrtimer_restart sampler_timer(struct hrtimer *timer)
{
	struct cryo_core *core = container_of(timer, struct cryo_core, sampler.timer);
	struct cryo_sampler *sampler = &core->sampler;

	atomic64_add(hrtimer_forward_now(timer, ns_to_ktime(period_ns(sampler))),
		     &sampler->ticks);
	kthread_queue_work(sampler->worker, &sampler->work);
	return HRTIMER_RESTART;
}

static void set_turns(struct cryo_core *core)
{
	u32 i;

	for (i = 0; i < core->channels; i++) {
		struct cryo_channel *channel = &core->channel[i];

		/* The last period of the old frequency may still be going on. */
		WRITE_ONCE(channel->info.every,
			   max(channel->update_ms * 1000 / core->sampler.period_us, 1U));
	}
}

/**
 * cryo_sampler_resume() - let periods come
 * @core: the core, its timer stopped
 */
void cryo_sampler_resume(struct cryo_core *core)
{
	struct cryo_sampler *sampler = &core->sampler;
	s64 first_ns;

	cryo_lock(core);
	set_turns(core);
	sampler->start_ns = ktime_get_ns();
	atomic64_set(&sampler->ticks, 0);
	sampler->handled = 0;
	sampler->window_ns = sampler->start_ns;
	first_ns = due_ns(sampler, 1);
	cryo_interlock_start_sampling(&core->interlock, sampler->period_us, first_ns);
	cryo_unlock(core);
	hrtimer_start(&sampler->timer, ns_to_ktime(first_ns), HRTIMER_MODE_ABS_HARD);
}

static bool is_idle(struct cryo_core *core)
{
	bool idle;

	cryo_lock(core);
	idle = core->sampler.idle;
	cryo_unlock(core);
	return idle;
}

/**
 * cryo_sampler_pause() - no more periods
 * @core: the core, already safe
 *
 * Waits for a reading that is going on, but not for ever: it may hang.
 */
void cryo_sampler_pause(struct cryo_core *core)
{
	hrtimer_cancel(&core->sampler.timer);
	cryo_lock(core);
	cryo_interlock_stop_sampling(&core->interlock);
	cryo_unlock(core);
	if (!wait_event_timeout(core->wait, is_idle(core),
				usecs_to_jiffies(2 * core->sampler.period_us) + HZ / 10))
		dev_warn(core->probe, "a channel's reading does not end\n");
}

/**
 * cryo_sampler_set_period() - change the sampling period
 * @core: the core
 * @period_us: new period
 *
 * Return: 0, or -EBUSY while armed.
 */
int cryo_sampler_set_period(struct cryo_core *core, u32 period_us)
{
	cryo_lock(core);
	if (cryo_interlock_live(&core->interlock)) {
		cryo_unlock(core);
		return -EBUSY;
	}
	/* Refuses arming until the new period has begun. */
	cryo_interlock_stop_sampling(&core->interlock);
	cryo_unlock(core);

	hrtimer_cancel(&core->sampler.timer);
	cryo_lock(core);
	/* Who only wants to know how long to wait reads it without the lock. */
	WRITE_ONCE(core->sampler.period_us, period_us);
	cryo_unlock(core);
	cryo_sampler_resume(core);
	return 0;
}

static void sampler_stop(void *data)
{
	struct cryo_core *core = data;

	hrtimer_cancel(&core->sampler.timer);
	kthread_destroy_worker(core->sampler.worker);
}

/**
 * cryo_sampler_start() - start sampling
 * @core: the core, with channels and guard
 *
 * Return: 0 or a negative error number.
 */
int cryo_sampler_start(struct cryo_core *core)
{
	struct cryo_sampler *sampler = &core->sampler;
	int ret;

	sampler->period_us = PERIOD_DEFAULT_US;
	sampler->idle = true;
	hrtimer_init(&sampler->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	sampler->timer.function = sampler_timer;
	kthread_init_work(&sampler->work, sampler_work);
	ret = cryo_fifo_worker(core, "sampler", SAMPLER_PRIORITY, &sampler->worker);
	if (ret)
		return dev_err_probe(core->probe, ret, "cannot start the sampler\n");
	ret = devm_add_action_or_reset(core->probe, sampler_stop, core);
	if (ret)
		return ret;
	cryo_sampler_resume(core);
	return 0;
}
