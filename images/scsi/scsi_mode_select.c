// SPDX-License-Identifier: GPL-2.0
/*
 * MODE SELECT. The I/O hart that has the command fetches and checks the whole
 * parameter list, and sends the resulting changes to the service hart. Only the
 * service hart applies such changes, which serializes them. The command's reply
 * waits for the answer:
 *
 *	I/O hart      mode_select()        MSG_MODE_SELECT ->
 *	service hart  mode_select_apply()  MSG_MODE_SELECT_DONE ->
 *	I/O hart      mode_select_done()   reply, after a flush if the write
 *	                                   cache was turned off
 */
#include "lib.h"
#include "media.h"
#include "message.h"
#include "reply.h"
#include "scsi_mode.h"

#define PAGE_CODE	0x3f
#define PAGE_PS		0x80
#define PAGE_SPF	0x40
#define LONGLBA		0x01

/* Longer than any sensible list, and short enough to be handled with one frame. */
#define LIST_MAX	512u

/**
 * struct selection - a parameter list as it is read
 * @scsi: the command
 * @lu: its logical unit
 * @list: the list
 * @len: bytes in @list
 * @pos: the next byte to be read
 * @mask: mode bits that the list sets
 * @value: their new values
 *
 * A function that finds a fault ends the command and returns false.
 */
struct selection {
	const struct frame_scsi *scsi;
	struct lu *lu;
	const u8 *list;
	u32 len;
	u32 pos;
	u32 mask;
	u32 value;
};

static bool list_too_short(const struct selection *s)
{
	reply_check(&s->scsi->hdr, s->lu, SENSE_LIST_LENGTH);
	return false;
}

static bool bad_parameter(const struct selection *s, u32 byte, u32 bit)
{
	reply_bad_parameter(s->scsi, s->lu, byte, bit);
	return false;
}

/* @size_at: offset of the field @block_size in the descriptor. */
static bool read_descriptor(struct selection *s, u64 blocks, bool all, u32 block_size, u32 size_at)
{
	if (blocks && !all && blocks != lu_blocks(s->lu))
		return bad_parameter(s, s->pos, 7);
	if (block_size != BOARD_BLOCK_SIZE)
		return bad_parameter(s, s->pos + size_at, 7);
	return true;
}

static bool read_short_descriptor(struct selection *s)
{
	const u8 *d = s->list + s->pos;
	u32 blocks = get_be32(d);

	return read_descriptor(s, blocks, blocks == 0xffffffff, get_be24(&d[5]), 5);
}

static bool read_long_descriptor(struct selection *s)
{
	const u8 *d = s->list + s->pos;
	u64 blocks = get_be64(d);

	return read_descriptor(s, blocks, blocks == ~0ull, get_be32(&d[12]), 12);
}

/* @at: place of the block descriptor length's last byte. */
static bool read_descriptors(struct selection *s, u32 len, bool longlba, u32 at)
{
	if (len && len != (longlba ? 16 : 8))
		return bad_parameter(s, at, 7);
	if (len > s->len - s->pos)
		return list_too_short(s);
	if (len && !(longlba ? read_long_descriptor(s) : read_short_descriptor(s)))
		return false;
	s->pos += len;
	return true;
}

static bool read_header_6(struct selection *s)
{
	if (s->len < 4)
		return list_too_short(s);
	if (s->list[1])
		return bad_parameter(s, 1, 7);
	s->pos = 4;
	return read_descriptors(s, s->list[3], false, 3);
}

static bool read_header_10(struct selection *s)
{
	if (s->len < 8)
		return list_too_short(s);
	if (s->list[2])
		return bad_parameter(s, 2, 7);
	s->pos = 8;
	return read_descriptors(s, get_be16(&s->list[6]), s->list[4] & LONGLBA, 6);
}

/* Reads one byte of a page: bits that differ must be changeable, and are taken over. */
static bool read_page_byte(struct selection *s, u32 code, u32 byte, u32 changeable, u32 current)
{
	u32 new = s->list[s->pos + byte];
	u32 wrong = (new ^ current) & ~changeable;
	u32 bit = 7;

	if (wrong) {
		while (!(wrong & 1u << bit))
			bit--;
		return bad_parameter(s, s->pos + byte, bit);
	}
	s->mask |= mode_changes(code, byte, new, &s->value);
	return true;
}

