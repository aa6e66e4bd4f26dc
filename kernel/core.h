/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of cryoprobe.ko share: the core, one for each bound probe.
 */
#ifndef CRYO_CORE_H
#define CRYO_CORE_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include <linux/cryoprobe.h>

#include "interlock/identity.h"
#include "interlock/interlock.h"
#include "interlock/outputs.h"
#include "race.h"
#include "thermocouple.h"

struct cryo_file;
struct gpio_desc;
struct iio_channel;
struct iio_dev;
struct nvmem_device;

/**
 * struct cryo_scale - scale of a provider's channel, as IIO gives it
 * @type: IIO_VAL_*, 0 if the provider has none
 * @val: see there
 * @val2: see there
 */
struct cryo_scale {
	int type;
	int val;
	int val2;
};

/**
 * struct cryo_settings - what anybody can set of a provider's channel and readings depend on
 * @scale: see there
 * @mean_of: how many measurements make a reading, 0 if that cannot be set
 * @tc_letter: the type of thermocouple that it linearises, 0 likewise
 */
struct cryo_settings {
	struct cryo_scale scale;
	int mean_of;
	int tc_letter;
};

/**
 * enum cryo_front_end - what the provider's number means
 * @CRYO_FRONT_DIRECT: temperature or pressure
 * @CRYO_FRONT_THERMOCOUPLE: voltage of a thermocouple
 * @CRYO_FRONT_TRANSDUCER: voltage of a pressure transducer
 */
enum cryo_front_end {
	CRYO_FRONT_DIRECT,
	CRYO_FRONT_THERMOCOUPLE,
	CRYO_FRONT_TRANSDUCER,
};

/**
 * struct cryo_channel - one channel of a provider
 * @iio: the provider's channel
 * @info: as CRYOPROBE_IOC_INFO gives it
 * @front_end: what its number means
 * @tc_type: of a thermocouple
 * @gain_milli: thousandths of the amplifier's gain
 * @offset_nv: of the amplifier, referred to its input
 * @zero_uv: output of a pressure transducer at 0 kPa
 * @span_uv: rise of its output to @span_kpa
 * @span_kpa: its full scale
 * @update_ms: how often to read it, 0 for every period
 * @allowed: the widest limits it may have
 * @ranged: the firmware limits it to that
 * @raw: the provider's number at the last reading; the sampler's own
 * @raw_max: largest number of the provider, 0 if unknown
 * @read: settings at the last reading; the sampler's own
 * @settings: the same, under the core's lock
 * @armed: settings when last armed, under the core's lock
 */
struct cryo_channel {
	struct iio_channel *iio;
	struct cryoprobe_channel_info info;
	enum cryo_front_end front_end;
	enum cryo_tc_type tc_type;
	u32 gain_milli;
	s32 offset_nv;
	u32 zero_uv;
	u32 span_uv;
	u32 span_kpa;
	u32 update_ms;
	struct cryoprobe_range allowed;
	bool ranged;
	s32 raw;
	s32 raw_max;
	struct cryo_settings read;
	struct cryo_settings settings;
	struct cryo_settings armed;
};

/**
 * struct cryo_gpios - the lines
 * @output: by bit number of CRYOPROBE_OUT_*, NULL where not fitted
 * @watchdog: feeds the one-shot with each edge
 * @estop: emergency stop
 * @supply_sense: supply of the valves, or NULL
 * @readable: mask of CRYOPROBE_OUT_* whose lines can be read back
 * @wrong: of these, the ones that were other than driven at the last look
 * @watchdog_level: of @watchdog
 * @estop_edge: the emergency stop was pressed since the last look
 */
struct cryo_gpios {
	struct gpio_desc *output[5];
	struct gpio_desc *watchdog;
	struct gpio_desc *estop;
	struct gpio_desc *supply_sense;
	u32 readable;
	u32 wrong;
	bool watchdog_level;
	atomic_t estop_edge;
};

/**
 * struct cryo_sampler - the clock and its worker
 * @worker: SCHED_FIFO
 * @work: one period
 * @timer: hard, fires at each period
 * @period_us: sampling period
 * @start_ns: time of tick 0
 * @ticks: periods that were due since @start_ns
 * @handled: the one of them that was begun last
 * @idle: nothing is being read
 * @window_ns: start of the second in which work is measured
 * @work_max_us: longest work in it
 * @work_sum_us: all work in it
 * @work_count: periods in it
 * @shown_max_us: longest work of the second before
 * @shown_mean_us: mean work of the second before
 *
 * @ticks and @timer apart, under the core's lock.
 */
