// SPDX-License-Identifier: GPL-2.0
/* WRITE BUFFER with its modes for microcode, READ BUFFER with descriptors: scsi_buffer.h. */
#include "lib.h"
#include "reply.h"
#include "scsi_buffer.h"
#include "scsi_disk.h"

#define MODE(cdb)		((cdb)[1] & 0x1f)
#define MODE_SPECIFIC(cdb)	((cdb)[1] & 0xe0)
#define PO_ACT			0x80	/* MODE SPECIFIC: activation events */
#define HR_ACT			0x40

#define READ_DESCRIPTOR		0x03
#define DOWNLOAD_SELECT_EVENTS	0x0d
#define NO_MODE			0xffffffffu

/* Error numbers of BOARD_DOWNLOAD. */
#define ERROR_IO		(-5)
#define ERROR_BUSY		(-16)
#define ERROR_TOO_LARGE		(-27)
#define ERROR_SEQUENCE		(-71)
#define ERROR_BAD_IMAGE		(-74)
#define ERROR_NOT_SUPPORTED	(-95)

/* Flags of BOARD_DOWNLOAD for a mode. */
static u32 mode_flags(const u8 *cdb)
{
	switch (MODE(cdb)) {
	case 0x04:
		return DOWNLOAD_WHOLE;
	case 0x05:
		return DOWNLOAD_WHOLE | DOWNLOAD_SAVE;
	case 0x06:
		return 0;
	case 0x07:
		return DOWNLOAD_SAVE;
	case DOWNLOAD_SELECT_EVENTS:
		return DOWNLOAD_SAVE | DOWNLOAD_DEFER |
		       (cdb[1] & PO_ACT ? DOWNLOAD_ON_POWER : 0) |
		       (cdb[1] & HR_ACT ? DOWNLOAD_ON_RESET : 0);
	case 0x0e:
		return DOWNLOAD_SAVE | DOWNLOAD_DEFER | DOWNLOAD_EVENTS;
	case 0x0f:
		return DOWNLOAD_ACTIVATE;
	default:
		return NO_MODE;
	}
}

/* A board without media has no mode that saves the image. */
static bool mode_possible(u32 flags)
{
	if (flags == NO_MODE)
		return false;
	return !(flags & DOWNLOAD_SAVE) || board_regs()->capabilities & CAP_BOARD_FLASH;
}

/* Returns true if the MODE SPECIFIC field was refused, which has ended the command. */
static bool refuse_specific(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 allowed = MODE(scsi->cdb) == DOWNLOAD_SELECT_EVENTS ? PO_ACT | HR_ACT : 0;
	u32 wrong = MODE_SPECIFIC(scsi->cdb) & ~allowed;
	u32 bit = 7;

	if (!wrong)
		return false;
	while (!(wrong & 1u << bit))
		bit--;
	reply_bad_field(scsi, lu, 1, bit);
	return true;
}

static void send_download(const struct frame_scsi *scsi, u32 flags, u32 offset, u32 len)
{
	struct frame_msg *msg = &put_out(FRAME_MSG, &scsi->hdr)->msg;
	struct msg_download *data = (struct msg_download *)msg->data;

	msg->hart = BOARD_SERVICE_HART;
	msg->code = MSG_DOWNLOAD;
	data->target = scsi->target;
	data->reserved = 0;
	data->flags = flags;
	data->offset = offset;
	data->len = len;
	data->outcome = 0;
}

/**
 * download_before() - activate deferred microcode, if any, before a command
 * @scsi: START STOP UNIT, whose CDB was checked
 *
 * SBC-4 4.24: this applies to microcode that came by mode 0Eh. Only a board with flash
 * has that mode.
 *
 * Context: I/O hart.
 * Return: true if the command waits; download_done() or scsi_activated() go on with it.
 */
bool download_before(const struct frame_scsi *scsi)
{
	const u32 needed = CAP_DRIVER_INBAND | CAP_BOARD_FLASH;

	if ((board_regs()->capabilities & needed) != needed)
		return false;
	send_download(scsi, DOWNLOAD_ACTIVATE | DOWNLOAD_ON_COMMAND, scsi->cdb[4], 0);
	return true;
}

