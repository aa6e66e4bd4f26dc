// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/cryoprobeN: the device, open files, read() and poll(). The core is kept
 * by the class device, and that by every open file; after unbind only the
 * memory is left, and @dead under the lock tells so.
 */
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "core.h"

#define DEVICES_MAX	64
/* Each sample is copied for each open file, at real-time priority. */
#define FILES_MAX	64

static dev_t first_devt;
static DEFINE_IDA(ids);

static struct class cryo_class = {
	.name = "cryoprobe",
};

/* Open files */

static struct cryo_file *new_file(struct cryo_core *core)
{
	struct cryo_file *cryo = kzalloc(sizeof(*cryo), GFP_KERNEL);

	if (!cryo)
		return NULL;
	cryo->core = core;
	cryo->queue = cryo_queue_new();
	if (cryo->queue)
		return cryo;
	kfree(cryo);
	return NULL;
}

static void free_file(struct cryo_file *cryo)
{
	cryo_queue_free(cryo->queue);
	kfree(cryo);
}

static int add_file(struct cryo_core *core, struct cryo_file *cryo)
{
	int ret = 0;

	cryo_lock(core);
	if (core->dead) {
		ret = -ENODEV;
	} else if (core->files_count >= FILES_MAX) {
		ret = -EMFILE;
	} else {
		list_add_tail(&cryo->entry, &core->files);
		core->files_count++;
	}
	cryo_unlock(core);
	return ret;
}

static int cryo_open(struct inode *inode, struct file *file)
{
	struct cryo_core *core = container_of(inode->i_cdev, struct cryo_core, cdev);
	struct cryo_file *cryo;
	int ret;

	cryo = new_file(core);
	if (!cryo)
		return -ENOMEM;
	ret = add_file(core, cryo);
	if (ret) {
		free_file(cryo);
		return ret;
	}
	file->private_data = cryo;
	return nonseekable_open(inode, file);
}

static void drop_claim(struct cryo_core *core)
{
	s64 now_ns = ktime_get_ns();

	cryo_claim_drop(core, now_ns);
	cryo_core_follow(core, now_ns);
}

/* A descriptor is closed, also by the end of its process. */
static int cryo_flush(struct file *file, fl_owner_t files)
{
	struct cryo_file *cryo = file->private_data;
	struct cryo_core *core = cryo->core;

	cryo_lock(core);
	if (cryo_claim_closes(cryo, files))
		drop_claim(core);
	cryo_unlock(core);
	return 0;
}

static int cryo_release(struct inode *inode, struct file *file)
{
	struct cryo_file *cryo = file->private_data;
	struct cryo_core *core = cryo->core;

	cryo_lock(core);
	if (core->claim.file == cryo)
		drop_claim(core);
	list_del(&cryo->entry);
	core->files_count--;
	cryo_unlock(core);
	free_file(cryo);
	return 0;
}

/* Records */

static void add_to_all(struct cryo_core *core, const struct cryoprobe_record *record)
{
	struct cryo_file *cryo;

	list_for_each_entry(cryo, &core->files, entry)
		cryo_queue_add(cryo->queue, record);
}

/**
 * cryo_chardev_sample() - give the latest sample to all open files
 * @core: the core, locked
 */
void cryo_chardev_sample(struct cryo_core *core)
{
	struct cryoprobe_record record = { .type = CRYOPROBE_RECORD_SAMPLE };

	record.sample = core->sample;
	add_to_all(core, &record);
}

/**
 * cryo_chardev_event() - give an event to all open files
 * @core: the core, locked
 * @event: the event; time and sample are filled in
 * @now_ns: time now
 */
void cryo_chardev_event(struct cryo_core *core, struct cryoprobe_event *event, s64 now_ns)
{
	struct cryoprobe_record record = { .type = CRYOPROBE_RECORD_EVENT };

	event->time_ns = now_ns;
	event->sample_seq = core->sample.seq;
	record.event = *event;
	add_to_all(core, &record);
	wake_up_all(&core->wait);
}

static bool peek(struct cryo_file *cryo, struct cryoprobe_record *record)
{
	bool any;

	cryo_lock(cryo->core);
	any = cryo_queue_peek(cryo->queue, record);
	cryo_unlock(cryo->core);
	return any;
}

static void drop(struct cryo_file *cryo, u64 seq)
{
	cryo_lock(cryo->core);
	cryo_queue_drop(cryo->queue, seq);
	cryo_unlock(cryo->core);
}

static bool readable(struct cryo_file *cryo)
{
	bool readable;

	cryo_lock(cryo->core);
	readable = cryo->core->dead || !cryo_queue_empty(cryo->queue);
	cryo_unlock(cryo->core);
	return readable;
}

