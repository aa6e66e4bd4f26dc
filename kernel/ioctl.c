// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of /dev/cryoprobeN. Requests are told apart by their number; the
 * size in them is the caller's size of the struct, which may be smaller or
 * larger than ours.
 */
#include <linux/iio/iio.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "core.h"

/* What a struct needs to be here on the stack; the largest are allocated. */
#define SMALL_BYTES	512
/* A sample comes within two periods, or something is wrong. */
#define SAMPLE_PERIODS	2
#define SAMPLE_SLACK_NS	(100 * CRYO_NS_PER_MS)

/* Flags of an ioctl: what the caller must have. */
#define NEEDS_WRITE	BIT(0)
#define NEEDS_CLAIM	BIT(1)

/* The handler runs without the core's lock. */
typedef int (*cryo_handler)(struct file *file, struct cryo_file *cryo, void *data);

struct cryo_request {
	unsigned int cmd;
	u32 needs;
	cryo_handler handler;
};

static void fill_status(struct cryo_core *core, struct cryoprobe_status *status)
{
	cryo_interlock_status(&core->interlock, status);
	status->outputs = core->driven;
	status->work_us = core->sampler.shown_max_us;
	status->owner_pid = cryo_claim_owner(core, status->owner_comm);
}

static int get_info(struct file *file, struct cryo_file *cryo, void *data)
{
	struct cryo_core *core = cryo->core;
	struct cryoprobe_info *info = data;
	u32 i;

	info->abi_version = CRYOPROBE_ABI_VERSION;
	info->channels = core->channels;
	info->caps = core->config.caps;
	info->iio_device = core->iio.id;
	strscpy(info->name, core->name, sizeof(info->name));
	info->capabilities = core->capabilities;

	cryo_lock(core);
	info->caps.validity_min_ms = cryo_interlock_validity_min_ms(&core->interlock);
	info->period_us = core->sampler.period_us;
	info->owner_pid = cryo_claim_owner(core, info->owner_comm);
	for (i = 0; i < core->channels; i++) {
		info->channel[i] = core->channel[i].info;
		info->allowed[i] = core->channel[i].allowed;
	}
	cryo_unlock(core);
	return 0;
}

static int get_identity(struct file *file, struct cryo_file *cryo, void *data)
{
	cryo_lock(cryo->core);
	memcpy(data, &cryo->core->identity, sizeof(cryo->core->identity));
	cryo_unlock(cryo->core);
	return 0;
}

static int get_status(struct file *file, struct cryo_file *cryo, void *data)
{
	cryo_lock(cryo->core);
	fill_status(cryo->core, data);
	cryo_unlock(cryo->core);
	return 0;
}

static int get_limits(struct file *file, struct cryo_file *cryo, void *data)
{
	struct cryo_interlock *il = &cryo->core->interlock;
	int ret = 0;

	cryo_lock(cryo->core);
	if (il->limits_set)
		memcpy(data, &il->limits, sizeof(il->limits));
	else
		ret = -ENODATA;
	cryo_unlock(cryo->core);
	return ret;
}

/*
 * The rest changes the interlock: each has a part that runs under the lock,
 * with the caller's right to it checked, and what follows from it done.
 */
static int locked(struct cryo_file *cryo, u32 needs, void *data,
		  int (*part)(struct cryo_file *cryo, void *data, s64 now_ns))
{
	struct cryo_core *core = cryo->core;
	s64 now_ns;
	int ret;

	cryo_lock(core);
	now_ns = ktime_get_ns();
	if (core->dead)
		ret = -ENODEV;
	else if ((needs & NEEDS_CLAIM) && !cryo_claim_check(cryo, now_ns))
		ret = -EPERM;
	else
		ret = part(cryo, data, now_ns);
	cryo_core_follow(core, now_ns);
	cryo_unlock(core);
	return ret;
}

static int claim_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	return cryo_claim_take(cryo, data, now_ns);
}

