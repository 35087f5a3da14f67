// SPDX-License-Identifier: GPL-2.0
/*
 * How a command ends: status and sense data, in the format that the control
 * mode page asks for (D_SENSE), and data for the host.
 */
#include "lib.h"
#include "reply.h"

#define SENSE_FIXED		0x70
#define SENSE_FIXED_VALID	0x80
#define SENSE_FIXED_LEN		18u
#define SENSE_DESC		0x72
#define SENSE_DESC_HEADER	8u

#define SKS_FIELD		0x80	/* field pointer is valid */
#define SKS_IN_CDB		0x40
#define SKS_BIT			0x08

/**
 * struct sense - contents of sense data
 * @code: SENSE()
 * @has_info: @info is valid
 * @info: INFORMATION field
 * @sks: sense-key specific bytes; valid if the first is not 0
 */
struct sense {
	u32 code;
	bool has_info;
	u64 info;
	u8 sks[3];
};

/* Fixed format has no room for an INFORMATION field of more than 32 bits. */
static u32 sense_fixed(u8 *to, const struct sense *s)
{
	memset(to, 0, SENSE_FIXED_LEN);
	to[0] = SENSE_FIXED;
	to[2] = SENSE_KEY(s->code);
	if (s->has_info && !(s->info >> 32)) {
		to[0] |= SENSE_FIXED_VALID;
		put_be32(&to[3], s->info);
	}
	to[7] = SENSE_FIXED_LEN - 8;
	to[12] = SENSE_ASC(s->code);
	to[13] = SENSE_ASCQ(s->code);
	memcpy(&to[15], s->sks, sizeof(s->sks));
	return SENSE_FIXED_LEN;
}

static u32 add_information(u8 *to, u64 info)
{
	memset(to, 0, 12);
	to[1] = 10;
	to[2] = 0x80;			/* VALID */
	put_be64(&to[4], info);
	return 12;
}

static u32 add_sense_key_specific(u8 *to, const u8 *sks)
{
	memset(to, 0, 8);
	to[0] = 2;
	to[1] = 6;
	memcpy(&to[4], sks, 3);
	return 8;
}

static u32 sense_descriptor(u8 *to, const struct sense *s)
{
	u32 len = SENSE_DESC_HEADER;

	memset(to, 0, len);
	to[0] = SENSE_DESC;
	to[1] = SENSE_KEY(s->code);
	to[2] = SENSE_ASC(s->code);
	to[3] = SENSE_ASCQ(s->code);
	if (s->has_info)
		len += add_information(to + len, s->info);
	if (s->sks[0])
		len += add_sense_key_specific(to + len, s->sks);
	to[7] = len - SENSE_DESC_HEADER;
	return len;
}

static void reply_sense(const struct frame_hdr *cmd, struct lu *lu, const struct sense *s)
{
	struct frame_reply *reply = &put_out(FRAME_REPLY, cmd)->reply;

	reply->status = STATUS_CHECK_CONDITION;
	if (lu && lu_flags(lu) & LU_D_SENSE)
		reply->sense_len = sense_descriptor(reply->sense, s);
	else
		reply->sense_len = sense_fixed(reply->sense, s);
	if (lu)
		count(&nexus_find(lu->target)->errors, 1);
}

/**
 * reply_check() - end a command with CHECK CONDITION
 * @cmd: header of a frame of the command
 * @lu: its logical unit, or NULL
 * @code: SENSE_*
 */
void reply_check(const struct frame_hdr *cmd, struct lu *lu, u32 code)
{
	struct sense s = { .code = code };

	reply_sense(cmd, lu, &s);
}

/** reply_check_info() - as reply_check(), with an INFORMATION field */
void reply_check_info(const struct frame_hdr *cmd, struct lu *lu, u32 code, u64 info)
{
	struct sense s = { .code = code, .has_info = true, .info = info };

	reply_sense(cmd, lu, &s);
}

static void reply_field(const struct frame_scsi *scsi, struct lu *lu, u32 code, u32 sks,
			u32 byte, u32 bit)
{
	struct sense s = { .code = code };

	s.sks[0] = sks | SKS_FIELD | SKS_BIT | bit;
	put_be16(&s.sks[1], byte);
	reply_sense(&scsi->hdr, lu, &s);
}

/**
 * reply_bad_field() - end a command with INVALID FIELD IN CDB
 * @scsi: the command
 * @lu: its logical unit, or NULL
 * @byte: first byte of the field
 * @bit: its highest bit in that byte
 */
void reply_bad_field(const struct frame_scsi *scsi, struct lu *lu, u32 byte, u32 bit)
{
	reply_field(scsi, lu, SENSE_INVALID_FIELD, SKS_IN_CDB, byte, bit);
}

/** reply_bad_parameter() - as reply_bad_field(), for a field of the parameter list */
void reply_bad_parameter(const struct frame_scsi *scsi, struct lu *lu, u32 byte, u32 bit)
{
	reply_field(scsi, lu, SENSE_INVALID_PARAMETER, 0, byte, bit);
}

/**
 * reply_data() - send what is in data_buffer(), then GOOD status
 * @scsi: the command
 * @len: bytes in the buffer, up to BOARD_DMA_MAX
 * @allocation: bytes that the host has allocated; no more are sent
 */
void reply_data(const struct frame_scsi *scsi, u32 len, u32 allocation)
{
	len = min_u32(len, allocation);
	if (len)
		board_dma(&scsi->hdr, DMA_TO_HOST, len);
	reply_good(&scsi->hdr);
}

/**
 * sense_plain() - make sense data for REQUEST SENSE
 * @to: where it goes, FRAME_SENSE_MAX bytes
 * @code: SENSE_*
 * @descriptor: in descriptor format
 *
 * Return: length of the sense data.
 */
u32 sense_plain(u8 *to, u32 code, bool descriptor)
{
	struct sense s = { .code = code };

	return descriptor ? sense_descriptor(to, &s) : sense_fixed(to, &s);
}

/**
 * not_ready_sense() - why a logical unit is not ready
 * @flags: its flags
 *
 * Return: SENSE_*; SENSE_NONE if it is ready.
 */
u32 not_ready_sense(u32 flags)
{
	if (flags & LU_STARTING)
		return SENSE_BECOMING_READY;
	if (flags & LU_UNREACHABLE)
		return SENSE_UNREACHABLE;
	if (flags & LU_STOPPED)
		return SENSE_STOPPED;
	return SENSE_NONE;
}