/* Copies what there is; a record is dropped only when it has arrived. */
static ssize_t copy_records(struct cryo_file *cryo, char __user *to, size_t count)
{
	struct cryoprobe_record record;
	size_t done = 0;

	while (count - done >= sizeof(record) && peek(cryo, &record)) {
		if (copy_to_user(to + done, &record, sizeof(record)))
			return done ?: -EFAULT;
		drop(cryo, record.seq);
		done += sizeof(record);
	}
	return done;
}

static ssize_t cryo_read(struct file *file, char __user *to, size_t count, loff_t *position)
{
	struct cryo_file *cryo = file->private_data;
	ssize_t done;

	if (count < sizeof(struct cryoprobe_record))
		return -EINVAL;
	for (;;) {
		done = copy_records(cryo, to, count);
		if (done)
			return done;
		if (READ_ONCE(cryo->core->dead))
			return -ENODEV;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(cryo->core->wait, readable(cryo)))
			return -ERESTARTSYS;
	}
}

static __poll_t cryo_poll(struct file *file, poll_table *wait)
{
	struct cryo_file *cryo = file->private_data;
	struct cryo_core *core = cryo->core;
	__poll_t events = 0;

	poll_wait(file, &core->wait, wait);
	cryo_lock(core);
	if (!cryo_queue_empty(cryo->queue))
		events |= EPOLLIN | EPOLLRDNORM;
	/* CRYOPROBE_IOC_EXCHANGE would not wait. */
	if (core->sample.seq > cryo->seen_seq)
		events |= EPOLLOUT | EPOLLWRNORM;
	if (core->dead)
		events |= EPOLLHUP | EPOLLERR;
	cryo_unlock(core);
	return events;
}

static const struct file_operations cryo_fops = {
	.owner = THIS_MODULE,
	.open = cryo_open,
	.flush = cryo_flush,
	.release = cryo_release,
	.read = cryo_read,
	.poll = cryo_poll,
	.unlocked_ioctl = cryo_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* The device */

static void free_core(struct device *dev)
{
	kfree(container_of(dev, struct cryo_core, dev));
}

/* A probe that comes back gets its number again, even if the old one is still open. */
static void put_core(void *data)
{
	struct cryo_core *core = data;

	ida_free(&ids, core->id);
	put_device(&core->dev);
}

/**
 * cryo_chardev_alloc() - make a core
 * @probe: the device that is bound; it holds the core until it is unbound
 *
 * Return: the core, or an error pointer.
 */
struct cryo_core *cryo_chardev_alloc(struct device *probe)
{
	struct cryo_core *core = kzalloc(sizeof(*core), GFP_KERNEL);
	int ret;

	if (!core)
		return ERR_PTR(-ENOMEM);
	ret = ida_alloc_max(&ids, DEVICES_MAX - 1, GFP_KERNEL);
	if (ret < 0) {
		kfree(core);
		return ERR_PTR(ret);
	}
	core->id = ret;
	core->probe = probe;
	strscpy(core->name, dev_name(probe), sizeof(core->name));
	spin_lock_init(&core->lock);
	init_waitqueue_head(&core->wait);
	INIT_LIST_HEAD(&core->files);
	device_initialize(&core->dev);
	core->dev.class = &cryo_class;
	core->dev.groups = cryo_identity_groups;
	core->dev.parent = probe;
	core->dev.devt = MKDEV(MAJOR(first_devt), core->id);
	core->dev.release = free_core;
	ret = devm_add_action_or_reset(probe, put_core, core);
	if (ret)
		return ERR_PTR(ret);
	ret = dev_set_name(&core->dev, "cryoprobe%d", core->id);
	return ret ? ERR_PTR(ret) : core;
}

static void unpublish(void *data)
{
	struct cryo_core *core = data;

	cdev_device_del(&core->cdev, &core->dev);
}

/**
 * cryo_chardev_publish() - let user space in
 * @core: the core, complete
 *
 * Return: 0 or a negative error number.
 */
int cryo_chardev_publish(struct cryo_core *core)
{
	int ret;

	cdev_init(&core->cdev, &cryo_fops);
	core->cdev.owner = THIS_MODULE;
	ret = cdev_device_add(&core->cdev, &core->dev);
	if (ret)
		return dev_err_probe(core->probe, ret, "cannot add the character device\n");
	return devm_add_action_or_reset(core->probe, unpublish, core);
}

/**
 * cryo_chardev_init() - get device numbers and the class
 *
 * Return: 0 or a negative error number.
 */
int cryo_chardev_init(void)
{
	int ret;

	ret = alloc_chrdev_region(&first_devt, 0, DEVICES_MAX, "cryoprobe");
	if (ret)
		return ret;
	ret = class_register(&cryo_class);
	if (ret)
		unregister_chrdev_region(first_devt, DEVICES_MAX);
	return ret;
}

/**
 * cryo_chardev_exit() - give back device numbers and the class
 */
void cryo_chardev_exit(void)
{
	class_unregister(&cryo_class);
	unregister_chrdev_region(first_devt, DEVICES_MAX);
}
