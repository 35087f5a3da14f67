// SPDX-License-Identifier: GPL-2.0
/*
 * The DMA engine. It moves bytes between a command's data buffer and either the media or a
 * hart's scratch memory, and counts them: the residual is computed from that count, never from
 * what the microcode claims.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <hba_sim/board.h>
#include <hba_sim/frame.h>

#include "dma.h"
#include "media.h"
#include "media_pool.h"

/* Bytes after a gap do not count: the residual must not present the gap as data. */
static void dma_count(struct dma_buffer *buf, u32 offset, u32 bytes)
{
	if (offset <= buf->moved)
		buf->moved = max(buf->moved, offset + bytes);
}

/**
 * dma_scratch() - move between a data buffer and adapter memory
 * @buf: the data buffer
 * @offset: first byte in @buf
 * @mem: adapter memory, @len bytes
 * @len: 0 to BOARD_DMA_MAX
 * @dir: FRAME_DIR_IN or FRAME_DIR_OUT, must be @buf's
 *
 * Context: any; the hart that owns @mem is not running.
 * Return: bytes moved, less than @len if @buf ends before.
 */
u32 dma_scratch(struct dma_buffer *buf, u32 offset, void *mem, u32 len, u8 dir)
{
	size_t n;

	if (dir != buf->dir || offset >= buf->len)
		return 0;
	len = min(len, buf->len - offset);
	if (dir == FRAME_DIR_IN)
		n = sg_pcopy_from_buffer(buf->sgl, buf->nents, mem, len, offset);
	else
		n = sg_pcopy_to_buffer(buf->sgl, buf->nents, mem, len, offset);
	dma_count(buf, offset, n);
	return n;
}

/**
 * struct dma_walk - goes through buffer and media in step
 * @miter: position in the buffer
 * @m: the media
 * @pos: byte position in the media
 * @left: bytes to go
 * @seg: bytes of the buffer's current piece that were used
 *
 * dma_walk_next() yields pieces that cross neither a page of the media nor one of the buffer.
 * From the first piece to sg_miter_stop() a page of the buffer is mapped, so nothing in between
 * may sleep. That does not take long: a walk ends with the buffer.
 */
struct dma_walk {
	struct sg_mapping_iter miter;
	struct media *m;
	u64 pos;
	u32 left;
	size_t seg;
};

static void dma_walk_start(struct dma_walk *w, struct dma_buffer *buf, u32 offset,
			   struct media *m, u64 lba, u32 blocks)
{
	unsigned int to_sg = buf->dir == FRAME_DIR_IN ? SG_MITER_TO_SG : SG_MITER_FROM_SG;

	sg_miter_start(&w->miter, buf->sgl, buf->nents, SG_MITER_ATOMIC | to_sg);
	sg_miter_skip(&w->miter, offset);
	w->m = m;
	w->pos = lba * BOARD_BLOCK_SIZE;
	w->left = blocks * BOARD_BLOCK_SIZE;
	w->seg = 0;
}

/* Sets @mem to the next piece in the buffer. Returns its length, 0 at the end. */
static u32 dma_walk_next(struct dma_walk *w, void **mem)
{
	u32 n;

	if (!w->left)
		return 0;
	if (w->seg == w->miter.length) {
		if (!sg_miter_next(&w->miter))
			return 0;
		w->seg = 0;
	}
	n = min_t(u32, w->left, MEDIA_PAGE_SIZE - (u32)(w->pos % MEDIA_PAGE_SIZE));
	n = min_t(u32, n, w->miter.length - w->seg);
	*mem = w->miter.addr + w->seg;
	return n;
}

static void dma_walk_advance(struct dma_walk *w, u32 n)
{
	w->pos += n;
	w->left -= n;
	w->seg += n;
}

/* As dma_walk_next() while the walk is in page number @page of the media, 0 after that page. */
static u32 dma_walk_in_page(struct dma_walk *w, u64 page, void **mem)
{
	return w->pos / MEDIA_PAGE_SIZE == page ? dma_walk_next(w, mem) : 0;
}