/* There is only buffer 0. A length of 0 is no error, and changes nothing. */
static void write_data(const struct frame_scsi *scsi, struct lu *lu, u32 flags)
{
	u32 offset = get_be24(&scsi->cdb[3]);
	u32 len = get_be24(&scsi->cdb[6]);

	if (scsi->cdb[2])
		reply_bad_field(scsi, lu, 2, 7);
	else if (offset > BOARD_DOWNLOAD_MAX || (offset && flags & DOWNLOAD_WHOLE))
		reply_bad_field(scsi, lu, 3, 7);
	else if (len > BOARD_DOWNLOAD_MAX - offset)
		reply_bad_field(scsi, lu, 6, 7);
	else if (!len)
		reply_good(&scsi->hdr);
	else if (scsi->dir != FRAME_DIR_OUT || scsi->data_len < len)
		reply_check(&scsi->hdr, lu, SENSE_LIST_LENGTH);
	else
		send_download(scsi, flags, offset, len);
}

void scsi_write_buffer(const struct frame_scsi *scsi, struct lu *lu)
{
	u32 flags = mode_flags(scsi->cdb);

	if (!mode_possible(flags)) {
		reply_bad_field(scsi, lu, 1, 4);
		return;
	}
	if (refuse_specific(scsi, lu))
		return;
	if (flags & DOWNLOAD_ACTIVATE)
		send_download(scsi, flags, 0, 0);
	else
		write_data(scsi, lu, flags);
}

/* Any offset is possible; the descriptor of a nonexistent buffer is all zeros. */
void scsi_read_buffer(const struct frame_scsi *scsi, struct lu *lu)
{
	u8 *to = data_buffer();

	if (MODE(scsi->cdb) != READ_DESCRIPTOR) {
		reply_bad_field(scsi, lu, 1, 4);
		return;
	}
	if (get_be24(&scsi->cdb[3])) {
		reply_bad_field(scsi, lu, 3, 7);
		return;
	}
	memset(to, 0, 4);
	if (!scsi->cdb[2])
		put_be24(&to[1], BOARD_DOWNLOAD_MAX);
	reply_data(scsi, 4, get_be24(&scsi->cdb[6]));
}

static s32 board_download(const struct frame_msg *msg, const struct msg_download *data)
{
	register u32 a0 asm("a0") = data->flags;
	register u32 a1 asm("a1") = msg->hart;
	register u32 a2 asm("a2") = msg->hdr.tag;
	register u32 a3 asm("a3") = msg->hdr.generation;
	register u32 a4 asm("a4") = data->offset;
	register u32 a5 asm("a5") = data->len;
	register u32 a7 asm("a7") = BOARD_DOWNLOAD;

	asm volatile("ecall" : "+r"(a0)
		     : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
	return a0;
}

/**
 * download_apply() - MSG_DOWNLOAD has come
 * @msg: the frame
 *
 * Puts out the answer, unless the board keeps the command until an update has ended.
 *
 * Context: service hart.
 */
void download_apply(const struct frame_msg *msg)
{
	const struct msg_download *data = (const struct msg_download *)msg->data;
	s32 outcome = board_download(msg, data);
	struct frame_msg *answer;

	if (outcome == (s32)DOWNLOAD_WAITS)
		return;
	answer = &put_out(FRAME_MSG, &msg->hdr)->msg;
	answer->hart = msg->hart;
	answer->code = MSG_DOWNLOAD_DONE;
	memcpy(answer->data, msg->data, sizeof(answer->data));
	((struct msg_download *)answer->data)->outcome = outcome;
}

static u32 sense_of(s32 outcome)
{
	switch (outcome) {
	case ERROR_SEQUENCE:
		return SENSE_SEQUENCE;
	case ERROR_BUSY:
		return SENSE_BUSY_UPDATING;
	case ERROR_BAD_IMAGE:
		return SENSE_INVALID_PARAMETER;
	case ERROR_TOO_LARGE:
	case ERROR_NOT_SUPPORTED:
		return SENSE_INVALID_FIELD;
	case ERROR_IO:
		return SENSE_LIST_LENGTH;
	default:
		return SENSE_INTERNAL_FAILURE;
	}
}

/**
 * download_done() - MSG_DOWNLOAD_DONE has come
 * @msg: the frame
 *
 * Context: I/O hart.
 */
void download_done(const struct frame_msg *msg)
{
	const struct msg_download *data = (const struct msg_download *)msg->data;

	if (data->flags & DOWNLOAD_ACTIVATE && data->flags & DOWNLOAD_ON_COMMAND)
		start_stop(&msg->hdr, lu_find(data->target), data->offset);
	else if (data->outcome)
		reply_check(&msg->hdr, lu_find(data->target), sense_of(data->outcome));
	else
		reply_good(&msg->hdr);
}
