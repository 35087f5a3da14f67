// SPDX-License-Identifier: GPL-2.0
/*
 * The fabric: remote ports that accept logins and serve media requests. Each request must carry
 * the token of a session that the port itself remembers, so it is the far end that decides, and
 * counts, whether a login survived an update.
 */
#include <asm/byteorder.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <hba_sim/board.h>
#include <hba_sim/port_firmware.h>

#include "fabric.h"
#include "media_pool.h"

#define ATOMIC_BLOCKS	2048u			/* at most in a context that may not sleep */
#define WWPN_BASE	0x2100484241000000ull	/* NAA 2, "HBA", storage, port */

/** fabric_offers - terms that the fabric's port at the adapter's link supports */
const struct port_terms fabric_offers = {
	.speed = PORT_SPEED_8G | PORT_SPEED_16G | PORT_SPEED_32G,
	.credit = 32,
	.frame_size = PORT_FRAME_MAX,
};

/* Every fourth remote port is an old one, with small frames. */
static struct port_terms remote_offers(u32 port)
{
	return (struct port_terms){
		.credit = 16,
		.frame_size = port % 4 == 3 ? 1024 : PORT_FRAME_MAX,
	};
}

/**
 * fabric_init() - make the remote ports
 * @f: the fabric
 * @nr_ports: 1 to BOARD_MAX_PORTS
 * @storage: disks behind the first ports, at most @nr_ports. The caller's reference to it is
 *	taken over, even on an error
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; fabric_destroy() is to be called in either case.
 */
int fabric_init(struct fabric *f, u32 nr_ports, struct storage *storage)
{
	spin_lock_init(&f->lock);
	f->link_up = true;
	f->storage = storage;
	f->ports = kvcalloc(nr_ports, sizeof(*f->ports), GFP_KERNEL);
	if (!f->ports)
		return -ENOMEM;

	for (u32 i = 0; i < nr_ports; i++) {
		struct remote_port *port = &f->ports[i];

		port->port_id = PORT_ID_FIRST + i;
		port->present = true;
		port->offers = remote_offers(i);
		port->wwpn = WWPN_BASE | (u64)(storage->number & 0xff) << 16 | i;
		port->media = storage_behind(storage, i);
	}
	f->nr_ports = nr_ports;
	return 0;
}

/**
 * fabric_destroy() - free the remote ports, and their blocks if nobody else has them
 * @f: the fabric; fabric_init() may have failed
 *
 * Context: may sleep; no request is under way.
 */
void fabric_destroy(struct fabric *f)
{
	storage_put(f->storage);
	f->storage = NULL;
	kvfree(f->ports);
	f->ports = NULL;
}

static u64 first_block(const struct frame_media *req)
{
	return (u64)le32_to_cpu(req->lba_hi) << 32 | le32_to_cpu(req->lba_lo);
}

static u8 buffer_dir(const struct frame_media *req)
{
	switch (req->op) {
	case MEDIA_READ:
		return FRAME_DIR_IN;
	case MEDIA_WRITE:
	case MEDIA_COMPARE:
	case MEDIA_COMPARE_WRITE:
	case MEDIA_OR_WRITE:
		return FRAME_DIR_OUT;
	case MEDIA_WRITE_SAME:
		return req->flags & MEDIA_ZERO ? FRAME_DIR_NONE : FRAME_DIR_OUT;
	default:
		return FRAME_DIR_NONE;
	}
}

/* How many blocks of the command's buffer a request uses, if it uses the buffer. */
static u64 buffer_blocks(u8 op, u32 blocks)
{
	switch (op) {
	case MEDIA_WRITE_SAME:
		return 1;
	case MEDIA_COMPARE_WRITE:
		return 2 * (u64)blocks;
	default:
		return blocks;
	}
}

/* Does the command's buffer hold what the request wants to move? */
static bool buffer_fits(const struct dma_buffer *buf, const struct frame_media *req, u32 blocks)
{
	u64 len = buffer_blocks(req->op, blocks) * BOARD_BLOCK_SIZE;
	u32 offset = le32_to_cpu(req->offset);
	u8 dir = buffer_dir(req);

	if (dir == FRAME_DIR_NONE)
		return true;
	return buf->dir == dir && offset <= buf->len && len <= buf->len - offset;
}

static bool blocks_allowed(u8 op, u32 blocks)
{
	switch (op) {
	case MEDIA_READ:
	case MEDIA_WRITE:
	case MEDIA_COMPARE:
	case MEDIA_FLUSH:
	case MEDIA_CHECK:
	case MEDIA_OR_WRITE:
		return true;
	case MEDIA_UNMAP:
		return blocks <= BOARD_UNMAP_MAX;
	case MEDIA_WRITE_SAME:
		return blocks <= BOARD_WRITE_SAME_MAX;
	case MEDIA_COMPARE_WRITE:
		return blocks <= BOARD_COMPARE_WRITE_MAX;
	case MEDIA_LBA_STATUS:
		return blocks > 0;
	default:
		return false;
	}
}

static u8 media_check(const struct fabric *f, const struct frame_media *req,
		      const struct dma_buffer *buf, u64 lba, u32 blocks)
{
	const struct remote_port *port;

	if (le16_to_cpu(req->port) >= f->nr_ports)
		return MEDIA_BAD_REQUEST;
	port = &f->ports[le16_to_cpu(req->port)];
	if (!req->token || le32_to_cpu(req->token) != READ_ONCE(port->token))
		return MEDIA_BAD_TOKEN;
	if (!blocks_allowed(req->op, blocks) || !buffer_fits(buf, req, blocks))
		return MEDIA_BAD_REQUEST;
	if (!media_in_range(port->media, lba, blocks))
		return MEDIA_BAD_RANGE;
	return MEDIA_OK;
}