/* Under the page's lock, so that no block is read half old and half new. */
static void dma_read_page(struct dma_walk *w)
{
	u64 lba = w->pos / BOARD_BLOCK_SIZE;
	u64 index = w->pos / MEDIA_PAGE_SIZE;
	const u8 *page;
	void *mem;
	u32 n;

	media_lock(w->m, lba);
	page = media_find(w->m, lba);
	while ((n = dma_walk_in_page(w, index, &mem))) {
		if (page)
			memcpy(mem, page + w->pos % MEDIA_PAGE_SIZE, n);
		else
			memset(mem, 0, n);
		dma_walk_advance(w, n);
	}
	media_unlock(w->m, lba);
}

/**
 * dma_media_read() - read blocks into the data buffer
 * @buf: data buffer, of FRAME_DIR_IN
 * @offset: first byte in @buf
 * @m: the media
 * @lba: first block
 * @blocks: number of blocks; they fit into @buf and into @m
 * @how: how it may be executed
 *
 * It is atomic for each block: all bytes read from one block were there at one time. Of several
 * blocks that one request writes, some may be read as they were before it and some as they are
 * after it.
 *
 * Context: any but hard interrupt.
 */
void dma_media_read(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba, u32 blocks,
		    const struct media_how *how)
{
	struct dma_walk w;
	void *mem;

	dma_walk_start(&w, buf, offset, m, lba, blocks);
	while (media_is_wanted(how) && dma_walk_next(&w, &mem))
		dma_read_page(&w);
	sg_miter_stop(&w.miter);
	dma_count(buf, offset, blocks * BOARD_BLOCK_SIZE - w.left);
}

/* How blocks are written. */
#define WRITE_LOCKED	BIT(0)	/* all locks are held; else each is taken in turn */
#define WRITE_OR	BIT(1)	/* bits that are set in the blocks stay set */

static void set_bits(u8 *to, const u8 *from, u32 n)
{
	while (n--)
		*to++ |= *from++;
}

/* Write all bytes for the next page, whose lock is held. False: as in dma_write_pages(). */
static bool dma_copy_page(struct dma_walk *w, u32 with)
{
	u64 index = w->pos / MEDIA_PAGE_SIZE;
	u8 *page;
	void *mem;
	u32 n;

	lockdep_assert_held(media_page_lock(w->m, w->pos / BOARD_BLOCK_SIZE));
	page = media_get(w->m, w->pos / BOARD_BLOCK_SIZE, MEDIA_NOWAIT);
	if (!page)
		return false;
	while ((n = dma_walk_in_page(w, index, &mem))) {
		if (with & WRITE_OR)
			set_bits(page + w->pos % MEDIA_PAGE_SIZE, mem, n);
		else
			memcpy(page + w->pos % MEDIA_PAGE_SIZE, mem, n);
		dma_walk_advance(w, n);
	}
	return true;
}

static bool dma_write_page(struct dma_walk *w, u32 with)
{
	u64 lba = w->pos / BOARD_BLOCK_SIZE;
	bool copied;

	media_lock(w->m, lba);
	copied = dma_copy_page(w, with);
	media_unlock(w->m, lba);
	return copied;
}

/*
 * Write page by page, as @with (WRITE_*) says. False: a page is not backed, and there is no
 * memory now. With WRITE_LOCKED @how does not stop it.
 */
static bool dma_write_pages(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
			    u32 blocks, const struct media_how *how, u32 with)
{
	bool locked = with & WRITE_LOCKED;
	struct dma_walk w;
	bool written = true;
	void *mem;

	dma_walk_start(&w, buf, offset, m, lba, blocks);
	while (written && (locked || media_is_wanted(how)) && dma_walk_next(&w, &mem))
		written = locked ? dma_copy_page(&w, with) : dma_write_page(&w, with);
	sg_miter_stop(&w.miter);
	if (written)
		dma_count(buf, offset, blocks * BOARD_BLOCK_SIZE - w.left);
	return written;
}

