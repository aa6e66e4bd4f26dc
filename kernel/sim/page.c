// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page that the virtual handpiece shares with the plant: coherent reads of
 * what the pins see, and writes of what the lines drive.
 *
 * The plant is another program, perhaps on the other side of a hypervisor:
 * nothing read from the page is trusted to stay the same between two looks.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include "page.h"

#define READ_TRIES	9	/* the first one and 8 more */

static_assert(sizeof(struct cryosim_page) <= CRYOSIM_PAGE_BYTES);
static_assert((CRYOSIM_EDGES & (CRYOSIM_EDGES - 1)) == 0);

static int sim_page_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct sim_page *page = container_of(file->private_data, struct sim_page, misc);

	if (page->bar)
		return vm_iomap_memory(vma, page->bar, CRYOSIM_PAGE_BYTES);
	return remap_vmalloc_range(vma, page->mem, vma->vm_pgoff);
}

static ssize_t sim_page_copy(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct sim_page *page = container_of(file->private_data, struct sim_page, misc);

	return simple_read_from_buffer(buf, len, pos, page->mem, sizeof(*page->mem));
}

static const struct file_operations sim_page_fops = {
	.owner = THIS_MODULE,
	.mmap = sim_page_mmap,
	.read = sim_page_copy,
	.llseek = default_llseek,
};

/**
 * sim_page_publish - take a page into use and show it as /dev/cryoprobe-sim
 * @page: to be filled in
 * @mem: CRYOSIM_PAGE_BYTES of shared memory, from vmalloc_user() if @bar is 0
 * @bar: physical address of @mem if it belongs to a PCI device
 *
 * Return: 0 or a negative error
 */
int sim_page_publish(struct sim_page *page, struct cryosim_page *mem, phys_addr_t bar)
{
	page->mem = mem;
	page->bar = bar;
	raw_spin_lock_init(&page->lock);
	/* A guest that boots again goes on where the last one stopped. */
	page->edge_seq = READ_ONCE(mem->edge_seq);
	page->misc = (struct miscdevice) {
		.minor = MISC_DYNAMIC_MINOR,
		.name = "cryoprobe-sim",
		.fops = &sim_page_fops,
		.mode = 0600,
	};
	return misc_register(&page->misc);
}

/**
 * sim_page_withdraw - undo sim_page_publish()
 * @page: the page
 */
void sim_page_withdraw(struct sim_page *page)
{
	misc_deregister(&page->misc);
}

/**
 * sim_page_handpieces - how many handpieces the plant offers
 * @page: the page
 *
 * Return: 1 to CRYOSIM_HANDPIECES_MAX, -EAGAIN while the plant has not
 * initialised the page, -EPROTO if it is not a page of this version.
 */
int sim_page_handpieces(struct sim_page *page)
{
	struct cryosim_page *mem = page->mem;
	u32 count;

	/* Pairs with the plant's release of the magic, which it writes last. */
	if (smp_load_acquire(&mem->magic) != CRYOSIM_MAGIC)
		return -EAGAIN;
	count = READ_ONCE(mem->handpieces);
	if (READ_ONCE(mem->version) != CRYOSIM_VERSION ||
	    READ_ONCE(mem->bytes) != sizeof(*mem) ||
	    count < 1 || count > CRYOSIM_HANDPIECES_MAX)
		return -EPROTO;
	return count;
}

/* The word, then an edge whose number is written last. */
static void publish_word(struct sim_page *page, unsigned int handpiece, u32 word)
{
	struct cryosim_page *mem = page->mem;
	u64 seq = ++page->edge_seq;
	struct cryosim_edge *edge = &mem->edge[seq % CRYOSIM_EDGES];

	page->word[handpiece] = word;
	WRITE_ONCE(mem->output[handpiece].word, word);
	/* A reader that is still at the old entry must not take a mixture for it. */
	WRITE_ONCE(edge->seq, 0);
	smp_wmb();	/* the entry is void before it changes */
	WRITE_ONCE(edge->time_ns, ktime_get_ns());
	WRITE_ONCE(edge->word, word);
	WRITE_ONCE(edge->handpiece, handpiece);
	smp_store_release(&edge->seq, seq);	/* the entry is complete */
	smp_store_release(&mem->edge_seq, seq);	/* and may be looked for */
}

static void change(struct sim_page *page, unsigned int handpiece, u32 bits, bool on)
{
	u32 word = on ? page->word[handpiece] | bits : page->word[handpiece] & ~bits;

	if (sim_page_line_faults(page, handpiece) & CRYOSIM_LINE_STUCK)
		word = (word & CRYOSIM_OUT_PULSE) | (page->word[handpiece] & ~CRYOSIM_OUT_PULSE);
	if (word != page->word[handpiece])
		publish_word(page, handpiece, word);
}

/**
 * sim_page_drive - change output lines
 * @page: the page
 * @handpiece: from 0
 * @bits: CRYOSIM_OUT_* lines to change
 * @on: true to drive them
 *
 * Works in any context, also after a panic.
 */