/* A port counts requests that it refuses; a request to a port that is gone does not reach it. */
static int bad_token(struct fabric *f, u32 port)
{
	smp_rmb(); /* pairs with end_session() */
	if (fabric_is_gone(f, port))
		return -ENOLINK;
	atomic_inc(&f->ports[port].rejected);
	return 0;
}

/* Would a request that is not bounded by a buffer take too long without giving up the CPU? */
static bool takes_long(u8 op, u32 blocks)
{
	switch (op) {
	case MEDIA_UNMAP:
	case MEDIA_WRITE_SAME:
	case MEDIA_LBA_STATUS:
		return blocks > ATOMIC_BLOCKS;
	default:
		return false;
	}
}

static void media_lba_status(struct media *m, u64 lba, u32 blocks, const struct media_how *how,
			     struct frame_media_done *done)
{
	u32 extent;

	done->mapped = media_status(m, lba, blocks, how, &extent);
	done->extent = cpu_to_le32(extent);
}

static int media_write_same(const struct frame_media *req, struct dma_buffer *buf,
			    struct media *m, u64 lba, u32 blocks, const struct media_how *how)
{
	if (!(req->flags & MEDIA_ZERO))
		return dma_media_write_same(buf, le32_to_cpu(req->offset), m, lba, blocks, how);
	media_zero(m, lba, blocks, how);
	return 0;
}

/* Execute a request that was checked. Returns 0, -EILSEQ for a miscompare, or -ENOMEM. */
static int media_execute(const struct frame_media *req, struct dma_buffer *buf, struct media *m,
			 u64 lba, u32 blocks, const struct media_how *how,
			 struct frame_media_done *done)
{
	u32 offset = le32_to_cpu(req->offset);
	u32 first_bad = 0;
	int err = 0;

	switch (req->op) {
	case MEDIA_READ:
		dma_media_read(buf, offset, m, lba, blocks, how);
		break;
	case MEDIA_WRITE:
		err = dma_media_write(buf, offset, m, lba, blocks, how);
		break;
	case MEDIA_COMPARE:
		err = dma_media_compare(buf, offset, m, lba, blocks, how, &first_bad);
		break;
	case MEDIA_UNMAP:
		media_unmap(m, lba, blocks, how);
		break;
	case MEDIA_WRITE_SAME:
		err = media_write_same(req, buf, m, lba, blocks, how);
		break;
	case MEDIA_COMPARE_WRITE:
		err = dma_media_compare_write(buf, offset, m, lba, blocks, &first_bad);
		break;
	case MEDIA_OR_WRITE:
		err = dma_media_or_write(buf, offset, m, lba, blocks, how);
		break;
	case MEDIA_LBA_STATUS:
		media_lba_status(m, lba, blocks, how, done);
		break;
	}
	done->first_bad = cpu_to_le32(first_bad);
	return err;
}

/**
 * fabric_media() - a remote port serves a media request
 * @f: the fabric
 * @req: the request, a copy that no hart can change; untrusted
 * @buf: data buffer of the command that @req belongs to
 * @how: how the request may be executed; if it was stopped, @done is meaningless
 * @done: set to the answer, except for its header; meaningless on an error
 *
 * This waits for nothing but the CPU.
 *
 * Context: as @how says; no lock is held.
 * Return: 0, also if the port refuses the request; -ENOLINK if the port is gone; -ENOMEM if no
 * memory is at hand for blocks to be written: this can be called again after fabric_back();
 * -EAGAIN if the request would take too long in a context that may not sleep.
 */
int fabric_media(struct fabric *f, const struct frame_media *req, struct dma_buffer *buf,
		 const struct media_how *how, struct frame_media_done *done)
{
	u64 lba = first_block(req);
	u32 blocks = le32_to_cpu(req->blocks);
	u32 moved = buf->moved;
	int err = 0;

	memset(done, 0, sizeof(*done));
	done->result = media_check(f, req, buf, lba, blocks);
	if (done->result == MEDIA_OK) {
		if (takes_long(req->op, blocks) && !how->may_sleep)
			return -EAGAIN;
		err = media_execute(req, buf, f->ports[le16_to_cpu(req->port)].media, lba,
				    blocks, how, done);
	}
	if (done->result == MEDIA_BAD_TOKEN)
		err = bad_token(f, le16_to_cpu(req->port));
	if (err == -ENOMEM || err == -ENOLINK)
		return err;
	if (err == -EILSEQ)
		done->result = MEDIA_MISCOMPARE;

	done->moved = cpu_to_le32(buf->moved - moved);
	done->context = req->context;
	return 0;
}

/**
 * fabric_back() - find memory for what a media request is to write
 * @f: the fabric
 * @req: a copy of the request, for which fabric_media() found no memory; untrusted
 *
 * The command that the request belongs to may be gone meanwhile.
 *
 * Context: a thread; waits for memory, without starting I/O to get it.
 * Return: 0, or -ENOMEM.
 */
int fabric_back(struct fabric *f, const struct frame_media *req)
{
	const struct media_how how = { .may_sleep = true };
	u32 blocks = le32_to_cpu(req->blocks);
	u32 port = le16_to_cpu(req->port);
	u64 lba = first_block(req);

	if (port >= f->nr_ports || !media_in_range(f->ports[port].media, lba, blocks))
		return 0;
	return media_back(f->ports[port].media, lba, blocks, MEDIA_WAIT, &how);
}

/**
 * fabric_rejected() - media requests that all ports refused because of their tokens
 * @f: the fabric
 *
 * Return: their number.
 */
u64 fabric_rejected(const struct fabric *f)
{
	u64 n = 0;

	for (u32 i = 0; i < f->nr_ports; i++)
		n += atomic_read(&f->ports[i].rejected);
	return n;
}