static int claim(struct file *file, struct cryo_file *cryo, void *data)
{
	struct cryoprobe_claim *claim = data;

	if (claim->flags & ~CRYOPROBE_CLAIM_TAKEOVER)
		return -EINVAL;
	claim->owner_pid = 0;
	memset(claim->owner_comm, 0, sizeof(claim->owner_comm));
	return locked(cryo, 0, claim, claim_part);
}

static int release_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	if (cryo_interlock_live(&cryo->core->interlock))
		return -EBUSY;
	cryo_claim_drop(cryo->core, now_ns);
	return 0;
}

static int release(struct file *file, struct cryo_file *cryo, void *data)
{
	return locked(cryo, NEEDS_CLAIM, data, release_part);
}

static int set_limits_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	struct cryoprobe_event event = { .kind = CRYOPROBE_EVENT_LIMITS };
	int ret = cryo_interlock_set_limits(&cryo->core->interlock, data);

	if (!ret)
		cryo_chardev_event(cryo->core, &event, now_ns);
	return ret;
}

static int set_limits(struct file *file, struct cryo_file *cryo, void *data)
{
	return locked(cryo, NEEDS_CLAIM, data, set_limits_part);
}

/* Tells what stands in the way of arming, before a use is counted. */
static int try_arm_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	struct cryo_core *core = cryo->core;
	int ret;

	ret = cryo_interlock_arm(&core->interlock, core->sampler.shown_mean_us, now_ns);
	if (!ret)
		cryo_interlock_disarm(&core->interlock, now_ns);
	return ret;
}

static int arm_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	struct cryo_core *core = cryo->core;
	u32 i;
	int ret;

	ret = cryo_interlock_arm(&core->interlock, core->sampler.shown_mean_us, now_ns);
	if (ret)
		return ret;
	for (i = 0; i < core->channels; i++)
		core->channel[i].armed = core->channel[i].settings;
	return 0;
}

static int cancel_arming_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	struct cryo_interlock *il = &cryo->core->interlock;

	if (il->phase == CRYO_ARMING)
		cryo_interlock_disarm(il, now_ns);
	return 0;
}

static bool arming(struct cryo_core *core)
{
	bool arming;

	cryo_lock(core);
	arming = !core->dead && core->interlock.phase == CRYO_ARMING;
	cryo_unlock(core);
	return arming;
}

static int armed_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	switch (cryo->core->interlock.phase) {
	case CRYO_ARMED:
		return 0;
	case CRYO_FAULT:
		return -EIO;
	default:
		/* Somebody has disarmed it meanwhile. */
		return -ECANCELED;
	}
}

static int arm(struct file *file, struct cryo_file *cryo, void *data)
{
	struct cryo_core *core = cryo->core;
	int ret;

	ret = locked(cryo, NEEDS_CLAIM, data, try_arm_part) ?: cryo_eeprom_use(core) ?:
	      locked(cryo, NEEDS_CLAIM, data, arm_part);
	if (ret)
		return ret;
	/* The sequence ends by itself, in one way or another. */
	if (wait_event_interruptible(core->wait, !arming(core))) {
		locked(cryo, 0, data, cancel_arming_part);
		return -EINTR;
	}
	return locked(cryo, 0, data, armed_part);
}

static int disarm_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	cryo_interlock_disarm(&cryo->core->interlock, now_ns);
	return 0;
}

static int disarm(struct file *file, struct cryo_file *cryo, void *data)
{
	return locked(cryo, 0, data, disarm_part);
}

static int clear_fault_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	struct cryo_interlock *il = &cryo->core->interlock;
	struct cryoprobe_event event = {
		.kind = CRYOPROBE_EVENT_CLEARED,
		.old = il->fault_seq,
	};
	struct cryoprobe_clear_fault *clear = data;
	bool latched = il->latched;
	int ret;

	ret = cryo_interlock_clear(il, clear->fault_seq);
	clear->present_mask = il->latched & il->standing;
	if (!ret && latched)
		cryo_chardev_event(cryo->core, &event, now_ns);
	return ret;
}

