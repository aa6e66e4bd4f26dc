// SPDX-License-Identifier: GPL-2.0-only
/*
 * The claim: who is the controller. It belongs to one table of open files, so
 * a child that has inherited the descriptor neither has it nor keeps it alive.
 *
 * Safety measure SM-CLAIM.
 */
#include <linux/pid.h>
#include <linux/sched.h>

#include "core.h"

static void tell(struct cryo_core *core, u32 kind, s64 now_ns)
{
	struct cryoprobe_event event = { .kind = kind, .pid = pid_nr(core->claim.pid) };

	memcpy(event.comm, core->claim.comm, sizeof(event.comm));
	cryo_chardev_event(core, &event, now_ns);
}

/* Its last command, or call, has been overtaken by time. */
static bool lapsed(const struct cryo_core *core, s64 now_ns)
{
	const struct cryo_interlock *il = &core->interlock;
	u32 validity_ms = il->limits_set ? il->limits.validity_ms :
					   il->config.caps.validity_max_ms;

	return !cryo_interlock_live(il) &&
	       now_ns - core->claim.seen_ns >= validity_ms * CRYO_NS_PER_MS;
}

/**
 * cryo_claim_owner() - tell who the controller is
 * @core: the core, locked
 * @comm: its name, untouched if there is none
 *
 * Return: its process in the caller's namespace, 0 if there is none.
 */
u32 cryo_claim_owner(const struct cryo_core *core, char comm[16])
{
	if (!core->claim.file)
		return 0;
	memcpy(comm, core->claim.comm, sizeof(core->claim.comm));
	return pid_vnr(core->claim.pid);
}

/**
 * cryo_claim_check() - tell whether the caller is the controller
 * @file: the file it calls with
 * @now_ns: time now, kept as the time of its last call
 *
 * Return: true if so.
 */
bool cryo_claim_check(struct cryo_file *file, s64 now_ns)
{
	struct cryo_claim *claim = &file->core->claim;

	if (claim->file != file || claim->files != current->files)
		return false;
	claim->seen_ns = now_ns;
	return true;
}

/**
 * cryo_claim_closes() - tell whether the claim dies with a close
 * @file: the file that is closed
 * @files: the table of open files that it is closed in
 *
 * Return: true if so.
 */
bool cryo_claim_closes(struct cryo_file *file, fl_owner_t files)
{
	const struct cryo_claim *claim = &file->core->claim;

	return claim->file == file && claim->files == files;
}

/**
 * cryo_claim_drop() - the controller goes, and its limits with it
 * @core: the core, locked
 * @now_ns: time now
 */
void cryo_claim_drop(struct cryo_core *core, s64 now_ns)
{
	if (!core->claim.file)
		return;
	cryo_interlock_release(&core->interlock, now_ns);
	tell(core, CRYOPROBE_EVENT_RELEASE, now_ns);
	put_pid(core->claim.pid);
	core->claim = (struct cryo_claim) {};
}

/**
 * cryo_claim_take() - make the caller the controller
 * @file: the file that it calls with
 * @claim: its request; who holds the claim is filled in on -EBUSY
 * @now_ns: time now
 *
 * Return: 0, -EBUSY if there is a controller (or, if taking over, one that is
 * armed or has been heard of within its validity), -EALREADY if it is the
 * caller.
 */
int cryo_claim_take(struct cryo_file *file, struct cryoprobe_claim *claim, s64 now_ns)
{
	struct cryo_core *core = file->core;
	bool takeover = claim->flags & CRYOPROBE_CLAIM_TAKEOVER;

	if (cryo_claim_check(file, now_ns))
		return -EALREADY;
	if (core->claim.file && !(takeover && lapsed(core, now_ns))) {
		claim->owner_pid = cryo_claim_owner(core, claim->owner_comm);
		return -EBUSY;
	}
	cryo_claim_drop(core, now_ns);
	core->claim = (struct cryo_claim) {
		.file = file,
		.files = current->files,
		.pid = get_pid(task_tgid(current)),
		.seen_ns = now_ns,
	};
	get_task_comm(core->claim.comm, current->group_leader);
	tell(core, CRYOPROBE_EVENT_CLAIM, now_ns);
	return 0;
}