static int dma_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba, u32 blocks,
		     const struct media_how *how, u32 with)
{
	int err = media_back(m, lba, blocks, MEDIA_NOWAIT, how);

	if (!err && !dma_write_pages(buf, offset, m, lba, blocks, how, with))
		err = -ENOMEM;
	return err;
}

/**
 * dma_media_write() - write the data buffer to blocks
 * @buf: data buffer, of FRAME_DIR_OUT
 * @offset: first byte in @buf
 * @m: the media
 * @lba: first block
 * @blocks: number of blocks; they fit into @buf and into @m
 * @how: how it may be executed
 *
 * It is atomic for each block. Memory for all blocks is found before the first is written, but
 * blocks that are unmapped meanwhile need memory again.
 *
 * Context: as @how says.
 * Return: 0, or -ENOMEM: some blocks may be written; it can be called again after
 * media_back().
 */
int dma_media_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba, u32 blocks,
		    const struct media_how *how)
{
	return dma_write(buf, offset, m, lba, blocks, how, 0);
}

/**
 * dma_media_or_write() - set those bits in the blocks that are set in the data buffer
 * @buf: data buffer, of FRAME_DIR_OUT
 * @offset: first byte in @buf
 * @m: the media
 * @lba: first block
 * @blocks: number of blocks; they fit into @buf and into @m
 * @how: how it may be executed
 *
 * It is atomic for each block, as dma_media_write().
 *
 * Context: as @how says.
 * Return: 0, or -ENOMEM: some bits may be set; it can be called again after
 * media_back().
 */
int dma_media_or_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
		       u32 blocks, const struct media_how *how)
{
	return dma_write(buf, offset, m, lba, blocks, how, WRITE_OR);
}

/**
 * dma_media_write_same() - write one block of the data buffer to all blocks
 * @buf: data buffer, of FRAME_DIR_OUT
 * @offset: first byte in @buf
 * @m: the media
 * @lba: first block
 * @blocks: number of blocks; they fit into @m, and one fits into @buf
 * @how: how it may be executed
 *
 * It is atomic for each block. Zeros need no memory.
 *
 * Context: as @how says.
 * Return: 0, or -ENOMEM: some blocks may be written; it can be called again after
 * media_back().
 */
int dma_media_write_same(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
			 u32 blocks, const struct media_how *how)
{
	u8 block[BOARD_BLOCK_SIZE] = {};
	u32 n = sg_pcopy_to_buffer(buf->sgl, buf->nents, block, sizeof(block), offset);
	int err = 0;

	if (memchr_inv(block, 0, sizeof(block)))
		err = media_fill(m, lba, blocks, block, how);
	else
		media_zero(m, lba, blocks, how);
	if (!err)
		dma_count(buf, offset, n);
	return err;
}

/* Offset at which memory @a differs from @b, a piece of the media, which is NULL for zeros. */
static u32 first_difference(const u8 *a, const u8 *b, u32 n)
{
	const u8 *nonzero;
	u32 i = 0;

	if (!b) {
		nonzero = memchr_inv(a, 0, n);
		return nonzero ? nonzero - a : n;
	}
	if (!memcmp(a, b, n))
		return n;
	while (a[i] == b[i])
		i++;
	return i;
}

/*
 * Compare all bytes for the next page, whose lock is held. False: they differ at the walk's
 * position.
 */
static bool dma_same_page(struct dma_walk *w)
{
	const u8 *page = media_find(w->m, w->pos / BOARD_BLOCK_SIZE);
	u64 index = w->pos / MEDIA_PAGE_SIZE;
	void *mem;
	u32 n, same;

	lockdep_assert_held(media_page_lock(w->m, w->pos / BOARD_BLOCK_SIZE));
	while ((n = dma_walk_in_page(w, index, &mem))) {
		same = first_difference(mem, page ? page + w->pos % MEDIA_PAGE_SIZE : NULL, n);
		dma_walk_advance(w, same);
		if (same < n)
			return false;
	}
	return true;
}

