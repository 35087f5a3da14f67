// SPDX-License-Identifier: GPL-2.0
/*
 * What a conventional overlay does to the code region: the region is written in place, piece by
 * piece, and its old contents are not saved.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <hba_sim/board.h>

#include "board_kind.h"

/**
 * memctl_overwrite() - write into the code region
 * @mc: the controller, unlocked
 * @addr: address to write to, as the microcode sees it; untrusted
 * @src: the bytes
 * @len: their number
 *
 * The instruction cache is stale until memctl_adopt().
 *
 * Context: all I/O harts are held.
 * Return: 0; -EACCES if the region is locked; -EFAULT unless all bytes go to the region's text,
 * or all to its data.
 */
int memctl_overwrite(struct memctl *mc, u32 addr, const void *src, u32 len)
{
	u32 text = addr - BOARD_TEXT_BASE;
	u32 data = addr - BOARD_DATA_BASE;

	if (!memctl_is_open(mc))
		return -EACCES;
	if (text < BOARD_TEXT_SIZE && len <= BOARD_TEXT_SIZE - text)
		memcpy(mc->region.text + text, src, len);
	else if (data < BOARD_DATA_SIZE && len <= BOARD_DATA_SIZE - data)
		memcpy(mc->region.data + data, src, len);
	else
		return -EFAULT;
	if (mc->kind->written)
		mc->kind->written(mc);
	return 0;
}

/**
 * memctl_adopt() - take what lies in the code region for the image in place
 * @mc: the controller, locked again; no hart executes before it is mapped anew
 * @image: its header, checked by mrb_check_header()
 *
 * The image may be bad: no digest is compared.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int memctl_adopt(struct memctl *mc, const struct mrb_header *image)
{
	u32 bytes = memctl_text_bytes(image);
	struct icache fresh = {};

	if (icache_fill(&fresh, mc->region.text, bytes))
		return -ENOMEM;
	swap(mc->icache, fresh);
	icache_free(&fresh);
	memctl_text_digest(mc->region.text, image, mc->digest);
	mc->text_bytes = bytes;
	return 0;
}
