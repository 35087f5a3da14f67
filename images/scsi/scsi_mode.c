// SPDX-License-Identifier: GPL-2.0
/* Mode pages, and MODE SENSE. */
#include "lib.h"
#include "reply.h"
#include "scsi_mode.h"

#define PAGE_CACHING		0x08
#define PAGE_CONTROL		0x0a
#define PAGE_ALL		0x3f
#define SUBPAGE_ALL		0xff

#define DEVICE_WP		0x80
#define DEVICE_DPOFUA		0x10
#define LONGLBA			0x01

#define CDB1_DBD		0x08
#define CDB1_LLBAA		0x10

/* All pages with their changeable bits as zeros, in ascending order of page codes. */
static const u8 pages[][MODE_PAGE_MAX] = {
	{ PAGE_CACHING, 18 },
	/* GLTSD; unrestricted reordering; busy timeout not limited */
	{ PAGE_CONTROL, 10, 0x02, 0x10, 0, 0, 0, 0, 0xff, 0xff },
};

/**
 * struct mode_bit - a bit that MODE SELECT can change
 * @page: its page
 * @byte: its byte in the page
 * @mask: its mask in that byte
 * @flag: LU_* flag that holds its current value
 */
struct mode_bit {
	u8 page;
	u8 byte;
	u8 mask;
	u8 flag;
};

static const struct mode_bit changeable[] = {
	{ PAGE_CACHING, 2, 0x04, LU_WCE },
	{ PAGE_CONTROL, 2, 0x04, LU_D_SENSE },
	{ PAGE_CONTROL, 4, 0x08, LU_SWP },
};

static const u8 *find_page(u32 code)
{
	for (u32 i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i][0] == code)
			return pages[i];
	return NULL;
}

/**
 * mode_page() - make a mode page
 * @to: where it goes, MODE_PAGE_MAX bytes
 * @code: page code
 * @control: current, changeable or default values
 * @flags: of the logical unit, for the current values
 *
 * Return: length of the page, 0 if there is no such page.
 */
u32 mode_page(u8 *to, u32 code, enum mode_control control, u32 flags)
{
	const u8 *page = find_page(code);

	if (!page)
		return 0;
	memset(to, 0, page[1] + 2);
	memcpy(to, page, control == MODE_CHANGEABLE ? 2 : page[1] + 2);
	if (control == MODE_CHANGEABLE)
		flags = LU_MODE_BITS;
	else if (control == MODE_DEFAULT)
		flags = LU_MODE_DEFAULT;
	for (u32 i = 0; i < ARRAY_SIZE(changeable); i++)
		if (changeable[i].page == code && changeable[i].flag & flags)
			to[changeable[i].byte] |= changeable[i].mask;
	return page[1] + 2;
}

/**
 * mode_changes() - find the mode bits that a byte of a page sets
 * @code: page code
 * @byte: the byte's place in the page
 * @new: the byte's new value
 * @value: gets the new values of the mode bits in this byte; other bits are kept
 *
 * Return: the mode bits in this byte, LU_*.
 */
u32 mode_changes(u32 code, u32 byte, u32 new, u32 *value)
{
	u32 mask = 0;

	for (u32 i = 0; i < ARRAY_SIZE(changeable); i++) {
		if (changeable[i].page != code || changeable[i].byte != byte)
			continue;
		mask |= changeable[i].flag;
		*value &= ~(u32)changeable[i].flag;
		if (new & changeable[i].mask)
			*value |= changeable[i].flag;
	}
	return mask;
}

static u32 short_descriptor(u8 *to, const struct lu *lu)
{
	put_be32(&to[0], lu->blocks_hi ? 0xffffffff : lu->blocks_lo);
	put_be32(&to[4], BOARD_BLOCK_SIZE);
	return 8;
}

static u32 long_descriptor(u8 *to, const struct lu *lu)
{
	put_be64(&to[0], lu_blocks(lu));
	put_be32(&to[12], BOARD_BLOCK_SIZE);
	return 16;
}

/* Makes the pages that bytes 2 and 3 of the CDB ask for; returns 0 if there are none. */
static u32 wanted_pages(u8 *to, const struct frame_scsi *scsi, u32 flags)
{
	enum mode_control control = scsi->cdb[2] >> 6;
	u32 code = scsi->cdb[2] & 0x3f;
	u32 len = 0;

	if (code != PAGE_ALL)
		return mode_page(to, code, control, flags);
	for (u32 i = 0; i < ARRAY_SIZE(pages); i++)
		len += mode_page(to + len, pages[i][0], control, flags);
	return len;
}

/* Checks bytes 2 and 3; returns true if the command has ended. */
static bool refuse_sense(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 code = scsi->cdb[2] & 0x3f;

	if (code != PAGE_ALL && !find_page(code))
		reply_bad_field(scsi, lu, 2, 5);
	else if (scsi->cdb[3] && scsi->cdb[3] != SUBPAGE_ALL)
		reply_bad_field(scsi, lu, 3, 7);
	else if (scsi->cdb[2] >> 6 == MODE_SAVED)
		reply_check(&scsi->hdr, lu, SENSE_NO_SAVING);
	else
		return false;
	return true;
}

static u32 device_specific(u32 flags)
{
	return DEVICE_DPOFUA | (flags & LU_SWP ? DEVICE_WP : 0);
}

void scsi_mode_sense_6(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 flags = lu_flags(lu);
	u8 *to = data_buffer();
	u32 len = 4;

	if (refuse_sense(scsi, lu))
		return;
	memset(to, 0, 32);
	if (!(scsi->cdb[1] & CDB1_DBD)) {
		to[3] = short_descriptor(&to[len], lu);
		len += to[3];
	}
	len += wanted_pages(&to[len], scsi, flags);
	to[0] = len - 1;
	to[2] = device_specific(flags);
	reply_data(scsi, len, scsi->cdb[4]);
}

void scsi_mode_sense_10(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 flags = lu_flags(lu);
	u8 *to = data_buffer();
	u32 len = 8;

	if (refuse_sense(scsi, lu))
		return;
	memset(to, 0, 32);
	if (!(scsi->cdb[1] & CDB1_DBD)) {
		if (scsi->cdb[1] & CDB1_LLBAA) {
			to[4] = LONGLBA;
			to[7] = long_descriptor(&to[len], lu);
		} else {
			to[7] = short_descriptor(&to[len], lu);
		}
		len += to[7];
	}
	len += wanted_pages(&to[len], scsi, flags);
	put_be16(&to[0], len - 2);
	to[3] = device_specific(flags);
	reply_data(scsi, len, get_be16(&scsi->cdb[7]));
}
