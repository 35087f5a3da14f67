// SPDX-License-Identifier: GPL-2.0
/*
 * The memory controller: what all kinds of board have in common. Everything that takes long or
 * can fail is done before the pause, in memctl_stage.c: allocation, decoding of the new text,
 * saving of the old text.
 */
#include <crypto/sha2.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <hba_sim/board.h>

#include "board_kind.h"
#include "memctl_data.h"

/**
 * memctl_init() - give an adapter its memory
 * @mc: the controller, all zeros but for its kind
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; memctl_destroy() is to be called in either case.
 */
int memctl_init(struct memctl *mc)
{
	int err = segments_alloc(&mc->region);

	segments_use(&mc->region, BOARD_TEXT_SIZE, BOARD_DATA_SIZE);
	return err;
}

/**
 * memctl_destroy() - free all memory of an adapter
 * @mc: the controller; no hart runs
 *
 * Context: may sleep.
 */
void memctl_destroy(struct memctl *mc)
{
	memctl_stage_close(mc);
	icache_free(&mc->icache);
	segments_free(&mc->region);
}

/**
 * memctl_power_on() - copy the ROM to the code region and lock it (S1)
 * @mc: the controller; no hart runs
 * @file: the image, checked by mrb_check()
 * @image: its header
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int memctl_power_on(struct memctl *mc, const void *file, const struct mrb_header *image)
{
	mc->locked = false;
	memset(mc->region.text, 0, BOARD_TEXT_SIZE);
	memset(mc->region.data, 0, BOARD_DATA_SIZE);
	segments_load(&mc->region, file, image);
	icache_free(&mc->icache);
	if (icache_fill(&mc->icache, mc->region.text, memctl_text_bytes(image)))
		return -ENOMEM;
	memctl_text_digest(mc->region.text, image, mc->digest);
	mc->text_bytes = memctl_text_bytes(image);
	memctl_lock(mc);
	return 0;
}

/**
 * memctl_restore_data() - give the preserved image back the data that it had
 * @mc: the controller; the image that was preserved has been put in place
 * @image: its header
 *
 * Context: in the pause: no hart runs. Does not sleep.
 */
void memctl_restore_data(struct memctl *mc, const struct mrb_header *image)
{
	segment_copy_data(mc->region.data, mc->kept_data, image);
}

/**
 * memctl_check_text() - is the text in place what was put there?
 * @mc: the controller
 * @image: header of the image in place
 *
 * Context: a thread; takes as long as a digest of the text does.
 * Return: 0 or -EBADMSG.
 */
int memctl_check_text(const struct memctl *mc, const struct mrb_header *image)
{
	u8 digest[MRB_SHA256_SIZE];

	memctl_text_digest(mc->region.text, image, digest);
	return memcmp(digest, mc->digest, sizeof(digest)) ? -EBADMSG : 0;
}

static void swap_digests(struct memctl *mc)
{
	u8 digest[MRB_SHA256_SIZE];

	memcpy(digest, mc->digest, sizeof(digest));
	memcpy(mc->digest, mc->staged_digest, sizeof(digest));
	memcpy(mc->staged_digest, digest, sizeof(digest));
	swap(mc->text_bytes, mc->staged_text_bytes);
}

/**
 * memctl_is_open() - can the text of the code region be written?
 * @mc: the controller
 *
 * On some kinds of board the region locks itself after a time.
 *
 * Return: true from memctl_unlock() until memctl_lock() or until the region locks itself.
 */
bool memctl_is_open(struct memctl *mc)
{
	if (!mc->locked && mc->kind->expired && mc->kind->expired(mc))
		mc->kind->lock(mc);
	return !mc->locked;
}

/**
 * memctl_unlock() - make the text of the code region writable (S2)
 * @mc: the controller
 *
 * Context: in the pause: all I/O harts are held.
 * Return: 0; -EALREADY; -EOPNOTSUPP if this kind of board cannot be unlocked.
 */