struct cryo_sampler {
	struct kthread_worker *worker;
	struct kthread_work work;
	struct hrtimer timer;
	u32 period_us;
	s64 start_ns;
	atomic64_t ticks;
	u64 handled;
	bool idle;
	s64 window_ns;
	u32 work_max_us;
	u64 work_sum_us;
	u32 work_count;
	u32 shown_max_us;
	u32 shown_mean_us;
};

/**
 * struct cryo_guard - the worker that closes and gives the pulse
 * @worker: SCHED_FIFO, above the sampler's
 * @work: one look
 * @timer: hard, fires at the next deadline
 */
struct cryo_guard {
	struct kthread_worker *worker;
	struct kthread_work work;
	struct hrtimer timer;
};

/**
 * struct cryo_iio - the IIO device
 * @indio_dev: the device
 * @id: N of iio:deviceN
 * @rate_lock: held around a change of the sampling frequency
 * @push_lock: held around a push, so that a buffer can be taken away
 * @buffered: there is a buffer to push to; under @push_lock
 * @lost: scans that the buffer had no room for
 */
struct cryo_iio {
	struct iio_dev *indio_dev;
	int id;
	struct mutex rate_lock;	/* one writer at a time stops and starts the sampler */
	struct mutex push_lock;	/* a buffer is there, or not, during a push */
	bool buffered;
	atomic_t lost;
};

/**
 * struct cryo_eeprom - the EEPROM that the probe carries
 * @lock: held around its use
 * @nvmem: the EEPROM, NULL if there is none, or none any more
 * @offset: where the image is in it
 * @image: as read at bind
 * @faults: mask of what was found against it then
 * @counted: this use has been counted
 */
struct cryo_eeprom {
	struct mutex lock;	/* it is not taken away while it is being written */
	struct nvmem_device *nvmem;
	u32 offset;
	u8 image[CRYO_IMAGE_BYTES];
	u64 faults;
	bool counted;
};

/**
 * struct cryo_claim - the controller
 * @file: its open file, NULL if there is no controller
 * @files: its table of open files: the claim dies when that closes @file
 * @pid: its process
 * @comm: its name
 * @seen_ns: when it last called
 */
struct cryo_claim {
	struct cryo_file *file;
	fl_owner_t files;
	struct pid *pid;
	char comm[16];
	s64 seen_ns;
};

/**
 * struct cryo_core - one probe
 * @dev: the class device; its references keep the core, also after unbind
 * @cdev: the character device
 * @probe: the bound device; not to be used once @dead
 * @id: number of the character device
 * @name: of @probe
 * @capabilities: CRYOPROBE_CAP_*
 * @identity: as the firmware gives it
 * @eeprom: where that is read, if the probe has one
 * @config: as the firmware gives it
 * @channel: the channels, the tip is the first
 * @channels: how many
 * @gpios: the lines
 * @sampler: see there
 * @guard: see there
 * @iio: see there
 * @reboot: notifier
 * @panic: notifier
 * @wait: woken at each sample, event and at the end
 * @lock: protects all below; taken in thread context only, and never held
 *	across a channel's reading, a user copy or an allocation
 * @dead: the probe is unbound, nothing may touch @gpios any more
 * @interlock: see there
 * @outputs: see there
 * @driven: CRYOPROBE_OUT_* as driven
 * @sample: the latest one
 * @claim: the controller
 * @files: open files
 * @files_count: how many
 * @told_state: state of the last event
 * @told_faults: faults that there were events for
 */
struct cryo_core {
	struct device dev;
	struct cdev cdev;
	struct device *probe;
	int id;
	char name[32];
	u64 capabilities;
	struct cryoprobe_identity identity;
	struct cryo_eeprom eeprom;
	struct cryo_interlock_config config;
	struct cryo_channel channel[CRYOPROBE_CHANNELS_MAX];
	u32 channels;
	struct cryo_gpios gpios;
	struct cryo_sampler sampler;
	struct cryo_guard guard;
	struct cryo_iio iio;
	struct notifier_block reboot;
	struct notifier_block panic;
	wait_queue_head_t wait;

	spinlock_t lock;	/* all that follows */
	bool dead;
	struct cryo_interlock interlock;
	struct cryo_outputs outputs;
	u32 driven;
	struct cryoprobe_sample sample;
	struct cryo_claim claim;
	struct list_head files;
	u32 files_count;
	u32 told_state;
	u64 told_faults;
};

