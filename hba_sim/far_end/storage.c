// SPDX-License-Identifier: GPL-2.0
/*
 * The storage behind the remote ports. An adapter has its own, or several adapters share one:
 * then each has its own sessions with the ports (fabric.c), but all see the same disks, with the
 * same contents and names.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "storage.h"

/**
 * storage_new() - make empty disks
 * @nr_disks: how many
 * @blocks: blocks of each
 * @number: makes the names of the disks unique
 *
 * Context: may sleep.
 * Return: the storage, with one reference; NULL if there is no memory.
 */
struct storage *storage_new(u32 nr_disks, u64 blocks, u32 number)
{
	struct storage *s = kvzalloc(struct_size(s, disk, nr_disks + 1), GFP_KERNEL);
	int err = 0;

	if (!s)
		return NULL;
	refcount_set(&s->refs, 1);
	s->number = number;
	s->blocks = blocks;
	for (u32 i = 0; i <= nr_disks && !err; i++) {
		err = media_init(&s->disk[i], i < nr_disks ? blocks : 0);
		s->nr_disks = i;
	}
	if (!err)
		return s;
	storage_put(s);
	return NULL;
}

/**
 * storage_get() - take a reference
 * @s: the storage
 *
 * Context: any.
 * Return: @s.
 */
struct storage *storage_get(struct storage *s)
{
	refcount_inc(&s->refs);
	return s;
}

/**
 * storage_put() - drop a reference; with the last one all blocks are freed
 * @s: the storage, or NULL; no request of the caller's is under way
 *
 * Context: may sleep.
 */
void storage_put(struct storage *s)
{
	if (!s || !refcount_dec_and_test(&s->refs))
		return;
	for (u32 i = 0; i <= s->nr_disks; i++)
		media_destroy(&s->disk[i]);
	kvfree(s);
}