static bool read_page(struct selection *s)
{
	u8 changeable[MODE_PAGE_MAX], current[MODE_PAGE_MAX];
	const u8 *page = s->list + s->pos;
	u32 code = page[0] & PAGE_CODE;
	u32 len;

	if (s->len - s->pos < 2)
		return list_too_short(s);
	if (page[0] & (PAGE_PS | PAGE_SPF))
		return bad_parameter(s, s->pos, page[0] & PAGE_PS ? 7 : 6);
	mode_page(changeable, code, MODE_CHANGEABLE, 0);
	len = mode_page(current, code, MODE_CURRENT, lu_flags(s->lu));
	if (!len)
		return bad_parameter(s, s->pos, 5);
	if (page[1] != len - 2)
		return bad_parameter(s, s->pos + 1, 7);
	if (len > s->len - s->pos)
		return list_too_short(s);
	for (u32 byte = 2; byte < len; byte++)
		if (!read_page_byte(s, code, byte, changeable[byte], current[byte]))
			return false;
	s->pos += len;
	return true;
}

static bool read_pages(struct selection *s)
{
	while (s->pos < s->len)
		if (!read_page(s))
			return false;
	return true;
}

static void send_selection(const struct selection *s)
{
	struct frame_msg *msg = &put_out(FRAME_MSG, &s->scsi->hdr)->msg;
	struct msg_mode_select *data = (struct msg_mode_select *)msg->data;

	msg->hart = BOARD_SERVICE_HART;
	msg->code = MSG_MODE_SELECT;
	data->target = s->scsi->target;
	data->opcode = s->scsi->cdb[0];
	data->reserved = 0;
	data->mask = s->mask;
	data->value = s->value;
}

static void mode_select(const struct frame_scsi *scsi, struct lu *lu, u32 len,
			bool (*read_header)(struct selection *s))
{
	struct selection s = { .scsi = scsi, .lu = lu, .list = data_buffer(), .len = len };

	if (!len) {
		reply_good(&scsi->hdr);
		return;
	}
	if (len > LIST_MAX || board_dma(&scsi->hdr, DMA_FROM_HOST, len) != len) {
		list_too_short(&s);
		return;
	}
	if (read_header(&s) && read_pages(&s))
		send_selection(&s);
}

void scsi_mode_select_6(const struct frame_scsi *scsi, struct lu *lu)
{
	mode_select(scsi, lu, scsi->cdb[4], read_header_6);
}

void scsi_mode_select_10(const struct frame_scsi *scsi, struct lu *lu)
{
	mode_select(scsi, lu, get_be16(&scsi->cdb[7]), read_header_10);
}

/**
 * mode_select_apply() - MSG_MODE_SELECT has come
 * @msg: the frame
 *
 * Puts out the answer. The flags are changed by compare-exchange, as I/O harts may
 * change other flags in the same word meanwhile.
 *
 * Context: service hart.
 */
void mode_select_apply(const struct frame_msg *msg)
{
	const struct msg_mode_select *data = (const struct msg_mode_select *)msg->data;
	struct frame_msg *answer = &put_out(FRAME_MSG, &msg->hdr)->msg;
	struct lu *lu = lu_find(data->target);
	u32 mask = data->mask & LU_MODE_BITS;
	u32 old, new;

	answer->hart = msg->hart;
	answer->code = MSG_MODE_SELECT_DONE;
	*(struct msg_mode_select *)answer->data = *data;
	if (!lu)
		return;
	old = lu_flags(lu);
	do {
		new = (old & ~mask) | (data->value & mask);
	} while (!__atomic_compare_exchange_n(&lu->flags, &old, new, false, __ATOMIC_ACQ_REL,
					      __ATOMIC_RELAXED));
}

/**
 * mode_select_done() - MSG_MODE_SELECT_DONE has come
 * @msg: the frame
 *
 * Context: I/O hart.
 */
void mode_select_done(const struct frame_msg *msg)
{
	const struct msg_mode_select *data = (const struct msg_mode_select *)msg->data;
	struct lu *lu = lu_find(data->target);

	if (lu && data->mask & ~data->value & LU_WCE)
		media_flush(&msg->hdr, data->opcode, lu);
	else
		reply_good(&msg->hdr);
}