static bool dma_compare_page(struct dma_walk *w)
{
	u64 lba = w->pos / BOARD_BLOCK_SIZE;
	bool same;

	media_lock(w->m, lba);
	same = dma_same_page(w);
	media_unlock(w->m, lba);
	return same;
}

/*
 * Compare page by page: with @locked all locks are held; else each is taken in turn, and @how
 * may stop it. Returns 0, or -EILSEQ with @first_bad set to the first difference's byte offset.
 */
static int dma_compare(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
		       u32 blocks, const struct media_how *how, u32 *first_bad, bool locked)
{
	struct dma_walk w;
	bool same = true;
	void *mem;

	dma_walk_start(&w, buf, offset, m, lba, blocks);
	while (same && (locked || media_is_wanted(how)) && dma_walk_next(&w, &mem))
		same = locked ? dma_same_page(&w) : dma_compare_page(&w);
	sg_miter_stop(&w.miter);
	if (same)
		return 0;
	*first_bad = w.pos - lba * BOARD_BLOCK_SIZE;
	return -EILSEQ;
}

/**
 * dma_media_compare() - compare the data buffer with blocks (VERIFY, BYTCHK 1)
 * @buf: data buffer, of FRAME_DIR_OUT
 * @offset: first byte in @buf
 * @m: the media
 * @lba: first block
 * @blocks: number of blocks; they fit into @buf and into @m
 * @how: how it may be executed
 * @first_bad: set to the byte offset of the first difference
 *
 * It is atomic for each block.
 *
 * Context: any but hard interrupt.
 * Return: 0, or -EILSEQ if they differ.
 */
int dma_media_compare(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba, u32 blocks,
		      const struct media_how *how, u32 *first_bad)
{
	int err = dma_compare(buf, offset, m, lba, blocks, how, first_bad, false);

	dma_count(buf, offset, blocks * BOARD_BLOCK_SIZE);
	return err;
}

/* With the range locked: backed blocks stay backed, so either all blocks are written or none. */
static int dma_compare_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
			     u32 blocks, u32 *first_bad)
{
	const struct media_how at_once = {};
	int err = dma_compare(buf, offset, m, lba, blocks, &at_once, first_bad, true);

	if (!err)
		err = media_back(m, lba, blocks, MEDIA_NOWAIT, &at_once);
	if (!err)
		dma_write_pages(buf, offset + blocks * BOARD_BLOCK_SIZE, m, lba, blocks, &at_once,
				WRITE_LOCKED);
	return err;
}

/**
 * dma_media_compare_write() - if the blocks are as expected, write them
 * @buf: data buffer, of FRAME_DIR_OUT: what is expected, then what to write
 * @offset: first byte in @buf
 * @m: the media
 * @lba: first block
 * @blocks: number of blocks, at most BOARD_COMPARE_WRITE_MAX; they fit into @m
 *	    and twice into @buf
 * @first_bad: set to the byte offset of the first difference
 *
 * It is atomic as a whole with regard to other changes of these blocks. For a reader it is
 * atomic for each block: see dma_media_read().
 *
 * Context: any but hard interrupt.
 * Return: 0, -EILSEQ if they differ, or -ENOMEM: nothing is written, and this can be called
 * again after media_back().
 */
int dma_media_compare_write(struct dma_buffer *buf, u32 offset, struct media *m, u64 lba,
			    u32 blocks, u32 *first_bad)
{
	int err;

	media_lock_range(m, lba, blocks);
	err = dma_compare_write(buf, offset, m, lba, blocks, first_bad);
	media_unlock_range(m, lba, blocks);
	if (err != -ENOMEM)
		dma_count(buf, offset, 2 * blocks * BOARD_BLOCK_SIZE);
	return err;
}