int memctl_unlock(struct memctl *mc)
{
	if (mc->kind->fixed)
		return -EOPNOTSUPP;
	if (memctl_is_open(mc))
		return -EALREADY;
	mc->kind->unlock(mc);
	return 0;
}

/**
 * memctl_lock() - write-lock the text of the code region (S1, S2)
 * @mc: the controller
 */
void memctl_lock(struct memctl *mc)
{
	if (mc->kind->lock)
		mc->kind->lock(mc);
	mc->locked = true;
}

/**
 * memctl_put() - put the staged image over the old one, at the same address
 * @mc: the controller, unlocked, with staging sealed
 * @image: header of the staged image
 * @old: header of the image in place
 * @keep: bit n set: the records of @image's schema n stay as they are
 * @bytes: set to the bytes that were saved and copied
 *
 * Context: in the pause: all I/O harts are held; afterwards other memory may be behind the
 * service hart's windows. Does not sleep.
 * Return: 0; -EACCES if the region is locked; -EALREADY; -EINVAL if @keep names a schema
 * that @old does not have in the same format and place.
 */
int memctl_put(struct memctl *mc, const struct mrb_header *image, const struct mrb_header *old,
	       u32 keep, struct memctl_bytes *bytes)
{
	if (!memctl_is_open(mc))
		return -EACCES;
	if (mc->copied)
		return -EALREADY;
	if (!memctl_may_keep(image, old, keep))
		return -EINVAL;

	mc->copied = true;
	swap_digests(mc);
	mc->kind->put(mc, image, old, keep, bytes);
	return 0;
}

/**
 * memctl_try_put() - do as much work as memctl_put() and memctl_verify(), as a trial
 * @mc: the controller, with staging sealed; an undo is not possible any more
 * @image: header of the staged image
 * @old: header of the image in place
 * @keep: bit n set: the records of @image's schema n would stay as they are
 * @bytes: set to the bytes that were saved and copied
 *
 * Nothing in place is read or written.
 *
 * Context: a thread.
 * Return: 0; -EIO if the copy differs from staging.
 */
int memctl_try_put(struct memctl *mc, const struct mrb_header *image,
		   const struct mrb_header *old, u32 keep, struct memctl_bytes *bytes)
{
	return mc->kind->try_put(mc, image, old, keep, bytes) ? 0 : -EIO;
}

/**
 * memctl_verify() - is what was put in place what was staged?
 * @mc: the controller
 * @image: header of the image that was put in place
 * @keep: as passed to memctl_put()
 *
 * Context: in the pause. Does not sleep.
 * Return: 0 or -EIO.
 */
int memctl_verify(const struct memctl *mc, const struct mrb_header *image, u32 keep)
{
	return mc->kind->verify(mc, image, keep) ? 0 : -EIO;
}

/**
 * memctl_flush() - let the instruction caches see the text in place (S3)
 * @mc: the controller, after memctl_put()
 *
 * It does nothing if no image has been put in place, if it was called before, or if the region
 * is locked again.
 *
 * Context: in the pause: all I/O harts are held; their windows are to be mapped anew before they
 * run. Does not sleep.
 */
void memctl_flush(struct memctl *mc)
{
	if (!memctl_is_open(mc) || !mc->copied || mc->flushed)
		return;
	if (mc->kind->flush)
		mc->kind->flush(mc);
	swap(mc->icache, mc->prefetched);
	mc->flushed = true;
}

/**
 * memctl_undo() - put the old image back, as it was at memctl_put()
 * @mc: the controller; nothing happens unless an image was put in place
 * @image: header of the image in place
 * @old: header of the image to come back
 *
 * Context: in the pause: no hart runs. Does not sleep.
 */
void memctl_undo(struct memctl *mc, const struct mrb_header *image, const struct mrb_header *old)
{
	if (!mc->copied)
		return;

	mc->kind->undo(mc, image, old);
	if (mc->flushed)
		swap(mc->icache, mc->prefetched);
	mc->flushed = false;
	mc->copied = false;
	swap_digests(mc);
}
