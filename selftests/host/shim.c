// SPDX-License-Identifier: GPL-2.0
/* User space stand-ins for kernel functions that are more than a line. */
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

unsigned long jiffies;
long host_alloc_left = -1;
long host_pages;
unsigned long host_ram_pages = 1 << 20;
long host_available_pages = 1 << 20;
bool host_rcu_waits;
void (*host_meanwhile)(void);
unsigned int host_work_rounds;
bool host_work_flushed;
void (*host_freed)(const void *mem);

/* Recursive, and no writer holds up a reader: glibc's default. */
static pthread_rwlock_t rcu_readers = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t rcu_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rcu_head *rcu_waiting;

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int n = vsnprintf(buf, size, fmt, args);

	if (!size)
		return 0;
	return (size_t)n < size ? n : (int)size - 1;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

void sg_miter_start(struct sg_mapping_iter *it, struct scatterlist *sgl, unsigned int nents,
		    unsigned int flags)
{
	memset(it, 0, sizeof(*it));
	it->sg = sgl;
	it->left = nents;
	it->flags = flags;
}

bool sg_miter_skip(struct sg_mapping_iter *it, off_t offset)
{
	while (it->left && (size_t)offset >= it->sg->length) {
		offset -= it->sg->length;
		it->sg++;
		it->left--;
	}
	it->skip = offset;
	return it->left;
}

/* A piece is mapped from here to the next call, or to sg_miter_stop(). */
bool sg_miter_next(struct sg_mapping_iter *it)
{
	sg_miter_stop(it);
	if (!it->left)
		return false;
	if (it->flags & SG_MITER_ATOMIC)
		host_atomic++;
	it->addr = (char *)it->sg->mem + it->skip;
	it->length = it->sg->length - it->skip;
	it->skip = 0;
	it->sg++;
	it->left--;
	return true;
}

void sg_miter_stop(struct sg_mapping_iter *it)
{
	if (it->addr && it->flags & SG_MITER_ATOMIC)
		host_atomic--;
	it->addr = NULL;
}

static size_t sg_copy(struct scatterlist *sgl, unsigned int nents, char *buf, size_t len,
		      off_t skip, bool to_sg)
{
	struct sg_mapping_iter it;
	size_t done = 0, n;

	sg_miter_start(&it, sgl, nents, SG_MITER_ATOMIC);
	sg_miter_skip(&it, skip);
	while (done < len && sg_miter_next(&it)) {
		n = min(it.length, len - done);
		if (to_sg)
			memcpy(it.addr, buf + done, n);
		else
			memcpy(buf + done, it.addr, n);
		done += n;
	}
	sg_miter_stop(&it);
	return done;
}

size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			    size_t len, off_t skip)
{
	return sg_copy(sgl, nents, (char *)buf, len, skip, true);
}

size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t len,
			  off_t skip)
{
	return sg_copy(sgl, nents, buf, len, skip, false);
}

void xa_init(struct xarray *xa)
{
	memset(xa, 0, sizeof(*xa));
	pthread_mutex_init(&xa->lock, NULL);
}

void xa_destroy(struct xarray *xa)
{
	for (size_t i = 0; i < HOST_XA_BUCKETS; i++) {
		struct host_xa_entry *e, *next;

		for (e = xa->bucket[i]; e; e = next) {
			next = e->next;
			free(e);
		}
		xa->bucket[i] = NULL;
	}
}

static struct host_xa_entry *xa_find_entry(struct xarray *xa, unsigned long index)
{
	struct host_xa_entry *e = xa->bucket[index % HOST_XA_BUCKETS];

	while (e && e->index != index)
		e = e->next;
	return e;
}

void *xa_load(struct xarray *xa, unsigned long index)
{
	struct host_xa_entry *e;
	void *value;

	pthread_mutex_lock(&xa->lock);
	e = xa_find_entry(xa, index);
	value = e ? e->value : NULL;
	pthread_mutex_unlock(&xa->lock);
	return value;
}

/* @old is NULL wherever the module calls this: put it there unless one is. */
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *value, gfp_t gfp)
{
	struct host_xa_entry *e;
	void *there = NULL;

	pthread_mutex_lock(&xa->lock);
	e = xa_find_entry(xa, index);
	if (e) {
		there = e->value;
	} else {
		e = host_zalloc(1, sizeof(*e));
		if (e) {
			e->index = index;
			e->value = value;
			e->next = xa->bucket[index % HOST_XA_BUCKETS];
			xa->bucket[index % HOST_XA_BUCKETS] = e;
		} else {
			there = (void *)-1;
		}
	}
	pthread_mutex_unlock(&xa->lock);
	return there;
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	struct host_xa_entry **link = &xa->bucket[index % HOST_XA_BUCKETS];
	struct host_xa_entry *e;
	void *value = NULL;

	pthread_mutex_lock(&xa->lock);
	while (*link && (*link)->index != index)
		link = &(*link)->next;
	e = *link;
	if (e) {
		value = e->value;
		*link = e->next;
		free(e);
	}
	pthread_mutex_unlock(&xa->lock);
	return value;
}

/* What is far away is looked for among all entries. */
static struct host_xa_entry *xa_next_entry(struct xarray *xa, unsigned long index)
{
	struct host_xa_entry *e, *next = NULL;

	for (unsigned long i = 0; i < HOST_XA_BUCKETS && i <= ~0ul - index; i++) {
		e = xa_find_entry(xa, index + i);
		if (e)
			return e;
	}
	for (size_t i = 0; i < HOST_XA_BUCKETS; i++)
		for (e = xa->bucket[i]; e; e = e->next)
			if (e->index >= index && (!next || e->index < next->index))
				next = e;
	return next;
}

void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, unsigned int filter)
{
	struct host_xa_entry *e;
	void *value = NULL;

	pthread_mutex_lock(&xa->lock);
	e = xa_next_entry(xa, *index);
	if (e && e->index <= max) {
		*index = e->index;
		value = e->value;
	}
	pthread_mutex_unlock(&xa->lock);
	return value;
}

void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
		    unsigned int filter)
{
	unsigned long next = *index + 1;
	void *value = next ? xa_find(xa, &next, max, filter) : NULL;

	if (value)
		*index = next;
	return value;
}

void rcu_read_lock(void)
{
	host_atomic++;
	pthread_rwlock_rdlock(&rcu_readers);
}

void rcu_read_unlock(void)
{
	host_atomic--;
	pthread_rwlock_unlock(&rcu_readers);
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	if (!host_rcu_waits) {
		func(head);
		return;
	}
	head->func = func;
	pthread_mutex_lock(&rcu_lock);
	head->next = rcu_waiting;
	rcu_waiting = head;
	pthread_mutex_unlock(&rcu_lock);
}

void synchronize_rcu(void)
{
	host_may_sleep();
	pthread_rwlock_wrlock(&rcu_readers);
	pthread_rwlock_unlock(&rcu_readers);
}

void rcu_barrier(void)
{
	struct rcu_head *head, *next;

	host_may_sleep();
	pthread_mutex_lock(&rcu_lock);
	head = rcu_waiting;
	rcu_waiting = NULL;
	pthread_mutex_unlock(&rcu_lock);

	/* Who reads now may have what waits; who comes later has not. */
	synchronize_rcu();
	for (; head; head = next) {
		next = head->next;
		head->func(head);
	}
}
