// SPDX-License-Identifier: GPL-2.0-or-later
/* Maps the shared page, publishes inputs under its seqlock and follows the ring of edges. */
#include "selftests/plant/page.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file made where a device node is to appear would stand in its way. */
static bool is_device_path(const char *path)
{
	return !strncmp(path, "/dev/", 5) && strncmp(path, "/dev/shm/", 9);
}

static int open_backing(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC | (is_device_path(path) ? 0 : O_CREAT), 0600), r;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 ||
	    (S_ISREG(st.st_mode) && st.st_size < CRYOSIM_PAGE_BYTES &&
	     ftruncate(fd, CRYOSIM_PAGE_BYTES) < 0)) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

void page_begin(struct page *p, void *mem, unsigned int handpieces)
{
	struct cryosim_page *page = mem;

	*p = (struct page){ .mem = page, .handpieces = handpieces };
	__atomic_store_n(&page->magic, 0, __ATOMIC_RELEASE);
	p->next_edge = __atomic_load_n(&page->edge_seq, __ATOMIC_ACQUIRE) + 1;
	memset(page->input, 0, sizeof(page->input));
	page->version = CRYOSIM_VERSION;
	page->bytes = sizeof(*page);
	page->handpieces = handpieces;
	page->reserved = 0;
	page->echo_ns = 0;
	page->plant_ns = 0;
}

void page_announce(struct page *p)
{
	__atomic_store_n(&p->mem->magic, CRYOSIM_MAGIC, __ATOMIC_RELEASE);
}

int page_open(struct page *p, const char *path, unsigned int handpieces)
{
	int fd = open_backing(path), r = 0;
	void *mem;

	if (fd < 0)
		return fd;
	mem = mmap(NULL, CRYOSIM_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		r = -errno;
	else
		page_begin(p, mem, handpieces);
	close(fd);
	return r;
}

void page_close(struct page *p)
{
	if (p->mem)
		munmap(p->mem, CRYOSIM_PAGE_BYTES);
	p->mem = NULL;
}

void page_publish(struct page *p, unsigned int handpiece, const struct cryosim_input *input)
{
	struct cryosim_input *out = &p->mem->input[handpiece];
	uint32_t version = out->version & ~1U;

	__atomic_store_n(&out->version, version + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	out->levels = input->levels;
	out->bus_faults = input->bus_faults;
	out->bus_delay_us = input->bus_delay_us;
	out->line_faults = input->line_faults;
	memcpy(out->ain_nv, input->ain_nv, sizeof(out->ain_nv));
	out->object_mk = input->object_mk;
	out->ambient_mk = input->ambient_mk;
	__atomic_store_n(&out->version, version + 2, __ATOMIC_RELEASE);
}

void page_stamp(struct page *p, int64_t now_ns)
{
	int64_t echo_ns = 0;

	for (unsigned int i = 0; i < p->handpieces; i++) {
		int64_t alive_ns = __atomic_load_n(&p->mem->output[i].alive_ns, __ATOMIC_RELAXED);

		if (alive_ns > echo_ns)
			echo_ns = alive_ns;
	}
	__atomic_store_n(&p->mem->echo_ns, echo_ns, __ATOMIC_RELAXED);
	__atomic_store_n(&p->mem->plant_ns, now_ns, __ATOMIC_RELEASE);
}

/* A guest that booted again may count from anywhere: what it has made so far is history. */
static void resynchronise(struct page *p, uint64_t newest)
{
	if (newest >= p->next_edge)
		p->lost_edges += newest - p->next_edge + 1;
	p->next_edge = newest + 1;
}

bool page_next_edge(struct page *p, struct cryosim_edge *ret_edge, bool *ret_lost)
{
	uint64_t newest = __atomic_load_n(&p->mem->edge_seq, __ATOMIC_ACQUIRE);
	const struct cryosim_edge *slot = &p->mem->edge[p->next_edge % CRYOSIM_EDGES];
	struct cryosim_edge edge;

	*ret_lost = false;
	if (newest == p->next_edge - 1)
		return false;
	if (__atomic_load_n(&slot->seq, __ATOMIC_ACQUIRE) == p->next_edge) {
		edge = *slot;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&slot->seq, __ATOMIC_RELAXED) == p->next_edge) {
			p->next_edge++;
			*ret_edge = edge;
			return true;
		}
	}
	resynchronise(p, newest);
	*ret_lost = true;
	return false;
}

uint32_t page_word(const struct page *p, unsigned int handpiece)
{
	return __atomic_load_n(&p->mem->output[handpiece].word, __ATOMIC_ACQUIRE);
}