static int clear_fault(struct file *file, struct cryo_file *cryo, void *data)
{
	struct cryoprobe_clear_fault *clear = data;

	if (clear->reserved)
		return -EINVAL;
	return locked(cryo, NEEDS_CLAIM, data, clear_fault_part);
}

static int set_mask_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	const struct cryoprobe_mask *mask = data;

	cryo_queue_mask(cryo->queue, mask->types);
	return 0;
}

static int set_mask(struct file *file, struct cryo_file *cryo, void *data)
{
	const struct cryoprobe_mask *mask = data;

	if (mask->reserved ||
	    (mask->types & ~(BIT(CRYOPROBE_RECORD_SAMPLE) | BIT(CRYOPROBE_RECORD_EVENT))))
		return -EINVAL;
	return locked(cryo, 0, data, set_mask_part);
}

/* Exchange */

/**
 * struct cryo_turn - one exchange on its way
 * @x: the caller's struct
 * @wait: it waits for a sample
 * @seq: for one newer than this
 */
struct cryo_turn {
	struct cryoprobe_exchange *x;
	bool wait;
	u64 seq;
};

static int command_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	struct cryo_core *core = cryo->core;
	struct cryo_turn *turn = data;
	struct cryoprobe_exchange *x = turn->x;

	if (turn->wait && cryo->waiting)
		return -EBUSY;
	x->verdict = CRYOPROBE_VERDICT_NONE;
	if (!(x->flags & CRYOPROBE_EXCHANGE_NO_COMMAND)) {
		if (!cryo_claim_check(cryo, now_ns))
			return -EPERM;
		x->verdict = cryo_interlock_command(&core->interlock, x->sample_seq,
						    x->flow_permille, x->thaw_permille, now_ns);
	}
	/* A sample from the future would never come. */
	turn->seq = min(x->sample_seq, core->sample.seq);
	if (turn->wait)
		cryo->waiting = true;
	return 0;
}

static bool sample_newer(struct cryo_core *core, u64 seq)
{
	bool newer;

	cryo_lock(core);
	newer = core->dead || core->sample.seq > seq;
	cryo_unlock(core);
	return newer;
}

static int wait_for_sample(struct cryo_file *cryo, u64 seq)
{
	struct cryo_core *core = cryo->core;
	s64 limit_ns = SAMPLE_PERIODS * 1000LL * READ_ONCE(core->sampler.period_us) +
		       SAMPLE_SLACK_NS;
	int ret;

	ret = wait_event_interruptible_hrtimeout(core->wait, sample_newer(core, seq),
						 ns_to_ktime(limit_ns));
	cryo_lock(core);
	cryo->waiting = false;
	cryo_unlock(core);
	/* The command stands, so the call must not be made again by itself. */
	return ret == -ERESTARTSYS ? -EINTR : ret;
}

static int take_sample_part(struct cryo_file *cryo, void *data, s64 now_ns)
{
	struct cryo_core *core = cryo->core;
	struct cryo_turn *turn = data;
	struct cryoprobe_exchange *x = turn->x;

	fill_status(core, &x->status);
	x->sample = core->sample;
	x->skipped = 0;
	if (core->sample.seq <= turn->seq)
		return -EAGAIN;
	x->skipped = min(core->sample.seq - turn->seq - 1, (u64)U32_MAX);
	cryo->seen_seq = core->sample.seq;
	return 0;
}

static int exchange(struct file *file, struct cryo_file *cryo, void *data)
{
	struct cryoprobe_exchange *x = data;
	struct cryo_turn turn = { .x = x, .wait = !(file->f_flags & O_NONBLOCK) };
	int ret, waited = 0;

	if ((x->flags & ~CRYOPROBE_EXCHANGE_NO_COMMAND) || x->reserved)
		return -EINVAL;
	ret = locked(cryo, 0, &turn, command_part);
	if (ret)
		return ret;
	if (turn.wait)
		waited = wait_for_sample(cryo, turn.seq);
	ret = locked(cryo, 0, &turn, take_sample_part);
	return waited ?: ret;
}