void sim_page_drive(struct sim_page *page, unsigned int handpiece, u32 bits, bool on)
{
	unsigned long flags;

	if (!oops_in_progress) {
		raw_spin_lock_irqsave(&page->lock, flags);
		change(page, handpiece, bits, on);
		raw_spin_unlock_irqrestore(&page->lock, flags);
	} else if (raw_spin_trylock_irqsave(&page->lock, flags)) {
		change(page, handpiece, bits, on);
		raw_spin_unlock_irqrestore(&page->lock, flags);
	} else {
		/* A CPU that the panic has stopped may hold the lock for ever. */
		change(page, handpiece, bits, on);
	}
}

/**
 * sim_page_word - what the output lines drive
 * @page: the page
 * @handpiece: from 0
 *
 * Return: CRYOSIM_OUT_*
 */
u32 sim_page_word(struct sim_page *page, unsigned int handpiece)
{
	return READ_ONCE(page->word[handpiece]);
}

static void renew(struct sim_page *page, unsigned int handpiece)
{
	struct cryosim_output *output = &page->mem->output[handpiece];

	/* The first two only change when a plant has cleared the page. */
	WRITE_ONCE(output->bound, !!(page->attached & BIT(handpiece)));
	WRITE_ONCE(output->word, page->word[handpiece]);
	WRITE_ONCE(output->alive_ns, ktime_get_ns());
}

/**
 * sim_page_alive - renew the handpiece's sign of life
 * @page: the page
 * @handpiece: from 0
 */
void sim_page_alive(struct sim_page *page, unsigned int handpiece)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&page->lock, flags);
	renew(page, handpiece);
	raw_spin_unlock_irqrestore(&page->lock, flags);
}

/**
 * sim_page_attach - begin to drive a handpiece's outputs
 * @page: the page
 * @handpiece: from 0
 * @word: CRYOSIM_OUT_* lines that are found driven
 */
void sim_page_attach(struct sim_page *page, unsigned int handpiece, u32 word)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&page->lock, flags);
	/* What a guest that crashed has left behind ends with an edge, too. */
	if (word || READ_ONCE(page->mem->output[handpiece].word))
		publish_word(page, handpiece, word);
	page->attached |= BIT(handpiece);
	renew(page, handpiece);
	raw_spin_unlock_irqrestore(&page->lock, flags);
}

/**
 * sim_page_detach - stop driving a handpiece's outputs
 * @page: the page
 * @handpiece: from 0
 */
void sim_page_detach(struct sim_page *page, unsigned int handpiece)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&page->lock, flags);
	/* Lines that are stuck fall, too, when the handpiece is pulled out. */
	if (page->word[handpiece])
		publish_word(page, handpiece, 0);
	page->attached &= ~BIT(handpiece);
	renew(page, handpiece);
	raw_spin_unlock_irqrestore(&page->lock, flags);
}

/**
 * sim_page_levels - levels of the input lines
 * @page: the page
 * @handpiece: from 0
 *
 * Return: CRYOSIM_LEVEL_*
 */
u32 sim_page_levels(struct sim_page *page, unsigned int handpiece)
{
	return READ_ONCE(page->mem->input[handpiece].levels);
}

/**
 * sim_page_line_faults - what the handpiece's lines shall do wrong
 * @page: the page
 * @handpiece: from 0
 *
 * Return: CRYOSIM_LINE_*
 */
u32 sim_page_line_faults(struct sim_page *page, unsigned int handpiece)
{
	return READ_ONCE(page->mem->input[handpiece].line_faults);
}

/**
 * sim_page_bus_faults - what the handpiece's bus shall do wrong
 * @page: the page
 * @handpiece: from 0
 *
 * Return: CRYOSIM_BUS_*
 */
u32 sim_page_bus_faults(struct sim_page *page, unsigned int handpiece)
{
	return READ_ONCE(page->mem->input[handpiece].bus_faults);
}

/**
 * sim_page_bus_delay_us - how long a slow bus takes
 * @page: the page
 * @handpiece: from 0
 *
 * Return: microseconds, at most one second
 */
u32 sim_page_bus_delay_us(struct sim_page *page, unsigned int handpiece)
{
	return min_t(u32, READ_ONCE(page->mem->input[handpiece].bus_delay_us), USEC_PER_SEC);
}

/**
 * sim_page_plant_lives - whether the plant has echoed a recent sign of life
 * @page: the page
 *
 * Return: true if it has
 */
bool sim_page_plant_lives(struct sim_page *page)
{
	s64 age = ktime_get_ns() - READ_ONCE(page->mem->echo_ns);

	return age <= CRYOSIM_STAMP_MAX_NS;
}

/**
 * sim_page_read - take a coherent copy of what the pins see
 * @page: the page
 * @handpiece: from 0
 * @ret: the copy, undefined on error
 *
 * Return: 0, or -ENXIO if the plant is dead or never stops writing
 */
int sim_page_read(struct sim_page *page, unsigned int handpiece, struct cryosim_input *ret)
{
	struct cryosim_input *input = &page->mem->input[handpiece];
	unsigned int try;
	u32 version;

	if (!sim_page_plant_lives(page))
		return -ENXIO;
	for (try = 0; try < READ_TRIES; try++) {
		version = smp_load_acquire(&input->version);	/* before the copy */
		if (version & 1) {
			cpu_relax();
			continue;
		}
		memcpy(ret, input, sizeof(*ret));
		smp_rmb();	/* the copy is complete before the second look */
		if (READ_ONCE(input->version) == version)
			return 0;
	}
	return -ENXIO;
}