static inline void cryo_lock(struct cryo_core *core) __acquires(&core->lock)
{
	cryo_race_delay();
	spin_lock(&core->lock);
}

static inline void cryo_unlock(struct cryo_core *core) __releases(&core->lock)
{
	spin_unlock(&core->lock);
}

/* core.c; the first two under the core's lock */
void cryo_core_look(struct cryo_core *core, s64 now_ns);
void cryo_core_follow(struct cryo_core *core, s64 now_ns);
void cryo_core_trip(struct cryo_core *core, enum cryoprobe_fault code);

/* config.c */
int cryo_config_read(struct cryo_core *core);

/* eeprom.c */
int cryo_eeprom_get(struct cryo_core *core);
int cryo_eeprom_use(struct cryo_core *core);

/* providers.c */
int cryo_channels_get(struct cryo_core *core);

/* channel.c */
u32 cryo_channel_resolution(struct cryo_channel *channel);
void cryo_channel_read(struct cryo_channel *channel, const struct cryoprobe_value *cold_junction,
		       struct cryoprobe_value *value);

/* lines.c; all but the first three under the core's lock */
int cryo_lines_get(struct cryo_core *core);
int cryo_lines_watch_estop(struct cryo_core *core);
void cryo_lines_panic(struct cryo_core *core);
void cryo_lines_read(struct cryo_core *core, struct cryo_lines *lines);
void cryo_lines_drive(struct cryo_core *core, u32 outputs);
void cryo_lines_pulse(struct cryo_core *core);

/* sampler.c */
int cryo_sampler_start(struct cryo_core *core);
int cryo_sampler_set_period(struct cryo_core *core, u32 period_us);
void cryo_sampler_pause(struct cryo_core *core);
void cryo_sampler_resume(struct cryo_core *core);

/* guard.c */
int cryo_guard_start(struct cryo_core *core);
void cryo_guard_kick(struct cryo_core *core);
void cryo_guard_set_timer(struct cryo_core *core, s64 next_ns);
int cryo_fifo_worker(struct cryo_core *core, const char *name, int priority,
		     struct kthread_worker **ret_worker);

/* iio.c */
int cryo_iio_alloc(struct cryo_core *core);
int cryo_iio_register(struct cryo_core *core);
void cryo_iio_push(struct cryo_core *core, const struct cryoprobe_sample *sample);

/* records.c */
struct cryo_queue;
struct cryo_queue *cryo_queue_new(void);
void cryo_queue_free(struct cryo_queue *queue);
void cryo_queue_mask(struct cryo_queue *queue, u32 types);
bool cryo_queue_empty(const struct cryo_queue *queue);
bool cryo_queue_peek(const struct cryo_queue *queue, struct cryoprobe_record *record);
void cryo_queue_drop(struct cryo_queue *queue, u64 seq);
void cryo_queue_add(struct cryo_queue *queue, const struct cryoprobe_record *record);

/* chardev.c */

/**
 * struct cryo_file - one open file
 * @core: the core, kept by the file
 * @entry: in the core's list
 * @queue: records to read
 * @waiting: somebody waits in CRYOPROBE_IOC_EXCHANGE
 * @seen_seq: the sample that it gave last
 *
 * All under the core's lock.
 */
struct cryo_file {
	struct cryo_core *core;
	struct list_head entry;
	struct cryo_queue *queue;
	bool waiting;
	u64 seen_seq;
};

int cryo_chardev_init(void);
void cryo_chardev_exit(void);
struct cryo_core *cryo_chardev_alloc(struct device *probe);
int cryo_chardev_publish(struct cryo_core *core);
void cryo_chardev_sample(struct cryo_core *core);
void cryo_chardev_event(struct cryo_core *core, struct cryoprobe_event *event, s64 now_ns);

/* identity.c */
extern const struct attribute_group *cryo_identity_groups[];

/* ioctl.c */
long cryo_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* claim.c; under the core's lock */
int cryo_claim_take(struct cryo_file *file, struct cryoprobe_claim *claim, s64 now_ns);
void cryo_claim_drop(struct cryo_core *core, s64 now_ns);
bool cryo_claim_check(struct cryo_file *file, s64 now_ns);
bool cryo_claim_closes(struct cryo_file *file, fl_owner_t files);
u32 cryo_claim_owner(const struct cryo_core *core, char comm[16]);

#endif /* CRYO_CORE_H */