/* Dispatch */

static const struct cryo_request requests[] = {
	{ CRYOPROBE_IOC_INFO, 0, get_info },
	{ CRYOPROBE_IOC_IDENTITY, 0, get_identity },
	{ CRYOPROBE_IOC_STATUS, 0, get_status },
	{ CRYOPROBE_IOC_CLAIM, NEEDS_WRITE, claim },
	{ CRYOPROBE_IOC_RELEASE, NEEDS_WRITE, release },
	{ CRYOPROBE_IOC_GET_LIMITS, 0, get_limits },
	{ CRYOPROBE_IOC_SET_LIMITS, NEEDS_WRITE, set_limits },
	{ CRYOPROBE_IOC_ARM, NEEDS_WRITE, arm },
	{ CRYOPROBE_IOC_DISARM, NEEDS_WRITE, disarm },
	{ CRYOPROBE_IOC_CLEAR_FAULT, NEEDS_WRITE, clear_fault },
	{ CRYOPROBE_IOC_EXCHANGE, 0, exchange },
	{ CRYOPROBE_IOC_MASK, 0, set_mask },
};

/* The size may be another, but the struct and its direction must be there, or not. */
static bool same_request(unsigned int cmd, unsigned int ours)
{
	return _IOC_TYPE(cmd) == _IOC_TYPE(ours) && _IOC_NR(cmd) == _IOC_NR(ours) &&
	       _IOC_DIR(cmd) == _IOC_DIR(ours) && !_IOC_SIZE(cmd) == !_IOC_SIZE(ours);
}

static const struct cryo_request *find_request(unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++)
		if (same_request(cmd, requests[i].cmd))
			return &requests[i];
	return NULL;
}

static int copy_back(void __user *to, size_t user_size, const void *data, size_t size)
{
	size_t common = min(user_size, size);

	if (copy_to_user(to, data, common) || clear_user(to + common, user_size - common))
		return -EFAULT;
	return 0;
}

static int run(struct file *file, const struct cryo_request *request, unsigned int cmd,
	       void __user *arg, void *data)
{
	size_t size = _IOC_SIZE(request->cmd), user_size = _IOC_SIZE(cmd);
	int ret;

	memset(data, 0, size);
	if (_IOC_DIR(cmd) & _IOC_WRITE) {
		ret = copy_struct_from_user(data, size, arg, user_size);
		if (ret)
			return ret;
	}
	ret = request->handler(file, file->private_data, data);
	/* A request that says why it failed does so also then. */
	if ((_IOC_DIR(cmd) & _IOC_READ) && (!ret || (_IOC_DIR(cmd) & _IOC_WRITE)) &&
	    copy_back(arg, user_size, data, size))
		return -EFAULT;
	return ret;
}

/**
 * cryo_ioctl() - ioctl() on the character device
 * @file: the open file
 * @cmd: request, its size is the caller's
 * @arg: the caller's struct
 *
 * Return: 0 or a negative error number.
 */
long cryo_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct cryo_request *request = find_request(cmd);
	struct cryo_file *cryo = file->private_data;
	u64 small[SMALL_BYTES / sizeof(u64)];
	void *large;
	long ret;

	if (!request)
		return -ENOTTY;
	if (READ_ONCE(cryo->core->dead))
		return -ENODEV;
	if ((request->needs & NEEDS_WRITE) && !(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (_IOC_SIZE(request->cmd) <= sizeof(small))
		return run(file, request, cmd, (void __user *)arg, small);
	large = kmalloc(_IOC_SIZE(request->cmd), GFP_KERNEL);
	if (!large)
		return -ENOMEM;
	ret = run(file, request, cmd, (void __user *)arg, large);
	kfree(large);
	return ret;
}
